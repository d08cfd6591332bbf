import { SITE } from '../../cluster/delay-sites.ts';
import type { BudgetObject, NodeObject } from '../../cluster/disruption.ts';
import {
  type CordonNode,
  type DeletePod,
  type EvictionAnswered,
  type EvictionAsker,
  type EvictPod,
  type ListPods,
  type PatchBudgetStatus,
  type PatchNode,
  type PodGot,
  type PodsListed,
  T,
} from '../../cluster/events.ts';
import { type PodObject, Transition } from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, put, type SimEvent, send } from '../../kernel/event.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import { changedTaints } from '../../rules/apiserver/taints.ts';
import { decideEviction, type EvictionBudget } from '../../rules/policy/evict-pod.ts';
import { DRAIN, KUBECTL, NODE_AUTOSCALER } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL, type Counters } from './cells.ts';

/** The API server's Eviction API, PodDisruptionBudgets and nodes, and the reads that a drain makes. */

export function answerEviction(
  event: SimEvent,
  data: EvictionAnswered,
  asker: EvictionAsker,
  ctx: Ctx,
): Effect {
  const { kubectl, drain, nodeAutoscaler } = ctx.self.wiring;
  const { object, about, transition } = event;
  const site = SITE['apiServer.response'];
  const answer = { type: T.evictionAnswered, object, about, data, site, transition } as const;
  switch (asker) {
    case 'drain':
      return after({ ...answer, actor: drain, kind: DRAIN.pod });
    case 'nodeAutoscaler':
      return after({ ...answer, actor: nodeAutoscaler(), kind: NODE_AUTOSCALER.attempt });
    case 'kubectl':
      return after({ ...answer, actor: kubectl, kind: KUBECTL.session, object: 0 });
    default:
      return unreachable(asker);
  }
}

function tellOfBudget(budget: BudgetObject, { about, transition }: SimEvent, ctx: Ctx): Effect[] {
  const { index: object } = budget;
  return ctx.self.wiring.budgetWatches.map(({ actor, kind, link, site }) =>
    send({ type: T.budgetObserved, actor, kind, object, about, data: { budget }, link, site, transition }),
  );
}

/**
 * An eviction that the budgets allow writes the budget's status, then the condition DisruptionTarget, and then deletes as any other
 * DELETE does. Source: pkg/registry/core/pod/storage/eviction.go EvictionREST.Create
 */
export const evictPod: Reducer<PodObject | undefined, EvictPod, Self> = (stored, event, ctx) => {
  const { asker, gracePeriodSeconds } = event.data;
  if (stored === undefined || stored.gone)
    return [stored, [answerEviction(event, { refusal: null }, asker, ctx)]];
  const { world, wiring } = ctx.self;
  const indexes = wiring.budgetsOf(stored.template);
  const budgets = indexes.map((index) => budgetOf(ctx, index));
  const decision = decideEviction(stored, budgets, ctx.now, world.minor);
  if (decision.kind === 'refuse') {
    const { code, message, cause, counts = null } = decision.refusal;
    return [stored, [answerEviction(event, { refusal: { code, message, cause, counts } }, asker, ctx)]];
  }
  const effects: Effect[] = [];
  const [index] = indexes;
  if (decision.budgetStatus !== null && index !== undefined) {
    const before = ctx.cell(CELL.podDisruptionBudget, index)!;
    const { disruptionsAllowed, disruptedPods } = decision.budgetStatus;
    const status = { ...before.status, disruptionsAllowed, disruptedPods };
    const budget: BudgetObject = { ...before, resourceVersion: before.resourceVersion + 1, status };
    effects.push(put(CELL.podDisruptionBudget, index, budget), ...tellOfBudget(budget, event, ctx));
  }
  const disruption = true;
  // Whoever goes on with the Pod's end hears of the DELETE; kubectl of the eviction alone.
  const waits = asker !== 'kubectl';
  const data: DeletePod = waits
    ? { gracePeriodSeconds, asker, disruption }
    : { gracePeriodSeconds, disruption };
  const { object } = event;
  const site = SITE['apiServer.write'];
  effects.push(
    after({
      type: T.deletePod,
      actor: ctx.actor,
      kind: CELL.pod,
      object,
      about: object,
      data,
      site,
      transition: Transition.terminating,
    }),
  );
  if (!waits) effects.push(answerEviction(event, { refusal: null }, asker, ctx));
  return [stored, effects];
};

