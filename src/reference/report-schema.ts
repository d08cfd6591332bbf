import { fuzzReportSchema } from '../schema/fuzz-report.ts';
import * as z from '../schema/zod.ts';

/** What `prestop check --json` prints. Fields are added within a version, and none is taken away or changes its meaning. */

/** The version of the report's form, in its field `schemaVersion`. */
export const REPORT_VERSION = 1;

const count = z.int().min(0);
const outcome = z.enum(['safe', 'unsafe', 'notJudged', 'partial']);

const campaign = {
  runs: count.meta({ description: 'Runs that were made.' }),
  failures: count.meta({ description: 'Runs that were not safe, those that were not judged included.' }),
  notJudged: count.meta({ description: 'Runs that were not judged.' }),
  complete: z.boolean().meta({ description: 'Whether all runs that were asked for were made.' }),
  claim: z.string().meta({ description: 'What follows from the runs, in a sentence.' }),
  failureRate: z.looseObject({ estimate: z.number(), upper95: z.number() }),
  requiredPreStopMs: z.looseObject({}).nullable().meta({
    description:
      'Quantiles of the smallest preStop with which a run would have been safe, in ms; null counts as infinite.',
  }),
  worst: z
    .looseObject({ seed: z.int(), verdict: z.looseObject({ safe: z.boolean() }) })
    .nullable()
    .meta({ description: 'The run that came off worst: its seed, its verdict, its timeline.' }),
  replayCommand: z.string().nullable().meta({ description: 'The command that repeats the worst run.' }),
};

const workload = z.looseObject({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  stop: z.string().meta({ description: 'What was done to it.' }),
  outcome,
  ...campaign,
});

const common = {
  schemaVersion: z.literal(REPORT_VERSION),
  safe: z.boolean().meta({ description: 'Whether every run of everything was safe.' }),
  partial: z.boolean().meta({ description: 'Whether runs are missing.' }),
  assumptions: z.array(z.string()).meta({ description: 'What the answer rests on.' }),
};

const byWorkload = z.looseObject({
  ...common,
  outcome,
  runs: count.meta({ description: 'Runs of each workload.' }),
  workloads: z.array(workload),
  notJudged: z.array(z.looseObject({ name: z.string(), text: z.string() })),
  named: z.array(z.string()),
});

const together = z.looseObject({ ...common, ...campaign, left: z.array(z.string()) });

/** The JSON Schema of the report that `fuzz --out` writes and `merge` takes. */
export function fuzzReportJsonSchema(version: string): object {
  const made = z.toJSONSchema(fuzzReportSchema, { target: 'draft-7', io: 'input' });
  const { $schema, ...rest } = made;
  const $id = `https://unpkg.com/prestop@${version}/dist/prestop.fuzz-report.schema.json`;
  return { $schema, $id, title: 'prestop fuzz --out', ...rest };
}

/** The JSON Schema of that report: by workload, or of a scenario whose actions are given. */
export function reportJsonSchema(version: string): object {
  const made = z.toJSONSchema(z.union([byWorkload, together]), { target: 'draft-7', io: 'input' });
  const { $schema, ...rest } = made;
  const $id = `https://unpkg.com/prestop@${version}/dist/prestop.report.schema.json`;
  return { $schema, $id, title: 'prestop check --json', ...rest };
}
