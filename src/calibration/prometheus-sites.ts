import type { DelaySite } from '../cluster/delay-sites.ts';
import type { Calibration, ModeCount, SiteCalibration } from './calibration.ts';
import { lateIsWorse } from './calibration.ts';
import { highestSupported } from './order-statistics.ts';
import { type Histogram, type Scrape, seriesKey } from './prometheus.ts';
import { type QuantileTable, rounded, tableProbabilities } from './quantile-table.ts';

/** Which histogram tells of which delay site, under the names of all versions. */

interface Source {
  readonly site: DelaySite;
  readonly metrics: readonly string[];
  readonly holds: (labels: Readonly<Record<string, string>>) => boolean;
  readonly confidence: SiteCalibration['confidence'];
  readonly assumed: string;
}

const all = () => true;

/** In the order of preference: the first that a scrape has gives the site. */
const SOURCES: readonly Source[] = [
  {
    site: 'apiServer.write',
    metrics: [
      'apiserver_request_duration_seconds',
      'apiserver_request_sli_duration_seconds',
      'apiserver_request_slo_duration_seconds',
    ],
    holds: ({ verb, resource, subresource = '' }) =>
      verb === 'DELETE' && resource === 'pods' && subresource === '',
    confidence: 'estimate',
    assumed: "users' DELETEs and the kubelets' final ones, of all Pods; the answer's way is in it",
  },
  {
    site: 'apiServer.write',
    metrics: ['rest_client_request_duration_seconds'],
    holds: ({ verb }) => verb === 'PUT' || verb === 'PATCH' || verb === 'DELETE',
    confidence: 'estimate',
    assumed: 'all writes of one client, with their way there and back',
  },
  {
    site: 'kubeProxy.sync',
    metrics: [
      'kubeproxy_sync_partial_proxy_rules_duration_seconds',
      'kubeproxy_sync_proxy_rules_duration_seconds',
    ],
    holds: all,
    confidence: 'estimate',
    assumed:
      'the kernel changes at the end of the sync; syncs of all Services and both families, failed ones, too',
  },
  {
    site: 'endpointSliceController.sync',
    metrics: ['workqueue_queue_duration_seconds'],
    holds: ({ name }) => name === 'endpoint_slice',
    confidence: 'estimate',
    assumed: 'the wait in the queue is the whole of it; its buckets are decades',
  },
  {
    site: 'replicaSetController.sync',
    metrics: ['workqueue_queue_duration_seconds'],
    holds: ({ name }) => name === 'replicaset',
    confidence: 'estimate',
    assumed: 'the wait in the queue is the whole of it; its buckets are decades',
  },
  {
    site: 'deploymentController.sync',
    metrics: ['workqueue_queue_duration_seconds'],
    holds: ({ name }) => name === 'deployment',
    confidence: 'estimate',
    assumed: 'the wait in the queue is the whole of it; its buckets are decades',
  },
  {
    site: 'kubelet.plegRelist',
    metrics: ['kubelet_pleg_relist_duration_seconds'],
    holds: all,
    confidence: 'measured',
    assumed: '',
  },
  {
    site: 'kubelet.statusManager',
    metrics: ['kubelet_pod_status_sync_duration_seconds'],
    holds: all,
    confidence: 'measured',
    assumed: '',
  },
  {
    site: 'runtime.stopSandbox',
    metrics: ['kubelet_runtime_operations_duration_seconds'],
    holds: ({ operation_type }) => operation_type === 'stop_podsandbox',
    confidence: 'measured',
    assumed: '',
  },
  {
    site: 'kubelet.probe',
    metrics: ['prober_probe_duration_seconds'],
    holds: ({ probe_type }) => probe_type === undefined || probe_type === 'Readiness',
    confidence: 'measured',
    assumed: '',
  },
  {
    site: 'scheduler.schedule',
    metrics: [
      'scheduler_scheduling_attempt_duration_seconds',
      'scheduler_pod_scheduling_sli_duration_seconds',
    ],
    holds: ({ attempts }) => attempts === undefined || attempts === '1',
    confidence: 'estimate',
    assumed: 'the binding is not in it where only the attempt is',
  },
];

