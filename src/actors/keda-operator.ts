import type { AutoscalerInfo, LoadChanged } from '../cluster/autoscaling.ts';
import { T } from '../cluster/events.ts';
import type { SetObject, SetObserved } from '../cluster/sets.ts';
import { keyOfObject, Transition } from '../cluster/state.ts';
import type {
  DeploymentObject,
  DeploymentObserved,
  ReplicaSetObject,
  ReplicaSetObserved,
} from '../cluster/workloads.ts';
import type { World } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { arm, type Effect, NO_EFFECTS } from '../kernel/event.ts';
import { keyOf } from '../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { kedaScale } from '../rules/autoscaling/keda.ts';
import { defineActor } from './define-actor.ts';
import { scaleTo, sizeOf } from './hpa-controller/scale-target.ts';
import { cellsOf, KEDA_OPERATOR } from './protocol.ts';
import { actor, type Registration } from './roster.ts';
import type { SteadyState } from './steady-state.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * KEDA: wakes what sleeps when a trigger is active, and lets it sleep again after the cooldown period; between the two the
 * HorizontalPodAutoscaler that it makes decides. Its polls that can find nothing new are not events.
 * Source: keda pkg/scaling/scale_handler.go, pkg/scaling/executor
 */

export interface ScaledTrigger {
  /** null before anything was said of it. */
  readonly load: number | null;
  /** The last poll that found a trigger active; null: none has. */
  readonly activeAt: Micros | null;
}

export interface KedaCells {
  readonly trigger: ScaledTrigger;
  readonly deployment: DeploymentObject;
  readonly set: SetObject;
  readonly replicaSet: ReplicaSetObject;
}

const CELL = cellsOf<'keda-operator', KedaCells>('keda-operator');
const POLL = 0;
const PHASE = keyOf('keda polling phase');

function pollsOf(
  { name, keda }: AutoscalerInfo,
  ctx: Ctx,
): { readonly phase: Micros; readonly every: Micros } {
  const every = keda!.pollingIntervalSeconds * MICROS_PER_SECOND;
  return { phase: ctx.bits(PHASE, keyOf(name)) % every, every };
}

/** The first poll at or after `from`. */
function polls(index: number, from: Micros, ctx: Ctx): Effect {
  const info = ctx.self.world.autoscalers[index]!;
  const { phase, every } = pollsOf(info, ctx);
  return arm({
    timer: POLL,
    type: T.kedaPolled,
    actor: ctx.actor,
    kind: CELL.trigger,
    object: index,
    about: -1,
    data: null,
    delay: phase + Math.ceil((from - phase) / every) * every - ctx.now,
    transition: keyOfObject(Transition.none, info.name),
  });
}

const loadChanged: Reducer<ScaledTrigger, LoadChanged, Self> = (trigger, event, ctx) => {
  const { load } = event.data;
  const { phase, every } = pollsOf(ctx.self.world.autoscalers[event.object]!, ctx);
  const latest = phase + Math.floor((ctx.now - phase) / every) * every;
  const activeAt = (trigger.load ?? 0) > 0 ? latest : trigger.activeAt;
  return [{ load, activeAt }, [polls(event.object, ctx.now + 1, ctx)]];
};

const kedaPolled: Reducer<ScaledTrigger, null, Self> = ({ load, activeAt }, event, ctx) => {
  const index = event.object;
  const info = ctx.self.world.autoscalers[index]!;
  const current = replicasOf(info, ctx);
  const isActive = (load ?? 0) > 0;
  const next = { load, activeAt: isActive ? ctx.now : activeAt };
  if (current === undefined) return [next, NO_EFFECTS];
  const idleForUs = activeAt === null ? Number.POSITIVE_INFINITY : ctx.now - activeAt;
  const replicas = kedaScale(info.keda!, current, isActive, idleForUs);
  if (replicas !== null) return [next, [scaleTo(index, info, replicas, ctx)]];
  const cooled = (activeAt ?? 0) + info.keda!.cooldownPeriodSeconds * MICROS_PER_SECOND;
  return [next, !isActive && cooled > ctx.now ? [polls(index, cooled, ctx)] : NO_EFFECTS];
};

function replicasOf({ target }: AutoscalerInfo, ctx: Ctx): number | undefined {
  return sizeOf(target, {
    Deployment: (index) => ctx.cell(CELL.deployment, index),
    ReplicaSet: (index) => ctx.cell(CELL.replicaSet, index),
    StatefulSet: (index) => ctx.cell(CELL.set, index),
  });
}

const deploymentObserved: Reducer<DeploymentObject | undefined, DeploymentObserved, Self> = (_, event) => [
  event.data.deployment,
  NO_EFFECTS,
];

const replicaSetObserved: Reducer<ReplicaSetObject | undefined, ReplicaSetObserved, Self> = (_, event) => [
  event.data.replicaSet,
  NO_EFFECTS,
];

const setObserved: Reducer<SetObject | undefined, SetObserved, Self> = (_, event) => [
  event.data.set,
  NO_EFFECTS,
];

const kedaOperator = defineActor<'keda-operator', KedaCells>('keda-operator', {
  trigger: { loadChanged, kedaPolled },
  deployment: { deploymentObserved },
  set: { setObserved },
  replicaSet: { replicaSetObserved },
});

/** It takes part where there are ScaledObjects. */
export function kedaOperators(
  { autoscalers }: World,
  { deployments, replicaSets, sets }: SteadyState,
): readonly Registration[] {
  if (autoscalers.every(({ keda }) => keda === null)) return [];
  // Its watches are a client's of its own, as the scheduler's are.
  const site = 'watch.scheduler';
  return [
    actor(
      kedaOperator,
      {
        trigger: autoscalers.map(() => ({ load: null, activeAt: null })),
        deployment: deployments,
        set: sets,
        replicaSet: replicaSets,
      },
      {
        watches: {
          deployments: { cell: KEDA_OPERATOR.deployment, site },
          replicaSets: { cell: KEDA_OPERATOR.replicaSet, site, wants: ({ deployment }) => deployment < 0 },
          sets: { cell: KEDA_OPERATOR.set, site },
        },
      },
    ),
  ];
}
