import { SITE } from '../../cluster/delay-sites.ts';
import type { NodeObject } from '../../cluster/disruption.ts';
import { type NodeObserved, type PodObserved, T } from '../../cluster/events.ts';
import type {
  ClaimsChanged,
  JobStatus,
  SetObject,
  SetObserved,
  SetStatus,
  SetWriteAnswered,
} from '../../cluster/sets.ts';
import { keyOfObject, type PodObject, requestKey, Transition, transitionOf } from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, type Effect, NO_EFFECTS, type Outbox, put } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import { nextSlowStartBatch } from '../../rules/apps/slow-start-batch.ts';
import { endOfStatefulSetSync } from '../../rules/apps/stateful-set.ts';
import { DEFAULT_ITEM_BACKOFF, itemBackoffUs } from '../../rules/machinery/rate-limiters.ts';
import { type Client, request } from '../api-client.ts';
import { defineActor } from '../define-actor.ts';
import { API } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { habitsOf, planOf } from './kinds.ts';
import { CELL, changedWork, IDLE_SET, type SetControllerCells, type SetWork } from './work.ts';

/**
 * The controllers of sets that make their Pods themselves, one for each kind. A sync plans on the cache as it is, asks for creates and
 * then for deletes, and writes the status that it found. What a kind decides stands in its own file.
 */

const CLIENT = 0;
const RECHECK = 0;

const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (cached, event, ctx) => {
  const { pod } = event.data;
  const { set } = pod.member!;
  const work = ctx.cell(CELL.work, set) ?? IDLE_SET;
  const effects: Effect[] = [];
  const seen = changedWork(work, expectations(work, cached, pod));
  const transition = transitionOf(cached, pod);
  const { podEventsWaitUs } = habitsOf(ctx.self.world.sets[set]!.kind);
  const next =
    podEventsWaitUs > 0
      ? recheck(ctx, set, { ...seen, reason: pod.index, transition }, podEventsWaitUs, effects)
      : enqueue(ctx, set, seen, pod.index, transition, effects);
  effects.push(put(CELL.work, set, next));
  return [pod, effects];
};

function expectations(
  { expectedCreates, expectedDeletes }: SetWork,
  cached: PodObject | undefined,
  pod: PodObject,
): Pick<SetWork, 'expectedCreates' | 'expectedDeletes'> {
  const created = cached === undefined && expectedCreates > 0;
  const deleted = pod.deletionTimestamp !== null || pod.gone;
  return {
    expectedCreates: created ? expectedCreates - 1 : expectedCreates,
    expectedDeletes: deleted ? expectedDeletes.filter((index) => index !== pod.index) : expectedDeletes,
  };
}

const setObserved: Reducer<SetObject | undefined, SetObserved, Self> = (_, event, ctx) => {
  const { set } = event.data;
  const effects: Effect[] = [];
  const work = ctx.cell(CELL.work, set.index) ?? IDLE_SET;
  const next = enqueue(ctx, set.index, work, event.about, event.transition, effects);
  effects.push(put(CELL.work, set.index, next));
  return [set, effects];
};

/** Taints decide where a DaemonSet's Pods may run. */
const nodeObserved: Reducer<NodeObject | undefined, NodeObserved, Self> = (_, event, ctx) => {
  const effects: Effect[] = [];
  ctx.self.world.sets.forEach(({ kind }, set) => {
    const work = ctx.cell(CELL.work, set);
    if (kind !== 'DaemonSet' || work === undefined) return;
    effects.push(put(CELL.work, set, enqueue(ctx, set, work, -1, event.transition, effects)));
  });
  return [event.data.node, effects];
};

const setEnqueued: Reducer<SetWork, null, Self> = (work, event, ctx) => {
  const effects: Effect[] = [];
  const due = changedWork(work, { recheckAt: null });
  return [enqueue(ctx, event.object, due, event.about, event.transition, effects), effects];
};

/** Puts a set's key on the queue; one that is queued stays where it is, one that is processed comes back right after. */
function enqueue(
  ctx: Ctx,
  set: number,
  work: SetWork,
  reason: number,
  transition: number,
  outbox: Outbox,
): SetWork {
  if (work.stage === 'queued') return work;
  if (work.stage !== 'idle') return changedWork(work, { dirty: true });
  outbox.push(
    after({
      type: T.setSynced,
      actor: ctx.actor,
      kind: CELL.work,
      object: set,
      about: reason,
      data: null,
      // As long as a sync of the controller manager's other controller of Pods.
      site: SITE['replicaSetController.sync'],
      transition: reason < 0 ? keyOfObject(transition, ctx.self.world.sets[set]!.name) : transition,
    }),
  );
  return changedWork(work, { stage: 'queued', reason, transition });
}

