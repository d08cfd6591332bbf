import type { AutoscalerInfo, LoadChanged } from '../../cluster/autoscaling.ts';
import { T } from '../../cluster/events.ts';
import type { SetObject, SetObserved } from '../../cluster/sets.ts';
import { keyOfObject, Transition } from '../../cluster/state.ts';
import type {
  DeploymentObject,
  DeploymentObserved,
  ReplicaSetObject,
  ReplicaSetObserved,
} from '../../cluster/workloads.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { arm, type Effect, NO_EFFECTS, type Outbox, put } from '../../kernel/event.ts';
import { largest } from '../../kernel/lists.ts';
import { keyOf } from '../../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import {
  DOWNSCALE_STABILIZATION_SECONDS,
  HPA_SYNC_PERIOD_SECONDS,
  type Recommendation,
  replicasForUsageRatio,
  stabilizationWindowSeconds,
  stabilizeRecommendation,
  stabilizeRecommendationWithBehaviors,
} from '../../rules/autoscaling/recommendation.ts';
import {
  convertDesiredReplicasWithBehaviorRate,
  convertDesiredReplicasWithRules,
  type ScaleEvent,
  storeScaleEvent,
} from '../../rules/autoscaling/scaling-rules.ts';
import { defineActor } from '../define-actor.ts';
import { cellsOf } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { scaleTo, sizeOf } from './scale-target.ts';

/**
 * HorizontalPodAutoscalers: each looks every 15 s, at a phase of its own; nothing wakes it sooner. Looks that can find nothing new any
 * more are not events.
 * Source: pkg/controller/podautoscaler/horizontal.go reconcileAutoscaler
 */

/** What one autoscaler remembers; it loses it with its controller. */
export interface Autoscaler {
  /** What its target has to do together, in Pods at their target; null before anything was said of it. */
  readonly load: number | null;
  readonly recommendations: readonly Recommendation[];
  readonly up: readonly ScaleEvent[];
  readonly down: readonly ScaleEvent[];
  /** Until when a look may find something new. */
  readonly looksUntil: Micros;
  /** Whether a look is due. */
  readonly due: boolean;
}

export interface HpaControllerCells {
  readonly autoscaler: Autoscaler;
  readonly deployment: DeploymentObject;
  readonly set: SetObject;
  readonly replicaSet: ReplicaSetObject;
}

const CELL = cellsOf<'hpa-controller', HpaControllerCells>('hpa-controller');

export const NEW_AUTOSCALER: Autoscaler = {
  load: null,
  recommendations: [],
  up: [],
  down: [],
  looksUntil: 0,
  due: false,
};

const PERIOD = HPA_SYNC_PERIOD_SECONDS * MICROS_PER_SECOND;
const LOOK = 0;

const loadChanged: Reducer<Autoscaler, LoadChanged, Self> = (state, event, ctx) => {
  const index = event.object;
  const effects: Effect[] = [];
  return [looksOn({ ...state, load: event.data.load }, index, ctx, effects), effects];
};

/** Looks go on until every recommendation and every event of now is forgotten. */
function looksOn(state: Autoscaler, index: number, ctx: Ctx, outbox: Outbox): Autoscaler {
  const info = ctx.self.world.autoscalers[index]!;
  const looksUntil = ctx.now + memoryOf(info) + 2 * PERIOD;
  if (!state.due) outbox.push(nextLook(index, info, ctx));
  return { ...state, looksUntil, due: true };
}

function memoryOf({ behavior }: AutoscalerInfo): Micros {
  const rules = behavior === null ? [] : [behavior.scaleUp, behavior.scaleDown];
  const seconds = rules.flatMap(({ policies, stabilizationWindowSeconds: window }) => [
    window ?? 0,
    ...policies.map(({ periodSeconds }) => periodSeconds),
  ]);
  return largest(seconds, DOWNSCALE_STABILIZATION_SECONDS) * MICROS_PER_SECOND;
}

function nextLook(index: number, { name }: AutoscalerInfo, ctx: Ctx): Effect {
  const phase = ctx.bits(PHASE, keyOf(name)) % PERIOD;
  const ticks = Math.floor((ctx.now - phase) / PERIOD) + 1;
  return arm({
    timer: LOOK,
    type: T.autoscalerSynced,
    actor: ctx.actor,
    kind: CELL.autoscaler,
    object: index,
    about: -1,
    data: null,
    delay: phase + ticks * PERIOD - ctx.now,
    transition: keyOfObject(Transition.none, name),
  });
}

const PHASE = keyOf('horizontal-pod-autoscaler phase');

