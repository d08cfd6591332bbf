import { SITE } from '../cluster/delay-sites.ts';
import { type CreatePod, type PodObserved, T } from '../cluster/events.ts';
import { type PodObject, Transition, transitionOf } from '../cluster/state.ts';
import type { Behaviour, Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, put } from '../kernel/event.ts';
import { isPodActive } from '../rules/pods-to-delete.ts';
import { manageReplicasDiff, nextSlowStartBatch } from '../rules/slow-start-batch.ts';
import { API, REPLICA_SET_CONTROLLER as CELL } from './cell-kinds.ts';
import { type Client, request } from './client.ts';
import { table } from './table.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * Keeps the number of active Pods of each ReplicaSet. A terminating Pod is not active, so its replacement is made as soon
 * as the deletionTimestamp is seen; and nothing more is made until everything that was asked for has been seen.
 */

export interface ReplicaSetWork {
  readonly stage: 'idle' | 'queued' | 'creating';
  readonly dirty: boolean;
  /** Creates that were asked for and not seen yet. */
  readonly expectedCreates: number;
  /** Size of the batch that is under way, how many of its answers are still out, and how many creates follow it. */
  readonly batch: number;
  readonly unanswered: number;
  readonly remaining: number;
  /** Ordinal of the next Pod. */
  readonly nextOrdinal: number;
  /** The Pod whose change made the ReplicaSet dirty. */
  readonly reason: number;
}

const CLIENT = 0;

export function idleReplicaSet(nextOrdinal: number): ReplicaSetWork {
  return {
    stage: 'idle',
    dirty: false,
    expectedCreates: 0,
    batch: 0,
    unanswered: 0,
    remaining: 0,
    nextOrdinal,
    reason: -1,
  };
}

const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (cached, event, ctx) => {
  const { pod } = event.data;
  const transition = transitionOf(cached, pod);
  const work = ctx.cell<ReplicaSetWork>(CELL.replicaSet, pod.replicaSet)!;
  const seen = transition === Transition.created && work.expectedCreates > 0;
  const counted: ReplicaSetWork = seen ? { ...work, expectedCreates: work.expectedCreates - 1 } : work;
  const effects: Effect[] = [];
  const next = enqueue(ctx, pod.replicaSet, counted, pod.index, transition, effects);
  if (next !== work) effects.push(put(CELL.replicaSet, pod.replicaSet, next));
  return [pod, effects];
};

function enqueue(
  ctx: Ctx,
  replicaSet: number,
  work: ReplicaSetWork,
  reason: number,
  transition: Transition,
  effects: Effect[],
): ReplicaSetWork {
  if (work.stage === 'creating') return { ...work, dirty: true };
  if (work.stage === 'queued') return work;
  const site = SITE['replicaSetController.sync'];
  effects.push(
    after(T.replicaSetSynced, ctx.actor, CELL.replicaSet, replicaSet, reason, null, 0, site, transition),
  );
  return { ...work, stage: 'queued', reason };
}

const replicaSetSynced: Reducer<ReplicaSetWork, null, Self> = (work, event, ctx) => {
  const replicaSet = event.object;
  const idle: ReplicaSetWork = { ...work, stage: 'idle' };
  if (work.expectedCreates > 0) return [idle, NO_EFFECTS];
  const diff = manageReplicasDiff(
    ctx.self.world.replicaSets[replicaSet]!.replicas,
    activePods(ctx, replicaSet),
  );
  if (diff <= 0) return [idle, NO_EFFECTS];
  const effects: Effect[] = [];
  const start: ReplicaSetWork = {
    ...work,
    stage: 'creating',
    expectedCreates: diff,
    batch: 0,
    remaining: diff,
  };
  return [createBatch(ctx, replicaSet, start, effects), effects];
};

function activePods(ctx: Ctx, replicaSet: number): number {
  let count = 0;
  for (let index = 0; index < ctx.size(CELL.pod); index++) {
    const pod = ctx.cell<PodObject>(CELL.pod, index);
    if (pod === undefined || pod.gone || pod.replicaSet !== replicaSet) continue;
    if (isPodActive(pod)) count++;
  }
  return count;
}

/** Creates go in batches of 1, 2, 4 …; each waits for the answers of the one before. */
function createBatch(ctx: Ctx, replicaSet: number, work: ReplicaSetWork, effects: Effect[]): ReplicaSetWork {
  const { podPrefix, template } = ctx.self.world.replicaSets[replicaSet]!;
  const batch = nextSlowStartBatch(work.batch, work.remaining);
  let { nextOrdinal } = work;
  let client = ctx.cell<Client>(CELL.client, CLIENT)!;
  for (let count = 0; count < batch; count++) {
    const taken = request(ctx, client, ctx.self.world.churn.podWritesPerSecond);
    client = taken.client;
    const data: CreatePod = { name: `${podPrefix}-${nextOrdinal++}`, template, replicaSet };
    const to = ctx.self.wiring.apiServer;
    const site = SITE['apiServer.write'];
    const { reason } = work;
    effects.push(after(T.createPod, to, API.counters, 0, reason, data, taken.wait, site, Transition.created));
  }
  effects.push(put(CELL.client, CLIENT, client));
  return { ...work, batch, unanswered: batch, remaining: work.remaining - batch, nextOrdinal };
}

const createAnswered: Reducer<ReplicaSetWork, null, Self> = (work, event, ctx) => {
  const unanswered = work.unanswered - 1;
  const replicaSet = event.object;
  const effects: Effect[] = [];
  if (unanswered > 0) return [{ ...work, unanswered }, NO_EFFECTS];
  if (work.remaining > 0) return [createBatch(ctx, replicaSet, work, effects), effects];
  const idle: ReplicaSetWork = { ...work, stage: 'idle', dirty: false, unanswered };
  if (!work.dirty) return [idle, NO_EFFECTS];
  return [enqueue(ctx, replicaSet, idle, event.about, Transition.created, effects), effects];
};

export const replicaSetController: Behaviour = {
  kinds: ['pod', 'replicaSet', 'client'],
  reducers: table({ podObserved, replicaSetSynced, createAnswered }),
};
