/** When the ReplicaSets of older revisions of an Argo Rollout go. */

/** A ReplicaSet that is neither the new nor the stable one. */
export interface OldReplicaSet {
  readonly revision: number;
  readonly specReplicas: number;
  readonly statusAvailableReplicas: number;
  /** When its delay is over, in microseconds; null: it has none yet. */
  readonly scaleDownAtUs: number | null;
  /** A Service of the Rollout selects it. */
  readonly referenced: boolean;
}

/** How old ReplicaSets are kept for a while. */
export interface ScaleDownDelay {
  /** How long one that lost its requests keeps its Pods. */
  readonly delaySeconds: number;
  /** Of so many revisions, the newest first; the others go at once. */
  readonly revisionLimit: number;
}

/** The size that an old ReplicaSet is to have, and until when it is kept. */
export interface OldReplicas<R extends OldReplicaSet> {
  readonly set: R;
  readonly replicas: number;
  readonly scaleDownAtUs: number | null;
}

/**
 * When a ReplicaSet that lost its requests goes, in microseconds; null for at once.
 *
 * Source: argo-rollouts utils/defaults/defaults.go GetScaleDownDelaySecondsOrDefault; rollout/replicaset.go addScaleDownDelay
 */
export function scaleDownDeadlineUs(scaleDownDelaySeconds: number, nowUs: number): number | null {
  if (scaleDownDelaySeconds === 0) return null;
  return (Math.floor(nowUs / 1_000_000) + scaleDownDelaySeconds) * 1_000_000;
}

/**
 * What an old ReplicaSet keeps: all of it from when it is found without a deadline until that has come, and none of it beyond the limit of
 * revisions. `before`: how many newer ones are kept already.
 *
 * Source: argo-rollouts rollout/replicaset.go scaleDownDelayHelper
 */
export function scaleDownDelayHelper<R extends OldReplicaSet>(
  set: R,
  before: number,
  { delaySeconds, revisionLimit }: ScaleDownDelay,
  rolloutReplicas: number,
  nowUs: number,
): OldReplicas<R> & { readonly annotated: number } {
  const { scaleDownAtUs, specReplicas } = set;
  if (scaleDownAtUs === null) {
    if (specReplicas === 0 || before >= revisionLimit)
      return { set, replicas: 0, scaleDownAtUs: null, annotated: before };
    const deadline = scaleDownDeadlineUs(delaySeconds, nowUs);
    // Without a delay it is found again in the next sync, and goes with none of its own.
    return {
      set,
      replicas: deadline === null ? 0 : specReplicas,
      scaleDownAtUs: deadline,
      annotated: before + 1,
    };
  }
  const annotated = before + 1;
  const kept = annotated <= revisionLimit && scaleDownAtUs > nowUs;
  return { set, replicas: kept ? rolloutReplicas : 0, scaleDownAtUs, annotated };
}

/**
 * The sizes of the old ReplicaSets of a blue-green Rollout: those that no Service selects are kept for their delay.
 *
 * Source: argo-rollouts rollout/bluegreen.go scaleDownOldReplicaSetsForBlueGreen, GetScaleDownRevisionLimit
 */
export function scaleDownOldReplicaSetsForBlueGreen<R extends OldReplicaSet>(
  sets: readonly R[],
  rolloutReplicas: number,
  delay: ScaleDownDelay,
  nowUs: number,
): readonly OldReplicas<R>[] {
  let annotated = 0;
  return newestFirst(sets).flatMap((set) => {
    if (set.referenced || set.specReplicas === 0) return [];
    const kept = scaleDownDelayHelper(set, annotated, delay, rolloutReplicas, nowUs);
    ({ annotated } = kept);
    return [kept];
  });
}

/** What a canary's old ReplicaSets go by. */
export interface CanaryScaleDown {
  readonly replicas: number;
  readonly maxUnavailable: number;
  readonly trafficRouting: boolean;
  readonly dynamicStableScale: boolean;
  /** The newest revision is the stable one. */
  readonly isFullyPromoted: boolean;
}

/**
 * The sizes of the old ReplicaSets of a canary. What of them is not available goes first; then as many as maxUnavailable lets. With traffic
 * routing the stable ReplicaSet of before is kept for its delay, and one of a revision in between goes at once.
 *
 * Source: argo-rollouts rollout/canary.go scaleDownOldReplicaSetsForCanary; rollout/replicaset.go cleanupUnhealthyReplicas
 */
export function scaleDownOldReplicaSetsForCanary<R extends OldReplicaSet>(
  sets: readonly R[],
  { replicas, maxUnavailable, trafficRouting, dynamicStableScale, isFullyPromoted }: CanaryScaleDown,
  availableOfAll: number,
  delay: ScaleDownDelay,
  nowUs: number,
): readonly OldReplicas<R>[] {
  let spare = availableOfAll - (replicas - maxUnavailable);
  let annotated = 0;
  return newestFirst(sets).map((set) => {
    const { scaleDownAtUs, referenced } = set;
    const healthy = Math.min(set.specReplicas, set.statusAvailableReplicas);
    const stays = { set, replicas: healthy, scaleDownAtUs };
    if (spare <= 0 || healthy === 0 || (trafficRouting && referenced)) return stays;
    if (!trafficRouting) {
      const goes = Math.min(healthy, spare);
      spare -= goes;
      return { ...stays, replicas: healthy - goes };
    }
    const isKept = !dynamicStableScale && (isFullyPromoted || scaleDownAtUs !== null);
    if (!isKept) {
      spare -= healthy;
      return { ...stays, replicas: 0 };
    }
    const kept = scaleDownDelayHelper({ ...set, specReplicas: healthy }, annotated, delay, healthy, nowUs);
    ({ annotated } = kept);
    spare -= healthy - kept.replicas;
    return { set, replicas: kept.replicas, scaleDownAtUs: kept.scaleDownAtUs };
  });
}

function newestFirst<R extends OldReplicaSet>(sets: readonly R[]): readonly R[] {
  return sets.toSorted((a, b) => b.revision - a.revision);
}
