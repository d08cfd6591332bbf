import { NOT_PAUSED, type RolloutInfo, type RolloutStatus } from '../../cluster/rollouts.ts';
import type { DeploymentStatus, ReplicaSetObject } from '../../cluster/workloads.ts';
import type { ServiceIndex } from '../../kernel/ids.ts';
import { smallest } from '../../kernel/lists.ts';
import type { Micros } from '../../kernel/time.ts';
import { calculateDeploymentStatus } from '../../rules/apps/deployment-progress.ts';
import { maxSurgeOf, maxUnavailableOf } from '../../rules/apps/rolling-update.ts';
import { newRSNewReplicasForBlueGreen, readyForPause } from '../../rules/argo-rollouts/blue-green.ts';
import {
  atDesiredReplicaCountsForCanary,
  type CanaryReplicaSet,
  type CanaryRollout,
  type CanaryStep,
  calculateReplicaCountsForCanary,
  getCanaryReplicasOrWeight,
} from '../../rules/argo-rollouts/canary.ts';
import { shouldFullPromote } from '../../rules/argo-rollouts/healthy.ts';
import {
  completedBlueGreenPause,
  completedCanaryPauseStep,
  needsBlueGreenControllerPause,
  type RolloutPause,
} from '../../rules/argo-rollouts/pause.ts';
import {
  type OldReplicaSet,
  type OldReplicas,
  scaleDownOldReplicaSetsForBlueGreen,
  scaleDownOldReplicaSetsForCanary,
} from '../../rules/argo-rollouts/scale-down.ts';
import type { SyncInput, SyncPlan } from './plan.ts';
import type { DeploymentWrite } from './work.ts';

/** What one sync of an Argo Rollout writes, given the caches as they are when it starts. Source: argo-rollouts rollout/controller.go */

type OfType<T extends RolloutInfo['type']> = Extract<RolloutInfo, { readonly type: T }>;

export function planRollout(input: SyncInput, info: RolloutInfo, status: RolloutStatus): SyncPlan {
  const sync = new RolloutSync(input, info, status);
  if (input.deployment.replicaSet !== status.current) return sync.newTemplate();
  const { newRS } = sync;
  if (newRS === null) return sync.create();
  return info.type === 'canary' ? sync.canary(info, newRS) : sync.blueGreen(info, newRS);
}

/** A ReplicaSet of an older revision. */
interface Old extends OldReplicaSet {
  readonly object: ReplicaSetObject;
}

class RolloutSync {
  private readonly writes: DeploymentWrite[] = [];
  readonly newRS: ReplicaSetObject | null;
  /** Null where the new one is the stable one. */
  private readonly stableRS: ReplicaSetObject | null;
  private readonly otherRSs: readonly ReplicaSetObject[];
  /** What it waits for by the clock. */
  private readonly deadlines: Micros[] = [];

  constructor(
    private readonly input: SyncInput,
    private readonly info: RolloutInfo,
    private readonly status: RolloutStatus,
  ) {
    const { replicaSets, deployment } = input;
    this.newRS = replicaSets.find(({ name }) => name === deployment.replicaSet) ?? null;
    const stable = replicaSets.find(({ name }) => name === status.stable) ?? null;
    this.stableRS = stable === this.newRS ? null : stable;
    this.otherRSs = replicaSets.filter((each) => each !== this.newRS && each !== this.stableRS);
  }

  /**
   * Another template begins at the first step; back at the stable one nothing is left to do.
   * Source: argo-rollouts rollout/sync.go resetRolloutStatus; rollout/canary.go syncRolloutStatusCanary
   */
  newTemplate(): SyncPlan {
    const current = this.input.deployment.replicaSet;
    const stepIndex = current === this.status.stable ? this.steps.length : 0;
    return this.end({ ...this.status, current, stepIndex, pause: NOT_PAUSED, scaleUpPreview: false });
  }

  /** Its ReplicaSet begins empty. Source: argo-rollouts rollout/sync.go createDesiredReplicaSet */
  create(): SyncPlan {
    const { revision, template, images, restart, index, replicas } = this.input.deployment;
    const data = { deployment: index, revision, template, images, restart, replicas: 0 };
    const annotations = { desiredAnnotation: replicas, maxAnnotation: replicas };
    this.writes.push({ kind: 'createReplicaSet', data: { ...data, ...annotations } });
    return { writes: this.writes, requeue: 'none' };
  }