/** They time readiness, never a deletion. */
const ENDS_TO_END = 'kubeproxy_network_programming_duration_seconds';

export interface FromMetrics {
  readonly sites: Calibration['sites'];
  readonly modes: readonly ModeCount[];
  readonly notes: readonly string[];
}

export function fitMetrics(scrapes: readonly Scrape[], confidence: number): FromMetrics {
  const sites: Partial<Record<DelaySite, SiteCalibration>> = {};
  const notes: string[] = [];
  if (scrapes.length === 0) return { sites, modes: [], notes };
  const { histograms, since } = deltas(scrapes);
  for (const source of SOURCES) {
    if (sites[source.site] !== undefined) continue;
    for (const metric of source.metrics) {
      const found = pooled(histograms.filter((each) => each.metric === metric && source.holds(each.labels)));
      if (found === null) continue;
      sites[source.site] = fromHistogram(source, metric, found, since, confidence);
      break;
    }
  }
  const ends = pooled(histograms.filter(({ metric }) => metric === ENDS_TO_END));
  if (ends !== null) notes.push(endToEnd(ends, since));
  const modes = staleSyncs(scrapes);
  if (Object.keys(sites).length === 0 && ends === null)
    notes.push(`No histogram that prestop knows was found in ${scrapes.map(({ name }) => name).join(', ')}.`);
  return { sites, modes, notes };
}

type Buckets = Histogram['buckets'];

/** Of series that two scrapes have, what happened between the first and the last; of one scrape, since its component started. */
function deltas(scrapes: readonly Scrape[]): {
  readonly histograms: readonly Histogram[];
  readonly since: string;
} {
  const bySeries = new Map<string, Histogram[]>();
  for (const { histograms } of ordered(scrapes)) {
    for (const histogram of histograms) {
      const key = `${histogram.metric}\n${seriesKey(histogram.labels)}`;
      const before = bySeries.get(key);
      if (before === undefined) bySeries.set(key, [histogram]);
      else before.push(histogram);
    }
  }
  let compared = false;
  const histograms = [...bySeries.values()].map((series) => {
    const first = series[0]!;
    const last = series[series.length - 1]!;
    if (first === last) return last;
    const earlier = new Map(first.buckets);
    const buckets = last.buckets.map(([edge, count]) => [edge, count - (earlier.get(edge) ?? 0)] as const);
    // A component that started anew counts from 0 again.
    if (buckets.some(([, count]) => count < 0)) return last;
    compared = true;
    return { ...last, buckets };
  });
  return { histograms, since: compared ? 'between two scrapes' : 'since the component started' };
}

function ordered(scrapes: readonly Scrape[]): readonly Scrape[] {
  return scrapes.some(({ atMs }) => atMs === null)
    ? scrapes
    : scrapes.slice().sort((a, b) => a.atMs! - b.atMs!);
}

/** All series together; null where there is none, or nothing was counted. */
function pooled(histograms: readonly Histogram[]): Buckets | null {
  const counts = new Map<number, number>();
  for (const { buckets } of histograms) {
    for (const [edge, count] of buckets) counts.set(edge, (counts.get(edge) ?? 0) + count);
  }
  const sorted = [...counts].sort((a, b) => a[0] - b[0]);
  const total = sorted[sorted.length - 1]?.[1] ?? 0;
  return total > 0 && Number.isFinite(total) ? sorted : null;
}

