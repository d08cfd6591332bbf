import { formatPath, type Issue, toldIssues } from '../cluster/issue.ts';
import { copyPlain } from '../manifests/limits.ts';
import { issuesOfSchema } from '../scenario/schema-issues.ts';
import { runSeed } from '../scenario/seeds.ts';
import { type CheckedReport, fuzzReportSchema } from '../schema/fuzz-report.ts';
import { rateInterval } from './binomial.ts';
import { ownRuns } from './campaign.ts';
import { claimOf } from './claim.ts';
import { quantilesOf, total } from './quantiles.ts';

/** Whether reports can be believed: their form, that their figures agree with each other, and that they are parts of one whole. */

type Path = readonly (string | number)[];

/** Everything that keeps reports from being merged. A report's place in the list begins each path. */
export function partsIssues(reports: readonly unknown[]): readonly Issue[] {
  if (reports.length === 0) return [issue([], 'there are no reports.', 'Pass the reports of all shards.')];
  const own = reports.flatMap((report, index) => reportIssues(report, [index]));
  return toldIssues(own.length > 0 ? own : togetherIssues(reports as readonly CheckedReport[]));
}

/** Everything that is wrong with one report by itself. */
export function reportIssues(report: unknown, base: Path = []): readonly Issue[] {
  // Whatever it is, it is read once; a getter or a proxy that throws is told like anything else.
  const copy = copyPlain(report);
  if (!copy.ok) {
    const path = [...base, ...copy.path];
    return [issue(path, `${formatPath(path) || 'the report'} ${copy.rule}.`, 'Make the report again.')];
  }
  const parsed = fuzzReportSchema.safeParse(copy.value);
  if (!parsed.success)
    return issuesOfSchema(parsed.error, report, base, { schema: fuzzReportSchema, noun: 'a report' });
  return arithmeticOf(report as CheckedReport)
    .filter(([holds]) => !holds)
    .map(([, path, rule]) =>
      issue([...base, ...path], `${formatPath([...base, ...path])} ${rule}.`, 'Make the report again.'),
    );
}

/** How many shards are not among the reports. */
export function missingShards(reports: readonly Pick<CheckedReport, 'shard'>[]): number {
  return (reports[0]?.shard?.count ?? 1) - new Set(reports.map(({ shard }) => shard?.index ?? 1)).size;
}

type Rule = readonly [holds: boolean, path: Path, rule: string];

/** What the figures of one report have to do with each other. */
function arithmeticOf(report: CheckedReport): readonly Rule[] {
  const { tally, requested, shard, runs, complete, overLimit } = report;
  const { index = 1, count = 1 } = shard ?? {};
  const mine = index <= count ? ownRuns({ runs: requested, shard: { index, count } }) : 0;
  const made = runs + overLimit;
  return [
    [index <= count, ['shard'], `must be a part of the whole; it is ${index} of ${count}`],
    [
      made <= mine,
      ['runs'],
      `must be at most ${mine}, the runs of this shard; with those over a limit it is ${made}`,
    ],
    [
      complete === (made === mine && overLimit === 0),
      ['complete'],
      `must say whether all ${mine} runs were made; it is ${complete}, and ${runs} were`,
    ],
    ...sumsOf(report),
    ...derivedOf(report),
    ...(['worst', 'firstFailure', 'firstOverLimit'] as const).flatMap((name) =>
      seedRules(report, ['tally', name], tally[name]),
    ),
    ...seedRules(report, ['worst'], report.worst),
    [(tally.worst === null) === (runs === 0), ['tally', 'worst'], 'must be a run where any was made'],
    [
      (tally.firstFailure === null) === (tally.failures === 0),
      ['tally', 'firstFailure'],
      'must be a run where any failed',
    ],
    [report.worst?.seed === tally.worst?.seed, ['worst', 'seed'], 'must be the worst of the tally'],
    [
      report.counterexample === null || report.counterexample.seed === tally.firstFailure?.seed,
      ['counterexample', 'seed'],
      'must be that of the first failing run',
    ],
  ];
}

