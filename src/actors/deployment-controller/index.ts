import { type PodObserved, T } from '../../cluster/events.ts';
import type { PodObject } from '../../cluster/state.ts';
import type {
  DeploymentObject,
  DeploymentObserved,
  DeploymentWriteAnswered,
  ReplicaSetObject,
  ReplicaSetObserved,
} from '../../cluster/workloads.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, cancel, type Effect, NO_EFFECTS, type Outbox, put } from '../../kernel/event.ts';
import { keyOf } from '../../kernel/names.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { isPodPhaseTerminal } from '../../rules/endpointslice/endpoint-conditions.ts';
import { defineActor } from '../define-actor.ts';
import type { Ctx, Self } from '../wiring.ts';
import { planSync, type SyncInput, type SyncPlan } from './plan.ts';
import { planRollout } from './plan-rollout.ts';
import {
  CELL,
  changedWork,
  type DeploymentCells,
  type DeploymentWork,
  deadlineTimer,
  done,
  enqueue,
  retryLater,
  takeToken,
  workOf,
  writeNext,
} from './work.ts';

/**
 * Replaces a Deployment's Pods through its ReplicaSets. It learns of progress from ReplicaSet statuses alone, so each step takes a
 * pass of the ReplicaSet controller, its status write, a watch and a pass of this one. Source: pkg/controller/deployment
 */

function dirty(ctx: Ctx, deployment: number, pod: number, transition: number): Effect[] {
  const effects: Effect[] = [];
  const work = workOf(ctx, deployment);
  const next = enqueue(ctx, deployment, work, { pod, transition }, effects);
  if (next !== work) effects.push(put(CELL.work, deployment, next));
  return effects;
}

const deploymentObserved: Reducer<DeploymentObject | undefined, DeploymentObserved, Self> = (
  _,
  event,
  ctx,
) => {
  const { deployment } = event.data;
  return [deployment, dirty(ctx, deployment.index, event.about, event.transition)];
};

const replicaSetObserved: Reducer<ReplicaSetObject | undefined, ReplicaSetObserved, Self> = (
  _,
  event,
  ctx,
) => {
  const { replicaSet } = event.data;
  return [replicaSet, dirty(ctx, replicaSet.deployment, event.about, event.transition)];
};

/** A key that polls comes back as often as the bucket of retries lets it. */
const POLL_PERIOD = MICROS_PER_SECOND / 10;
const POLL = keyOf('deployment-controller poll');

/**
 * Pods matter to Recreate alone, and only the last one's going wakes it. While its key polls, the next poll finds what changed.
 * Source: pkg/controller/deployment/deployment_controller.go deletePod, progress.go requeueStuckDeployment
 */
const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (_, event, ctx) => {
  const { pod } = event.data;
  const owner = ctx.cell(CELL.replicaSet, pod.replicaSet);
  if (owner === undefined) return [pod, NO_EFFECTS];
  const { about, transition } = event;
  const { deployment } = owner;
  if (workOf(ctx, deployment).polling && isPodPhaseTerminal(pod.phase)) {
    const wait = ctx.bits(POLL, ctx.objectKey(pod.index), transition) % POLL_PERIOD;
    const poll = after({
      type: T.deploymentEnqueued,
      actor: ctx.actor,
      kind: CELL.work,
      object: deployment,
      about,
      data: null,
      delay: wait,
      transition,
    });
    return [pod, [poll]];
  }
  if (!pod.gone) return [pod, NO_EFFECTS];
  const others = podsOf(ctx, owner.deployment).filter(({ index }) => index !== pod.index);
  if (others.length > 0) return [pod, NO_EFFECTS];
  return [pod, dirty(ctx, owner.deployment, pod.index, event.transition)];
};

function podsOf(ctx: Ctx, deployment: number): PodObject[] {
  const pods: PodObject[] = [];
  for (const pod of ctx.all(CELL.pod)) {
    if (pod === undefined || pod.gone) continue;
    const owner = ctx.cell(CELL.replicaSet, pod.replicaSet);
    if (owner?.deployment === deployment) pods.push(pod);
  }
  return pods;
}

