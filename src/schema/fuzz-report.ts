import * as z from './zod.ts';

/** The form of the report that `fuzz` returns, `--out` writes and `merge` takes. A change of meaning is a new version. */

export const REPORT_FORMAT = 'prestop/fuzz-report';
export const REPORT_FORMAT_VERSION = 1;

const count = z
  .int({ error: 'must be a whole number from 0' })
  .min(0, { error: 'must be a whole number from 0' });
const seed = z.int({ error: 'must be a seed, a whole number from 0 to 2^53 - 1' }).min(0);
const ms = z.number().nullable();
const shardNumber = z.int().min(1).max(1_000_000);
const share = z.number().min(0).max(1);
const counts = z.record(z.string(), count);

const extreme = z.strictObject({ k: count, seed, marginMs: ms, requiredPreStopMs: ms, worstMs: ms });

/** The first run that met a limit: which, and what was said of it. */
const overLimit = z.strictObject({ k: count, seed, message: z.string() });

const tally = z
  .strictObject({
    runs: count,
    failures: count,
    notJudged: count,
    open: counts,
    kinds: counts,
    services: counts,
    decidedBy: counts,
    reasons: counts,
    requiredPreStopMs: z.strictObject({
      values: z
        .array(z.tuple([z.number().min(0), z.int().min(1)]))
        .meta({ description: '[ms, in how many runs], ascending' }),
      infinite: count.meta({ description: 'Runs that no preStop would have made safe.' }),
    }),
    worst: extreme.nullable(),
    firstFailure: extreme.nullable(),
    overLimit: count,
    firstOverLimit: overLimit.nullable(),
  })
  .meta({
    description:
      'What was counted, from which all figures beside it are computed; tallies of disjoint runs add up.',
  });

/** As far as every text speaks of it; what is particular to a kind goes along. */
const violation = z.looseObject({
  kind: z.string(),
  gating: z.boolean(),
  pod: z.string().nullable(),
  fromMs: z.number(),
  toMs: z.number(),
  culprit: z.array(z.looseObject({})),
  fix: z.looseObject({ code: z.string() }),
});

const verdict = z.looseObject({
  safe: z.boolean(),
  outcome: z.enum(['safe', 'unsafe', 'notJudged']),
  notJudged: z.array(z.looseObject({ code: z.string(), gating: z.boolean() })),
  violations: z.array(violation),
  marginMs: ms,
  requiredPreStopMs: ms,
  decidedBy: z.looseObject({ pod: z.string(), router: z.string() }).nullable(),
  assumptions: z.array(z.looseObject({})),
  requests: z.looseObject({ sent: count, succeeded: count }),
  grace: z.record(z.string(), z.looseObject({ budgetMs: z.number(), usedMs: z.number() })),
});

const counterexample = z.strictObject({
  seed,
  delaysMs: z.record(z.string(), z.number()),
  drawn: z.array(z.string()),
  delays: z.record(z.string(), z.unknown()),
  lagsMs: z.record(z.string(), z.number()),
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
  replay: z.string(),
});

export const fuzzReportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT, {
    error: `must be "${REPORT_FORMAT}"; pass what fuzz returned, or the file that fuzz --out wrote`,
  }),
  version: z.literal(REPORT_FORMAT_VERSION, {
    error: `must be ${REPORT_FORMAT_VERSION}; make the report again with this version of prestop`,
  }),
  campaign: z
    .string()
    .regex(/^[0-9a-f]{16}$/, { error: 'must be 16 hexadecimal digits; make the report again' })
    .meta({ description: 'A hash of scenario and options: reports of different ones do not merge.' }),
  seed,
  requested: count.min(1).meta({ description: 'Runs of the whole campaign.' }),
  runs: count.meta({ description: 'Runs that were made, of this shard.' }),
  complete: z.boolean().meta({ description: 'Whether all runs of this shard were made.' }),
  shard: z.strictObject({ index: shardNumber, count: shardNumber }).nullable(),
  failures: count.meta({ description: 'Runs that were not safe, those that were not judged included.' }),
  notJudged: count,
  open: counts,
  failureRate: z.strictObject({ estimate: share, lower95: share, upper95: share }),
  claim: z.string().meta({ description: 'What follows from the runs, in a sentence.' }),
  kinds: counts,
  services: counts,
  decidedBy: counts,
  reasons: counts,
  requiredPreStopMs: z.strictObject({ p50: ms, p90: ms, p99: ms, p999: ms, max: ms }),
  overLimit: count.meta({
    description:
      'Runs that met a limit and ended without a verdict: they count among no others, and keep the report from being complete.',
  }),
  firstOverLimit: overLimit.nullable(),
  worst: z.strictObject({ k: count, seed, verdict, timeline: z.looseObject({}).nullable() }).nullable(),
  counterexample: counterexample.nullable(),
  replay: z.string(),
  tally,
});

export type CheckedReport = z.output<typeof fuzzReportSchema>;
