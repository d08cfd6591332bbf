import { SITE } from '../../cluster/delay-sites.ts';
import {
  type EndpointSliceObserved,
  type PodObserved,
  type ServiceEnqueued,
  type ServiceObserved,
  T,
  type WriteEndpointSlice,
} from '../../cluster/events.ts';
import {
  type Endpoint,
  keyOfObject,
  type PodObject,
  type ServiceObject,
  type SliceObject,
  transitionOf,
} from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, type Outbox, put } from '../../kernel/event.ts';
import { batchedSyncDueUs } from '../../rules/endpointslice/endpoint-updates-batch.ts';
import { servicesToUpdateOnPodChange } from '../../rules/endpointslice/needed-service-updates.ts';
import type { SliceShape } from '../../rules/endpointslice/place-endpoints.ts';
import { type ChangedPod, podEndpointsChanged } from '../../rules/endpointslice/pod-endpoints-changed.ts';
import {
  expectSliceDeletion,
  handleSliceDeletion,
  staleSlices,
  trackSlice,
} from '../../rules/endpointslice/stale-slices.ts';
import {
  ENDPOINT_SLICE_ITEM_BACKOFF,
  newTokenBucket,
  requeueRateLimited,
  WORK_QUEUE_RETRY,
} from '../../rules/machinery/rate-limiters.ts';
import { request } from '../api-client.ts';
import { defineActor } from '../define-actor.ts';
import { membersOf, moved } from '../members.ts';
import { API } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { IP, NO_IP, reconcileService, selectedPods, selects } from './desired.ts';
import {
  add,
  CELL,
  changedWork,
  changedWorkers,
  done,
  type EndpointSliceCells,
  enqueue,
  type ServiceWork,
  WORKERS_OBJECT,
  workersOf,
} from './queue.ts';

/**
 * Keeps the EndpointSlices as the Pods are. An event only makes a Service dirty; the sync reads the caches as they are
 * when it starts, and fails where its cache of slices is older than its own latest write.
 */

const CLIENT = 0;

/** A Pod event makes its Services dirty where it concerns their endpoints. From 1.35 it passes a second queue first. */
const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (cached, event, ctx) => {
  const { pod } = event.data;
  const { world } = ctx.self;
  const services = world.templates[pod.template]!.services.filter((service) =>
    selects(world, ctx.cell(CELL.object, service)!, pod.template),
  );
  const added = cached === undefined || cached.gone;
  const dirty =
    added || pod.gone
      ? services
      : servicesToUpdateOnPodChange(podEndpointsChanged(changeOf(cached), changeOf(pod)), services, services);
  const effects = moved(ctx, CELL.members, pod.template, pod.index, { was: !added, is: !pod.gone });
  if (dirty.length === 0) return [pod, effects];
  const transition = transitionOf(cached, pod);
  const site = world.minor >= 35 ? SITE['endpointSliceController.podQueue'] : undefined;
  for (const service of dirty) {
    const own = keyOfObject(transition, world.services[service]!.name);
    effects.push(enqueue(ctx, service, { pod: pod.index, transition: own }, 'plain', 0, site));
  }
  return [pod, effects];
};

/**
 * A Service that is new or changed is synced without waiting for a batch.
 * Source: pkg/controller/endpointslice/endpointslice_controller.go onServiceUpdate
 */
const serviceObserved: Reducer<ServiceObject | undefined, ServiceObserved, Self> = (_, event, ctx) => {
  const { service } = event.data;
  const reason = { pod: event.about, transition: event.transition };
  return [service, [enqueue(ctx, service.index, reason, 'atOnce', 0)]];
};

const NO_LABELS = {};

function changeOf({ deletionTimestamp, ready, hasIP }: PodObject): ChangedPod {
  return { deletionTimestamp, ready, podIPs: hasIP ? IP : NO_IP, labels: NO_LABELS };
}

const serviceEnqueued: Reducer<ServiceWork, ServiceEnqueued, Self> = (work, event, ctx) => {
  const { reason, by } = event.data;
  const service = event.object;
  const effects: Effect[] = [];
  const period = ctx.self.world.controllerManager.endpointSliceBatchPeriod;
  if (by === 'plain' && period > 0) {
    const due = batchedSyncDueUs(work.windowEndsAt, ctx.now, period);
    if (due === work.windowEndsAt) return [work, NO_EFFECTS];
    return [
      changedWork(work, { windowEndsAt: due }),
      [enqueue(ctx, service, reason, 'delayed', due - ctx.now)],
    ];
  }
  const opened: ServiceWork = by === 'delayed' ? changedWork(work, { windowEndsAt: null }) : work;
  return [add(ctx, service, opened, reason, effects), effects];
};

const serviceSyncStarted: Reducer<ServiceWork, null, Self> = (work, event, ctx) => {
  const service = event.object;
  const effects: Effect[] = [];
  const cached = cachedSlices(ctx, service);
  const tracked = cached.map(({ index, generation }) => ({ uid: String(index), generation }));
  if (staleSlices(work.generations, tracked)) return [retryLater(ctx, service, work, effects), effects];
  const { nextSlice } = workersOf(ctx);
  const writes = compare(ctx, service, cached, nextSlice);
  const created = writes.filter(([slice]) => slice >= nextSlice).length;
  if (created > 0) {
    effects.push(
      put(CELL.workers, WORKERS_OBJECT, changedWorkers(workersOf(ctx), { nextSlice: nextSlice + created })),
    );
  }
  return [writeNext(ctx, service, changedWork(work, { writes }), effects), effects];
};

