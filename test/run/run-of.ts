import {
  defineScenario,
  type Run,
  type ScenarioInput,
  simulate,
  type TraceEvent,
  type TraceType,
} from '../../src/index.ts';
import { CONSTANT_DELAYS } from './delays.ts';
import { deployment, service } from './manifests.ts';

/** One run with constant delays: three replicas on three nodes of 1.30, of which the first is deleted; `input` replaces any of it. */
export function runOf(input: Partial<ScenarioInput> = {}, seed = 0): Run {
  const scenario = defineScenario({
    manifests: [deployment(), service()],
    cluster: { version: '1.30', nodes: 3 },
    delays: CONSTANT_DELAYS,
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    ...input,
  });
  return simulate(scenario, { seed });
}

export interface Wanted {
  readonly type: TraceType;
  readonly pod?: string;
  readonly actor?: string;
}

export function eventsOf({ trace }: Run, { type, pod, actor }: Wanted): readonly TraceEvent[] {
  return trace.filter(
    (event) =>
      event.type === type &&
      (pod === undefined || event.pod === pod) &&
      (actor === undefined || event.actor === actor),
  );
}

/** When such things happened, in milliseconds. */
export function momentsOf(run: Run, wanted: Wanted): readonly number[] {
  return eventsOf(run, wanted).map(({ atMs }) => atMs);
}

export const deletion = (pod: string, at = 0, gracePeriodSeconds?: number) => ({
  type: 'deletePod' as const,
  pod,
  at,
  ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
});
