import type { Issue } from '../cluster/issue.ts';
import { printable } from '../cluster/printable.ts';
import { type Duration, parseDuration } from '../kernel/time.ts';
import { delaySchema, durationSchema } from '../schema/delay-input.ts';
import * as z from '../schema/zod.ts';
import { issuesOfSchema } from './schema-issues.ts';
import { varySchema } from './vary-schema.ts';

/** The options of every call: their names, rules and defaults, each in this one place. */

/** Options, or other arguments of a call, that are wrong: all of their issues at once. */
export class OptionsError extends RangeError {
  override readonly name = 'OptionsError';
  constructor(
    /** The function that was called. */
    readonly call: string,
    readonly issues: readonly Issue[],
  ) {
    super(issues.map((issue) => optionIssueText(call, issue)).join('\n'));
  }
}

/** An issue with an option as a line: the call, the option, the rule, the value, the fix. */
export function optionIssueText(call: string, { message, fix }: Issue): string {
  return printable(`${call}: ${message}${fix === undefined ? '' : ` ${fix}`}`);
}

export type OptionsSchema = z.ZodType;

type OptionsReading<S extends OptionsSchema> =
  | { readonly ok: true; readonly options: z.output<S> }
  | { readonly ok: false; readonly error: OptionsError };

/** Checks options and fills in their defaults. Throws an OptionsError with every issue; `tryOptions` returns it. */
export function readOptions<S extends OptionsSchema>(call: string, schema: S, options: unknown): z.output<S> {
  const read = tryOptions(call, schema, options);
  if (!read.ok) throw read.error;
  return read.options;
}

/** Checks options and fills in their defaults. Never throws. */
export function tryOptions<S extends OptionsSchema>(
  call: string,
  schema: S,
  options: unknown,
): OptionsReading<S> {
  const parsed = schema.safeParse(options ?? {});
  if (parsed.success) return { ok: true, options: parsed.data };
  const issues = issuesOfSchema(parsed.error, options, [], { schema, noun: call });
  return { ok: false, error: new OptionsError(call, issues) };
}

/** An argument that names what is not there, or is no value at all. */
export function wrongArgument(
  call: string,
  path: Issue['path'],
  message: string,
  value: unknown,
  fix: string,
) {
  return new OptionsError(call, [{ code: 'invalid', path, message, value, fix }]);
}

/** A Pod was asked for that nothing happened to. */
export function unknownPod(call: string, pod: string, known: readonly string[]): OptionsError {
  const message = `pod: nothing happened to a Pod "${pod}" in this run.`;
  return wrongArgument(call, ['pod'], message, pod, `Pods that something happened to: ${known.join(', ')}.`);
}

function number(error: string, holds: (value: number) => boolean) {
  return z.custom<number>((value) => typeof value === 'number' && holds(value), { error });
}

/** A whole number from `from` on. */
export function whole(from: number) {
  const rule = `must be a whole number from ${from}; use ${from} or more`;
  return number(rule, (value) => Number.isSafeInteger(value) && value >= from);
}

const seconds = number(
  'must be a number of seconds; use 0 or more',
  (value) => value >= 0 && Number.isFinite(value),
);

const share = number(
  'must be a share from 0 to below 1; use one like 0.95',
  (value) => value >= 0 && value < 1,
);

const seed = number(
  'must be a seed; use a whole number from 0 to 2^53 - 1',
  (value) => Number.isSafeInteger(value) && value >= 0,
).default(0);

const callback = <F>() =>
  z.custom<F>((value) => typeof value === 'function', {
    error: 'must be a function; pass one, or leave it out',
  });

const signal = z.custom<{ readonly aborted: boolean }>(
  (value) => typeof value === 'object' && value !== null && 'aborted' in value,
  { error: 'must be an AbortSignal; pass the signal of an AbortController' },
);

const shard = z
  .strictObject({ index: whole(1), count: whole(1) })
  .refine(({ index, count }) => index <= count, {
    error: 'must be a part of the whole; let index go from 1 to count',
  });

/** How many runs an answer rests on where nobody says: enough to see a failure in a hundred, nearly always. */
export const DEFAULT_CHECK_RUNS = 200;
/** And where a probability, or the edge of an interval, is asked for. */
export const DEFAULT_CAMPAIGN_RUNS = 1000;
/** And for each row of a table, where rows are compared under the same seeds. */
export const DEFAULT_SWEEP_RUNS = 20;

type OnProgress = (progress: {
  readonly preStopSeconds?: number;
  readonly done: number;
  readonly runs: number;
  readonly failures: number;
}) => void;

export const simulateOptions = z.strictObject({
  seed,
  trace: z.enum(['full', 'none']).default('full'),
});

export const simulationOptions = z.strictObject({ seed });

/** What `shrink` takes beside the scenario. */
export const shrinkOptions = z.strictObject({
  seed: seed.unwrap(),
  settings: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  expression: z.string().optional(),
});

