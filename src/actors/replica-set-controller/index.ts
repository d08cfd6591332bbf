import { SITE } from '../../cluster/delay-sites.ts';
import {
  type CreatePod,
  type DeleteAnswered,
  type DeletePod,
  type PodObserved,
  type ReplicaSetOwner,
  T,
} from '../../cluster/events.ts';
import { keyOfObject, type PodObject, requestKey, Transition, transitionOf } from '../../cluster/state.ts';
import type {
  PatchReplicaSetStatus,
  ReplicaSetObject,
  ReplicaSetObserved,
  ReplicaSetStatus,
} from '../../cluster/workloads.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, type Effect, NO_EFFECTS, type Outbox, put } from '../../kernel/event.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { isPodActive } from '../../rules/apps/pods-to-delete.ts';
import {
  availabilityRecheckUs,
  calculateReplicaSetStatus,
  isPodTerminating,
} from '../../rules/apps/replica-set-status.ts';
import { manageReplicasDiff, nextSlowStartBatch } from '../../rules/apps/slow-start-batch.ts';
import { sameStatus } from '../api-server/workloads.ts';
import { defineActor } from '../define-actor.ts';
import { moved } from '../members.ts';
import { API } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { victims } from './victims.ts';
import {
  CELL,
  changedWork,
  done,
  enqueue,
  idleReplicaSet,
  podsOf,
  type ReplicaSetCells,
  type ReplicaSetWork,
  Requests,
  workOf,
} from './work.ts';

/**
 * Keeps the number of active Pods of each ReplicaSet. A terminating Pod is not active, so its replacement is made as soon
 * as the deletionTimestamp is seen; and nothing more is made or deleted until everything that was asked for has been seen.
 * Source: pkg/controller/replicaset/replica_set.go syncReplicaSet, manageReplicas
 */

const RECHECK = 0;

const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (cached, event, ctx) => {
  const { pod } = event.data;
  const { replicaSet } = pod;
  const transition = transitionOf(cached, pod);
  const work = workOf(ctx, replicaSet);
  const effects = moved(ctx, CELL.members, replicaSet, pod.index, { was: isThere(cached), is: !pod.gone });
  let next = enqueue(ctx, replicaSet, seen(work, pod, transition), pod.index, transition, effects);
  // Up to 1.33 a Pod that became Ready is looked at again by itself, one second late.
  const { minReadySeconds } = ctx.cell(CELL.object, replicaSet) ?? { minReadySeconds: 0 };
  if (transition === Transition.ready && minReadySeconds > 0 && ctx.self.world.minor < 34) {
    next = recheck(ctx, replicaSet, next, (minReadySeconds + 1) * MICROS_PER_SECOND, effects);
  }
  if (next !== work) effects.push(put(CELL.replicaSet, replicaSet, next));
  return [pod, effects];
};

function isThere(pod: PodObject | undefined): boolean {
  return pod !== undefined && !pod.gone;
}

/** Takes off what was expected and has now been seen. */
function seen(work: ReplicaSetWork, pod: PodObject, transition: Transition): ReplicaSetWork {
  if (transition === Transition.created && work.expectedCreates > 0) {
    return changedWork(work, { expectedCreates: work.expectedCreates - 1 });
  }
  if (pod.deletionTimestamp === null && !pod.gone) return work;
  return withoutExpectedDelete(work, pod.index);
}

function withoutExpectedDelete(work: ReplicaSetWork, pod: number): ReplicaSetWork {
  if (!work.expectedDeletes.includes(pod)) return work;
  return changedWork(work, { expectedDeletes: work.expectedDeletes.filter((other) => other !== pod) });
}

const replicaSetObserved: Reducer<ReplicaSetObject | undefined, ReplicaSetObserved, Self> = (
  _,
  event,
  ctx,
) => {
  const { replicaSet } = event.data;
  const { index } = replicaSet;
  const effects: Effect[] = [];
  const work = workOf(ctx, index);
  const next = enqueue(ctx, index, work, event.about, event.transition, effects);
  effects.push(put(CELL.replicaSet, index, next));
  return [replicaSet, effects];
};

const replicaSetEnqueued: Reducer<ReplicaSetWork, null, Self> = (work, event, ctx) => {
  const effects: Effect[] = [];
  const due: ReplicaSetWork = changedWork(work, { recheckAt: null });
  return [enqueue(ctx, event.object, due, event.about, event.transition, effects), effects];
};

