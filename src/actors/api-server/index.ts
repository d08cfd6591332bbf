import { SITE } from '../../cluster/delay-sites.ts';
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
  type TaintEviction,
  type WriteEndpointSlice,
} from '../../cluster/events.ts';
import {
  changedPod,
  type PodObject,
  type PodPhase,
  type SliceObject,
  Transition,
  transitionOf,
} from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, type Effect, fan, NO_EFFECTS, named, put, type SimEvent, send } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { deletePod as deletePodRule } from '../../rules/apiserver/delete-pod.ts';
import { evictionDelaySeconds } from '../../rules/apiserver/taints.ts';
import { type MergeablePodStatus, mergePodStatus } from '../../rules/kubelet/merge-pod-status.ts';
import { defineActor } from '../define-actor.ts';
import { ENDPOINT_SLICE_CONTROLLER, REPLICA_SET_CONTROLLER } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import type { ApiServerCells, Counters } from './cells.ts';
import { CELL } from './cells.ts';
import {
  answerEviction,
  cordonNode,
  evictPod,
  getPod,
  listPods,
  patchBudgetStatus,
  patchNode,
} from './disruption.ts';
import { changeService } from './services.ts';
import { answerSet, changeSet, createJob, patchSetStatus } from './sets.ts';
import {
  changeDeployment,
  createReplicaSet,
  deleteReplicaSet,
  patchDeploymentStatus,
  patchReplicaSetStatus,
  resizeReplicaSet,
  scaleReplicaSet,
} from './workloads.ts';

/**
 * Stores Pods and EndpointSlices and tells their watchers, each over a link of its own: in order within a kind, in none across.
 * A request is one event: it arrives when it is committed.
 */

/** The events that tell every watcher of Pods about a new version of one. */
function notify(before: PodObject | undefined, pod: PodObject, ctx: Ctx): Effect[] {
  const transition = transitionOf(before, pod);
  const data: PodObserved = { pod };
  const { index } = pod;
  const effects: Effect[] = [];
  for (const { actor, kind, object: cell, link, site, wants } of ctx.self.wiring.podWatches(pod.node)) {
    if (!wants(pod, before)) continue;
    const object = cell < 0 ? index : cell;
    effects.push(
      send({ type: T.podObserved, actor, kind, object, about: index, data, link, site, transition }),
    );
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
  const pod: PodObject = changedPod(stored, {
    disruptionTarget: stored.disruptionTarget || event.data.disruption === true,
    deletionTimestamp: deletionTimestampUs,
    deletionGracePeriodSeconds,
    gone,
  });
  const effects = notify(stored, pod, ctx);
  // Grace 0 is two writes: the update that says so, and then the removal, which is answered.
  if (removal !== undefined) {
    const { actor } = ctx;
    const { object, data } = event;
    const site = SITE['apiServer.write'];
    effects.push(
      after({
        type: T.deletePod,
        actor,
        kind: CELL.pod,
        object,
        about: object,
        data,
        site,
        transition: Transition.gone,
      }),
    );
    return [pod, effects];
  }
  append(effects, answers);
  return [pod, effects];
};

/** A ReplicaSet's controller and a drain wait for the answer. */
function answerDelete(event: SimEvent<DeletePod>, ctx: Ctx): readonly Effect[] {
  const { replicaSet, set, asker } = event.data;
  if (set !== undefined) return [answerSet(set, false, event, ctx)];
  if (asker !== undefined) return [answerEviction(event, { refusal: null }, asker, ctx)];
  if (replicaSet === undefined) return NO_EFFECTS;
  const { about, transition, object } = event;
  const to = ctx.self.wiring.replicaSetController;
  const data: DeleteAnswered = { pod: object };
  const site = SITE['apiServer.response'];
  const kind = REPLICA_SET_CONTROLLER.replicaSet;
  return [
    after({ type: T.deleteAnswered, actor: to, kind, object: replicaSet, about, data, site, transition }),
  ];
}

const createPod: Reducer<Counters, CreatePod, Self> = (counters, event, ctx) => {
  const { name, template, owner, member } = event.data;
  const replicaSet = owner?.index ?? -1;
  const index = counters.nextPod;
  if (member !== null && isTaken(ctx, name, member.set))
    return [counters, [answerSet(member.set, true, event, ctx)]];
  const pod: PodObject = {
    index,
    name,
    template,
    replicaSet,
    member,
    node: -1,
    createdAt: ctx.now,
    phase: 'Pending',
    ready: false,
    readyAt: ctx.now,
    containersReady: false,
    gates: 0,
    hasIP: false,
    finalizers: [],
    disruptionTarget: false,
    exitCodes: null,
    deletionTimestamp: null,
    deletionGracePeriodSeconds: null,
    gone: false,
  };
  const effects = [named(index, name), ...notify(undefined, pod, ctx)];
  effects.push(put(CELL.pod, index, pod));
  const created = { ...counters, nextPod: index + 1 };
  if (member !== null) {
    effects.push(answerSet(member.set, false, event, ctx));
    return [created, effects];
  }
  const controller = ctx.self.wiring.replicaSetController;
  const site = SITE['apiServer.response'];
  effects.push(
    after({
      type: T.createAnswered,
      actor: controller,
      kind: REPLICA_SET_CONTROLLER.replicaSet,
      object: replicaSet,
      about: index,
      data: null,
      site,
    }),
  );
  return [created, effects];
};

/** Two Pods of one name cannot be. */
function isTaken(ctx: Ctx, name: string, set: number): boolean {
  return ctx.all(CELL.pod).some((pod) => pod?.member?.set === set && pod.name === name && !pod.gone);
}

const bindPod: Reducer<PodObject, BindPod, Self> = (stored, event, ctx) => {
  // Source: pkg/registry/core/pod/storage/storage.go setPodNodeAndMetadata
  if (stored.gone || stored.node >= 0 || stored.deletionTimestamp !== null) return [stored, NO_EFFECTS];
  const bound: PodObject = changedPod(stored, { node: event.data.node });
  return [bound, notify(stored, bound, ctx)];
};

/** What the kubelet patches, merged as it merges it: it sends a terminal phase only of a Pod of which nothing runs. */
const patchPodStatus: Reducer<PodObject, PatchPodStatus, Self> = (stored, event, ctx) => {
  if (stored.gone) return [stored, NO_EFFECTS];
  const { hasIP = stored.hasIP, exitCodes = stored.exitCodes } = event.data;
  const disruptionTarget = stored.disruptionTarget || event.data.disruptionTarget === true;
  const { phase, conditions } = mergePodStatus(
    statusOf(stored),
    statusOf({ phase: event.data.phase ?? stored.phase, ready: event.data.ready ?? stored.ready }),
    false,
  );
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const { containersReady = stored.containersReady, gate = 0 } = event.data;
  const gates = stored.gates | gate;
  const sameGates = gates === stored.gates && containersReady === stored.containersReady;
  if (ready === stored.ready && phase === stored.phase && hasIP === stored.hasIP && sameGates)
    return [stored, NO_EFFECTS];
  const readyAt = ready === stored.ready ? stored.readyAt : ctx.now;
  const patched: PodObject = changedPod(stored, {
    ready,
    phase,
    hasIP,
    readyAt,
    containersReady,
    gates,
    disruptionTarget,
    exitCodes,
  });
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
    const marked: PodObject = changedPod(pod, { ready: false, readyAt: ctx.now });
    effects.push(put(CELL.pod, pod.index, marked), ...notify(pod, marked, ctx));
  }
  return [counters, effects];
};

