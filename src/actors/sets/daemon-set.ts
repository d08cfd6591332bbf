import type { DaemonSetInfo } from '../../cluster/sets.ts';
import type { PodObject } from '../../cluster/state.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { nodeShouldRunDaemonPod } from '../../rules/apps/daemon-nodes.ts';
import {
  DAEMON_BURST_REPLICAS,
  type DaemonPod,
  daemonSetRecheckUs,
  daemonSetStatus,
  getTargetNodeName,
  isPodUpdated,
  manageDaemonPods,
  rollingUpdateDaemonSet,
} from '../../rules/apps/daemon-set.ts';
import type { SetKindRules } from './kind.ts';

/** A Pod on every node. What manages them comes first; the update waits until that has nothing to do. */
export const daemonSet: SetKindRules<DaemonSetInfo> = {
  waitsForOwnWrites: true,
  podEventsWaitUs: 0,
  seesGonePods: false,
  deletesAtOnce: true,
  plan({ info, object, pods, nodes, templates, nowUs, minor }) {
    const clock = { nowUs, minor };
    const { tolerations, nodes: selects } = templates[object.templates[object.revision - 1]!]!;
    const all = nodes.flatMap(({ there, taints }, node) => {
      if (!there) return [];
      const selected = selects?.[node] ?? true;
      return [{ node, ...nodeShouldRunDaemonPod({ selected, taints }, tolerations) }];
    });
    const own = pods.map((pod) => daemonPod(pod, object.revision, nodes));
    const managed = manageDaemonPods(info, all, own, clock);
    const nothing = managed.createOn.length + managed.deletes.length === 0;
    const { createOn, deletes } = nothing ? rollingUpdateDaemonSet(info, all, own, clock) : managed;
    const counts = daemonSetStatus(info, all, own, clock);
    return {
      creates: createOn.slice(0, DAEMON_BURST_REPLICAS).map((node) => ({
        name: nameOn(object.name, nodes[node]!.name, pods, node),
        revision: object.revision,
        place: node,
      })),
      deletes: deletes.slice(0, DAEMON_BURST_REPLICAS).map(({ pod }) => pod),
      status: {
        observedGeneration: object.generation,
        replicas: counts.desiredNumberScheduled,
        readyReplicas: counts.numberReady,
        availableReplicas: counts.numberAvailable,
        updatedReplicas: counts.updatedNumberScheduled,
        currentRevision: object.status.currentRevision,
        updateRevision: object.revision,
        job: null,
      },
      memory: null,
      releases: [],
      recheckUs: daemonSetRecheckUs(counts, info.minReadySeconds),
    };
  },
};

/** `<set>-<node>`, as the one of the steady state is called; Kubernetes ends the name with random letters instead. */
function nameOn(set: string, node: string, pods: readonly PodObject[], place: number): string {
  const name = `${set}-${node}`;
  const taken = pods.filter(({ member }) => member!.place === place).map((pod) => pod.name);
  return taken.includes(name) ? `${name}-next` : name;
}

/** A Pod that is not bound yet is for the node that its affinity names; the number of its revision stands for the template's hash. */
function daemonPod(
  pod: PodObject,
  revision: number,
  nodes: readonly { readonly name: string }[],
): DaemonPod & { readonly pod: PodObject } {
  const member = pod.member!;
  const target = getTargetNodeName({
    specNodeName: nodes[pod.node]?.name ?? null,
    requiredMatchFieldsMetadataName: [nodes[member.place]!.name],
  });
  const isTarget = nodes[member.place]!.name === target;
  return {
    pod,
    node: isTarget ? member.place : pod.node,
    updated: isPodUpdated(
      { templateGeneration: null, hash: String(member.revision) },
      { templateGeneration: null, hash: String(revision) },
    ),
    phase: pod.phase,
    ready: pod.ready,
    readyLastTransitionUs: Math.floor(pod.readyAt / MICROS_PER_SECOND) * MICROS_PER_SECOND,
    terminating: pod.deletionTimestamp !== null,
    createdUs: pod.createdAt,
  };
}
