import { getPodsToDelete, isDeletedBefore, sortVictims } from '../../../src/rules/apps/pods-to-delete.ts';
import {
  calculateReplicaSetStatus,
  countTerminatingPods,
  findMinNextPodAvailabilityCheck,
  nextPodAvailabilityCheckUs,
} from '../../../src/rules/apps/replica-set-status.ts';
import { slowStartBatch } from '../../../src/rules/apps/slow-start-batch.ts';
import type { Adapter } from '../types.ts';
import { byFunction, MINOR, seconds, US, us } from './control-plane-table.ts';

const victim = (pod: any) => ({
  name: pod.name,
  uid: pod.uid ?? '',
  nodeName: pod.nodeName,
  phase: pod.phase,
  ready: pod.ready,
  deletionTimestamp: null,
  readySinceUs: us(pod.readySinceSec),
  createdUs: us(pod.createdSec),
  podDeletionCost: pod.podDeletionCost ?? 0,
  maxContainerRestarts: pod.maxContainerRestarts ?? 0,
  maxSidecarRestarts: pod.maxSidecarRestarts ?? 0,
});

const availabilityPod = (pod: any) => ({
  name: pod.name,
  ready: pod.ready,
  readyLastTransitionUs: pod.readyLastTransitionSec === 'unspecified' ? null : us(pod.readyLastTransitionSec),
});

export const replicaSetAdapters: readonly Adapter[] = [
  byFunction('ActivePods', ({ pods }) => {
    const options = { nowUs: null, podDeletionCost: false, logarithmicScaleDown: false, minor: MINOR };
    const ranked = [...pods].reverse().map((pod) => ({ pod: victim(pod), rank: 0 }));
    return {
      order: sortVictims(ranked, (a, b) => isDeletedBefore(a, b, options)).map(({ pod }) => pod.name),
    };
  }),
  byFunction('ActivePodsWithRanks.Less', (input) => {
    const options = {
      nowUs: us(input.nowSec),
      podDeletionCost: input.podDeletionCostEnabled ?? true,
      logarithmicScaleDown: input.logarithmicScaleDown,
      minor: MINOR,
    };
    const [a, b] = input.pods.map((pod: any, index: number) => ({
      pod: victim(pod),
      rank: input.ranks[index],
    }));
    return { less01: isDeletedBefore(a, b, options), less10: isDeletedBefore(b, a, options) };
  }),
  byFunction('getPodsToDelete', ({ pods, relatedPods, diff }) => {
    const options = { nowUs: 0, podDeletionCost: true, logarithmicScaleDown: true, minor: MINOR };
    const victims = getPodsToDelete(pods.map(victim), relatedPods.map(victim), diff, options);
    return { podsToDeleteInOrder: victims.map((pod: any) => pod.name) };
  }),
  byFunction('nextPodAvailabilityCheck', ({ pod, minReadySeconds, nowSec }) => ({
    nextCheckInSec: seconds(nextPodAvailabilityCheckUs(availabilityPod(pod), minReadySeconds, nowSec * US)),
  })),
  byFunction('findMinNextPodAvailabilitySimpleCheck', ({ pods, minReadySeconds, nowSec }) => {
    const found = findMinNextPodAvailabilityCheck(
      pods.map(availabilityPod),
      minReadySeconds,
      nowSec * US,
    ) as { waitUs: number; pod: { name: string } } | null;
    return { nextCheckInSec: seconds(found?.waitUs ?? null), pod: found?.pod.name ?? null };
  }),
  byFunction('CountTerminatingPods', ({ pods }) => ({ terminating: countTerminatingPods(pods) })),
  byFunction('slowStartBatch', ({ count, initialBatchSize, succeedOnlyFirstNCalls }) =>
    slowStartBatch(count, initialBatchSize, (call) => call < succeedOnlyFirstNCalls),
  ),
  byFunction('ReplicaSet calculateStatus', (input) => {
    // The labels that the selectors of the Go test's ReplicaSets give to their Pods.
    const labelsOf: Record<string, Record<string, string>> = {
      fullyLabelledRS: input.rs.templateLabels,
      notFullyLabelledRS: { name: 'foo' },
      [input.rs.name]: input.rs.podLabels,
    };
    const pods = input.activePods.map((pod: any) => ({
      ...availabilityPod(pod),
      labels: labelsOf[pod.labelsOfRS],
    }));
    return calculateReplicaSetStatus(
      pods,
      input.terminatingPods,
      input.rs,
      input.nowSec * US,
      MINOR,
      input.gateDeploymentReplicaSetTerminatingReplicas &&
        input.controllerFeatureEnableStatusTerminatingReplicas,
    );
  }),
];
