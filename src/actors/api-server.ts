import { SITE } from '../cluster/delay-sites.ts';
import {
  type BindPod,
  type CreatePod,
  type DeleteAnswered,
  type DeletePod,
  type EndpointSliceObserved,
  type OfNode,
  type PatchPodStatus,
  type PodObserved,
  T,
  type WriteEndpointSlice,
} from '../cluster/events.ts';
import {
  type PodObject,
  type PodPhase,
  type SliceObject,
  Transition,
  transitionOf,
} from '../cluster/state.ts';
import type { Behaviour, Reducer } from '../kernel/actor.ts';
import { after, type Effect, fan, NO_EFFECTS, put, type SimEvent, send } from '../kernel/event.ts';
import { deletePod as deletePodRule } from '../rules/apiserver/delete-pod.ts';
import { type MergeablePodStatus, mergePodStatus } from '../rules/kubelet/merge-pod-status.ts';
import {
  answerEviction,
  cordonNode,
  evictPod,
  getPod,
  listPods,
  patchBudgetStatus,
  patchNode,
} from './api-server-disruption.ts';
import {
  changeDeployment,
  createReplicaSet,
  patchDeploymentStatus,
  patchReplicaSetStatus,
  scaleReplicaSet,
} from './api-server-workloads.ts';
import {
  API,
  DEPLOYMENT_CONTROLLER,
  DISRUPTION_CONTROLLER,
  ENDPOINT_SLICE_CONTROLLER,
  KUBELET,
  REPLICA_SET_CONTROLLER,
  SCHEDULER,
} from './cell-kinds.ts';
import { table } from './table.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * Stores Pods and EndpointSlices and tells their watchers, each over a link of its own: in order within a kind, in none across.
 * A request is one event: it arrives when it is committed.
 */

export interface Counters {
  readonly nextPod: number;
  readonly nextSlice: number;
}

/** The events that tell every watcher of Pods about a new version of one. */
function notify(before: PodObject | undefined, pod: PodObject, ctx: Ctx): Effect[] {
  const { world, wiring } = ctx.self;
  const transition = transitionOf(before, pod);
  const data: PodObserved = { pod };
  const effects: Effect[] = [];
  const to = (actor: number, kind: number, link: number, site: number) =>
    effects.push(send(T.podObserved, actor, kind, pod.index, pod.index, data, link, site, transition));
  if (pod.node >= 0) {
    to(wiring.kubelet(pod.node), KUBELET.worker, wiring.podWatch.kubelet(pod.node), SITE['watch.kubelet']);
  }
  if (world.templates[pod.template]!.services.length > 0) {
    const link = wiring.podWatch.endpointSliceController;
    const site = SITE['watch.endpointSliceController'];
    to(wiring.endpointSliceController, ENDPOINT_SLICE_CONTROLLER.pod, link, site);
  }
  if (pod.replicaSet >= 0) {
    const link = wiring.podWatch.replicaSetController;
    to(wiring.replicaSetController, REPLICA_SET_CONTROLLER.pod, link, SITE['watch.replicaSetController']);
  }
  if (wiring.watchesPodsOf(pod.template)) {
    const link = wiring.podWatch.deploymentController;
    to(wiring.deploymentController, DEPLOYMENT_CONTROLLER.pod, link, SITE['watch.deploymentController']);
  }
  if (wiring.budgetsOf(pod.template).length > 0) {
    const link = wiring.podWatch.disruptionController;
    to(wiring.disruptionController, DISRUPTION_CONTROLLER.pod, link, SITE['watch.disruptionController']);
  }
  // The scheduler acts on what it has to place and on what makes room; nothing else of a Pod's life reaches a decision of it.
  if (pod.node < 0 || transition === Transition.terminal || transition === Transition.gone) {
    to(wiring.scheduler, SCHEDULER.pod, wiring.podWatch.scheduler, SITE['watch.scheduler']);
  }
  return effects;
}

