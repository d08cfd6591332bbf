import type { DelaySite } from '../cluster/delay-sites.ts';
import { type Distribution, RANGE } from '../kernel/distribution.ts';
import { hash32 } from '../kernel/draws.ts';
import { delayOf, rowOf } from '../scenario/delays.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type DelayInput, toDistribution } from '../schema/delay-input.ts';
import { valueAt } from './quantile-table.ts';

/** What a recorder's own connections add to what it sees. Draws of its own: recording a run leaves the run as it was. */
export class RecorderView {
  private readonly pods: Distribution;
  private readonly answers: Distribution;
  private readonly last = new Map<string, number>();

  constructor(
    private readonly scenario: Scenario,
    private readonly seed: number,
    watch: DelayInput | undefined,
  ) {
    this.pods = watch === undefined ? this.distribution('watch.kubelet') : toDistribution(watch);
    this.answers = this.distribution('apiServer.response');
  }

  /** When one of its watches shows what was committed at `atMs`: a watch keeps its order. */
  seenMs(watch: 'pods' | 'endpointslices' | 'events', atMs: number, key: number): number {
    const delay =
      watch === 'events'
        ? eventDelayMs(this.share(EVENTS, key))
        : valueAt(this.pods, this.share(watch === 'pods' ? PODS : SLICES, key));
    const seen = Math.max(this.last.get(watch) ?? Number.NEGATIVE_INFINITY, atMs + delay);
    this.last.set(watch, seen);
    return seen;
  }

  /** When the client has the answer to a request that was committed at `atMs`. */
  answeredMs(atMs: number, key: number): number {
    return atMs + valueAt(this.answers, this.share(ANSWERS, key));
  }

  /** In [0, 1): for what a recorder loses, and for whom a probe meets. */
  share(stream: number, key: number): number {
    return hash32(this.seed, RECORDER, stream, key) / RANGE;
  }

  private distribution(site: DelaySite): Distribution {
    const { settings } = this.scenario;
    return toDistribution(
      settings.delays[site] ?? rowOf(settings, this.seed)[site] ?? delayOf(settings, site),
    );
  }
}

/** Apart from every site of a run. */
const RECORDER = -77;
const PODS = 0;
const SLICES = 1;
const EVENTS = 2;
const ANSWERS = 3;
export const LOST = 4;
export const PROBES = 5;
export const SKEW = 6;

/** From an Event's making until a watch shows it: median 10 ms, p95 38, most 68 (n = 183, one quiet node of Kubernetes 1.36.2). */
const EVENT_DELAY = toDistribution({
  quantiles: [
    [0, '3ms'],
    [0.5, '10ms'],
    [0.95, '38ms'],
    [1, '68ms'],
  ],
});

function eventDelayMs(share: number): number {
  return valueAt(EVENT_DELAY, share);
}
