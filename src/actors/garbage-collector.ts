import { SITE } from '../cluster/delay-sites.ts';
import { type PodObserved, T } from '../cluster/events.ts';
import type { SetObject, SetObserved } from '../cluster/sets.ts';
import { keyOfObject, type PodObject, requestKey, Transition } from '../cluster/state.ts';
import type {
  Cascade,
  DeploymentObject,
  DeploymentObserved,
  ReplicaSetObject,
  ReplicaSetObserved,
} from '../cluster/workloads.ts';
import type { World } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, put } from '../kernel/event.ts';
import type { Micros } from '../kernel/time.ts';
import {
  newTokenBucket,
  type TokenBucket,
  type TokenBucketLimits,
  takeToken,
} from '../rules/machinery/rate-limiters.ts';
import { defineActor } from './define-actor.ts';
import { API, cellsOf, GARBAGE_COLLECTOR } from './protocol.ts';
import { actor, type Registration } from './roster.ts';
import type { SteadyState } from './steady-state.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * Deletes what a deleted object owned, in no order, with no grace of its own and past every budget: of a Deployment its ReplicaSets, and
 * of each of them its Pods. Each costs a read and a DELETE.
 * Source: pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem
 */

export interface GarbageCollectorCells {
  readonly pod: PodObject;
  readonly replicaSet: ReplicaSetObject;
  readonly deployment: DeploymentObject;
  readonly set: SetObject;
  readonly client: TokenBucket | null;
}

const CELL = cellsOf<'garbage-collector', GarbageCollectorCells>('garbage-collector');

/** Twice the controller manager's rate, with its burst. Source: cmd/kube-controller-manager/app/core.go startGarbageCollectorController */
const CLIENT: TokenBucketLimits = { qps: 40, burst: 30 };
const REQUESTS_EACH = 2;

/** Whether what it owns follows it. */
function takesAlong(owner: { readonly deleted: Cascade | null } | undefined): boolean {
  return owner !== undefined && owner.deleted !== null && owner.deleted !== 'orphan';
}

class Requests {
  private bucket: TokenBucket;

  constructor(private readonly ctx: Ctx) {
    this.bucket = ctx.cell(CELL.client, 0) ?? newTokenBucket(CLIENT, ctx.now);
  }

  /** How long the DELETE of one more waits. */
  next(): Micros {
    let wait = 0;
    for (let request = 0; request < REQUESTS_EACH; request++) {
      const taken = takeToken(this.bucket, CLIENT, this.ctx.now);
      this.bucket = taken.bucket;
      wait = taken.waitUs;
    }
    return wait;
  }

  kept(): Effect {
    return put(CELL.client, 0, this.bucket);
  }
}

function deletesPods(ctx: Ctx, isOwned: (pod: PodObject) => boolean): readonly Effect[] {
  const requests = new Requests(ctx);
  const effects: Effect[] = [];
  for (const pod of ctx.all(CELL.pod)) {
    if (pod === undefined || pod.gone || pod.deletionTimestamp !== null || !isOwned(pod)) continue;
    effects.push(deletesPod(ctx, pod, requests.next()));
  }
  return [...effects, requests.kept()];
}

function deletesPod(ctx: Ctx, { index }: PodObject, delay: Micros): Effect {
  return after({
    type: T.deletePod,
    actor: ctx.self.wiring.apiServer,
    kind: API.pod,
    object: index,
    about: index,
    data: { gracePeriodSeconds: null },
    delay,
    site: SITE['apiServer.write'],
    transition: Transition.terminating,
  });
}

/** A Pod that was made while its owner went goes, too. */
const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (_, event, ctx) => {
  const { pod } = event.data;
  const owner =
    pod.member === null ? ctx.cell(CELL.replicaSet, pod.replicaSet) : ctx.cell(CELL.set, pod.member.set);
  if (pod.gone || pod.deletionTimestamp !== null || !takesAlong(owner)) return [pod, NO_EFFECTS];
  const requests = new Requests(ctx);
  return [pod, [deletesPod(ctx, pod, requests.next()), requests.kept()]];
};

const replicaSetObserved: Reducer<ReplicaSetObject | undefined, ReplicaSetObserved, Self> = (
  before,
  event,
  ctx,
) => {
  const { replicaSet } = event.data;
  if (takesAlong(replicaSet) && !takesAlong(before))
    return [replicaSet, deletesPods(ctx, (pod) => pod.replicaSet === replicaSet.index)];
  const owner = ctx.cell(CELL.deployment, replicaSet.deployment);
  if (replicaSet.deleted !== null || !takesAlong(owner)) return [replicaSet, NO_EFFECTS];
  return [replicaSet, deletesReplicaSets(ctx, [replicaSet])];
};

function deletesReplicaSets(ctx: Ctx, owned: readonly ReplicaSetObject[]): readonly Effect[] {
  const requests = new Requests(ctx);
  const effects = owned.map(({ index, name }) =>
    after({
      type: T.deleteReplicaSet,
      actor: ctx.self.wiring.apiServer,
      kind: API.replicaSet,
      object: index,
      about: -1,
      data: { replicaSet: index, cascade: 'background' },
      delay: requests.next(),
      site: SITE['apiServer.write'],
      transition: keyOfObject(requestKey('delete', 0), name),
    }),
  );
  return [...effects, requests.kept()];
}

const deploymentObserved: Reducer<DeploymentObject | undefined, DeploymentObserved, Self> = (
  before,
  event,
  ctx,
) => {
  const { deployment } = event.data;
  if (!takesAlong(deployment) || takesAlong(before)) return [deployment, NO_EFFECTS];
  const owned = ctx
    .all(CELL.replicaSet)
    .filter((each) => each?.deployment === deployment.index && each.deleted === null);
  return [deployment, deletesReplicaSets(ctx, owned as readonly ReplicaSetObject[])];
};

const setObserved: Reducer<SetObject | undefined, SetObserved, Self> = (before, event, ctx) => {
  const { set } = event.data;
  if (!takesAlong(set) || takesAlong(before)) return [set, NO_EFFECTS];
  return [set, deletesPods(ctx, ({ member }) => member?.set === set.index)];
};

const garbageCollector = defineActor<'garbage-collector', GarbageCollectorCells>('garbage-collector', {
  pod: { podObserved },
  replicaSet: { replicaSetObserved },
  deployment: { deploymentObserved },
  set: { setObserved },
  client: {},
});

/** It takes part where something that owns anything is deleted. */
export function garbageCollectors(
  { actions, sets, cronJobs }: World,
  { pods, replicaSets, deployments, sets: objects }: SteadyState,
): readonly Registration[] {
  const deletes =
    actions.some(
      (action) =>
        action.type === 'deleteReplicaSet' || ('change' in action && action.change.deleted !== undefined),
    ) ||
    cronJobs.some(({ concurrencyPolicy }) => concurrencyPolicy === 'Replace') ||
    sets.some((set) => set.kind === 'Job' && set.ttlSecondsAfterFinished !== null);
  if (!deletes) return [];
  // Its watches are the controller manager's, as the ReplicaSet controller's are.
  const site = 'watch.replicaSetController';
  return [
    actor(
      garbageCollector,
      { pod: pods, replicaSet: replicaSets, deployment: deployments, set: objects, client: [null] },
      {
        watches: {
          pods: { cell: GARBAGE_COLLECTOR.pod, site },
          replicaSets: { cell: GARBAGE_COLLECTOR.replicaSet, site },
          deployments: { cell: GARBAGE_COLLECTOR.deployment, site },
          sets: { cell: GARBAGE_COLLECTOR.set, site },
        },
      },
    ),
  ];
}