/** Lets the key come back after `wait`, unless it does so sooner already. */
function recheck(
  ctx: Ctx,
  replicaSet: number,
  work: ReplicaSetWork,
  wait: Micros,
  outbox: Outbox,
): ReplicaSetWork {
  const at = ctx.now + wait;
  if (work.recheckAt !== null && work.recheckAt <= at) return work;
  const { reason, transition } = work;
  outbox.push(
    arm({
      timer: RECHECK,
      type: T.replicaSetEnqueued,
      actor: ctx.actor,
      kind: CELL.replicaSet,
      object: replicaSet,
      about: reason,
      data: null,
      delay: wait,
      transition,
    }),
  );
  return changedWork(work, { recheckAt: at });
}

const replicaSetSynced: Reducer<ReplicaSetWork, null, Self> = (work, event, ctx) => {
  const replicaSet = event.object;
  const object = ctx.cell(CELL.object, replicaSet);
  const effects: Effect[] = [];
  if (object === undefined || object.deleted !== null)
    return [changedWork(work, { stage: 'idle' }), NO_EFFECTS];
  const pods = podsOf(ctx, replicaSet);
  const active = pods.filter(isPodActive);
  const satisfied = work.expectedCreates === 0 && work.expectedDeletes.length === 0;
  const diff = satisfied ? manageReplicasDiff(object.replicas, active.length) : 0;
  const found = statusOf(ctx, object, active, pods);
  const counted: ReplicaSetWork = changedWork(rechecked(ctx, object, active, found, work, effects), {
    status: found,
  });
  if (diff > 0) {
    const start: ReplicaSetWork = changedWork(counted, {
      stage: 'creating',
      expectedCreates: diff,
      batch: 0,
      remaining: diff,
    });
    return [createBatch(ctx, object, start, effects), effects];
  }
  if (diff < 0) return [deletePods(ctx, object, active, -diff, counted, effects), effects];
  return [writeStatus(ctx, replicaSet, counted, work.reason, event.transition, effects), effects];
};

const NO_LABELS = {};

function statusOf(
  ctx: Ctx,
  object: ReplicaSetObject,
  active: readonly PodObject[],
  pods: readonly PodObject[],
): ReplicaSetStatus {
  const { minor } = ctx.self.world;
  const template = { minReadySeconds: object.minReadySeconds, templateLabels: NO_LABELS };
  const terminating = pods.filter(isPodTerminating);
  const counts = calculateReplicaSetStatus(active.map(availabilityOf), terminating, template, ctx.now, minor);
  const { replicas, readyReplicas, availableReplicas, terminatingReplicas } = counts;
  return {
    replicas,
    readyReplicas,
    availableReplicas,
    terminatingReplicas,
    observedGeneration: object.generation,
  };
}

