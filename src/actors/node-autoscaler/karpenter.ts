import type { KarpenterRemoval } from '../../cluster/node-removal.ts';
import { smallest } from '../../kernel/lists.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { type Taint, toleratesTaint } from '../../rules/apiserver/taints.ts';
import { isPodPhaseTerminal } from '../../rules/endpointslice/endpoint-conditions.ts';
import { SYSTEM_CRITICAL_PRIORITY } from '../../rules/kubelet/node-shutdown.ts';
import { itemBackoffUs } from '../../rules/machinery/rate-limiters.ts';
import {
  blocksDisruption,
  expiringAtUs,
  expiringGraceSeconds,
  isDrainable,
  KARPENTER_EVICTION_BACKOFF,
  type KarpenterPod,
  podsToEvict,
  STUCK_TERMINATING_SECONDS,
} from '../../rules/node-autoscaling/karpenter.ts';
import type { AutoscalerRules, SeenPod } from './kind.ts';

/**
 * Evicts the Pods of a node group after group, with their own grace periods, and waits for budgets without end; a deadline of the node
 * overrules them. Source: karpenter pkg/controllers/node/termination
 */
export const karpenter: AutoscalerRules<KarpenterRemoval> = {
  taint: 'karpenter.sh/disrupted',
  waits: () => 0,
  pollUs: MICROS_PER_SECOND,
  retryUs: (refusals) => itemBackoffUs(refusals - 1, KARPENTER_EVICTION_BACKOFF),
  refusal({ removal, pods }) {
    const blocking = pods.filter((seen) =>
      blocksDisruption(karpenterPod(seen), removal.terminationGracePeriod !== null),
    );
    return blocking.length === 0
      ? null
      : blocking.map(({ pod }) => `${pod.name} is annotated karpenter.sh/do-not-disrupt: "true"`).join('; ');
  },
  plan({ removal, pods, beganAt, nowUs }) {
    const { terminationGracePeriod } = removal;
    const deadline = terminationGracePeriod === null ? null : beganAt + terminationGracePeriod;
    const seen = pods.map((each) => ({ ...karpenterPod(each), asked: each.asked, index: each.pod.index }));
    const waited = seen.filter((pod) => isDrainable(pod, nowUs));
    const over = deadline !== null && nowUs >= deadline;
    if (waited.length === 0 || over)
      return { evicts: [], deletes: [], lookAt: null, end: { outcome: 'removed', why: null } };
    const expiring = waited.filter(
      (pod) => deadline !== null && pod.deletionDeadlineUs === null && nowUs >= expiringAtUs(pod, deadline),
    );
    const evicts = podsToEvict(seen, nowUs).filter((pod) => !pod.asked && !expiring.includes(pod));
    const looks = waited.map((pod) =>
      pod.deletionDeadlineUs !== null
        ? pod.deletionDeadlineUs + STUCK_TERMINATING_SECONDS * MICROS_PER_SECOND + 1
        : deadline === null
          ? Number.POSITIVE_INFINITY
          : Math.max(expiringAtUs(pod, deadline), nowUs),
    );
    const later = looks.filter((at) => at > nowUs);
    const next = smallest(later, deadline ?? Number.POSITIVE_INFINITY);
    return {
      evicts: evicts.map(({ index }) => ({ pod: index, gracePeriodSeconds: null })),
      deletes: expiring.map(({ index }) => ({
        pod: index,
        gracePeriodSeconds: expiringGraceSeconds(deadline!, nowUs),
      })),
      end: null,
      lookAt: Number.isFinite(next) ? next : null,
    };
  },
};

const DISRUPTED: Taint = { key: karpenter.taint, value: '', effect: 'NoSchedule' };

function karpenterPod({ pod, owner, template }: SeenPod): KarpenterPod {
  const { priority, terminationGracePeriodSeconds, doNotDisrupt, tolerations } = template;
  return {
    terminal: isPodPhaseTerminal(pod.phase),
    daemon: owner === 'DaemonSet',
    critical: (priority ?? 0) >= SYSTEM_CRITICAL_PRIORITY,
    doNotDisrupt,
    toleratesDisruption: tolerations.some((each) => toleratesTaint(each, DISRUPTED)),
    terminationGracePeriodSeconds,
    deletionDeadlineUs: pod.deletionTimestamp,
  };
}
