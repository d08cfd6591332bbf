import { formatPath, type Issue } from '../cluster/issue.ts';
import { durationSchema } from '../schema/delay-input.ts';
import type * as z from '../schema/zod.ts';
import { scenarioSchema } from './schema.ts';

/** In a text, `5` where a duration is meant may be seconds to its author and is milliseconds to JavaScript: nobody guesses. */

type Path = readonly (string | number)[];
type Schema = z.core.$ZodType;

type Definition = {
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly options?: readonly Schema[];
  readonly items?: readonly Schema[];
} & Readonly<Partial<Record<'innerType' | 'element' | 'valueType', Schema>>>;

/** Numbers other than 0 in the place of durations, in an input that was read from a text: `schema`'s, a scenario's if left out. */
export function bareNumberIssues(value: unknown, schema: Schema = scenarioSchema, path: Path = []): Issue[] {
  if (isDuration(schema)) return typeof value === 'number' && value !== 0 ? [bare(value, path)] : [];
  const { shape, options, items, innerType, element, valueType } = schema._zod.def as Definition;
  if (innerType !== undefined) return bareNumberIssues(value, innerType, path);
  if (options !== undefined) return firstFound(options.map((each) => bareNumberIssues(value, each, path)));
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => {
      const of = items?.[index] ?? element;
      return of === undefined ? [] : bareNumberIssues(item, of, [...path, index]);
    });
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const of = shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : valueType;
    return of === undefined ? [] : bareNumberIssues(item, of, [...path, key]);
  });
}

/** A duration with a rule of its own is a copy with the same options. */
function isDuration(schema: Schema): boolean {
  return 'options' in schema._zod.def && schema._zod.def.options === durationSchema.options;
}

function firstFound(found: readonly Issue[][]): Issue[] {
  return found.find((issues) => issues.length > 0) ?? [];
}

function bare(value: number, path: Path): Issue {
  return {
    code: 'unitMissing',
    path,
    message: `${formatPath(path)} is a number without a unit: ${value}.`,
    value,
    rule: 'A duration in a text says its unit.',
    fix: `${value}: ${value}s or ${value}ms?`,
  };
}