const autoscalerSynced: Reducer<Autoscaler, null, Self> = (state, event, ctx) => {
  const index = event.object;
  const info = ctx.self.world.autoscalers[index]!;
  const current = replicasOf(info, ctx);
  const { load } = state;
  if (load === null || current === undefined || current === 0) return [{ ...state, due: false }, NO_EFFECTS];
  const effects: Effect[] = [];
  const measured = replicasForUsageRatio(current, load / current, current, info.tolerance);
  const { replicas, recommendations } = wanted(state, info, current, measured, ctx.now);
  let next: Autoscaler = { ...state, recommendations };
  if (replicas !== current) {
    effects.push(scaleTo(index, info, replicas, ctx));
    next = looksOn({ ...remember(next, info, replicas - current, ctx.now), due: true }, index, ctx, effects);
  }
  const goesOn = ctx.now + PERIOD <= next.looksUntil;
  if (goesOn) effects.push(nextLook(index, info, ctx));
  return [{ ...next, due: goesOn }, effects];
};

/** What the metric asks for, kept within the bounds, steadied, and limited in its rate. A size above the maximum is corrected at once. */
function wanted(
  { recommendations, up, down }: Autoscaler,
  { behavior, minReplicas, maxReplicas }: AutoscalerInfo,
  current: number,
  measured: number,
  nowUs: Micros,
): { readonly replicas: number; readonly recommendations: readonly Recommendation[] } {
  const bounds = { minReplicas, maxReplicas };
  if (current > maxReplicas) return { replicas: maxReplicas, recommendations };
  if (current < minReplicas) return { replicas: minReplicas, recommendations };
  if (behavior === null) {
    const steady = stabilizeRecommendation(recommendations, measured, DOWNSCALE_STABILIZATION_SECONDS, nowUs);
    const { replicas } = convertDesiredReplicasWithRules(current, steady.replicas, bounds);
    return { replicas, recommendations: steady.recommendations };
  }
  const windows = {
    upSeconds: stabilizationWindowSeconds(behavior.scaleUp, 'up'),
    downSeconds: stabilizationWindowSeconds(behavior.scaleDown, 'down'),
  };
  const steady = stabilizeRecommendationWithBehaviors(recommendations, current, measured, windows, nowUs);
  const events = { up, down };
  const limited = convertDesiredReplicasWithBehaviorRate(
    current,
    steady.replicas,
    bounds,
    behavior,
    events,
    nowUs,
  );
  return { replicas: limited.replicas, recommendations: steady.recommendations };
}

function remember(
  state: Autoscaler,
  { behavior }: AutoscalerInfo,
  change: number,
  nowUs: Micros,
): Autoscaler {
  if (change > 0)
    return { ...state, up: storeScaleEvent(state.up, change, behavior?.scaleUp ?? null, nowUs) };
  return { ...state, down: storeScaleEvent(state.down, -change, behavior?.scaleDown ?? null, nowUs) };
}

function replicasOf({ target }: AutoscalerInfo, ctx: Ctx): number | undefined {
  return sizeOf(target, {
    Deployment: (index) => ctx.cell(CELL.deployment, index),
    ReplicaSet: (index) => ctx.cell(CELL.replicaSet, index),
    StatefulSet: (index) => ctx.cell(CELL.set, index),
  });
}

const deploymentObserved: Reducer<DeploymentObject | undefined, DeploymentObserved, Self> = (
  before,
  event,
  ctx,
) => {
  const { deployment } = event.data;
  const scaled = before?.replicas !== deployment.replicas;
  return [deployment, scaled ? wake('Deployment', deployment.index, ctx) : NO_EFFECTS];
};

const setObserved: Reducer<SetObject | undefined, SetObserved, Self> = (before, event, ctx) => {
  const { set } = event.data;
  const scaled = before?.replicas !== set.replicas;
  return [set, scaled ? wake('StatefulSet', set.index, ctx) : NO_EFFECTS];
};

const replicaSetObserved: Reducer<ReplicaSetObject | undefined, ReplicaSetObserved, Self> = (
  before,
  event,
  ctx,
) => {
  const { replicaSet } = event.data;
  const resized = before?.replicas !== replicaSet.replicas;
  return [replicaSet, resized ? wake('ReplicaSet', replicaSet.index, ctx) : NO_EFFECTS];
};

/** Somebody changed the size of its target: its next looks may find something to correct. */
function wake(kind: string, index: number, ctx: Ctx): Effect[] {
  const effects: Effect[] = [];
  ctx.self.world.autoscalers.forEach(({ target }, autoscaler) => {
    if (target.kind !== kind || target.index !== index) return;
    const state = ctx.cell(CELL.autoscaler, autoscaler)!;
    if (state.load === null) return;
    effects.push(put(CELL.autoscaler, autoscaler, looksOn(state, autoscaler, ctx, effects)));
  });
  return effects;
}

export const hpaController = defineActor<'hpa-controller', HpaControllerCells>('hpa-controller', {
  autoscaler: { loadChanged, autoscalerSynced },
  deployment: { deploymentObserved },
  set: { setObserved },
  replicaSet: { replicaSetObserved },
});
