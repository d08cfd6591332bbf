import { startsLater } from '../cluster/cron-jobs.ts';
import type { BudgetObject } from '../cluster/disruption.ts';
import { NOT_PAUSED, type RolloutInfo, type RolloutStatus } from '../cluster/rollouts.ts';
import type { JobStatus, SetInfo, SetObject } from '../cluster/sets.ts';
import type { PodObject } from '../cluster/state.ts';
import type { DeploymentObject, ReplicaSetObject } from '../cluster/workloads.ts';
import type { World } from '../cluster/world.ts';
import { maxSurgeOf } from '../rules/apps/rolling-update.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import { countBudget } from './disruption-controller.ts';

/** Deployments and ReplicaSets as they are when a run begins: their last rollout is complete and long over. */

export function steadyDeployments(world: World): DeploymentObject[] {
  return world.deployments.map((info, index) => {
    const { name, replicas, paused, template } = info;
    return {
      index,
      name,
      resourceVersion: 1,
      generation: 1,
      replicas,
      paused,
      revision: 1,
      template,
      images: world.templates[template]!.images,
      restart: 0,
      replicaSet: `${name}-1`,
      deleted: null,
      promotes: false,
      status: {
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        observedGeneration: 1,
        progressing: {
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          lastUpdateUs: LONG_AGO,
          lastTransitionUs: LONG_AGO,
        },
        rollout: info.rollout === null ? null : rolledOut(info.rollout, `${name}-1`),
      },
    };
  });
}

function rolledOut(info: RolloutInfo, replicaSet: string): RolloutStatus {
  return {
    stable: replicaSet,
    current: replicaSet,
    stepIndex: info.type === 'canary' ? info.steps.length : 0,
    pause: NOT_PAUSED,
    scaleUpPreview: false,
    stableWeight: 100,
    mainService: replicaSet,
    previewService: replicaSet,
    scaleDownAt: {},
  };
}

export function steadyReplicaSets(world: World): ReplicaSetObject[] {
  const reported = featureEnabled('DeploymentReplicaSetTerminatingReplicas', world.minor);
  return world.replicaSets.map((info, index) => {
    const { deployment, template, replicas, podPrefix, minReadySeconds } = info;
    const owner = world.deployments[deployment];
    const surge = owner === undefined ? 0 : maxSurgeOf({ ...owner, strategyType: owner.strategy });
    return {
      index,
      name: podPrefix,
      deployment,
      revision: 1,
      template,
      images: world.templates[template]!.images,
      restart: 0,
      minReadySeconds,
      createdAt: LONG_AGO,
      resourceVersion: 1,
      generation: 1,
      replicas,
      desiredAnnotation: owner === undefined ? null : replicas,
      maxAnnotation: owner === undefined ? null : replicas + surge,
      deleted: null,
      status: {
        replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        terminatingReplicas: reported ? 0 : null,
        observedGeneration: 1,
      },
    };
  });
}

export function steadyBudgets(world: World, pods: readonly PodObject[]): BudgetObject[] {
  const uncounted = {
    observedGeneration: 1,
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    disruptedPods: {},
  };
  return world.budgets.map((info, index) => {
    const own = pods.filter(({ template }) => info.templates.includes(template));
    const replicasOf = (deployment: number) => world.deployments[deployment]!.replicas;
    const { status } = countBudget(info, { status: uncounted }, own, replicasOf, 0);
    return { index, name: info.name, resourceVersion: 1, status };
  });
}

/** Before any Pod of the steady state became Ready: a day and an hour. */
const LONG_AGO = -25 * 3_600 * 1_000_000;

/**
 * Every Pod of a set is of its first revision, which has been rolled out. A Job begins with the run; one that a CronJob starts later is
 * not there yet.
 */
export function steadySets(world: World): (SetObject | undefined)[] {
  return world.sets.map((info, index) =>
    startsLater(world.cronJobs, index) ? undefined : steadySet(world, info, index),
  );
}

/** A set as it is made; of a Job, as its controller finds it. */
export function steadySet(world: World, info: SetInfo, index: number): SetObject {
  const count = world.pods.filter(({ member }) => member?.set === index).length;
  return {
    index,
    name: info.name,
    generation: 1,
    replicas: wantedOf(info),
    suspend: info.kind === 'Job' && info.suspend,
    deleted: null,
    revision: 1,
    templates: [info.template],
    status: {
      observedGeneration: 1,
      replicas: count,
      readyReplicas: count,
      availableReplicas: count,
      updatedReplicas: count,
      currentRevision: 1,
      updateRevision: 1,
      job: info.kind === 'Job' ? begunJob(count, info.suspend) : null,
    },
  };
}

function wantedOf(info: SetInfo): number {
  if (info.kind === 'Job') return info.parallelism;
  return info.kind === 'StatefulSet' ? info.replicas : 0;
}

function begunJob(active: number, suspend: boolean): JobStatus {
  const startTime = suspend ? null : 0;
  return { active, terminating: 0, succeeded: 0, failed: 0, startTime, outcome: null, finished: false };
}
