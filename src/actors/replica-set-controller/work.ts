import { SITE } from '../../cluster/delay-sites.ts';
import { T } from '../../cluster/events.ts';
import type { PodObject, Transition } from '../../cluster/state.ts';
import type { ReplicaSetObject, ReplicaSetStatus } from '../../cluster/workloads.ts';
import { changing } from '../../kernel/changing.ts';
import { after, type Effect, type Outbox, put } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Client, request } from '../api-client.ts';
import { type Members, membersOf } from '../members.ts';
import { cellsOf } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** What the controller is doing for one ReplicaSet, and its work queue: one key a ReplicaSet, never two workers on one. */

export interface ReplicaSetWork {
  readonly stage: 'idle' | 'queued' | 'creating' | 'deleting' | 'writing';
  readonly dirty: boolean;
  /** Creates that were asked for and not seen yet. */
  readonly expectedCreates: number;
  /** Pods whose deletion was asked for and not seen yet. */
  readonly expectedDeletes: readonly number[];
  /** Size of the batch that is under way, how many of its answers are still out, and how many creates follow it. */
  readonly batch: number;
  readonly unanswered: number;
  readonly remaining: number;
  /** Ordinal of the next Pod. */
  readonly nextOrdinal: number;
  /** The Pod whose change made the ReplicaSet dirty, and what changed. */
  readonly reason: number;
  readonly transition: number;
  /** The status that this sync found, to be written once its creates or deletes are answered. */
  readonly status: ReplicaSetStatus | null;
  /** When the key comes back to see whether Pods became available; null: not by itself. */
  readonly recheckAt: Micros | null;
}

export const changedWork = changing<ReplicaSetWork>((work) => ({
  stage: work.stage,
  dirty: work.dirty,
  expectedCreates: work.expectedCreates,
  expectedDeletes: work.expectedDeletes,
  batch: work.batch,
  unanswered: work.unanswered,
  remaining: work.remaining,
  nextOrdinal: work.nextOrdinal,
  reason: work.reason,
  transition: work.transition,
  status: work.status,
  recheckAt: work.recheckAt,
}));

export interface ReplicaSetCells {
  readonly pod: PodObject;
  readonly replicaSet: ReplicaSetWork;
  readonly client: Client;
  readonly object: ReplicaSetObject;
  readonly members: Members;
}

export const CELL = cellsOf<'replicaset-controller', ReplicaSetCells>('replicaset-controller');

export function idleReplicaSet(nextOrdinal: number): ReplicaSetWork {
  return {
    stage: 'idle',
    dirty: false,
    expectedCreates: 0,
    expectedDeletes: [],
    batch: 0,
    unanswered: 0,
    remaining: 0,
    nextOrdinal,
    reason: -1,
    transition: 0,
    status: null,
    recheckAt: null,
  };
}

export function workOf(ctx: Ctx, replicaSet: number): ReplicaSetWork {
  return ctx.cell(CELL.replicaSet, replicaSet) ?? idleReplicaSet(0);
}

/** Puts a ReplicaSet's key on the queue; one that is queued stays where it is, one that is processed comes back right after. */
export function enqueue(
  ctx: Ctx,
  replicaSet: number,
  work: ReplicaSetWork,
  reason: number,
  transition: Transition | number,
  outbox: Outbox,
): ReplicaSetWork {
  if (work.stage === 'queued') return work;
  if (work.stage !== 'idle') return changedWork(work, { dirty: true });
  const site = SITE['replicaSetController.sync'];
  outbox.push(
    after({
      type: T.replicaSetSynced,
      actor: ctx.actor,
      kind: CELL.replicaSet,
      object: replicaSet,
      about: reason,
      data: null,
      site,
      transition,
    }),
  );
  return changedWork(work, { stage: 'queued', reason, transition });
}

/** Ends a sync. */
export function done(
  ctx: Ctx,
  replicaSet: number,
  work: ReplicaSetWork,
  about: number,
  transition: number,
  outbox: Outbox,
): ReplicaSetWork {
  const idle: ReplicaSetWork = changedWork(work, { stage: 'idle', dirty: false, status: null });
  return work.dirty ? enqueue(ctx, replicaSet, idle, about, transition, outbox) : idle;
}

const CLIENT = 0;

/** A run of requests by the controller's one client: each takes a token, in order. */
export class Requests {
  private client: Client;

  constructor(private readonly ctx: Ctx) {
    this.client = ctx.cell(CELL.client, CLIENT)!;
  }

  /** How long the next request waits for its token. */
  next(): Micros {
    const taken = request(this.ctx, this.client, this.ctx.self.world.churn.podWritesPerSecond);
    this.client = taken.client;
    return taken.wait;
  }

  /** The effect that keeps what was taken. */
  kept(): Effect {
    return put(CELL.client, CLIENT, this.client);
  }
}

/** The Pods of a ReplicaSet in the controller's cache, those that are gone left out. */
export function podsOf(ctx: Ctx, replicaSet: number): PodObject[] {
  return membersOf(ctx, CELL.members, replicaSet).map((pod) => ctx.cell(CELL.pod, pod)!);
}
