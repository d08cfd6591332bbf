import type { ClusterAutoscalerRemoval } from '../../cluster/node-removal.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { isPodPhaseTerminal } from '../../rules/endpointslice/endpoint-conditions.ts';
import {
  clusterAutoscalerGraceSeconds,
  EVICTION_RETRY_SECONDS,
  type NodeBlocker,
  nodeBlocker,
  POD_EVICTION_HEADROOM_SECONDS,
} from '../../rules/node-autoscaling/cluster-autoscaler.ts';
import type { AutoscalerRules, SeenPod } from './kind.ts';

/**
 * Evicts all Pods of a node at once, names a grace period in each eviction, and gives up where some stay too long. Pods of DaemonSets
 * are evicted, too, and not waited for. Source: cluster-autoscaler/core/scaledown/actuation
 */
export const clusterAutoscaler: AutoscalerRules<ClusterAutoscalerRemoval> = {
  taint: 'ToBeDeletedByClusterAutoscaler',
  waits: ({ nodeDeleteDelayAfterTaint }) => nodeDeleteDelayAfterTaint,
  pollUs: 5 * MICROS_PER_SECOND,
  retryUs: () => EVICTION_RETRY_SECONDS * MICROS_PER_SECOND,
  refusal({ removal, pods }) {
    const blocking = pods.flatMap((seen) => {
      const why = nodeBlocker(
        { ...seen.pod, owner: seen.owner, ...seen.template },
        removal.skipNodesWithLocalStorage,
      );
      return why === null ? [] : [`${seen.pod.name} ${BLOCKS[why]}`];
    });
    return blocking.length === 0 ? null : blocking.join('; ');
  },
  plan({ removal, pods, beganAt, nowUs }) {
    const { maxGracefulTerminationSeconds, maxPodEvictionTime } = removal;
    const waited = pods.filter(({ owner, pod }) => owner !== 'DaemonSet' && !isPodPhaseTerminal(pod.phase));
    const evicts = pods
      .filter(({ asked, pod }) => !asked && pod.deletionTimestamp === null)
      .map(({ pod, template }) => ({
        pod: pod.index,
        gracePeriodSeconds: clusterAutoscalerGraceSeconds(
          template.terminationGracePeriodSeconds,
          maxGracefulTerminationSeconds,
        ),
      }));
    const evictedBy = beganAt + maxPodEvictionTime;
    const patience = (maxGracefulTerminationSeconds + POD_EVICTION_HEADROOM_SECONDS) * MICROS_PER_SECOND;
    const goneBy = evictedBy + patience;
    const staying = waited.filter(({ pod }) => pod.deletionTimestamp === null);
    const end = { evicts: [], deletes: [], lookAt: null } as const;
    if (waited.length === 0) return { ...end, evicts, end: { outcome: 'removed', why: null } };
    if (staying.length > 0 && nowUs >= evictedBy) return { ...end, end: keeps(staying, 'evicted') };
    if (nowUs >= goneBy) return { ...end, end: keeps(waited, 'gone') };
    return { evicts, deletes: [], end: null, lookAt: staying.length > 0 ? evictedBy : goneBy };
  },
};

const BLOCKS: Readonly<Record<NodeBlocker, string>> = {
  notSafeToEvict: 'is annotated cluster-autoscaler.kubernetes.io/safe-to-evict: "false"',
  unmanaged: 'has no controller that would make it again',
  localStorage: 'has an emptyDir (--skip-nodes-with-local-storage)',
};

function keeps(pods: readonly SeenPod[], what: string) {
  const names = pods.map(({ pod }) => pod.name).join(', ');
  return { outcome: 'kept', why: `${names} could not be ${what} in time` } as const;
}