function replicaSetsOf(ctx: Ctx, deployment: number): ReplicaSetObject[] {
  const sets: ReplicaSetObject[] = [];
  for (const set of ctx.all(CELL.replicaSet)) {
    if (set?.deployment === deployment) sets.push(set);
  }
  return sets;
}

const deploymentEnqueued: Reducer<DeploymentWork, null, Self> = (work, event, ctx) => {
  const effects: Effect[] = [];
  const reason = { pod: event.about, transition: event.transition };
  return [enqueue(ctx, event.object, work, reason, effects), effects];
};

const deploymentSynced: Reducer<DeploymentWork, null, Self> = (work, event, ctx) => {
  const index = event.object;
  const { world } = ctx.self;
  const deployment = ctx.cell(CELL.deployment, index)!;
  if (deployment.deleted !== null) return [changedWork(work, { stage: 'idle', dirty: null }), NO_EFFECTS];
  const info = world.deployments[index]!;
  const input: SyncInput = {
    info,
    deployment,
    replicaSets: replicaSetsOf(ctx, index),
    pods: podsOf(ctx, index),
    now: ctx.now,
    minor: world.minor,
    contents: (template) => world.templates[template]!.content,
  };
  const { rollout } = deployment.status;
  const plan =
    info.rollout === null || rollout === null ? planSync(input) : planRollout(input, info.rollout, rollout);
  const effects: Effect[] = [];
  const processing: DeploymentWork = changedWork(work, { stage: 'processing', writes: plan.writes });
  if (plan.writes.length > 0) return [writeNext(ctx, index, processing, effects), effects];
  return [lookAgain(ctx, index, processing, plan, effects), effects];
};

/** A sync without news: the key comes back at the progress deadline, or never once the rollout is complete. */
function lookAgain(
  ctx: Ctx,
  index: number,
  work: DeploymentWork,
  { requeue }: SyncPlan,
  outbox: Outbox,
): DeploymentWork {
  // Upstream's key then comes back again and again, slowed down by nothing but the bucket of retries: see podObserved.
  const polling = requeue === 'rateLimitedNow';
  if (polling) return done(ctx, index, changedWork(work, { failures: 0, polling }), outbox);
  if (requeue === 'none') {
    outbox.push(cancel({ timer: deadlineTimer, actor: ctx.actor, kind: CELL.work, object: index }));
  } else {
    const { pod, transition } = work.reason;
    const { afterUs } = requeue;
    outbox.push(
      arm({
        timer: deadlineTimer,
        type: T.deploymentEnqueued,
        actor: ctx.actor,
        kind: CELL.work,
        object: index,
        about: pod,
        data: null,
        delay: afterUs,
        transition,
      }),
    );
  }
  return done(ctx, index, changedWork(work, { failures: 0, polling }), outbox);
}

/** The next write follows the answer; after a conflict the whole sync comes back. A scaling is told of by an Event. */
const deploymentWriteAnswered: Reducer<DeploymentWork, DeploymentWriteAnswered, Self> = (
  work,
  event,
  ctx,
) => {
  const effects: Effect[] = [];
  const index = event.object;
  if (event.data.conflict) return [retryLater(ctx, index, work, effects), effects];
  const [written, ...writes] = work.writes;
  const told =
    written?.kind === 'createReplicaSet' || (written?.kind === 'scaleReplicaSet' && written.resizes);
  if (told) takeToken(ctx, effects);
  return [writeNext(ctx, index, changedWork(work, { writes }), effects), effects];
};

export const deploymentController = defineActor<'deployment-controller', DeploymentCells>(
  'deployment-controller',
  {
    deployment: { deploymentObserved },
    replicaSet: { replicaSetObserved },
    work: { deploymentEnqueued, deploymentSynced, deploymentWriteAnswered },
    client: {},
    pod: { podObserved },
  },
);