/** Counts that are parts of others. */
function sumsOf({ tally }: CheckedReport): readonly Rule[] {
  const { runs, failures, notJudged, overLimit, firstOverLimit } = tally;
  const { values } = tally.requiredPreStopMs;
  const counted = total(tally.requiredPreStopMs);
  const atMost = (name: 'open' | 'kinds' | 'services' | 'decidedBy' | 'reasons', most: number): Rule[] =>
    Object.entries(tally[name]).map(([key, count]) => [
      // What is called `__proto__` no schema has looked at.
      Number.isSafeInteger(count) && count >= 0 && count <= most,
      ['tally', name, key],
      `must be a whole number from 0 to ${most}; it is ${cut(JSON.stringify(count))}`,
    ]);
  return [
    [failures <= runs, ['tally', 'failures'], `must be at most ${runs}, the runs; it is ${failures}`],
    [
      notJudged <= failures,
      ['tally', 'notJudged'],
      `must be at most ${failures}, the failures; it is ${notJudged}`,
    ],
    [counted === runs, ['tally', 'requiredPreStopMs'], `must count ${runs} runs; it counts ${counted}`],
    [
      values.every(([value], index) => index === 0 || values[index - 1]![0] < value),
      ['tally', 'requiredPreStopMs', 'values'],
      'must ascend',
    ],
    [
      (firstOverLimit === null) === (overLimit === 0),
      ['tally', 'firstOverLimit'],
      'must be a run where any met a limit',
    ],
    ...atMost('open', runs),
    ...atMost('kinds', failures),
    ...atMost('services', failures),
    ...atMost('decidedBy', runs),
    ...atMost('reasons', runs),
  ];
}

/** What is computed from the tally, and so must be what it comes to. */
function derivedOf(report: CheckedReport): readonly Rule[] {
  const { tally } = report;
  const { runs, failures, notJudged, open, kinds, services, decidedBy, reasons, overLimit, firstOverLimit } =
    tally;
  const { estimate, lower, upper } = rateInterval(Math.min(failures, runs), runs, 0.95);
  const derived = {
    runs,
    failures,
    notJudged,
    open,
    kinds,
    services,
    decidedBy,
    reasons,
    overLimit,
    firstOverLimit,
    failureRate: { estimate, lower95: lower, upper95: upper },
    claim: claimOf(Math.min(failures, runs), runs, 0.95, notJudged),
    requiredPreStopMs: quantilesOf(tally.requiredPreStopMs),
  };
  return Object.entries(derived).map(([name, value]) => {
    const [is, should] = [JSON.stringify(Reflect.get(report, name)), JSON.stringify(value)];
    return [is === should, [name], `must be ${cut(should)}, as its tally has it; it is ${cut(is)}`];
  });
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** A run is one of the shard's own, under the seed that its number gives it. */
function seedRules(
  { seed, requested, shard }: CheckedReport,
  path: Path,
  run: { readonly k: number; readonly seed: number } | null,
): readonly Rule[] {
  if (run === null) return [];
  const { index = 1, count = 1 } = shard ?? {};
  return [
    [
      run.k < requested && run.k % count === index - 1,
      [...path, 'k'],
      `must be a run of this shard; it is ${run.k}`,
    ],
    [
      run.seed === runSeed(seed, run.k),
      [...path, 'seed'],
      `must be the seed of run ${run.k}; it is ${run.seed}`,
    ],
  ];
}

/** Parts of one campaign, each of them once. */
function togetherIssues(reports: readonly CheckedReport[]): readonly Issue[] {
  const first = reports[0]!;
  const count = first.shard?.count ?? 1;
  const seen = new Set<number>();
  return reports.flatMap((report, place) => {
    const { campaign, seed, requested, shard } = report;
    if (campaign !== first.campaign || seed !== first.seed || requested !== first.requested) {
      const told = `reports of different campaigns do not merge: ${first.campaign} and ${campaign}.`;
      return [
        issue([place, 'campaign'], told, 'Use the same scenario, runs, seed and vary for every shard.'),
      ];
    }
    if ((shard?.count ?? 1) !== count) {
      const told = `reports of different numbers of shards do not merge: ${count} and ${shard?.count ?? 1}.`;
      return [issue([place, 'shard', 'count'], told, 'Use one count for all.')];
    }
    const index = shard?.index ?? 1;
    const twice = seen.has(index);
    seen.add(index);
    return twice
      ? [issue([place, 'shard', 'index'], `shard ${index}/${count} is there twice.`, 'Leave one out.')]
      : [];
  });
}

function issue(path: Path, message: string, fix: string): Issue {
  return { code: 'invalid', path, message, rule: 'A report says what its runs add up to.', fix };
}