const setSynced: Reducer<SetWork, null, Self> = (work, event, ctx) => {
  const set = event.object;
  const object = ctx.cell(CELL.object, set);
  if (object === undefined || object.deleted !== null)
    return [changedWork(work, { stage: 'idle' }), NO_EFFECTS];
  const { world } = ctx.self;
  const info = world.sets[set]!;
  const { waitsForOwnWrites, seesGonePods } = habitsOf(info.kind);
  const pods = ctx
    .all(CELL.pod)
    .filter(
      (pod): pod is PodObject => pod !== undefined && (seesGonePods || !pod.gone) && pod.member!.set === set,
    );
  const { templates, minor } = world;
  const nodes =
    info.kind === 'DaemonSet'
      ? world.nodes.map(({ name }, node) => ({ name, ...ctx.cell(CELL.node, node)! }))
      : [];
  const mayWrite = !waitsForOwnWrites || work.expectedCreates + work.expectedDeletes.length === 0;
  const { memory } = work;
  const plan = planOf({ info, object, pods, nodes, templates, mayWrite, memory, nowUs: ctx.now, minor });
  const effects: Effect[] = [];
  const planned: SetWork = changedWork(work, {
    creates: mayWrite ? plan.creates : [],
    deletes: mayWrite ? plan.deletes : [],
    batch: 0,
    failed: false,
    expectedCreates: work.expectedCreates + (mayWrite ? plan.creates.length : 0),
    expectedDeletes: mayWrite ? plan.deletes.map(({ index }) => index) : work.expectedDeletes,
    status: plan.status,
    memory: plan.memory,
  });
  for (const { ordinal, pod } of plan.releases) effects.push(claimsChange(ctx, set, ordinal, pod, 'deleted'));
  return [proceed(ctx, set, recheck(ctx, set, planned, plan.recheckUs, effects), effects), effects];
};

/**
 * The garbage collector sees that a claim's Pod is gone and deletes the claim; what protects claims in use sees that none uses it, and
 * lets it go. Each is a watch and a write. Source: pkg/controller/volume/pvcprotection/pvc_protection_controller.go processPVC
 */
function claimsChange(
  ctx: Ctx,
  set: number,
  ordinal: number,
  pod: number,
  state: ClaimsChanged['state'],
): Effect {
  return after({
    type: T.claimsChanged,
    actor: ctx.actor,
    kind: CELL.work,
    object: set,
    about: pod,
    data: { ordinal, pod, state },
    site: SITE['replicaSetController.sync'],
    transition: keyOfObject(state === 'deleted' ? Transition.terminating : Transition.gone, 'claims'),
  });
}

/** Nobody watches claims for the set: nothing is put on the queue. */
const claimsChanged: Reducer<SetWork, ClaimsChanged, Self> = (work, event, ctx) => {
  const { ordinal, pod, state } = event.data;
  const { memory } = work;
  if (memory?.kind !== 'claims' || memory.claims[ordinal]?.ownerPod !== pod) return [work, NO_EFFECTS];
  if (state === 'deleted') return [work, [claimsChange(ctx, event.object, ordinal, pod, 'gone')]];
  const { [ordinal]: _, ...claims } = memory.claims;
  return [changedWork(work, { memory: { kind: 'claims', claims } }), NO_EFFECTS];
};

/** Lets the key come back after `wait`, unless it does so sooner already. */
function recheck(ctx: Ctx, set: number, work: SetWork, wait: Micros | null, outbox: Outbox): SetWork {
  if (wait === null) return work;
  const at = ctx.now + wait;
  if (work.recheckAt !== null && work.recheckAt <= at) return work;
  outbox.push(comeBack(ctx, set, work, wait));
  return changedWork(work, { recheckAt: at });
}

function comeBack(ctx: Ctx, set: number, { reason, transition }: SetWork, wait: Micros): Effect {
  return arm({
    timer: RECHECK,
    type: T.setEnqueued,
    actor: ctx.actor,
    kind: CELL.work,
    object: set,
    about: reason,
    data: null,
    delay: wait,
    transition,
  });
}

/** The next batch of creates, then of deletes, then the status. */
function proceed(ctx: Ctx, set: number, work: SetWork, outbox: Outbox): SetWork {
  if (work.failed) return writeStatus(ctx, set, changedWork(work, { creates: [], deletes: [] }), outbox);
  if (work.creates.length > 0) return createBatch(ctx, set, work, outbox);
  if (work.deletes.length > 0) return deleteBatch(ctx, set, work, outbox);
  return writeStatus(ctx, set, work, outbox);
}

function createBatch(ctx: Ctx, set: number, work: SetWork, outbox: Outbox): SetWork {
  const { templates } = ctx.cell(CELL.object, set)!;
  const batch = nextSlowStartBatch(work.stage === 'creating' ? work.batch : 0, work.creates.length);
  const requests = new Requests(ctx);
  for (const { name, revision, place } of work.creates.slice(0, batch)) {
    const member = { set, revision, place };
    outbox.push(
      after({
        type: T.createPod,
        actor: ctx.self.wiring.apiServer,
        kind: API.counters,
        object: 0,
        about: work.reason,
        data: { name, template: templates[revision - 1]!, owner: null, member },
        delay: requests.next(),
        site: SITE['apiServer.write'],
        transition: keyOfObject(Transition.created, name),
      }),
    );
  }
  outbox.push(requests.kept());
  return changedWork(work, {
    stage: 'creating',
    batch,
    unanswered: batch,
    creates: work.creates.slice(batch),
  });
}

