import type { DelaySite } from '../cluster/delay-sites.ts';
import { parseYaml } from '../manifests/yaml.ts';
import { demand } from '../scenario/arguments.ts';
import { bySite } from '../scenario/by-site.ts';
import type { DelaysInput, RouterInput } from '../scenario/schema.ts';
import * as z from '../schema/zod.ts';
import type { Calibration, SiteCalibration } from './calibration.ts';
import type { QuantileTable } from './quantile-table.ts';
import type { TableChoice } from './table-choice.ts';

/** `prestop.delays.yaml`: a calibration as text, and what a scenario takes of it. */

const count = z.number().min(0);
const tableSchema = z
  .array(z.tuple([z.number().min(0).max(1), count]))
  .min(2)
  .refine((rows) => rows[0]![0] === 0 && rows[rows.length - 1]![0] === 1 && rises(rows), {
    error: 'must be a table of [cumulative probability, ms] that begins at 0, ends at 1, and does not fall',
  });
const siteSchema = z.strictObject({
  n: count,
  source: z.string(),
  method: z.string(),
  confidence: z.enum(['measured', 'estimate']),
  assumed: z.string().optional(),
  supported: z.string(),
  estimate: tableSchema.optional(),
  optimistic: tableSchema,
  pessimistic: tableSchema,
});
const nullable = z.union([z.number(), z.null()]);
const fileSchema = z.strictObject({
  format: z.literal(1, { error: 'must be 1, the format that this version of prestop reads' }),
  date: z.union([z.string(), z.null()]),
  recordings: count,
  confidence: z.number().gt(0).lt(1),
  sites: bySite(siteSchema),
  sums: z.array(
    z.strictObject({
      name: z.string(),
      spans: z.string(),
      sites: z.array(z.string()),
      n: count,
      quantiles: z.array(
        z.strictObject({ p: z.number(), estimateMs: z.number(), lowerMs: nullable, upperMs: nullable }),
      ),
      supported: z.string(),
    }),
  ),
  modes: z.array(
    z.strictObject({ mode: z.enum(['staleSlice', 'relistWait', 'lateFirstProbe']), count, of: count }),
  ),
  notIdentified: bySite(z.string()),
  rows: z.array(bySite(count)),
  routers: z.array(
    z.strictObject({
      name: z.string(),
      n: count,
      source: z.string(),
      supported: z.string(),
      lag: tableSchema,
    }),
  ),
  clocks: z.array(z.strictObject({ node: z.string(), offsetMs: z.number(), uncertaintyMs: z.number() })),
  notes: z.array(z.string()),
});

function rises(rows: readonly (readonly [number, number])[]): boolean {
  return rows.every(
    ([p, ms], index) => index === 0 || (p > rows[index - 1]![0] && ms >= rows[index - 1]![1]),
  );
}

/** A calibration as it was read from a file, or what is wrong with the file. */
export type ParsedDelaysFile =
  | { readonly ok: true; readonly calibration: Calibration }
  | { readonly ok: false; readonly messages: readonly string[] };

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    value,
  );
}

/** What the schema says of itself: `Invalid input: expected number, received string`. */
function wordsOf(message: string): string {
  const expected = /^Invalid input: expected (\w+), received (\w+)$/.exec(message);
  if (expected !== null) return `must be of type ${expected[1]}; it is ${expected[2]}`;
  return message === 'Invalid input' ? 'is none of what may stand here' : message;
}

/** Reads a file that `prestop calibrate` wrote. Never throws: whatever is wrong comes back, each with its path. */
export function parseDelaysFile(text: string, name: string): ParsedDelaysFile {
  demand('parseDelaysFile', 'text', text);
  const { documents, problems } = parseYaml(text);
  if (problems.length > 0)
    return {
      ok: false,
      messages: problems.map(
        ({ message, line }) => `${name}${line === undefined ? '' : `:${line}`}: ${message}`,
      ),
    };
  const value = documents.find(({ empty }) => !empty)?.value ?? {};
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return { ok: true, calibration: parsed.data as Calibration };
  const messages = parsed.error.issues.slice(0, 20).map(({ path, message }) => {
    const place = path.length === 0 ? 'the file' : path.map(String).join('.');
    const wrong =
      valueAt(value, path) === undefined ? `${place} is missing` : `${place}: ${wordsOf(message)}`;
    return `${name}: ${wrong}. It is no file that prestop calibrate wrote, or it was changed by hand.`;
  });
  return { ok: false, messages };
}

