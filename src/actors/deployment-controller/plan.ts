import type { PodObject } from '../../cluster/state.ts';
import type {
  DeploymentObject,
  DeploymentStatus,
  Progressing,
  ReplicaSetObject,
} from '../../cluster/workloads.ts';
import type { DeploymentInfo } from '../../cluster/world.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import {
  calculateDeploymentStatus,
  type DeploymentStatusCounts,
  requeueStuckDeployment,
  syncRolloutStatus,
} from '../../rules/apps/deployment-progress.ts';
import { findNewReplicaSet, type PodTemplateContent } from '../../rules/apps/find-new-replica-set.ts';
import {
  type AnnotatedReplicaSet,
  isScalingEvent,
  scaleDeployment,
} from '../../rules/apps/proportional-scale.ts';
import { recreateStep } from '../../rules/apps/recreate.ts';
import {
  byCreationTimestamp,
  maxSurgeOf,
  newRSNewReplicas,
  type RolloutDeployment,
  reconcileNewReplicaSet,
  reconcileOldReplicaSets,
} from '../../rules/apps/rolling-update.ts';
import type { DeploymentWrite } from './work.ts';

/** What one sync of a Deployment writes, given the caches as they are when it starts. */

export interface SyncInput {
  readonly info: DeploymentInfo;
  readonly deployment: DeploymentObject;
  readonly replicaSets: readonly ReplicaSetObject[];
  /** Pods of its ReplicaSets; read by Recreate alone. */
  readonly pods: readonly PodObject[];
  readonly now: Micros;
  readonly minor: number;
  /** What a Pod template says, by its number; see `PodTemplateContent`. */
  readonly contents: (template: number) => string;
}

export interface SyncPlan {
  readonly writes: readonly DeploymentWrite[];
  /** When to look again though nothing happened: for the progress deadline. */
  readonly requeue: ReturnType<typeof requeueStuckDeployment>['requeue'];
}

/** A ReplicaSet in the terms of the rules. */
type Ruled = AnnotatedReplicaSet & {
  readonly template: PodTemplateContent;
  readonly object: ReplicaSetObject | null;
  readonly statusReplicas: number;
  readonly statusReadyReplicas: number;
};

/**
 * Paused Deployments and changes of the number of replicas are scaled in proportion; all else is rolled out.
 * Source: pkg/controller/deployment/deployment_controller.go syncDeployment
 */
export function planSync(input: SyncInput): SyncPlan {
  const sync = new Sync(input);
  const { deployment } = input;
  if (deployment.paused) return sync.scale();
  if (isScalingEvent(deployment.replicas, sync.all)) return sync.scale();
  return input.info.strategy === 'Recreate' ? sync.recreate() : sync.roll();
}

function contentOf(
  { template, images, restart }: Pick<DeploymentObject, 'template' | 'images' | 'restart'>,
  contents: SyncInput['contents'],
): PodTemplateContent {
  return { content: contents(template), images, restart };
}

function ruled(object: ReplicaSetObject, contents: SyncInput['contents']): Ruled {
  const { name, replicas, status, desiredAnnotation, maxAnnotation, createdAt } = object;
  return {
    object,
    name,
    template: contentOf(object, contents),
    // Whole seconds, as in the API.
    creationTimestampUs: Math.floor(createdAt / MICROS_PER_SECOND) * MICROS_PER_SECOND,
    specReplicas: replicas,
    statusAvailableReplicas: status.availableReplicas,
    statusReplicas: status.replicas,
    statusReadyReplicas: status.readyReplicas,
    desiredReplicasAnnotation: desiredAnnotation,
    maxReplicasAnnotation: maxAnnotation,
  };
}

class Sync {
  private readonly writes: DeploymentWrite[] = [];
  private readonly rollout: RolloutDeployment & { readonly statusReplicas: number };
  private newRS: Ruled | null;
  private readonly oldRSs: readonly Ruled[];
  readonly all: readonly Ruled[];
  private readonly template: PodTemplateContent;
  /** By ReplicaSet: its version after the writes of this sync. */
  private readonly versions = new Map<number, number>();
  private progressing: Progressing | null;

