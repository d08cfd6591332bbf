import type { World } from '../../cluster/world.ts';
import { HPA_CONTROLLER } from '../protocol.ts';
import { actor, type Registration } from '../roster.ts';
import type { SteadyState } from '../steady-state.ts';
import { hpaController, NEW_AUTOSCALER } from './index.ts';

/** The controller of autoscalers, where there are any; it looks at what they scale. */
export function hpaControllers(
  world: World,
  { deployments, replicaSets, sets }: SteadyState,
): readonly Registration[] {
  const { autoscalers } = world;
  if (autoscalers.length === 0) return [];
  const isScaled = (kind: string, index: number) =>
    autoscalers.some(({ target }) => target.kind === kind && target.index === index);
  return [
    actor(
      hpaController,
      {
        autoscaler: autoscalers.map(() => NEW_AUTOSCALER),
        deployment: deployments,
        set: sets,
        replicaSet: replicaSets,
      },
      {
        watches: {
          // Its watches are the controller manager's, as the Deployment controller's are.
          deployments: {
            cell: HPA_CONTROLLER.deployment,
            site: 'watch.deploymentController',
            wants: ({ index }) => isScaled('Deployment', index),
          },
          replicaSets: {
            cell: HPA_CONTROLLER.replicaSet,
            site: 'watch.deploymentController',
            wants: ({ index }) => isScaled('ReplicaSet', index),
          },
          sets: {
            cell: HPA_CONTROLLER.set,
            site: 'watch.deploymentController',
            wants: ({ index }) => isScaled('StatefulSet', index),
          },
        },
      },
    ),
  ];
}