  /** Source: argo-rollouts rollout/canary.go rolloutCanary */
  canary(info: OfType<'canary'>, newRS: ReplicaSetObject): SyncPlan {
    let status = this.moveServices(newRS);
    const rollout = this.sized(info);
    const sets = {
      newRS: ruled(newRS),
      stableRS: this.stableRS === null ? null : ruled(this.stableRS),
      otherRSs: this.otherRSs.map(ruled),
    };
    const wanted = calculateReplicaCountsForCanary(rollout, sets);
    let scaled = this.resize(this.stableRS, wanted.stableRS) || this.resize(newRS, wanted.newRS);
    if (!scaled) [status, scaled] = this.scaleDownOthers(status, this.othersOfCanary(rollout));
    status = { ...status, stableWeight: this.stableWeight(rollout, wanted.newRS, newRS) };
    const step = info.steps[status.stepIndex];
    if (!scaled) status = { ...status, pause: this.pauseAt(step, status.pause) };
    const place = { steps: info.steps.length, stepIndex: status.stepIndex };
    if (shouldFullPromote(rollout.replicas, sets.newRS, place)) return this.end(this.promoted(status));
    const done =
      step !== undefined &&
      !this.input.deployment.paused &&
      (step.kind === 'pause'
        ? completedCanaryPauseStep(step, this.status.pause, this.input.now)
        : step.kind === 'skipped' || atDesiredReplicaCountsForCanary(rollout, sets));
    return this.end(done ? { ...status, stepIndex: status.stepIndex + 1, pause: NOT_PAUSED } : status);
  }

  /** Source: argo-rollouts rollout/bluegreen.go rolloutBlueGreen */
  blueGreen(info: OfType<'blueGreen'>, newRS: ReplicaSetObject): SyncPlan {
    const { deployment, now } = this.input;
    let status = this.select(this.status, 'previewService', newRS);
    this.resize(this.stableRS, deployment.replicas);
    const isActive = status.mainService === newRS.name;
    const wanted = newRSNewReplicasForBlueGreen(deployment.replicas, info.previewReplicaCount, {
      isActive,
      scaleUpPreview: status.scaleUpPreview && !deployment.paused,
    });
    this.resize(newRS, wanted);
    const fast = isActive || status.scaleDownAt[newRS.name] !== undefined;
    [status] = this.scaleDownOthers(status, this.othersOfBlueGreen());
    if (!readyForPause(ruled(newRS), wanted)) return this.end(this.withoutDeadline(status, newRS));
    if (!fast && !deployment.paused && needsBlueGreenControllerPause(info))
      status = { ...status, pause: this.pauseBefore(info, status.pause) };
    const paused = deployment.paused && !fast;
    const added = status.pause.controllerPause && !this.status.pause.controllerPause;
    const goesOn =
      fast ||
      (!paused && !added && (status.scaleUpPreview || completedBlueGreenPause(info, this.status.pause, now)));
    if (!goesOn) return this.end(status);
    // The preview grows first where it was smaller.
    if (newRS.replicas < deployment.replicas) return this.end({ ...status, scaleUpPreview: true });
    status = this.select(status, 'mainService', newRS);
    if (this.stableRS === null)
      return this.end(this.withoutDeadline({ ...status, pause: NOT_PAUSED }, newRS));
    return this.end(this.promoted(status));
  }

  private get steps(): readonly CanaryStep[] {
    return this.info.type === 'canary' ? this.info.steps : [];
  }

  private sized(canary: OfType<'canary'>): CanaryRollout {
    const { info, deployment } = this.input;
    const { replicas } = deployment;
    const { strategy: strategyType, maxSurge, maxUnavailable } = info;
    const limits = { replicas, strategyType, maxSurge, maxUnavailable };
    return {
      replicas,
      maxSurge: maxSurgeOf(limits),
      maxUnavailable: maxUnavailableOf(limits),
      steps: canary.steps,
      trafficRouting: canary.trafficRouting,
      dynamicStableScale: canary.dynamicStableScale,
      minPodsPerReplicaSet: canary.minPodsPerReplicaSet,
      stableWeight: this.status.stableWeight,
      stepIndex: this.status.stepIndex,
      isStable: this.status.current === this.status.stable,
    };
  }

