import { T } from '../cluster/events.ts';
import { after, type Effect } from '../kernel/event.ts';
import type { Micros } from '../kernel/time.ts';
import { CONTAINERS, DATA_PLANE, KUBELET } from './protocol.ts';
import type { Wiring } from './wiring.ts';

/** All that runs on a node ends with it. */
export function nodeGoes(node: number, delay: Micros, wiring: Wiring): Effect[] {
  const lost = { type: T.nodeLost, object: 0, about: -1, data: { node }, delay };
  return [
    after({ ...lost, actor: wiring.kubelet(node), kind: KUBELET.node }),
    after({ ...lost, actor: wiring.containers(node), kind: CONTAINERS.node }),
    after({ ...lost, actor: wiring.dataPlane(node), kind: DATA_PLANE.lost }),
  ];
}