function cachedSlices(ctx: Ctx, service: number): SliceObject[] {
  return membersOf(ctx, CELL.slices, service).map((slice) => ctx.cell(CELL.endpointSlice, slice)!);
}

/** What has to be written so that the slices show the Pods of the cache. */
function compare(
  ctx: Ctx,
  service: number,
  cached: readonly SliceObject[],
  nextSlice: number,
): ServiceWork['writes'] {
  const own = ctx.cell(CELL.object, service)!;
  const { world } = ctx.self;
  const pods = selectedPods(world, own, ctx.all(CELL.members)).map((pod) => ctx.cell(CELL.pod, pod)!);
  const changes = reconcileService(world, own, cached, pods);
  const write = ({ ports, endpoints }: SliceShape<Endpoint>): WriteEndpointSlice => ({
    service,
    ports,
    endpoints,
    gone: false,
  });
  const gone: WriteEndpointSlice = { service, ports: [], endpoints: [], gone: true };
  return [
    ...changes.toCreate.map((slice, index) => [nextSlice + index, write(slice)] as const),
    ...changes.toUpdate.map((update) => [update.slice.index, write(update)] as const),
    ...changes.toDelete.map((slice) => [slice.index, gone] as const),
  ];
}

/** Sends the next write of this sync, one after the other; ends the sync where none is left. */
function writeNext(ctx: Ctx, service: number, work: ServiceWork, outbox: Outbox): ServiceWork {
  const [first] = work.writes;
  if (first === undefined) return done(ctx, service, changedWork(work, { failures: 0 }), outbox);
  const [slice, data] = first;
  const { endpointSliceUpdatesPerSecond } = ctx.self.world.churn;
  const { client, wait } = request(ctx, ctx.cell(CELL.client, CLIENT)!, endpointSliceUpdatesPerSecond);
  const { pod, transition } = work.reason;
  const to = ctx.self.wiring.apiServer;
  outbox.push(
    put(CELL.client, CLIENT, client),
    after({
      type: T.writeEndpointSlice,
      actor: to,
      kind: API.endpointSlice,
      object: slice,
      about: pod,
      data,
      delay: wait,
      site: SITE['apiServer.write'],
      transition,
    }),
  );
  return work;
}

const endpointSliceAnswered: Reducer<ServiceWork, EndpointSliceObserved, Self> = (work, event, ctx) => {
  const { slice } = event.data;
  const effects: Effect[] = [];
  const uid = String(slice.index);
  const generations = slice.gone
    ? expectSliceDeletion(work.generations, { uid })
    : trackSlice(work.generations, { uid, generation: slice.generation });
  const rest: ServiceWork = changedWork(work, { generations, writes: work.writes.slice(1) });
  return [writeNext(ctx, event.object, rest, effects), effects];
};

/** A sync that found its cache older than its own write comes back after a back-off, unless a Pod event comes first. */
function retryLater(ctx: Ctx, service: number, work: ServiceWork, outbox: Outbox): ServiceWork {
  const workers = workersOf(ctx);
  const bucket = workers.retries ?? newTokenBucket(WORK_QUEUE_RETRY, ctx.now);
  const retry = requeueRateLimited(work.failures, ENDPOINT_SLICE_ITEM_BACKOFF, bucket, ctx.now);
  if (retry.delayUs !== null) outbox.push(enqueue(ctx, service, work.reason, 'retry', retry.delayUs));
  const failed: ServiceWork = changedWork(work, { failures: retry.failures });
  return done(ctx, service, failed, outbox, changedWorkers(workers, { retries: retry.bucket }));
}

/** The controller's own watch: it only refreshes the cache, since the controller knows its own writes. */
const endpointSliceObserved: Reducer<SliceObject | undefined, EndpointSliceObserved, Self> = (
  cached,
  event,
  ctx,
) => {
  const { slice } = event.data;
  const was = cached !== undefined && !cached.gone;
  const effects = moved(ctx, CELL.slices, slice.service, slice.index, { was, is: !slice.gone });
  if (!slice.gone) return [slice, effects];
  const work = ctx.cell(CELL.service, slice.service)!;
  const { generations = work.generations } = handleSliceDeletion(work.generations, {
    uid: String(slice.index),
  });
  effects.push(put(CELL.service, slice.service, changedWork(work, { generations })));
  return [slice, effects];
};

export const endpointSliceController = defineActor<'endpointslice-controller', EndpointSliceCells>(
  'endpointslice-controller',
  {
    pod: { podObserved },
    endpointSlice: { endpointSliceObserved },
    service: { serviceEnqueued, serviceSyncStarted, endpointSliceAnswered },
    workers: {},
    client: {},
    object: { serviceObserved },
    members: {},
    slices: {},
  },
);
