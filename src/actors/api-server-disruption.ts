import { SITE } from '../cluster/delay-sites.ts';
import type { BudgetObject, NodeObject } from '../cluster/disruption.ts';
import {
  type BudgetObserved,
  type CordonNode,
  type DeletePod,
  type EvictionAnswered,
  type EvictPod,
  type ListPods,
  type NodeObserved,
  type PatchBudgetStatus,
  type PatchNode,
  type PodGot,
  type PodsListed,
  T,
} from '../cluster/events.ts';
import { type PodObject, Transition } from '../cluster/state.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, put, type SimEvent, send } from '../kernel/event.ts';
import { decideEviction, type EvictionBudget } from '../rules/policy/evict-pod.ts';
import { API, DISRUPTION_CONTROLLER, DRAIN, NODE_LIFECYCLE, SCHEDULER } from './cell-kinds.ts';
import type { Ctx, Self } from './wiring.ts';

/** The API server's Eviction API, PodDisruptionBudgets and nodes, and the reads that a drain makes. */

export function answerEviction(event: SimEvent, data: EvictionAnswered, drain: boolean, ctx: Ctx): Effect {
  const { kubectl, drain: drainer } = ctx.self.wiring;
  const { object, about, transition } = event;
  const site = SITE['apiServer.response'];
  return drain
    ? after(T.evictionAnswered, drainer, DRAIN.pod, object, about, data, 0, site, transition)
    : after(T.evictionAnswered, kubectl, 0, 0, about, data, 0, site, transition);
}

function tellOfBudget(budget: BudgetObject, event: SimEvent, ctx: Ctx): Effect {
  const { wiring } = ctx.self;
  const data: BudgetObserved = { budget };
  const { about, transition } = event;
  const { index } = budget;
  const site = SITE['watch.disruptionController'];
  const kind = DISRUPTION_CONTROLLER.budget;
  const to = wiring.disruptionController;
  return send(T.budgetObserved, to, kind, index, about, data, wiring.budgetWatch, site, transition);
}

/**
 * An eviction that the budgets allow writes the budget's status, then the condition DisruptionTarget, and then deletes as any other
 * DELETE does. Source: pkg/registry/core/pod/storage/eviction.go EvictionREST.Create
 */
export const evictPod: Reducer<PodObject | undefined, EvictPod, Self> = (stored, event, ctx) => {
  const { drain, gracePeriodSeconds } = event.data;
  if (stored === undefined || stored.gone)
    return [stored, [answerEviction(event, { refusal: null }, drain, ctx)]];
  const { world, wiring } = ctx.self;
  const indexes = wiring.budgetsOf(stored.template);
  const budgets = indexes.map((index) => budgetOf(ctx, index));
  const decision = decideEviction(stored, budgets, ctx.now, world.minor);
  if (decision.kind === 'refuse') {
    const { code, message, cause } = decision.refusal;
    return [stored, [answerEviction(event, { refusal: { code, message, cause } }, drain, ctx)]];
  }
  const effects: Effect[] = [];
  const [index] = indexes;
  if (decision.budgetStatus !== null && index !== undefined) {
    const before = ctx.cell<BudgetObject>(API.budget, index)!;
    const { disruptionsAllowed, disruptedPods } = decision.budgetStatus;
    const status = { ...before.status, disruptionsAllowed, disruptedPods };
    const budget: BudgetObject = { ...before, resourceVersion: before.resourceVersion + 1, status };
    effects.push(put(API.budget, index, budget), tellOfBudget(budget, event, ctx));
  }
  const data: DeletePod = drain ? { gracePeriodSeconds, drain } : { gracePeriodSeconds };
  const { object } = event;
  const site = SITE['apiServer.write'];
  effects.push(after(T.deletePod, ctx.actor, API.pod, object, object, data, 0, site, Transition.terminating));
  if (!drain) effects.push(answerEviction(event, { refusal: null }, drain, ctx));
  return [stored, effects];
};