  constructor(private readonly input: SyncInput) {
    const { info, deployment, replicaSets, contents } = input;
    const { strategy, maxSurge, maxUnavailable } = info;
    this.rollout = {
      replicas: deployment.replicas,
      strategyType: strategy,
      maxSurge,
      maxUnavailable,
      statusReplicas: deployment.status.replicas,
    };
    this.template = contentOf(deployment, contents);
    this.all = replicaSets.map((object) => ruled(object, contents)).sort(byCreationTimestamp);
    this.newRS = findNewReplicaSet(this.template, this.all);
    this.oldRSs = this.all.filter((rs) => rs !== this.newRS);
    this.progressing = deployment.status.progressing;
  }

  /** Source: pkg/controller/deployment/rolling.go rolloutRolling */
  roll(): SyncPlan {
    const newRS = this.newRS ?? this.create();
    const { object } = newRS;
    if (object !== null) {
      this.noteRevision(object);
      const replicas = reconcileNewReplicaSet(this.rollout, this.specReplicas(), newRS.specReplicas);
      if (replicas !== newRS.specReplicas) {
        this.resize(object, replicas);
        return this.rolloutStatus();
      }
    }
    const { replicaSets, failed } = reconcileOldReplicaSets(this.rollout, this.oldRSs, newRS);
    // A stale status makes the step fail without a word.
    if (!failed) {
      for (const { object: old, specReplicas } of replicaSets) {
        if (old !== null && old.replicas !== specReplicas) this.resize(old, specReplicas);
      }
    }
    return this.rolloutStatus();
  }

  /** Source: pkg/controller/deployment/recreate.go rolloutRecreate */
  recreate(): SyncPlan {
    const oldPods = this.input.pods.filter(({ replicaSet }) => replicaSet !== this.newRS?.object?.index);
    const step = recreateStep(
      this.oldRSs.map(({ specReplicas }) => specReplicas),
      this.oldRSs.map(({ statusReplicas }) => statusReplicas),
      oldPods.map(({ phase }) => phase),
    );
    if (step === 'scaleDownOld') {
      for (const { object } of this.oldRSs)
        if (object !== null && object.replicas > 0) this.resize(object, 0);
    }
    if (step === 'scaleUpNew') {
      const newRS = this.newRS ?? this.create();
      const { replicas } = this.rollout;
      if (newRS.object !== null) this.noteRevision(newRS.object);
      if (newRS.object !== null && newRS.specReplicas !== replicas) this.resize(newRS.object, replicas);
    }
    return this.rolloutStatus();
  }

  /** Source: pkg/controller/deployment/sync.go sync, scale, checkPausedConditions */
  scale(): SyncPlan {
    const { deployment } = this.input;
    this.notePause();
    const sizes = scaleDeployment(this.rollout, this.newRS, this.oldRSs, this.input.minor);
    const all = this.newRS === null ? this.oldRSs : [...this.oldRSs, this.newRS];
    // All that are active are noted to have been scaled for these replicas, whether or not their own number changes.
    const shared = all.filter(({ specReplicas }) => specReplicas > 0).length > 1;
    for (const { object, specReplicas, name } of all) {
      if (object === null) continue;
      const size = sizes[name] ?? specReplicas;
      const noted = object.desiredAnnotation === deployment.replicas;
      if (size !== specReplicas || (shared && specReplicas > 0 && !noted)) this.resize(object, size);
    }
    const counts = calculateDeploymentStatus(this.oldRSs, this.newRS);
    this.writeStatus(statusOf(counts, deployment.generation, this.progressing));
    return { writes: this.writes, requeue: 'none' };
  }

  private notePause(): void {
    const { deployment, info, now } = this.input;
    const { progressing } = this;
    if (!hasDeadline(info) || progressing?.reason === 'ProgressDeadlineExceeded') return;
    if (!deployment.paused || progressing?.reason === 'DeploymentPaused') return;
    this.progressing = {
      status: 'Unknown',
      reason: 'DeploymentPaused',
      lastUpdateUs: now,
      lastTransitionUs: now,
    };
  }

  private specReplicas(): number {
    const old = this.oldRSs.reduce((sum, rs) => sum + rs.specReplicas, 0);
    return old + (this.newRS?.specReplicas ?? 0);
  }

