import { SITE } from '../cluster/delay-sites.ts';
import type { BudgetObject, BudgetStatus } from '../cluster/disruption.ts';
import { type BudgetObserved, type PatchBudgetStatus, type PodObserved, T } from '../cluster/events.ts';
import { type PodObject, requestKey } from '../cluster/state.ts';
import type { DeploymentObject, DeploymentObserved } from '../cluster/workloads.ts';
import type { BudgetInfo } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, arm, type Effect, NO_EFFECTS, type Outbox, put, type SimEvent } from '../kernel/event.ts';
import {
  buildDisruptedPodMap,
  countHealthyPods,
  disruptionsAllowed,
  getExpectedPodCount,
} from '../rules/policy/disruption-budget.ts';
import { type Client, request } from './api-client.ts';
import { defineActor } from './define-actor.ts';
import { API, cellsOf } from './protocol.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * Keeps the statuses of PodDisruptionBudgets: how many of their Pods are healthy and how many may be evicted.
 * Source: pkg/controller/disruption/disruption.go
 */

/** Whether a budget's key is on the queue. */
export interface BudgetWork {
  readonly queued: boolean;
}
export const IDLE_BUDGET: BudgetWork = { queued: false };

export interface DisruptionCells {
  readonly pod: PodObject;
  readonly podDisruptionBudget: BudgetObject;
  readonly work: BudgetWork;
  readonly client: Client;
  readonly deployment: DeploymentObject;
}

export const CELL = cellsOf<'disruption-controller', DisruptionCells>('disruption-controller');

const CLIENT = 0;
/** The timer of the look at Pods whose eviction was allowed and which were not deleted. */
const EXPIRY = 0;

function enqueue(ctx: Ctx, budget: number, event: SimEvent, outbox: Outbox): void {
  const work = ctx.cell(CELL.work, budget)!;
  if (work.queued) return;
  const { about, transition } = event;
  const site = SITE['disruptionController.sync'];
  outbox.push(
    put(CELL.work, budget, { queued: true } satisfies BudgetWork),
    after({
      type: T.budgetSynced,
      actor: ctx.actor,
      kind: CELL.work,
      object: budget,
      about,
      data: null,
      site,
      transition,
    }),
  );
}

const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (_, event, ctx) => {
  const { pod } = event.data;
  const effects: Effect[] = [];
  for (const budget of ctx.self.wiring.budgetsOf(pod.template)) enqueue(ctx, budget, event, effects);
  return [pod, effects];
};

const budgetObserved: Reducer<BudgetObject, BudgetObserved, Self> = (_, event, ctx) => {
  const { budget } = event.data;
  const effects: Effect[] = [];
  enqueue(ctx, budget.index, event, effects);
  return [budget, effects];
};

const deploymentObserved: Reducer<DeploymentObject, DeploymentObserved, Self> = (before, event, ctx) => {
  const { deployment } = event.data;
  const effects: Effect[] = [];
  if (deployment.replicas !== before.replicas) {
    ctx.self.world.budgets.forEach(({ deployments }, budget) => {
      if (deployments.includes(deployment.index)) enqueue(ctx, budget, event, effects);
    });
  }
  return [deployment, effects];
};

const budgetSynced: Reducer<BudgetWork, null, Self> = (_, event, ctx) => {
  const { world, wiring } = ctx.self;
  const { object: index, about, transition } = event;
  const stored = ctx.cell(CELL.podDisruptionBudget, index)!;
  const pods = podsOf(ctx, world.budgets[index]!);
  const replicas = (deployment: number) => ctx.cell(CELL.deployment, deployment)?.replicas ?? 0;
  const { status, recheckUs } = countBudget(world.budgets[index]!, stored, pods, replicas, ctx.now);
  const effects: Effect[] = [];
  if (recheckUs !== null) {
    const wait = recheckUs - ctx.now + 1;
    effects.push(
      arm({
        timer: EXPIRY,
        type: T.budgetSynced,
        actor: ctx.actor,
        kind: CELL.work,
        object: index,
        about,
        data: null,
        delay: wait,
        transition,
      }),
    );
  }
  if (sameStatus(status, stored.status)) return [IDLE_BUDGET, effects.length === 0 ? NO_EFFECTS : effects];
  const { client, wait } = request(ctx, ctx.cell(CELL.client, CLIENT)!, 0);
  const data: PatchBudgetStatus = { resourceVersion: stored.resourceVersion, status };
  const to = wiring.apiServer;
  const site = SITE['apiServer.write'];
  const key = requestKey('budgetStatus', transition);
  effects.push(
    put(CELL.client, CLIENT, client),
    after({
      type: T.patchBudgetStatus,
      actor: to,
      kind: API.podDisruptionBudget,
      object: index,
      about,
      data,
      delay: wait,
      site,
      transition: key,
    }),
  );
  return [IDLE_BUDGET, effects];
};

function podsOf(ctx: Ctx, { templates }: BudgetInfo): PodObject[] {
  const pods: PodObject[] = [];
  for (const pod of ctx.all(CELL.pod)) {
    if (pod !== undefined && !pod.gone && templates.includes(pod.template)) pods.push(pod);
  }
  return pods;
}

/** The status that the Pods of a budget call for; a budget that cannot be counted allows nothing. */
export function countBudget(
  info: BudgetInfo,
  { status }: Pick<BudgetObject, 'status'>,
  pods: readonly PodObject[],
  replicasOf: (deployment: number) => number,
  now: number,
): { readonly status: BudgetStatus; readonly recheckUs: number | null } {
  const scale = info.deployments.reduce(
    (sum, deployment) => sum + replicasOf(deployment),
    info.otherReplicas,
  );
  const { disruptedPods, recheckUs } = buildDisruptedPodMap(pods, status.disruptedPods, now);
  const currentHealthy = countHealthyPods(pods, disruptedPods, now);
  const expected = getExpectedPodCount(info, pods.length, scale);
  const { expectedCount, desiredHealthy } = expected ?? { expectedCount: 0, desiredHealthy: 0 };
  return {
    status: {
      observedGeneration: 1,
      disruptionsAllowed: disruptionsAllowed(currentHealthy, desiredHealthy, expectedCount),
      currentHealthy,
      desiredHealthy,
      expectedPods: expectedCount,
      disruptedPods,
    },
    recheckUs,
  };
}

function sameStatus(a: BudgetStatus, b: BudgetStatus): boolean {
  const keys = Object.keys(a.disruptedPods);
  return (
    a.disruptionsAllowed === b.disruptionsAllowed &&
    a.currentHealthy === b.currentHealthy &&
    a.desiredHealthy === b.desiredHealthy &&
    a.expectedPods === b.expectedPods &&
    keys.length === Object.keys(b.disruptedPods).length &&
    keys.every((key) => a.disruptedPods[key] === b.disruptedPods[key])
  );
}

export const disruptionController = defineActor<'disruption-controller', DisruptionCells>(
  'disruption-controller',
  {
    pod: { podObserved },
    podDisruptionBudget: { budgetObserved },
    work: { budgetSynced },
    client: {},
    deployment: { deploymentObserved },
  },
);