function fromHistogram(
  { site, confidence: kind, assumed }: Source,
  metric: string,
  buckets: Buckets,
  since: string,
  confidence: number,
): SiteCalibration {
  const n = buckets[buckets.length - 1]![1];
  const { low, high } = twoTables(buckets);
  const [optimistic, pessimistic] = lateIsWorse(site) ? [low, high] : [high, low];
  const supported = highestSupported(Math.min(n, 100_000), confidence);
  const p = supported === null ? 'no quantile' : `p${Number((supported * 100).toPrecision(4))}`;
  return {
    n,
    source: `${metric}, ${since}`,
    method: `a histogram: each value lies anywhere in its bucket, so the two tables are the edges${beyondText(buckets)}`,
    confidence: kind,
    ...(assumed !== '' && { assumed }),
    supported: `${p} by its number of values; a bucket says no more than its edges`,
    optimistic,
    pessimistic,
  };
}

/** What lies in the bucket at infinity has no upper edge: how many there are is said. */
function beyondText(buckets: Buckets): string {
  const total = buckets[buckets.length - 1]![1];
  const finite = buckets.filter(([edge]) => Number.isFinite(edge));
  const [last, within] = finite[finite.length - 1] ?? [0, 0];
  const beyond = total - within;
  return beyond <= 0
    ? ''
    : `; ${beyond} of ${total} lie beyond the last edge (${last} s), where the pessimistic table goes on to twice that`;
}

/** Beyond the largest finite edge a histogram says nothing: the pessimistic table goes on to twice that edge. */
const BEYOND = 2;

/**
 * Every value at the lower edge of its bucket, and every value at the upper one: what the histogram says lies between. Nothing is
 * interpolated. In ms; edges are in seconds.
 */
export function twoTables(buckets: Buckets): { readonly low: QuantileTable; readonly high: QuantileTable } {
  const total = buckets[buckets.length - 1]![1];
  const finite = buckets.filter(([edge]) => Number.isFinite(edge));
  const last = finite[finite.length - 1]?.[0] ?? 0;
  const edgesAt = (p: number): readonly [number, number] => {
    const rank = Math.max(1, Math.ceil(p * total));
    const index = buckets.findIndex(([, count]) => count >= rank);
    const upper = buckets[index]?.[0] ?? Number.POSITIVE_INFINITY;
    const lower = index <= 0 ? 0 : buckets[index - 1]![0];
    return [Math.max(0, lower), Number.isFinite(upper) ? upper : last * BEYOND];
  };
  const probabilities = tableProbabilities(Math.min(total, 10_000));
  const rows = probabilities.map((p) => [p, edgesAt(p)] as const);
  return {
    low: rows.map(([p, [lower]]) => [p, rounded(lower * 1000)] as const),
    high: rows.map(([p, [, upper]]) => [p, rounded(upper * 1000)] as const),
  };
}

function endToEnd(buckets: Buckets, since: string): string {
  const total = buckets[buckets.length - 1]![1];
  const at99 = buckets.find(([, count]) => count >= 0.99 * total)?.[0] ?? Number.POSITIVE_INFINITY;
  const bound = Number.isFinite(at99) ? `at most ${at99} s` : 'beyond its last bucket';
  return (
    `${ENDS_TO_END} (n = ${total}, ${since}): its p99 is ${bound}. It times readiness, never a deletion, from a stamp in whole ` +
    'seconds of another clock; it is a check of the sum, and gives no site.'
  );
}

/** P(stale): a rule of the simulation makes these, so they are counted and never fitted. */
function staleSyncs(scrapes: readonly Scrape[]): readonly ModeCount[] {
  const last = ordered(scrapes).flatMap(({ counters }) =>
    counters.filter(({ metric }) => /^endpoint_slice_controller_syncs(?:_total)?$/.test(metric)),
  );
  const latest = new Map(last.map((counter) => [counter.labels.result ?? '', counter.value]));
  const of = [...latest.values()].reduce((sum, value) => sum + value, 0);
  return of > 0 ? [{ mode: 'staleSlice', count: latest.get('stale') ?? 0, of }] : [];
}
