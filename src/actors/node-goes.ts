import { SITE } from '../cluster/delay-sites.ts';
import { T } from '../cluster/events.ts';
import { keyOfObject, requestKey, Transition } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import { after, type Effect } from '../kernel/event.ts';
import type { Micros } from '../kernel/time.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { nodeMonitorGraceSeconds } from './node-lifecycle-controller.ts';
import { API, CONTAINERS, DATA_PLANE, KUBELET, NODE_LIFECYCLE } from './protocol.ts';
import type { Wiring } from './wiring.ts';

/** All that runs on a node ends with it. */
export function nodeGoes(node: number, delay: Micros, wiring: Wiring): Effect[] {
  const lost = { type: T.nodeLost, object: 0, about: -1, data: { node }, delay };
  return [
    after({ ...lost, actor: wiring.kubelet(node), kind: KUBELET.node }),
    after({ ...lost, actor: wiring.containers(node), kind: CONTAINERS.node }),
    after({ ...lost, actor: wiring.dataPlane(node), kind: DATA_PLANE.presence }),
  ];
}

/** A node that was not there before registers, and its data plane programs what there is. */
export function nodeComes(node: number, delay: Micros, { nodes }: World, wiring: Wiring): Effect[] {
  const transition = keyOfObject(requestKey('nodeStatus', 0), nodes[node]!.name);
  const about = -1;
  return [
    after({
      type: T.patchNode,
      actor: wiring.apiServer,
      kind: API.node,
      object: node,
      about,
      data: { there: true },
      delay,
      site: SITE['apiServer.write'],
      transition,
    }),
    after({
      type: T.nodeJoined,
      actor: wiring.dataPlane(node),
      kind: DATA_PLANE.node,
      object: 0,
      about,
      data: { node },
      delay,
      transition,
    }),
  ];
}

/** The control plane notices that a node is gone once nothing was heard of it for long enough. */
export function nodeIsMissed(node: number, gone: Micros, { minor, nodes }: World, wiring: Wiring): Effect {
  return after({
    type: T.nodeNotReady,
    actor: wiring.nodeLifecycle,
    kind: NODE_LIFECYCLE.node,
    object: node,
    about: -1,
    data: { node },
    delay: gone + nodeMonitorGraceSeconds(minor) * MICROS_PER_SECOND,
    site: SITE['nodeLifecycle.monitor'],
    transition: keyOfObject(Transition.none, nodes[node]!.name),
  });
}