export const checkOptions = z.strictObject({ runs: whole(1).default(DEFAULT_CHECK_RUNS), seed });

/** Of the matchers, which may not take longer than a test does. */
export const trialOptions = checkOptions.extend({ timeout: durationSchema.optional() });

export const findOptions = z.strictObject({
  runs: whole(1).default(DEFAULT_CAMPAIGN_RUNS),
  seed,
  confidence: share.default(0.95),
  maxSeconds: whole(0).optional(),
  headroom: number(
    'must be a share from 0 on; use one like 0.5, for half of the smallest safe value',
    (value) => value >= 0 && Number.isFinite(value),
  ).default(0.5),
  onProgress: callback<OnProgress>().optional(),
});

export const sweepOptions = z.strictObject({
  secondsFrom: whole(0).default(0),
  /** Where it is left out, the shortest grace period of the scenario. */
  secondsTo: whole(0).optional(),
  step: whole(1).default(5),
  runs: whole(1).default(DEFAULT_SWEEP_RUNS),
  seed,
  onProgress: callback<OnProgress>().optional(),
});

export const varyOptions = z.strictObject({ swarm: z.boolean().default(false) });

export const fuzzOptions = z.strictObject({
  runs: whole(1).default(DEFAULT_CAMPAIGN_RUNS),
  seed,
  vary: varySchema.optional(),
  swarm: z.boolean().default(false),
  requirement: z.enum(['exact', 'read']).default('exact'),
  stopAfterFailures: whole(1).optional(),
  shrink: z.boolean().default(true),
  shard: shard.optional(),
  onProgress: callback<OnProgress>().optional(),
  signal: signal.optional(),
  workers: z.undefined({ error: 'is no option of fuzz; call fuzzInWorkers of prestop/node' }).optional(),
});

export const safePreStopOptions = checkOptions
  .extend({ atLeastSeconds: seconds.optional(), atMostSeconds: seconds.optional() })
  .refine(
    ({ atLeastSeconds = 0, atMostSeconds = Number.POSITIVE_INFINITY }) => atLeastSeconds <= atMostSeconds,
    {
      path: ['atLeastSeconds'],
      error: 'must not exceed atMostSeconds; swap them',
    },
  );

export const timelineOptions = z.strictObject({
  pod: z.string().optional(),
  color: z.boolean().default(false),
  all: z.boolean().default(false),
  maxLines: number('must leave a line to print; use 1 or more', (value) => value >= 1).default(
    Number.POSITIVE_INFINITY,
  ),
});

export const calibrateOptions = z.strictObject({
  confidence: share.default(0.95),
  router: z.string().optional(),
});

/** What recordings are compared with; the scenario's own parts are checked as a scenario is. */
export const validateOptions = z.strictObject({
  runs: whole(1).default(400),
  seed,
  fitted: z.array(z.unknown()).optional(),
  apps: z.unknown().optional(),
  cluster: z.unknown().optional(),
});

const columns = number('must be a number of columns; use one like 100', Number.isFinite);
const pixels = number('must be a number of pixels; use one like 960', Number.isFinite);

export const ganttOptions = z.strictObject({
  pod: z.string().optional(),
  width: columns.optional(),
  ascii: z.boolean().optional(),
  color: z.boolean().optional(),
});

export const svgOptions = z.strictObject({
  pod: z.string().optional(),
  width: pixels.optional(),
  theme: z.enum(['auto', 'light', 'dark']).optional(),
});

export const htmlOptions = z.strictObject({
  pod: z.string().optional(),
  worst: z.unknown().optional(),
  title: z.string().optional(),
  replay: z.string().optional(),
});

export const playgroundOptions = z.strictObject({
  seed: seed.unwrap().optional(),
  tour: z.boolean().optional(),
});

export const recordingOptions = z.strictObject({
  name: z.string().optional(),
  t0Us: whole(0).optional(),
  rep: whole(0).optional(),
  skewMs: z.record(z.string(), number('must be a number of ms', Number.isFinite)).optional(),
  lostEvents: number(
    'must be a share from 0 to 1; use one like 0.1',
    (value) => value >= 0 && value <= 1,
  ).optional(),
  watch: delaySchema.optional(),
  probesPerSecond: number(
    'must be a rate above 0; use one like 20',
    (value) => value > 0 && value <= 1_000_000,
  ).optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
});

/** Options as a caller has them after the defaults are in. */
export type Read<S extends OptionsSchema> = z.output<S>;

/** A duration that is an argument of its own. */
export function readDuration(call: string, duration: Duration): number {
  const micros = parseDuration(duration);
  if (micros !== null) return micros;
  const message = `${typeof duration === 'number' ? String(duration) : JSON.stringify(duration)} is no duration.`;
  throw wrongArgument(call, [], message, duration, 'Write it like "250ms" or "5s".');
}
