import {
  type ClusterInput,
  defineScenario,
  type EndpointChange,
  podTimeline,
  type Run,
  type ScenarioInput,
  simulate,
  type TraceEvent,
} from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { barePod, type PodOptions, service } from '../run/manifests.ts';

/** One scenario under two versions. Delays are constant, so that what differs is the version. */

export interface Told {
  readonly manifests: ScenarioInput['manifests'];
  readonly cluster?: Omit<ClusterInput, 'version'>;
  readonly apps?: ScenarioInput['apps'];
  readonly actions?: ScenarioInput['actions'];
  readonly clients?: ScenarioInput['clients'];
  readonly seed?: number;
}

/** The Pod `web`, which nobody replaces, and a Service in front of it. */
export function alone(options: PodOptions = {}) {
  return [barePod(options), service()];
}

/** A process that takes no notice of the stop signal, so that a run shows when SIGKILL comes. */
export const STUBBORN = { onStopSignal: 'ignore' } as const;

export const deleteAt = (pod: string, at: Duration = 0, gracePeriodSeconds?: number) => ({
  type: 'deletePod' as const,
  pod,
  at,
  ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
});

export function inputUnder(minor: number, told: Told): ScenarioInput {
  const { manifests, cluster = {}, apps = {}, actions = [deleteAt('web')], clients = [] } = told;
  return {
    manifests,
    cluster: { nodes: 1, ...cluster, version: `1.${minor}` },
    apps,
    delays: CONSTANT_DELAYS,
    actions,
    clients,
  };
}

export function runUnder(minor: number, told: Told): Run {
  return simulate(defineScenario(inputUnder(minor, told)), { seed: told.seed ?? 0 });
}

/** What happened to one Pod. */
export function storyUnder(minor: number, told: Told, pod = 'web') {
  return podTimeline(runUnder(minor, told), pod);
}

/** The same of the older and of the newer of two neighbouring versions. */
export function bothSides<T>(from: number, look: (minor: number) => T): readonly [before: T, after: T] {
  return [look(from - 1), look(from)];
}

/** When a slice first shows that a Pod is ready. */
export function endpointReadyMs({ trace }: Run, pod: string): number | null {
  const shows = ({ type, data }: TraceEvent) => {
    if (type !== 'writeEndpointSlice') return false;
    const { changes } = data as { readonly changes: readonly EndpointChange[] };
    return changes.some((change) => change.pod === pod && change.to === 'ready');
  };
  return trace.find(shows)?.atMs ?? null;
}