/** DELETE, graceful or not, first or repeated. */
const deletePod: Reducer<PodObject | undefined, DeletePod, Self> = (stored, event, ctx) => {
  const answers = answerDelete(event, ctx);
  if (stored === undefined || stored.gone) return [stored, answers];
  const { world } = ctx.self;
  const answer = deletePodRule(
    {
      nodeName: stored.node < 0 ? '' : world.nodes[stored.node]!.name,
      phase: stored.phase,
      terminationGracePeriodSeconds: world.templates[stored.template]!.terminationGracePeriodSeconds,
      deletionTimestampUs: stored.deletionTimestamp,
      deletionGracePeriodSeconds: stored.deletionGracePeriodSeconds,
      finalizers: stored.finalizers,
      generation: 0,
    },
    event.data.gracePeriodSeconds,
    ctx.now,
    world.minor,
  );
  const [written, removal] = answer.events;
  if (written === undefined) return [stored, answers];
  const { deletionTimestampUs, deletionGracePeriodSeconds } = answer.pod;
  const gone = written === 'DELETED';
  const pod: PodObject = {
    ...stored,
    deletionTimestamp: deletionTimestampUs,
    deletionGracePeriodSeconds,
    gone,
  };
  const effects = notify(stored, pod, ctx);
  // Grace 0 is two writes: the update that says so, and then the removal, which is answered.
  if (removal !== undefined) {
    const { actor } = ctx;
    const { object, data } = event;
    const site = SITE['apiServer.write'];
    effects.push(after(T.deletePod, actor, API.pod, object, object, data, 0, site, Transition.gone));
    return [pod, effects];
  }
  effects.push(...answers);
  return [pod, effects];
};

/** A ReplicaSet's controller and a drain wait for the answer. */
function answerDelete(event: SimEvent<DeletePod>, ctx: Ctx): readonly Effect[] {
  const { replicaSet, drain } = event.data;
  if (drain === true) return [answerEviction(event, { refusal: null }, true, ctx)];
  if (replicaSet === undefined) return NO_EFFECTS;
  const { about, transition, object } = event;
  const to = ctx.self.wiring.replicaSetController;
  const data: DeleteAnswered = { pod: object };
  const site = SITE['apiServer.response'];
  const kind = REPLICA_SET_CONTROLLER.replicaSet;
  return [after(T.deleteAnswered, to, kind, replicaSet, about, data, 0, site, transition)];
}

const createPod: Reducer<Counters, CreatePod, Self> = (counters, event, ctx) => {
  const { name, template, replicaSet } = event.data;
  const index = counters.nextPod;
  const pod: PodObject = {
    index,
    name,
    template,
    replicaSet,
    node: -1,
    createdAt: ctx.now,
    phase: 'Pending',
    ready: false,
    readyAt: ctx.now,
    hasIP: false,
    finalizers: [],
    deletionTimestamp: null,
    deletionGracePeriodSeconds: null,
    gone: false,
  };
  const effects = notify(undefined, pod, ctx);
  const controller = ctx.self.wiring.replicaSetController;
  const site = SITE['apiServer.response'];
  effects.push(
    put(API.pod, index, pod),
    after(T.createAnswered, controller, REPLICA_SET_CONTROLLER.replicaSet, replicaSet, index, null, 0, site),
  );
  return [{ ...counters, nextPod: index + 1 }, effects];
};

const bindPod: Reducer<PodObject, BindPod, Self> = (stored, event, ctx) => {
  // Source: pkg/registry/core/pod/storage/storage.go setPodNodeAndMetadata
  if (stored.gone || stored.node >= 0 || stored.deletionTimestamp !== null) return [stored, NO_EFFECTS];
  const bound: PodObject = { ...stored, node: event.data.node };
  return [bound, notify(stored, bound, ctx)];
};