  /** Source: argo-rollouts rollout/canary.go reconcileCanaryPause */
  private pauseAt(step: CanaryStep | undefined, pause: RolloutPause): RolloutPause {
    if (step?.kind !== 'pause' || this.input.deployment.paused) return pause;
    return this.waiting(pause, step.seconds);
  }

  /** Source: argo-rollouts rollout/bluegreen.go reconcileBlueGreenPause */
  private pauseBefore(info: OfType<'blueGreen'>, pause: RolloutPause): RolloutPause {
    return this.waiting(pause, info.autoPromotionEnabled ? info.autoPromotionSeconds : null);
  }

  /**
   * Paused from now on where it was not; looked at again when its time is over. The API keeps whole seconds. Where somebody promotes it
   * as soon as it waits, the pause is taken away as it comes.
   */
  private waiting(pause: RolloutPause, seconds: number | null): RolloutPause {
    if (pause.controllerPause && pause.pausedAtUs === null) return pause;
    if (seconds === null && this.input.deployment.promotes)
      return { pausedAtUs: null, controllerPause: true };
    const pausedAtUs = pause.pausedAtUs ?? Math.floor(this.input.now / SECOND) * SECOND;
    if (seconds !== null) this.deadlines.push(pausedAtUs + seconds * SECOND);
    return { pausedAtUs, controllerPause: true };
  }

  /**
   * Requests move to the canary once all its Pods are available that they need, and back before any of them goes.
   * Source: argo-rollouts rollout/trafficrouting.go reconcileTrafficRouting
   */
  private stableWeight(rollout: CanaryRollout, wanted: number, { status }: ReplicaSetObject): number {
    const sized = getCanaryReplicasOrWeight(rollout);
    if (rollout.isStable || !('weight' in sized)) return rollout.isStable ? 100 : rollout.stableWeight;
    return status.availableReplicas >= wanted ? 100 - sized.weight : rollout.stableWeight;
  }

  /** Source: argo-rollouts rollout/sync.go promoteStable */
  private promoted(status: RolloutStatus): RolloutStatus {
    const { [status.current]: _, ...scaleDownAt } = status.scaleDownAt;
    return {
      ...status,
      stable: status.current,
      pause: NOT_PAUSED,
      scaleUpPreview: false,
      stepIndex: this.steps.length,
      stableWeight: 100,
      scaleDownAt,
    };
  }

  /** One that gets requests again is not to go any more. Source: argo-rollouts rollout/replicaset.go removeScaleDownDeadlines */
  private withoutDeadline(status: RolloutStatus, { name }: ReplicaSetObject): RolloutStatus {
    if (status.scaleDownAt[name] === undefined || status.mainService !== name) return status;
    const { [name]: _, ...scaleDownAt } = status.scaleDownAt;
    return { ...status, scaleDownAt };
  }

  /** Those of older revisions, and what their sizes are to be. */
  private othersOfCanary(rollout: CanaryRollout): readonly OldReplicas<Old>[] {
    const { replicaSets, now } = this.input;
    const available = replicaSets.reduce((sum, { status }) => sum + status.availableReplicas, 0);
    const scaled = { ...rollout, isFullyPromoted: rollout.isStable };
    return scaleDownOldReplicaSetsForCanary(this.old(), scaled, available, this.delay, now);
  }

  private othersOfBlueGreen(): readonly OldReplicas<Old>[] {
    const { deployment, now } = this.input;
    return scaleDownOldReplicaSetsForBlueGreen(this.old(), deployment.replicas, this.delay, now);
  }

  private get delay() {
    const { scaleDownDelaySeconds, scaleDownDelayRevisionLimit } = this.info;
    return { delaySeconds: scaleDownDelaySeconds, revisionLimit: scaleDownDelayRevisionLimit };
  }

  private old(): readonly Old[] {
    const { scaleDownAt, mainService, previewService } = this.status;
    return this.otherRSs.map((object) => ({
      object,
      revision: object.revision,
      specReplicas: object.replicas,
      statusAvailableReplicas: object.status.availableReplicas,
      scaleDownAtUs: scaleDownAt[object.name] ?? null,
      referenced: object.name === mainService || object.name === previewService,
    }));
  }

