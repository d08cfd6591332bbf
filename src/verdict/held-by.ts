import type { SetObject } from '../cluster/sets.ts';
import type { DeploymentObject } from '../cluster/workloads.ts';
import type { World } from '../cluster/world.ts';
import type { HeldBy } from './rollout-report.ts';

/** A Pod of the workload, as the fold keeps it. */
export interface HoldingPod {
  readonly name: string;
  readonly node: number;
  readonly state: 'ready' | 'starting' | 'terminating' | 'ended';
  readonly gone: boolean;
}

/** What keeps a rollout from its end when its run ends: what it was told, else the first of its Pods that is not up. */
export function heldBy(
  object: DeploymentObject | SetObject | undefined,
  pods: readonly HoldingPod[],
  world: World,
): HeldBy | null {
  return (object === undefined ? null : told(object, world)) ?? holding(pods);
}

function told(object: DeploymentObject | SetObject, world: World): HeldBy | null {
  if ('templates' in object) {
    const info = world.sets[object.index]!;
    const { updatedReplicas, replicas } = object.status;
    const waits = info.kind !== 'Job' && info.updateStrategy === 'OnDelete' && updatedReplicas < replicas;
    return waits ? { code: 'onDelete' } : null;
  }
  if (object.deleted !== null) return { code: 'deleted' };
  if (object.paused) return { code: 'paused' };
  const { rollout } = object.status;
  if (rollout?.pause.controllerPause !== true) return null;
  return world.deployments[object.index]!.rollout?.type === 'blueGreen'
    ? { code: 'promotion' }
    : { code: 'pauseStep', step: rollout.stepIndex };
}

function holding(pods: readonly HoldingPod[]): HeldBy | null {
  const there = pods.filter(({ gone }) => !gone);
  const unscheduled = there.find(({ node, state }) => node < 0 && state === 'starting');
  if (unscheduled !== undefined) return { code: 'podNotScheduled', pod: unscheduled.name };
  const starting = there.find(({ state }) => state === 'starting');
  if (starting !== undefined) return { code: 'podNotReady', pod: starting.name };
  const stopping = there.find(({ state }) => state === 'terminating');
  return stopping === undefined ? null : { code: 'podNotGone', pod: stopping.name };
}