function deleteBatch(ctx: Ctx, set: number, work: SetWork, outbox: Outbox): SetWork {
  const { deletesAtOnce } = habitsOf(ctx.self.world.sets[set]!.kind);
  const before = work.stage === 'deleting' ? work.batch : 0;
  const batch = deletesAtOnce ? work.deletes.length : nextSlowStartBatch(before, work.deletes.length);
  const requests = new Requests(ctx);
  for (const { index } of work.deletes.slice(0, batch)) {
    outbox.push(
      after({
        type: T.deletePod,
        actor: ctx.self.wiring.apiServer,
        kind: API.pod,
        object: index,
        about: index,
        data: { gracePeriodSeconds: null, set },
        delay: requests.next(),
        site: SITE['apiServer.write'],
        transition: Transition.terminating,
      }),
    );
  }
  outbox.push(requests.kept());
  return changedWork(work, {
    stage: 'deleting',
    batch,
    unanswered: batch,
    deletes: work.deletes.slice(batch),
  });
}

/** A controller's one client: each request takes a token, in order. */
class Requests {
  private client: Client;

  constructor(private readonly ctx: Ctx) {
    this.client = ctx.cell(CELL.client, CLIENT) ?? null;
  }

  next(): Micros {
    const taken = request(this.ctx, this.client, this.ctx.self.world.churn.podWritesPerSecond);
    this.client = taken.client;
    return taken.wait;
  }

  kept(): Effect {
    return put(CELL.client, CLIENT, this.client);
  }
}

const setWriteAnswered: Reducer<SetWork, SetWriteAnswered, Self> = (work, event, ctx) => {
  const effects: Effect[] = [];
  const set = event.object;
  const { conflict } = event.data;
  if (work.stage === 'writing') return [done(ctx, set, work, effects, conflict), effects];
  const answered: SetWork = changedWork(work, {
    unanswered: work.unanswered - 1,
    failed: work.failed || conflict,
    expectedCreates: conflict ? Math.max(work.expectedCreates - 1, 0) : work.expectedCreates,
  });
  if (answered.unanswered > 0) return [answered, effects];
  return [proceed(ctx, set, answered, effects), effects];
};

/** Writes the status that the sync found, where it says something new. */
function writeStatus(ctx: Ctx, set: number, work: SetWork, outbox: Outbox): SetWork {
  const { status, reason, transition } = work;
  const stored = ctx.cell(CELL.object, set)!;
  if (!ctx.self.world.writesStatus || status === null || sameSetStatus(status, stored.status))
    return done(ctx, set, work, outbox);
  const requests = new Requests(ctx);
  outbox.push(
    after({
      type: T.patchSetStatus,
      actor: ctx.self.wiring.apiServer,
      kind: API.set,
      object: set,
      about: reason,
      data: { status },
      delay: requests.next(),
      site: SITE['apiServer.write'],
      transition: keyOfObject(requestKey('setStatus', transition), stored.name),
    }),
    requests.kept(),
  );
  return changedWork(work, { stage: 'writing' });
}

export function sameSetStatus(a: SetStatus, b: SetStatus): boolean {
  const same = (Object.keys(a) as (keyof SetStatus)[]).every((key) => key === 'job' || a[key] === b[key]);
  return same && sameJob(a.job, b.job);
}

function sameJob(a: JobStatus | null, b: JobStatus | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    (Object.keys(a) as (keyof JobStatus)[]).every((key) => key === 'outcome' || a[key] === b[key]) &&
    a.outcome?.type === b.outcome?.type
  );
}

/** Ends a sync. One that failed comes back after its back-off, unless an event brings it back sooner. */
function done(ctx: Ctx, set: number, work: SetWork, outbox: Outbox, statusWrite = false): SetWork {
  const failed = endOfStatefulSetSync({ sync: work.failed, statusWrite }).error !== null;
  const failures = failed ? work.failures + 1 : 0;
  const idle: SetWork = changedWork(work, {
    stage: 'idle',
    dirty: false,
    status: null,
    failed: false,
    failures,
  });
  if (work.dirty) return enqueue(ctx, set, idle, work.reason, work.transition, outbox);
  if (!failed) return idle;
  outbox.push(comeBack(ctx, set, work, itemBackoffUs(work.failures, DEFAULT_ITEM_BACKOFF)));
  return idle;
}

export const setController = defineActor<'set-controller', SetControllerCells>('set-controller', {
  pod: { podObserved },
  object: { setObserved },
  node: { nodeObserved },
  work: { setEnqueued, setSynced, setWriteAnswered, claimsChanged },
  client: {},
});