function budgetOf(ctx: Ctx, index: number): EvictionBudget {
  const { name, status } = ctx.cell(CELL.podDisruptionBudget, index)!;
  const { unhealthyPodEvictionPolicy } = ctx.self.world.budgets[index]!;
  return { name, generation: 1, unhealthyPodEvictionPolicy, status };
}

/** Of an old copy it is dropped: the new version is on its way to the controller, which then counts again. */
export const patchBudgetStatus: Reducer<BudgetObject, PatchBudgetStatus, Self> = (stored, event, ctx) => {
  const { resourceVersion, status } = event.data;
  if (resourceVersion !== stored.resourceVersion) return [stored, NO_EFFECTS];
  const budget: BudgetObject = { ...stored, resourceVersion: resourceVersion + 1, status };
  return [budget, tellOfBudget(budget, event, ctx)];
};

export const cordonNode: Reducer<NodeObject, CordonNode, Self> = (stored, event, ctx) => {
  const { unschedulable } = event.data;
  if (unschedulable === stored.unschedulable) return [stored, NO_EFFECTS];
  const node: NodeObject = { ...stored, unschedulable };
  return [node, tellOfNode(stored, node, event, ctx)];
};

export const patchNode: Reducer<NodeObject, PatchNode, Self> = (stored, event, ctx) => {
  const { there = stored.there, ready = stored.ready, adds = [], removes = [] } = event.data;
  const taints = changedTaints(stored.taints, adds, removes);
  if (taints === stored.taints && there === stored.there && ready === stored.ready)
    return [stored, NO_EFFECTS];
  const node: NodeObject = { ...stored, there, ready, taints };
  return [node, tellOfNode(stored, node, event, ctx)];
};

/** A node's condition matters to the node lifecycle controller, its taints to the scheduler. */
function tellOfNode(before: NodeObject, node: NodeObject, { transition }: SimEvent, ctx: Ctx): Effect[] {
  const { index: object } = node;
  return ctx.self.wiring.nodeWatches
    .filter(({ wants }) => wants(node, before))
    .map(({ actor, kind, link, site }) =>
      send({ type: T.nodeObserved, actor, kind, object, about: -1, data: { node }, link, site, transition }),
    );
}

export const listPods: Reducer<Counters, ListPods, Self> = (counters, event, ctx) => {
  const pods: PodObject[] = [];
  for (const pod of ctx.all(CELL.pod)) {
    if (pod !== undefined && !pod.gone && pod.node === event.data.node) pods.push(pod);
  }
  const data: PodsListed = { pods };
  const to = ctx.self.wiring.drain;
  const site = SITE['apiServer.response'];
  const { node } = event.data;
  return [
    counters,
    [
      after({
        type: T.podsListed,
        actor: to,
        kind: DRAIN.session,
        object: node,
        about: -1,
        data,
        site,
        transition: event.transition,
      }),
    ],
  ];
};

export const getPod: Reducer<PodObject | undefined, null, Self> = (stored, event, ctx) => {
  const data: PodGot = { gone: stored === undefined || stored.gone };
  const to = ctx.self.wiring.drain;
  const { object, transition } = event;
  const site = SITE['apiServer.response'];
  return [
    stored,
    [after({ type: T.podGot, actor: to, kind: DRAIN.pod, object, about: object, data, site, transition })],
  ];
};