  /** Source: argo-rollouts rollout/replicaset.go reconcileOtherReplicaSets */
  private scaleDownOthers(
    status: RolloutStatus,
    others: readonly OldReplicas<Old>[],
  ): readonly [RolloutStatus, boolean] {
    const scaleDownAt: Record<string, Micros> = { ...status.scaleDownAt };
    let scaled = false;
    for (const { set, replicas, scaleDownAtUs } of others) {
      scaled = this.resize(set.object, replicas) || scaled;
      if (scaleDownAtUs === null) continue;
      scaleDownAt[set.object.name] = scaleDownAtUs;
      if (replicas > 0) this.deadlines.push(scaleDownAtUs);
    }
    return [{ ...status, scaleDownAt }, scaled];
  }

  /** The stable Service follows the stable ReplicaSet, the canary's the new one. Source: argo-rollouts rollout/service.go reconcileStableAndCanaryService */
  private moveServices(newRS: ReplicaSetObject): RolloutStatus {
    const isUp = ({ replicas, status }: ReplicaSetObject) =>
      replicas > 0 && status.availableReplicas >= replicas;
    const stableRS = this.stableRS ?? newRS;
    const main = isUp(stableRS) ? this.select(this.status, 'mainService', stableRS) : this.status;
    return isUp(newRS) ? this.select(main, 'previewService', newRS) : main;
  }

  /** Source: argo-rollouts rollout/service.go switchServiceSelector */
  private select(
    status: RolloutStatus,
    which: 'mainService' | 'previewService',
    { name, template }: ReplicaSetObject,
  ): RolloutStatus {
    if (status[which] === name) return status;
    const service: ServiceIndex | null = this.info[which];
    if (service !== null) this.writes.push({ kind: 'selectPods', service, template });
    return { ...status, [which]: name };
  }

  private resize(object: ReplicaSetObject | null, replicas: number): boolean {
    if (object === null || object.replicas === replicas) return false;
    const { index, resourceVersion, revision } = object;
    const { deployment } = this.input;
    const isNew = object === this.newRS;
    const annotations = { desiredAnnotation: deployment.replicas, maxAnnotation: deployment.replicas };
    this.writes.push({
      kind: 'scaleReplicaSet',
      replicaSet: index,
      resizes: true,
      data: {
        resourceVersion,
        revision: isNew ? Math.max(revision, deployment.revision) : revision,
        replicas,
        ...annotations,
      },
    });
    return true;
  }

  /** Source: argo-rollouts rollout/sync.go persistRolloutStatus */
  private end(rollout: RolloutStatus): SyncPlan {
    const { deployment, replicaSets, now } = this.input;
    const old = replicaSets.filter((each) => each !== this.newRS);
    const counts = calculateDeploymentStatus(
      old.map(counted),
      this.newRS === null ? null : counted(this.newRS),
    );
    const active =
      this.info.type === 'blueGreen'
        ? replicaSets.find(({ name }) => name === rollout.mainService)
        : undefined;
    const status: DeploymentStatus = {
      ...counts,
      ...(active && {
        readyReplicas: active.status.readyReplicas,
        availableReplicas: active.status.availableReplicas,
      }),
      observedGeneration: deployment.generation,
      progressing: null,
      rollout,
    };
    if (JSON.stringify(status) !== JSON.stringify(deployment.status)) {
      const { resourceVersion } = deployment;
      this.writes.push({ kind: 'status', data: { resourceVersion, status } });
    }
    const next = smallest(this.deadlines);
    const requeue = Number.isFinite(next) ? { afterUs: Math.max(0, next - now) } : 'none';
    return { writes: this.writes, requeue };
  }
}

const SECOND = 1_000_000;

function ruled({ replicas, status }: ReplicaSetObject): CanaryReplicaSet {
  return {
    specReplicas: replicas,
    statusReplicas: status.replicas,
    statusAvailableReplicas: status.availableReplicas,
  };
}

function counted({ status }: ReplicaSetObject) {
  return {
    statusReplicas: status.replicas,
    statusReadyReplicas: status.readyReplicas,
    statusAvailableReplicas: status.availableReplicas,
  };
}
