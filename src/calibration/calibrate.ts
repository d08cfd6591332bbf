import { demand } from '../scenario/arguments.ts';
import { calibrateOptions, readOptions } from '../scenario/options.ts';
import type { Calibration, RouterCalibration, SiteCalibration } from './calibration.ts';
import { dateOf } from './civil-time.ts';
import { clockOffsets } from './clocks.ts';
import { type Fitted, fitRepetitions, notIdentified } from './fit-repetitions.ts';
import { observeRecording } from './observe-recording.ts';
import { ascending, describeSupport } from './order-statistics.ts';
import type { Scrape } from './prometheus.ts';
import { fitMetrics } from './prometheus-sites.ts';
import { tableOf } from './quantile-table.ts';
import { readMeta } from './read-meta.ts';
import type { Recording } from './recording.ts';
import type { Repetition } from './repetition.ts';
import { withoutWay } from './round-trip.ts';
import { SteadyPods } from './steady-pods.ts';

/** Recordings and metrics of a cluster to the delays of a scenario, each with its confidence. */

export interface CalibrateInput {
  readonly recordings?: readonly Recording[];
  /** Dumps of `/metrics`, or answers of Prometheus. Two of one component give what happened between them. */
  readonly scrapes?: readonly Scrape[];
}

/** How sure bounds are to be, and what the router is called. */
export interface CalibrateOptions {
  /** Of each bound; 0.95 by default. */
  readonly confidence?: number;
  /** What was probed, where it is another router than kube-proxy: its lag is fitted from the last answers. */
  readonly router?: string;
}

/** Fits delays to recordings and scrapes of metrics, and says how sure each of them is. */
export function calibrate(input: CalibrateInput, options: CalibrateOptions = {}): Calibration {
  demand('calibrate', 'calibrateInput', input);
  const { recordings = [], scrapes = [] } = input;
  const { confidence, router } = readOptions('calibrate', calibrateOptions, options);
  const { repetitions, notes } = repetitionsOf(recordings);
  const own = router === undefined ? repetitions : repetitions.map(withoutAnswers);
  const fitted: Fitted = fitRepetitions(own, { confidence });
  const metrics = fitMetrics(scrapes, confidence);
  const sites = merged(fitted.sites, metrics.sites);
  return {
    format: 1,
    date: latestDate(recordings, scrapes),
    recordings: recordings.length,
    confidence,
    sites,
    sums: fitted.sums,
    modes: [...fitted.modes, ...metrics.modes],
    notIdentified: notIdentified(sites),
    rows: fitted.rows,
    routers: router === undefined ? [] : routersOf(router, repetitions, confidence),
    clocks: [...clockOffsets(recordings)].map(([node, clock]) => ({ node, ...clock })),
    notes: [...notes, ...cutOffNotes(repetitions), ...fitted.notes, ...metrics.notes],
  };
}

/** Recordings as repetitions; those whose `meta` cannot be read are left out, and told. */
export function repetitionsOf(
  recordings: readonly Recording[],
  nodeSources = false,
): { readonly repetitions: readonly Repetition[]; readonly notes: readonly string[] } {
  demand('repetitionsOf', 'recordings', recordings);
  const clocks = clockOffsets(recordings);
  const repetitions: Repetition[] = [];
  const notes: string[] = [];
  const steady = new SteadyPods();
  for (const recording of recordings) {
    const read = readMeta(recording);
    if (!read.ok) {
      notes.push(`${read.message} It was left out.`);
      continue;
    }
    const { scenario } = read;
    const { rttMs: given, t0Us } = recording.meta;
    const rttMs = typeof given === 'number' && given > 0 ? given : 0;
    const seen = observeRecording(recording, scenario, { nodeSources, clocks });
    steady.take(seen, t0Us);
    const observation = withoutWay(seen, scenario.action.type === 'deletePod' ? rttMs : 0);
    repetitions.push({
      name: recording.name,
      scenario,
      observation: steady.told(observation, recording),
      rttMs,
    });
  }
  return { repetitions, notes };
}

/** What was probed through another router says nothing about kube-proxy. */
function withoutAnswers(repetition: Repetition): Repetition {
  const pods = repetition.observation.pods.map((pod) => {
    const { lastAnswerMs: _last, ...moments } = pod.moments;
    return { ...pod, moments };
  });
  return { ...repetition, observation: { ...repetition.observation, pods } };
}

/** From the slice until the last answer, and on average the gap between two probes more. */
function routersOf(
  name: string,
  repetitions: readonly Repetition[],
  confidence: number,
): readonly RouterCalibration[] {
  const lags = repetitions.flatMap(({ observation }) =>
    observation.pods.flatMap(
      ({ moments: { lastAnswerMs, sliceTerminatingMs }, answerGapMs = 0, answersCutOff }) =>
        lastAnswerMs === undefined || sliceTerminatingMs === undefined || answersCutOff === true
          ? []
          : [Math.max(0, lastAnswerMs + answerGapMs - sliceTerminatingMs)],
    ),
  );
  if (lags.length < 2) return [];
  return [
    {
      name,
      n: lags.length,
      source:
        'recordings: slice seen until the last answer from the deleted Pod, plus endpoints / probes a second',
      supported: describeSupport(ascending(lags), confidence),
      lag: tableOf(lags),
    },
  ];
}

/** A last answer that the Pod's own end cut off says nothing about a router. */
function cutOffNotes(repetitions: readonly Repetition[]): readonly string[] {
  const probed = repetitions.flatMap(({ observation }) =>
    observation.pods.filter(({ moments }) => moments.lastAnswerMs !== undefined),
  );
  const cut = probed.filter(({ answersCutOff }) => answersCutOff === true).length;
  return cut === 0
    ? []
    : [
        `${cut} of ${probed.length} last answers were left out: probes failed after them, so the Pod ended before its rules did. ` +
          'Record with a preStop that is longer than the lag, like sleep 20.',
      ];
}

/** Own repetitions tell one cluster's location and shape; metrics pool all of its Pods, so they only fill gaps. */
function merged(recorded: Calibration['sites'], measured: Calibration['sites']): Calibration['sites'] {
  const sites: Record<string, SiteCalibration> = { ...measured };
  for (const [site, found] of Object.entries(recorded)) {
    const metric = measured[site as keyof typeof measured];
    // A site that the recordings show only by a likeness to another one is better known from its own histogram.
    const guessed = found.method.startsWith('the default,');
    if (metric === undefined || !guessed) sites[site] = found;
  }
  return sites;
}

function latestDate(recordings: readonly Recording[], scrapes: readonly Scrape[]): string | null {
  const stamps = [
    ...recordings.flatMap(({ meta: { t0Us } }) => (typeof t0Us === 'number' ? [t0Us] : [])),
    ...scrapes.flatMap(({ atMs }) => (atMs === null ? [] : [atMs * 1000])),
  ];
  const latest = stamps.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Number.isFinite(latest) ? dateOf(latest) : null;
}
