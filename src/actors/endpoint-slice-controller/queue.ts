import { SITE } from '../../cluster/delay-sites.ts';
import { type Reason, type ServiceEnqueued, T, type WriteEndpointSlice } from '../../cluster/events.ts';
import type { PodObject, ServiceObject, SliceObject } from '../../cluster/state.ts';
import { changing } from '../../kernel/changing.ts';
import { after, type Effect, type Outbox, put } from '../../kernel/event.ts';
import type { SiteId } from '../../kernel/ids.ts';
import type { Micros } from '../../kernel/time.ts';
import type { SliceGenerations } from '../../rules/endpointslice/stale-slices.ts';
import type { TokenBucket } from '../../rules/machinery/rate-limiters.ts';
import type { Client } from '../api-client.ts';
import type { Members } from '../members.ts';
import { cellsOf } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** The work queue: one key a Service, never two workers on one key, events during a sync put it back right after. */

export interface ServiceWork {
  readonly stage: 'idle' | 'queued' | 'processing';
  /** Why it is queued or processed. */
  readonly reason: Reason;
  /** Why it must be processed once more. */
  readonly dirty: Reason | null;
  /** The end of its batch window; null while none is open. */
  readonly windowEndsAt: Micros | null;
  readonly failures: number;
  /** Generations that the controller's own writes returned. */
  readonly generations: SliceGenerations;
  /** What is left to write in this sync, by the number of the slice. */
  readonly writes: readonly (readonly [slice: number, write: WriteEndpointSlice])[];
}

export const changedWork = changing<ServiceWork>((work) => ({
  stage: work.stage,
  reason: work.reason,
  dirty: work.dirty,
  windowEndsAt: work.windowEndsAt,
  failures: work.failures,
  generations: work.generations,
  writes: work.writes,
}));

export interface Workers {
  readonly busy: number;
  /** Keys that wait for a worker, in order. */
  readonly waiting: readonly number[];
  /** The bucket that all retries share; null: full. */
  readonly retries: TokenBucket | null;
  /** Number of the next new slice. */
  readonly nextSlice: number;
}

export const changedWorkers = changing<Workers>((workers) => ({
  busy: workers.busy,
  waiting: workers.waiting,
  retries: workers.retries,
  nextSlice: workers.nextSlice,
}));

export interface EndpointSliceCells {
  readonly pod: PodObject;
  readonly endpointSlice: SliceObject;
  readonly service: ServiceWork;
  readonly workers: Workers;
  readonly client: Client;
  readonly object: ServiceObject;
  readonly members: Members;
  readonly slices: Members;
}

export const CELL = cellsOf<'endpointslice-controller', EndpointSliceCells>('endpointslice-controller');

const NO_REASON: Reason = { pod: -1, transition: 0 };

export function idleService(generations: SliceGenerations): ServiceWork {
  return {
    stage: 'idle',
    reason: NO_REASON,
    dirty: null,
    windowEndsAt: null,
    failures: 0,
    generations,
    writes: [],
  };
}

export const WORKERS_OBJECT = 0;

export function workersOf(ctx: Ctx): Workers {
  return ctx.cell(CELL.workers, WORKERS_OBJECT)!;
}

/** Adds a Service's key; a key that is queued already stays where it is. */
export function add(
  ctx: Ctx,
  service: number,
  work: ServiceWork,
  reason: Reason,
  outbox: Outbox,
): ServiceWork {
  if (work.stage === 'processing') return work.dirty === null ? changedWork(work, { dirty: reason }) : work;
  if (work.stage === 'queued') return work;
  const workers = workersOf(ctx);
  if (workers.busy < ctx.self.world.controllerManager.concurrentServiceEndpointSyncs) {
    outbox.push(put(CELL.workers, WORKERS_OBJECT, changedWorkers(workers, { busy: workers.busy + 1 })));
    outbox.push(begin(ctx, service, reason));
    return changedWork(work, { stage: 'processing', reason });
  }
  outbox.push(
    put(CELL.workers, WORKERS_OBJECT, changedWorkers(workers, { waiting: [...workers.waiting, service] })),
  );
  return changedWork(work, { stage: 'queued', reason });
}

function begin(ctx: Ctx, service: number, reason: Reason): Effect {
  const site = SITE['endpointSliceController.sync'];
  return after({
    type: T.serviceSyncStarted,
    actor: ctx.actor,
    kind: CELL.service,
    object: service,
    about: reason.pod,
    data: null,
    site,
    transition: reason.transition,
  });
}

/** Ends a sync: the worker takes the next key that waits, which may be this one again. */
export function done(
  ctx: Ctx,
  service: number,
  work: ServiceWork,
  outbox: Outbox,
  workers: Workers = workersOf(ctx),
): ServiceWork {
  const again = work.dirty;
  const waiting = again === null ? workers.waiting : [...workers.waiting, service];
  const queued: ServiceWork =
    again === null
      ? changedWork(work, { stage: 'idle' })
      : changedWork(work, { stage: 'queued', reason: again, dirty: null });
  const [next, ...rest] = waiting;
  if (next === undefined) {
    outbox.push(put(CELL.workers, WORKERS_OBJECT, changedWorkers(workers, { busy: workers.busy - 1 })));
    return queued;
  }
  outbox.push(put(CELL.workers, WORKERS_OBJECT, changedWorkers(workers, { waiting: rest })));
  const taken = next === service ? queued : ctx.cell(CELL.service, next)!;
  outbox.push(begin(ctx, next, taken.reason));
  const processing: ServiceWork = changedWork(taken, { stage: 'processing' });
  if (next === service) return processing;
  outbox.push(put(CELL.service, next, processing));
  return queued;
}

/** The event that puts a Service's key on the queue. */
export function enqueue(
  ctx: Ctx,
  service: number,
  reason: Reason,
  by: ServiceEnqueued['by'],
  delay: Micros,
  site?: SiteId,
): Effect {
  const data: ServiceEnqueued = { reason, by };
  const { pod, transition } = reason;
  return after({
    type: T.serviceEnqueued,
    actor: ctx.actor,
    kind: CELL.service,
    object: service,
    about: pod,
    data,
    delay,
    site,
    transition,
  });
}