  /**
   * The new ReplicaSet gets its first size when it is created, and the status says so at once.
   * Source: pkg/controller/deployment/sync.go getNewReplicaSet
   */
  private create(): Ruled {
    const { deployment, info, now } = this.input;
    const { replicas } = this.rollout;
    const specReplicas = newRSNewReplicas(this.rollout, this.specReplicas(), 0);
    const { revision, template, images, restart, index } = deployment;
    const maxAnnotation = replicas + maxSurgeOf(this.rollout);
    this.writes.push({
      kind: 'createReplicaSet',
      data: {
        deployment: index,
        revision,
        template,
        images,
        restart,
        replicas: specReplicas,
        desiredAnnotation: replicas,
        maxAnnotation,
      },
    });
    if (hasDeadline(info)) {
      const lastTransitionUs = this.progressing?.status === 'True' ? this.progressing.lastTransitionUs : now;
      this.progressing = {
        status: 'True',
        reason: 'NewReplicaSetCreated',
        lastUpdateUs: now,
        lastTransitionUs,
      };
      const { resourceVersion, status } = deployment;
      const created: DeploymentStatus = { ...status, progressing: this.progressing };
      this.writes.push({ kind: 'status', data: { resourceVersion, status: created } });
    }
    this.newRS = {
      object: null,
      template: this.template,
      name: `${deployment.name}-${revision}`,
      creationTimestampUs: now,
      specReplicas,
      statusAvailableReplicas: 0,
      statusReplicas: 0,
      statusReadyReplicas: 0,
      desiredReplicasAnnotation: replicas,
      maxReplicasAnnotation: maxAnnotation,
    };
    return this.newRS;
  }

  /**
   * A ReplicaSet whose template has come back stands for the present revision from now on.
   * Source: pkg/controller/deployment/sync.go getNewReplicaSet
   */
  private noteRevision(object: ReplicaSetObject): void {
    if (object.revision < this.input.deployment.revision) this.resize(object, object.replicas);
  }

  private resize(object: ReplicaSetObject, replicas: number): void {
    const { index } = object;
    const resourceVersion = this.versions.get(index) ?? object.resourceVersion;
    this.versions.set(index, resourceVersion + 1);
    const isNew = object === this.newRS?.object;
    const revision = isNew ? Math.max(object.revision, this.input.deployment.revision) : object.revision;
    const desiredAnnotation = this.rollout.replicas;
    const maxAnnotation = desiredAnnotation + maxSurgeOf(this.rollout);
    const data = { resourceVersion, revision, replicas, desiredAnnotation, maxAnnotation };
    const resizes = replicas !== object.replicas;
    this.writes.push({ kind: 'scaleReplicaSet', replicaSet: index, resizes, data });
  }

  /** The end of a rollout's sync: the status, or the look at the deadline where the status says nothing new. */
  private rolloutStatus(): SyncPlan {
    const { deployment, info, now } = this.input;
    const { progressDeadlineSeconds } = info;
    const { replicas, status } = deployment;
    const subject = { replicas, progressDeadlineSeconds, status, progressing: this.progressing };
    const found = syncRolloutStatus(subject, this.oldRSs, this.newRS, now);
    const { progressing } = found;
    const written = this.writeStatus(statusOf(found.status, deployment.generation, progressing));
    const requeue = written
      ? 'none'
      : requeueStuckDeployment({ replicas, progressDeadlineSeconds, progressing }, found.status, now).requeue;
    return { writes: this.writes, requeue };
  }

  /** The version is the one that the sync began with: after a write of its own in between the API server refuses this one. */
  private writeStatus(status: DeploymentStatus): boolean {
    const { deployment } = this.input;
    if (sameStatus(status, deployment.status)) return false;
    this.writes.push({ kind: 'status', data: { resourceVersion: deployment.resourceVersion, status } });
    return true;
  }
}

function statusOf(
  { replicas, updatedReplicas, readyReplicas, availableReplicas }: DeploymentStatusCounts,
  observedGeneration: number,
  progressing: Progressing | null,
): DeploymentStatus {
  return {
    replicas,
    updatedReplicas,
    readyReplicas,
    availableReplicas,
    observedGeneration,
    progressing,
    rollout: null,
  };
}

const NO_DEADLINE_SECONDS = 2_147_483_647;

function hasDeadline({ progressDeadlineSeconds }: DeploymentInfo): boolean {
  return progressDeadlineSeconds !== NO_DEADLINE_SECONDS;
}

function sameStatus(a: DeploymentStatus, b: DeploymentStatus): boolean {
  return (
    a.replicas === b.replicas &&
    a.updatedReplicas === b.updatedReplicas &&
    a.readyReplicas === b.readyReplicas &&
    a.availableReplicas === b.availableReplicas &&
    a.observedGeneration === b.observedGeneration &&
    a.progressing?.reason === b.progressing?.reason &&
    a.progressing?.status === b.progressing?.status &&
    a.progressing?.lastUpdateUs === b.progressing?.lastUpdateUs
  );
}