/** What the kubelet patches, merged as it merges it: it sends a terminal phase only of a Pod of which nothing runs. */
const patchPodStatus: Reducer<PodObject, PatchPodStatus, Self> = (stored, event, ctx) => {
  if (stored.gone) return [stored, NO_EFFECTS];
  const { hasIP = stored.hasIP } = event.data;
  const { phase, conditions } = mergePodStatus(
    statusOf(stored),
    statusOf({ ...stored, ...event.data }),
    false,
  );
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  if (ready === stored.ready && phase === stored.phase && hasIP === stored.hasIP) return [stored, NO_EFFECTS];
  const readyAt = ready === stored.ready ? stored.readyAt : ctx.now;
  const patched: PodObject = { ...stored, ready, phase, hasIP, readyAt };
  return [patched, notify(stored, patched, ctx)];
};

function statusOf({ phase, ready }: Pick<PodObject, 'phase' | 'ready'>): MergeablePodStatus<PodPhase> {
  return { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
}

/** Source: pkg/controller/util/node/controller_utils.go MarkPodsNotReady */
const markPodsNotReady: Reducer<Counters, OfNode, Self> = (counters, event, ctx) => {
  const effects: Effect[] = [];
  for (const pod of podsOn(ctx, event.data.node)) {
    if (!pod.ready) continue;
    const marked: PodObject = { ...pod, ready: false, readyAt: ctx.now };
    effects.push(put(API.pod, pod.index, marked), ...notify(pod, marked, ctx));
  }
  return [counters, effects];
};

/** DaemonSet Pods tolerate the taints. Source: pkg/controller/tainteviction/taint_eviction.go */
const evictTaintedPods: Reducer<Counters, OfNode, Self> = (counters, event, ctx) => {
  const data: DeletePod = { gracePeriodSeconds: null };
  const site = SITE['apiServer.write'];
  const pods = podsOn(ctx, event.data.node).filter(
    ({ index, deletionTimestamp, phase }) =>
      deletionTimestamp === null && phase !== 'Failed' && ctx.self.world.pods[index]?.owner !== 'DaemonSet',
  );
  return [
    counters,
    pods.map(({ index }) =>
      after(T.deletePod, ctx.actor, API.pod, index, index, data, 0, site, Transition.terminating),
    ),
  ];
};

function podsOn(ctx: Ctx, node: number): PodObject[] {
  const pods: PodObject[] = [];
  for (let index = 0; index < ctx.size(API.pod); index++) {
    const pod = ctx.cell<PodObject>(API.pod, index);
    if (pod !== undefined && !pod.gone && pod.node === node) pods.push(pod);
  }
  return pods;
}

const writeEndpointSlice: Reducer<SliceObject | undefined, WriteEndpointSlice, Self> = (
  stored,
  event,
  ctx,
) => {
  const { service, ports, endpoints, gone } = event.data;
  const generation = (stored?.generation ?? 0) + 1;
  const slice: SliceObject = { index: event.object, service, generation, ports, endpoints, gone };
  const data: EndpointSliceObserved = { slice };
  const { wiring, world } = ctx.self;
  const { about, transition } = event;
  const watchers = world.services[service]!.headless ? wiring.headlessSliceWatchers : wiring.sliceWatchers;
  const answer = after(
    T.endpointSliceAnswered,
    wiring.endpointSliceController,
    ENDPOINT_SLICE_CONTROLLER.service,
    service,
    about,
    data,
    0,
    SITE['apiServer.response'],
    transition,
  );
  return [slice, [fan(T.endpointSliceObserved, watchers, slice.index, about, data, transition), answer]];
};

export const apiServer: Behaviour = {
  kinds: ['pod', 'endpointSlice', 'counters', 'deployment', 'replicaSet', 'podDisruptionBudget', 'node'],
  reducers: table({
    deletePod,
    createPod,
    bindPod,
    patchPodStatus,
    writeEndpointSlice,
    changeDeployment,
    createReplicaSet,
    scaleReplicaSet,
    patchReplicaSetStatus,
    patchDeploymentStatus,
    evictPod,
    patchBudgetStatus,
    cordonNode,
    patchNode,
    listPods,
    getPod,
    markPodsNotReady,
    evictTaintedPods,
  }),
};
