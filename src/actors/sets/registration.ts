import type { SetKind } from '../../cluster/sets.ts';
import type { PodObject } from '../../cluster/state.ts';
import type { World } from '../../cluster/world.ts';
import { SET_CONTROLLER } from '../protocol.ts';
import { actor, type Registration } from '../roster.ts';
import type { SteadyState } from '../steady-state.ts';
import { setController } from './index.ts';
import { controllerOf, SET_KINDS } from './kinds.ts';
import { IDLE_SET } from './work.ts';

/** A controller for each kind of set that there is. */
export function setControllers(world: World, start: SteadyState): readonly Registration[] {
  const present = SET_KINDS.filter((kind) => world.sets.some((set) => set.kind === kind));
  return present.map((kind) => setControllerOf(kind, world, start));
}

/** The controller of a kind of set, which looks at its own sets and their Pods alone. */
function setControllerOf(kind: SetKind, world: World, { pods, sets, nodes }: SteadyState): Registration {
  const isOwn = (set: number) => world.sets[set]?.kind === kind;
  const ownPod = ({ member }: PodObject) => member !== null && isOwn(member.set);
  return actor(
    setController,
    {
      pod: pods.map((pod) => (ownPod(pod) ? pod : undefined)),
      object: sets.map((set, index) => (isOwn(index) ? set : undefined)),
      work: sets.map((_, index) => (isOwn(index) ? IDLE_SET : undefined)),
      client: [null],
      node: kind === 'DaemonSet' ? nodes : [],
    },
    {
      name: controllerOf(kind),
      watches: {
        // Its watches are the controller manager's, as the ReplicaSet controller's are.
        pods: { cell: SET_CONTROLLER.pod, site: 'watch.replicaSetController', wants: ownPod },
        sets: {
          cell: SET_CONTROLLER.object,
          site: 'watch.replicaSetController',
          wants: ({ index }) => isOwn(index),
        },
        ...(kind === 'DaemonSet' && {
          nodes: {
            cell: SET_CONTROLLER.node,
            site: 'watch.replicaSetController',
            wants: (node, before) => node.taints !== before?.taints || node.there !== before.there,
          },
        }),
      },
    },
  );
}