function availabilityOf({ ready, readyAt }: PodObject) {
  const readyLastTransitionUs = Math.floor(readyAt / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  return { ready, readyLastTransitionUs, labels: NO_LABELS };
}

function rechecked(
  ctx: Ctx,
  object: ReplicaSetObject,
  active: readonly PodObject[],
  status: ReplicaSetStatus,
  work: ReplicaSetWork,
  outbox: Outbox,
): ReplicaSetWork {
  const { minReadySeconds, replicas, index } = object;
  if (minReadySeconds === 0) return work;
  const pods = active.map(availabilityOf);
  const { minor } = ctx.self.world;
  const wait = availabilityRecheckUs(status, replicas, pods, minReadySeconds, ctx.now, minor);
  return wait === null ? work : recheck(ctx, index, work, wait, outbox);
}

/** Creates go in batches of 1, 2, 4 …; each waits for the answers of the one before. */
function createBatch(
  ctx: Ctx,
  { index, name, template, deployment }: ReplicaSetObject,
  work: ReplicaSetWork,
  outbox: Outbox,
): ReplicaSetWork {
  const batch = nextSlowStartBatch(work.batch, work.remaining);
  let { nextOrdinal } = work;
  const requests = new Requests(ctx);
  const owner: ReplicaSetOwner = { index, name, deployment };
  for (let count = 0; count < batch; count++) {
    const wait = requests.next();
    const data: CreatePod = { name: `${name}-${nextOrdinal++}`, template, owner, member: null };
    const transition = keyOfObject(Transition.created, data.name);
    const to = ctx.self.wiring.apiServer;
    const site = SITE['apiServer.write'];
    const { reason } = work;
    outbox.push(
      after({
        type: T.createPod,
        actor: to,
        kind: API.counters,
        object: 0,
        about: reason,
        data,
        delay: wait,
        site,
        transition,
      }),
    );
  }
  outbox.push(requests.kept());
  return changedWork(work, { batch, unanswered: batch, remaining: work.remaining - batch, nextOrdinal });
}

/** Deletes of one sync go all at once. */
function deletePods(
  ctx: Ctx,
  object: ReplicaSetObject,
  active: readonly PodObject[],
  count: number,
  work: ReplicaSetWork,
  outbox: Outbox,
): ReplicaSetWork {
  const chosen = victims(ctx, object, active, count);
  const requests = new Requests(ctx);
  const data: DeletePod = { gracePeriodSeconds: null, replicaSet: object.index };
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  for (const { index } of chosen) {
    const wait = requests.next();
    outbox.push(
      after({
        type: T.deletePod,
        actor: to,
        kind: API.pod,
        object: index,
        about: index,
        data,
        delay: wait,
        site,
        transition: Transition.terminating,
      }),
    );
  }
  outbox.push(requests.kept());
  const expectedDeletes = chosen.map(({ index }) => index);
  return changedWork(work, { stage: 'deleting', expectedDeletes, unanswered: chosen.length });
}

/** The Event that tells of a Pod's creation or deletion takes a token, too. */
function takeEventToken(ctx: Ctx, outbox: Outbox): void {
  const requests = new Requests(ctx);
  requests.next();
  outbox.push(requests.kept());
}

const createAnswered: Reducer<ReplicaSetWork, null, Self> = (work, answer, ctx) => {
  const unanswered = work.unanswered - 1;
  const replicaSet = answer.object;
  const effects: Effect[] = [];
  takeEventToken(ctx, effects);
  if (unanswered > 0) return [changedWork(work, { unanswered }), effects];
  if (work.remaining > 0) {
    const object = ctx.cell(CELL.object, replicaSet)!;
    return [createBatch(ctx, object, work, effects), effects];
  }
  const next = changedWork(work, { unanswered });
  return [writeStatus(ctx, replicaSet, next, answer.about, Transition.created, effects), effects];
};

const deleteAnswered: Reducer<ReplicaSetWork, DeleteAnswered, Self> = (work, answer, ctx) => {
  const unanswered = work.unanswered - 1;
  const effects: Effect[] = [];
  takeEventToken(ctx, effects);
  const next = changedWork(work, { unanswered });
  if (unanswered > 0) return [next, effects];
  return [writeStatus(ctx, answer.object, next, answer.about, Transition.terminating, effects), effects];
};

/** Writes the status that the sync found, where it says something new. */
function writeStatus(
  ctx: Ctx,
  replicaSet: number,
  work: ReplicaSetWork,
  about: number,
  transition: number,
  outbox: Outbox,
): ReplicaSetWork {
  const { status } = work;
  const stored = ctx.cell(CELL.object, replicaSet);
  if (
    !ctx.self.world.writesStatus ||
    status === null ||
    stored === undefined ||
    sameStatus(status, stored.status)
  ) {
    return done(ctx, replicaSet, work, about, transition, outbox);
  }
  const requests = new Requests(ctx);
  const wait = requests.next();
  const data: PatchReplicaSetStatus = { status };
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const key = requestKey('replicaSetStatus', transition);
  outbox.push(
    requests.kept(),
    after({
      type: T.patchReplicaSetStatus,
      actor: to,
      kind: API.replicaSet,
      object: replicaSet,
      about,
      data,
      delay: wait,
      site,
      transition: key,
    }),
  );
  return changedWork(work, { stage: 'writing' });
}

const replicaSetStatusAnswered: Reducer<ReplicaSetWork, null, Self> = (work, answer, ctx) => {
  const effects: Effect[] = [];
  const { object, about, transition } = answer;
  return [done(ctx, object, work, about, transition, effects), effects];
};

export { idleReplicaSet };

export const replicaSetController = defineActor<'replicaset-controller', ReplicaSetCells>(
  'replicaset-controller',
  {
    pod: { podObserved },
    replicaSet: {
      replicaSetEnqueued,
      replicaSetSynced,
      createAnswered,
      deleteAnswered,
      replicaSetStatusAnswered,
    },
    client: {},
    object: { replicaSetObserved },
    members: {},
  },
);