/** A calibration as the YAML that a person reads and `parseDelaysFile` reads back. */
export function formatDelaysFile(calibration: Calibration): string {
  demand('formatDelaysFile', 'calibration', calibration);
  const { sites, sums, notIdentified, rows, routers, clocks, modes, notes, ...head } = calibration;
  const lines = [
    '# Delays of a cluster, as prestop calibrate found them. Name this file in prestop.config.yaml (delays: ./prestop.delays.yaml),',
    '# or give it with --delays. Tables hold [cumulative probability, ms]. A verdict takes the pessimistic ones unless it is told another.',
    ...Object.entries(head).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    ...section(
      'sites',
      Object.entries(sites).map(([site, found]) => block(site, found)),
    ),
    ...list('sums', sums),
    ...list('modes', modes),
    ...section(
      'notIdentified',
      Object.entries(notIdentified).map(([site, why]) => [`  ${site}: ${JSON.stringify(why)}`]),
    ),
    ...list('routers', routers),
    ...list('clocks', clocks),
    ...list('notes', notes),
    '# One repetition a row: delays that were seen together.',
    ...list('rows', rows),
  ];
  return `${lines.join('\n')}\n`;
}

function block(site: string, found: SiteCalibration): readonly string[] {
  return [
    `  ${site}:`,
    ...Object.entries(found).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
  ];
}

function section(name: string, blocks: readonly (readonly string[])[]): readonly string[] {
  return blocks.length === 0 ? [`${name}: {}`] : [`${name}:`, ...blocks.flat()];
}

function list(name: string, entries: readonly unknown[]): readonly string[] {
  return entries.length === 0
    ? [`${name}: []`]
    : [`${name}:`, ...entries.map((entry) => `  - ${JSON.stringify(entry)}`)];
}

/** What a scenario's `delays` takes of a calibration. */
export function delaysOf(calibration: Calibration, choice: TableChoice = 'pessimistic'): DelaysInput {
  demand('delaysOf', 'calibration', calibration);
  const { date, recordings, sites, rows } = calibration;
  const entries = Object.entries(sites) as [DelaySite, SiteCalibration][];
  const measured = {
    date,
    recordings,
    table: choice,
    sites: Object.fromEntries(entries.map(([site, { n, confidence }]) => [site, { n, confidence }])),
  };
  if (choice === 'rows' && rows.length > 0) {
    const inRows = new Set(rows.flatMap((row) => Object.keys(row)));
    const others = entries.filter(([site]) => !inRows.has(site));
    return { ...tables(others, 'estimate'), rows, measured };
  }
  return { ...tables(entries, choice), measured };
}

function tables(entries: readonly [DelaySite, SiteCalibration][], choice: TableChoice): DelaysInput {
  return Object.fromEntries(entries.map(([site, found]) => [site, { quantiles: tableFor(found, choice) }]));
}

function tableFor(
  { estimate, optimistic, pessimistic }: SiteCalibration,
  choice: TableChoice,
): QuantileTable {
  if (choice === 'optimistic') return optimistic;
  return choice === 'pessimistic' ? pessimistic : (estimate ?? pessimistic);
}

/** Routers that were probed, as a scenario takes them. */
export function routersOf({ routers }: Calibration): readonly RouterInput[] {
  return routers.map(({ name, n, source, lag }) => ({
    name,
    lag: { quantiles: lag },
    sources: [`measured, N = ${n}: ${source}`],
    confidence: 'measured' as const,
  }));
}
