import { SITE } from '../cluster/delay-sites.ts';
import { type NodeShutdownStarted, type OfNode, type PodKillRequested, T } from '../cluster/events.ts';
import { keyOfObject, Transition } from '../cluster/state.ts';
import type { ActionInfo, KubeletEvictionAction, World } from '../cluster/world.ts';
import { after, type Effect } from '../kernel/event.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { evictionGraceOverrideSeconds } from '../rules/kubelet/eviction-grace.ts';
import { DRAIN, KUBE_PROXY, KUBELET, NODE_LIFECYCLE } from './cell-kinds.ts';
import { nodeMonitorGraceSeconds } from './node-lifecycle-controller.ts';
import type { Wiring } from './wiring.ts';

/** What the scenario itself does at its time: a request, or something that happens to a node. */
export function requested(action: ActionInfo, world: World, wiring: Wiring): Effect[] {
  const { kubectl } = wiring;
  const { at } = action;
  switch (action.type) {
    case 'deletePod':
      return [after(T.deleteRequested, kubectl, 0, 0, action.pod, action, at, undefined, Transition.none)];
    case 'evictPod':
      return [after(T.evictRequested, kubectl, 0, 0, action.pod, action, at)];
    case 'cordonNode':
    case 'uncordonNode':
      return [after(T.cordonRequested, kubectl, 0, 0, -1, action, at)];
    case 'drainNode':
      return [after(T.drainRequested, wiring.drain, DRAIN.session, action.nodes[0]!, -1, action, at)];
    case 'kubeletEviction':
      return [evicted(action, world, wiring)];
    case 'nodeShutdown': {
      const { node, periods } = action;
      const data: NodeShutdownStarted = { periods };
      return [after(T.nodeShutdownStarted, wiring.kubelet(node), KUBELET.node, 0, -1, data, at)];
    }
    case 'nodeLost': {
      const { node } = action;
      const data: OfNode = { node };
      const noticed = at + nodeMonitorGraceSeconds(world.minor) * MICROS_PER_SECOND;
      return [
        after(T.nodeLost, wiring.kubelet(node), KUBELET.node, 0, -1, data, at),
        after(T.nodeLost, wiring.containers(node), 0, 0, -1, data, at),
        after(T.nodeLost, wiring.kubeProxy(node), KUBE_PROXY.lost, 0, -1, data, at),
        after(
          T.nodeNotReady,
          wiring.nodeLifecycle,
          NODE_LIFECYCLE.node,
          node,
          -1,
          data,
          noticed,
          SITE['nodeLifecycle.monitor'],
          keyOfObject(Transition.none, node),
        ),
      ];
    }
    default:
      return [after(T.deploymentChangeRequested, kubectl, 0, 0, -1, action, at)];
  }
}

function evicted(action: KubeletEvictionAction, world: World, wiring: Wiring): Effect {
  const { pod, threshold, evictionMaxPodGracePeriodSeconds, at } = action;
  const { node, template } = world.pods[pod]!;
  const { terminationGracePeriodSeconds } = world.templates[template]!;
  const { minor } = world;
  const data: PodKillRequested = {
    graceOverrideSeconds: evictionGraceOverrideSeconds({
      threshold,
      evictionMaxPodGracePeriodSeconds,
      terminationGracePeriodSeconds,
      minor,
    }),
  };
  return after(T.podKillRequested, wiring.kubelet(node), KUBELET.worker, pod, pod, data, at);
}
