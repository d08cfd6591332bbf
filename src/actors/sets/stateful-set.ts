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
import { featureEnabled } from '../../rules/machinery/feature-gates.ts';
import type { SetKindRules, SetPlan, SetView } from './kind.ts';

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
      creates: creates.map(({ ordinal, revision }) => ({
        name: `${object.name}-${ordinal}`,
        revision,
        place: ordinal,
      })),
      deletes: deletes.map(({ pod }) => pod),
      status,
      memory: null,
      recheckUs: statefulSetRecheckUs(counts, object.replicas, pods, info.minReadySeconds, clock),
    };
  },
};

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