function budgetOf(ctx: Ctx, index: number): EvictionBudget {
  const { name, status } = ctx.cell<BudgetObject>(API.budget, index)!;
  const { unhealthyPodEvictionPolicy } = ctx.self.world.budgets[index]!;
  return { name, generation: 1, unhealthyPodEvictionPolicy, status };
}

/** Of an old copy it is dropped: the new version is on its way to the controller, which then counts again. */
export const patchBudgetStatus: Reducer<BudgetObject, PatchBudgetStatus, Self> = (stored, event, ctx) => {
  const { resourceVersion, status } = event.data;
  if (resourceVersion !== stored.resourceVersion) return [stored, NO_EFFECTS];
  const budget: BudgetObject = { ...stored, resourceVersion: resourceVersion + 1, status };
  return [budget, [tellOfBudget(budget, event, ctx)]];
};

export const cordonNode: Reducer<NodeObject, CordonNode, Self> = (stored, event, ctx) => {
  const { unschedulable } = event.data;
  if (unschedulable === stored.unschedulable) return [stored, NO_EFFECTS];
  const node: NodeObject = { ...stored, unschedulable };
  return [node, [tellScheduler(node, event, ctx)]];
};

/** A node's condition matters to the node lifecycle controller, its taints to the scheduler. */
export const patchNode: Reducer<NodeObject, PatchNode, Self> = (stored, event, ctx) => {
  const { ready = stored.ready, tainted = stored.tainted } = event.data;
  if (ready === stored.ready && tainted === stored.tainted) return [stored, NO_EFFECTS];
  const node: NodeObject = { ...stored, ready, tainted };
  const effects: Effect[] = [];
  if (ready !== stored.ready) effects.push(tellNodeLifecycle(node, event, ctx));
  if (tainted !== stored.tainted) effects.push(tellScheduler(node, event, ctx));
  return [node, effects];
};

function tellScheduler(node: NodeObject, { transition }: SimEvent, ctx: Ctx): Effect {
  const { scheduler, nodeWatch } = ctx.self.wiring;
  const data: NodeObserved = { node };
  const site = SITE['watch.scheduler'];
  return send(T.nodeObserved, scheduler, SCHEDULER.node, node.index, -1, data, nodeWatch, site, transition);
}

/** Its watch is one of the controller manager's, as the ReplicaSet controller's is. */
function tellNodeLifecycle(node: NodeObject, { transition }: SimEvent, ctx: Ctx): Effect {
  const { nodeLifecycle, nodeStatusWatch: link } = ctx.self.wiring;
  const data: NodeObserved = { node };
  const site = SITE['watch.replicaSetController'];
  return send(
    T.nodeObserved,
    nodeLifecycle,
    NODE_LIFECYCLE.node,
    node.index,
    -1,
    data,
    link,
    site,
    transition,
  );
}

export const listPods: Reducer<unknown, ListPods, Self> = (counters, event, ctx) => {
  const pods: PodObject[] = [];
  for (let index = 0; index < ctx.size(API.pod); index++) {
    const pod = ctx.cell<PodObject>(API.pod, index);
    if (pod !== undefined && !pod.gone && pod.node === event.data.node) pods.push(pod);
  }
  const data: PodsListed = { pods };
  const to = ctx.self.wiring.drain;
  const site = SITE['apiServer.response'];
  const { node } = event.data;
  return [counters, [after(T.podsListed, to, DRAIN.session, node, -1, data, 0, site, event.transition)]];
};

export const getPod: Reducer<PodObject | undefined, null, Self> = (stored, event, ctx) => {
  const data: PodGot = { gone: stored === undefined || stored.gone };
  const to = ctx.self.wiring.drain;
  const { object, transition } = event;
  const site = SITE['apiServer.response'];
  return [stored, [after(T.podGot, to, DRAIN.pod, object, object, data, 0, site, transition)]];
};
