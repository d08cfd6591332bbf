import { toJunit } from './junit.ts';
import { toMarkdown } from './markdown.ts';
import type { Results } from './result.ts';
import { toSarif } from './sarif.ts';

/** Every form of results. A new one is a file and a line here. */
const FORMATTERS = { sarif: toSarif, junit: toJunit, markdown: toMarkdown } as const satisfies Readonly<
  Record<string, (results: Results) => string>
>;

export type ResultFormat = keyof typeof FORMATTERS;
export const RESULT_FORMATS = Object.keys(FORMATTERS) as readonly ResultFormat[];

export function isResultFormat(format: string): format is ResultFormat {
  return Object.hasOwn(FORMATTERS, format);
}

export function formatResults(format: ResultFormat, results: Results): string {
  return FORMATTERS[format](results);
}
