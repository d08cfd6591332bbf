import type { ActionInfo, KubeletEvictionAction } from '../cluster/actions.ts';
import { type PodKillRequested, T } from '../cluster/events.ts';
import type { World } from '../cluster/world.ts';
import { after, type Effect } from '../kernel/event.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { evictionGraceOverrideSeconds } from '../rules/kubelet/eviction-grace.ts';
import { nodeComes, nodeGoes, nodeIsMissed } from './node-goes.ts';
import { DRAIN, HPA_CONTROLLER, KEDA_OPERATOR, KUBECTL, KUBELET, NODE_AUTOSCALER } from './protocol.ts';
import type { Wiring } from './wiring.ts';

/** What the scenario itself does at its time: a request, or something that happens to a node. */
export function requested(action: ActionInfo, world: World, wiring: Wiring): Effect[] {
  const { at: delay } = action;
  const byKubectl = { actor: wiring.kubectl, kind: KUBECTL.session, object: 0, about: -1, delay };
  switch (action.type) {
    case 'deletePod':
      return [after({ ...byKubectl, type: T.deleteRequested, about: action.pod, data: action })];
    case 'evictPod':
      return [after({ ...byKubectl, type: T.evictRequested, about: action.pod, data: action })];
    case 'cordonNode':
    case 'uncordonNode':
      return [after({ ...byKubectl, type: T.cordonRequested, data: action })];
    case 'taintNode':
    case 'untaintNode':
      return [after({ ...byKubectl, type: T.taintRequested, data: action })];
    case 'nodeJoined':
      return nodeComes(action.node, delay, world, wiring);
    case 'rollingUpdate':
    case 'rolloutRestart':
    case 'setImage':
    case 'rollback':
    case 'scale':
    case 'rolloutPause':
    case 'rolloutResume':
    case 'delete':
      return [after({ ...byKubectl, type: T.deploymentChangeRequested, data: action })];
    case 'changeSet':
      return [after({ ...byKubectl, type: T.setChangeRequested, data: action })];
    case 'deleteReplicaSet':
      return [after({ ...byKubectl, type: T.replicaSetDeleteRequested, data: action })];
    case 'scaleReplicaSet':
      return [after({ ...byKubectl, type: T.replicaSetScaleRequested, data: action })];
    case 'setSelector':
      return [after({ ...byKubectl, type: T.selectorChangeRequested, data: action })];
    case 'metric': {
      const { autoscaler, load } = action;
      const to = { actor: wiring.hpaController(), kind: HPA_CONTROLLER.autoscaler, object: autoscaler };
      const changed = { type: T.loadChanged, about: -1, data: { autoscaler, load }, delay } as const;
      const byHpa = after({ ...to, ...changed });
      if (world.autoscalers[autoscaler]!.keda === null) return [byHpa];
      const keda = { actor: wiring.kedaOperator(), kind: KEDA_OPERATOR.trigger, object: autoscaler };
      return [byHpa, after({ ...keda, ...changed })];
    }
    case 'drainNode': {
      const object = action.nodes[0]!;
      const to = { actor: wiring.drain, kind: DRAIN.session, object, about: -1 };
      return [after({ ...to, type: T.drainRequested, data: action, delay })];
    }
    case 'removeNodes': {
      const object = action.nodes[0]!;
      const to = { actor: wiring.nodeAutoscaler(), kind: NODE_AUTOSCALER.session, object, about: -1 };
      return [after({ ...to, type: T.nodeRemovalRequested, data: action, delay })];
    }
    case 'kubeletEviction':
      return [evicted(action, world, wiring)];
    case 'nodeShutdown': {
      const to = { actor: wiring.kubelet(action.node), kind: KUBELET.node, object: 0, about: -1 };
      return [after({ ...to, type: T.nodeShutdownStarted, data: { periods: action.periods }, delay })];
    }
    case 'nodeLost':
      return [...nodeGoes(action.node, delay, wiring), nodeIsMissed(action.node, delay, world, wiring)];
    default:
      return unreachable(action);
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
  return after({
    type: T.podKillRequested,
    actor: wiring.kubelet(node),
    kind: KUBELET.worker,
    object: pod,
    about: pod,
    data,
    delay: at,
  });
}