/** Source: pkg/controller/tainteviction/taint_eviction.go Controller.processPodOnNode */
const evictTaintedPods: Reducer<Counters, TaintEviction, Self> = (counters, event, ctx) => {
  const data: DeletePod = { gracePeriodSeconds: null, disruption: true };
  const site = SITE['apiServer.write'];
  const { node, taints, afterSeconds } = event.data;
  const { templates } = ctx.self.world;
  const pods = podsOn(ctx, node).filter(
    ({ template, deletionTimestamp, phase }) =>
      deletionTimestamp === null &&
      phase !== 'Failed' &&
      evictionDelaySeconds(templates[template]!.tolerations, taints) === afterSeconds,
  );
  return [
    counters,
    pods.map(({ index }) =>
      after({
        type: T.deletePod,
        actor: ctx.actor,
        kind: CELL.pod,
        object: index,
        about: index,
        data,
        site,
        transition: Transition.terminating,
      }),
    ),
  ];
};

function podsOn(ctx: Ctx, node: number): PodObject[] {
  const pods: PodObject[] = [];
  for (const pod of ctx.all(CELL.pod)) {
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
  const { wiring } = ctx.self;
  const { about, transition } = event;
  const receivers = wiring.sliceWatches(service);
  const answer = after({
    type: T.endpointSliceAnswered,
    actor: wiring.endpointSliceController,
    kind: ENDPOINT_SLICE_CONTROLLER.service,
    object: service,
    about,
    data,
    site: SITE['apiServer.response'],
    transition,
  });
  return [
    slice,
    [
      fan({
        type: T.endpointSliceObserved,
        receivers,
        object: slice.index,
        about,
        data,
        transition,
      }),
      answer,
    ],
  ];
};

export const apiServer = defineActor<'api-server', ApiServerCells>('api-server', {
  pod: { deletePod, bindPod, patchPodStatus, evictPod, getPod },
  endpointSlice: { writeEndpointSlice },
  counters: { createPod, listPods, markPodsNotReady, evictTaintedPods },
  deployment: { changeDeployment, createReplicaSet, patchDeploymentStatus },
  replicaSet: { scaleReplicaSet, patchReplicaSetStatus, deleteReplicaSet, resizeReplicaSet },
  podDisruptionBudget: { patchBudgetStatus },
  node: { cordonNode, patchNode },
  set: { changeSet, patchSetStatus, createJob },
  service: { changeService },
});
