import type { DelaySite } from '../cluster/delay-sites.ts';
import type { DelayRow, SiteCalibration, SumCalibration } from './calibration.ts';
import { lateIsWorse } from './calibration.ts';
import { byDefault, KnownDelays, tablesOf } from './fit.ts';
import { ascending, describeSupport, quantileOf } from './order-statistics.ts';
import { lawful, type QuantileTable, rounded } from './quantile-table.ts';
import type { Repetition } from './repetition.ts';
import { sumCalibration } from './sums.ts';

/**
 * The first two sums: DELETE sent until its answer, and until a watch showed it. Both begin with the write, and either may come first;
 * the write is over before the earlier one. What is left of each is the answer's way and the watch's.
 */

export interface Writes {
  readonly sites: ReadonlyMap<DelaySite, SiteCalibration>;
  readonly sums: readonly SumCalibration[];
  /** One for each repetition. */
  readonly rows: readonly DelayRow[];
}

/** Share of the earlier of the two that is the way back from the commit; nothing identifies it. */
const WAY_BACK = 0.15;

/** Sites whose watch is taken to be like the recorder's, as the kubelet's is: nothing else shows them. */
const LIKE_RECORDER: readonly DelaySite[] = [
  'watch.endpointSliceController',
  'watch.replicaSetController',
  'watch.scheduler',
  'watch.deploymentController',
  'watch.disruptionController',
  'watch.router',
];

interface Pair {
  readonly index: number;
  readonly answered: number;
  readonly seen: number;
}

export function fitWrites(repetitions: readonly Repetition[], confidence: number): Writes | null {
  const pairs = repetitions.flatMap(({ scenario, observation }, index): readonly Pair[] =>
    scenario.action.type === 'deletePod'
      ? observation.pods.flatMap(({ moments: { terminatingMs: seen, deleteAnsweredMs: answered } }) =>
          seen === undefined || answered === undefined ? [] : [{ index, answered, seen }],
        )
      : [],
  );
  if (pairs.length < 2) return fitPatches(repetitions, confidence);
  const earlier = pairs.map(({ answered, seen }) => Math.min(answered, seen));
  const write = earlier.map((ms) => ms * (1 - WAY_BACK));
  const watch = pairs.map(({ seen }, k) => seen - write[k]!);
  const answer = pairs.map(({ answered }, k) => answered - write[k]!);
  const sites = new Map<DelaySite, SiteCalibration>();
  sites.set(
    'apiServer.write',
    site(
      'apiServer.write',
      write,
      confidence,
      'DELETE sent until it was answered or seen, whichever came first',
    ),
  );
  sites.set(
    'apiServer.response',
    site('apiServer.response', answer, confidence, 'DELETE sent until it was answered, less the write'),
  );
  const own = site(
    'watch.kubelet',
    watch,
    confidence,
    'DELETE sent until the recorder saw the deletion, less the write',
  );
  sites.set('watch.kubelet', own);
  const { optimistic: pessimistic, pessimistic: optimistic } = own;
  const assumed = `${SPLIT}; every client sees Pods as the recorder does`;
  for (const each of LIKE_RECORDER) sites.set(each, { ...own, optimistic, pessimistic, assumed });
  sites.set('kubelet.statusManager', statusLike(write, confidence));
  const sums = [
    sumCalibration(
      'answer',
      'DELETE sent until it was answered',
      ['apiServer.write', 'apiServer.response'],
      pairs.map(({ answered }) => answered),
      confidence,
    ),
    sumCalibration(
      'deletion seen',
      'DELETE sent until the recorder saw the deletion',
      ['apiServer.write', 'recorder'],
      pairs.map(({ seen }) => seen),
      confidence,
    ),
  ];
  return { sites, sums, rows: rowsOf(repetitions.length, pairs, write, answer, watch) };
}

/** Of rollouts the answer to the PATCH alone is seen: its way back is taken for the same share of it. */
function fitPatches(repetitions: readonly Repetition[], confidence: number): Writes | null {
  const answers = repetitions.map(({ observation }) => observation.patchAnsweredMs);
  const known = answers.filter((ms) => ms !== undefined);
  if (known.length < 2) return null;
  const span = 'PATCH sent until it was answered';
  const write = known.map((ms) => ms * (1 - WAY_BACK));
  const back = known.map((ms) => ms * WAY_BACK);
  const sites = new Map<DelaySite, SiteCalibration>([
    ['apiServer.write', site('apiServer.write', write, confidence, span)],
    ['apiServer.response', site('apiServer.response', back, confidence, span)],
    ['kubelet.statusManager', statusLike(write, confidence)],
  ]);
  const sums = [sumCalibration('answer', span, ['apiServer.write', 'apiServer.response'], known, confidence)];
  const rows = answers.map(
    (ms): DelayRow =>
      ms === undefined
        ? {}
        : { 'apiServer.write': rounded(ms * (1 - WAY_BACK)), 'apiServer.response': rounded(ms * WAY_BACK) },
  );
  return { sites, sums, rows };
}

const SPLIT = `${WAY_BACK * 100} % of the earlier of the two is the way back, the rest the write`;

function site(name: DelaySite, values: readonly number[], confidence: number, span: string): SiteCalibration {
  const { middle, low, high } = tablesOf(
    name,
    { values, known: [], confidence, uncertaintyMs: 0 },
    new KnownDelays(false),
  );
  const [optimistic, pessimistic] = lateIsWorse(name) ? [low, high] : [high, low];
  return {
    n: values.length,
    source: `recordings: ${span}`,
    method: 'a sum that is seen, split in each repetition',
    confidence: 'estimate',
    assumed: SPLIT,
    supported: describeSupport(ascending(values), confidence),
    estimate: middle,
    optimistic,
    pessimistic,
  };
}

/** A status patch is a read and a write: nothing shows it by itself, but it cannot stay where it was when every write is slower. */
function statusLike(write: readonly number[], confidence: number): SiteCalibration {
  const measured = quantileOf(ascending(write), 0.5) / byDefault('apiServer.write')(0.5);
  const factor = rounded(Math.min(50, Math.max(0.5, measured)));
  const own = byDefault('kubelet.statusManager');
  const rows = [0, 0.25, 0.5, 0.75, 0.9, 0.98, 1].map((p) => [p, own(p) * factor] as const);
  const table: QuantileTable = lawful(rows);
  return {
    n: write.length,
    source: 'recordings: the writes',
    method: `the default, ${factor} times as long, as the median of the writes is`,
    confidence: 'estimate',
    assumed: 'a status patch takes what a write takes, in proportion',
    supported: `its own quantiles: none at ${Number((confidence * 100).toPrecision(4))} %`,
    estimate: table,
    optimistic: table,
    pessimistic: table,
  };
}

function rowsOf(
  count: number,
  pairs: readonly Pair[],
  write: readonly number[],
  answer: readonly number[],
  watch: readonly number[],
): readonly DelayRow[] {
  const rows: DelayRow[] = Array.from({ length: count }, () => ({}));
  pairs.forEach(({ index }, k) => {
    const seen = Object.fromEntries(
      ['watch.kubelet', ...LIKE_RECORDER].map((each) => [each, rounded(watch[k]!)]),
    );
    rows[index] = {
      'apiServer.write': rounded(write[k]!),
      'apiServer.response': rounded(answer[k]!),
      ...seen,
    };
  });
  return rows;
}
