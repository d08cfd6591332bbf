import type { StatefulSetInfo } from '../../cluster/sets.ts';
import type { PodObject } from '../../cluster/state.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import {
  computeReplicaStatus,
  getParentNameAndOrdinal,
  rollingUpdateCompleted,
  type StatefulPod,
  type StatefulSetSpec,
  statefulSetRecheckUs,
  updateStatefulSet,
} from '../../rules/apps/stateful-set.ts';
import { claimOwners, podClaimIsStale } from '../../rules/apps/stateful-set-claims.ts';
import { featureEnabled } from '../../rules/machinery/feature-gates.ts';
import type { ClaimMemory, SetKindRules, SetPlan, SetView } from './kind.ts';

/** Pods with names of their own, one after the other: the old one has to be gone before the new one is made. */
export const statefulSet: SetKindRules<StatefulSetInfo> = {
  waitsForOwnWrites: false,
  podEventsWaitUs: 0,
  seesGonePods: false,
  deletesAtOnce: false,
  plan(view) {
    const { info, object, minor, nowUs } = view;
    const set = specOf(view);
    const pods = view.pods.flatMap((pod) => statefulPod(pod, object.name));
    const clock = { nowUs, minor };
    const { creates, deletes } = updateStatefulSet(set, pods, clock);
    const { memory, releases } = claimsAfter(view, pods);
    const waits = ({ ordinal }: { readonly ordinal: number }) =>
      info.claims !== null && podClaimIsStale(info.claims, memory?.claims[ordinal]?.ownerPod ?? null, null);
    const counts = computeReplicaStatus(pods, set, clock);
    const completed = rollingUpdateCompleted(counts, set, minor);
    const status: SetPlan['status'] = {
      observedGeneration: object.generation,
      replicas: counts.replicas,
      readyReplicas: counts.readyReplicas,
      availableReplicas: counts.availableReplicas,
      updatedReplicas: counts.updatedReplicas,
      currentRevision: completed ? object.revision : object.status.currentRevision,
      updateRevision: object.revision,
      job: null,
    };
    return {
      creates: creates
        .filter((each) => !waits(each))
        .map(({ ordinal, revision }) => ({
          name: `${object.name}-${ordinal}`,
          revision,
          place: ordinal,
        })),
      deletes: deletes.map(({ pod }) => pod),
      status,
      memory,
      releases,
      recheckUs: statefulSetRecheckUs(counts, object.replicas, pods, info.minReadySeconds, clock),
    };
  },
};

/**
 * The claims that go with a Pod: of one that is condemned its own, as long as it is; of one that is gone they are left to the garbage
 * collector, once.
 */
function claimsAfter(
  { info, object, memory }: SetView<StatefulSetInfo>,
  pods: readonly (StatefulPod & { readonly pod: PodObject })[],
): { readonly memory: ClaimMemory | null; readonly releases: SetPlan['releases'] } {
  const { claims: policy, start } = info;
  if (policy === null) return { memory: null, releases: [] };
  const before = memory?.kind === 'claims' ? memory.claims : {};
  const claims: Record<number, ClaimMemory['claims'][number]> = { ...before };
  for (const { ordinal, terminating, pod } of pods) {
    const condemned = ordinal < start || ordinal >= start + object.replicas;
    if (claimOwners(policy, condemned).needsPodOwnerRef)
      claims[ordinal] = { ownerPod: pod.index, released: false };
    // The walk over the replicas sets right what does not terminate.
    else if (!condemned && !terminating) delete claims[ordinal];
  }
  const there = new Set(pods.map(({ pod }) => pod.index));
  const releases = Object.entries(claims)
    .filter(([, { ownerPod, released }]) => !released && !there.has(ownerPod))
    .map(([ordinal, { ownerPod }]) => ({ ordinal: Number(ordinal), pod: ownerPod }));
  for (const { ordinal } of releases) claims[ordinal] = { ...claims[ordinal]!, released: true };
  return { memory: { kind: 'claims', claims }, releases };
}

function specOf({ info, object, minor }: SetView<StatefulSetInfo>): StatefulSetSpec {
  return {
    ...info,
    replicas: object.replicas,
    honoursMaxUnavailable: featureEnabled('MaxUnavailableStatefulSet', minor),
    currentRevision: object.status.currentRevision,
    updateRevision: object.revision,
  };
}

/** A Pod's ordinal is in its name; one whose name is no member's is none. */
function statefulPod(pod: PodObject, set: string): readonly (StatefulPod & { readonly pod: PodObject })[] {
  const { parent, ordinal } = getParentNameAndOrdinal(pod.name);
  if (parent !== set) return [];
  return [
    {
      pod,
      ordinal,
      revision: pod.member!.revision,
      phase: pod.phase,
      ready: pod.ready,
      readyLastTransitionUs: Math.floor(pod.readyAt / MICROS_PER_SECOND) * MICROS_PER_SECOND,
      terminating: pod.deletionTimestamp !== null,
    },
  ];
}
