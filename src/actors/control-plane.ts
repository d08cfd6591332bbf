import { ROLLOUTS_CONTROLLER } from '../cluster/actor-names.ts';
import type { World } from '../cluster/world.ts';
import { apiServer } from './api-server/index.ts';
import { cronJobControllers } from './cron-job-controller.ts';
import { deploymentController } from './deployment-controller/index.ts';
import { IDLE_DEPLOYMENT } from './deployment-controller/work.ts';
import { disruptionController, IDLE_BUDGET } from './disruption-controller.ts';
import { drain } from './drain.ts';
import { endpointSliceController } from './endpoint-slice-controller/index.ts';
import { idleService } from './endpoint-slice-controller/queue.ts';
import { garbageCollectors } from './garbage-collector.ts';
import { hpaControllers } from './hpa-controller/registration.ts';
import { kedaOperators } from './keda-operator.ts';
import { kubectl } from './kubectl.ts';
import { membersBy } from './members.ts';
import { nodeAutoscalers } from './node-autoscaler/registration.ts';
import { nodeLifecycleController, steadyNodes } from './node-lifecycle-controller.ts';
import {
  DEPLOYMENT_CONTROLLER,
  DISRUPTION_CONTROLLER,
  ENDPOINT_SLICE_CONTROLLER,
  NODE_LIFECYCLE,
  REPLICA_SET_CONTROLLER,
  SCHEDULER,
} from './protocol.ts';
import { idleReplicaSet, replicaSetController } from './replica-set-controller/index.ts';
import { actor, type Registration } from './roster.ts';
import { givesOrTakesRoom, loadsOf, placementOf, scheduler } from './scheduler.ts';
import type { Selection } from './selection.ts';
import { setControllers } from './sets/registration.ts';
import { generationsOf, type SteadyState } from './steady-state.ts';
import { ttlControllers } from './ttl-after-finished.ts';

/** Those that there is one of: kubectl, the API server, the controllers and the scheduler, with what each watches. */
export function controlPlane(world: World, start: SteadyState, selection: Selection): Registration[] {
  const { pods, slices, services, deployments, replicaSets, sets, budgets, nodes } = start;
  const placements = pods.map((pod) => placementOf(pod, pod.node, world));
  return [
    actor(kubectl, { session: [null] }),
    actor(apiServer, {
      pod: pods,
      endpointSlice: slices,
      counters: [{ nextPod: pods.length, nextSlice: slices.length }],
      deployment: deployments,
      replicaSet: replicaSets,
      podDisruptionBudget: budgets,
      node: nodes,
      set: sets,
      service: services,
    }),
    endpointSlices(world, start),
    actor(
      replicaSetController,
      {
        pod: pods,
        replicaSet: world.replicaSets.map(({ replicas }) => idleReplicaSet(replicas)),
        client: [null],
        object: replicaSets,
        members: membersBy(
          pods,
          ({ index }) => index,
          ({ replicaSet }) => replicaSet,
        ),
      },
      {
        watches: {
          pods: {
            cell: REPLICA_SET_CONTROLLER.pod,
            site: 'watch.replicaSetController',
            wants: ({ replicaSet }) => replicaSet >= 0,
          },
          replicaSets: { cell: REPLICA_SET_CONTROLLER.object, site: 'watch.replicaSetController' },
        },
      },
    ),
    actor(
      scheduler,
      { pod: placements, node: nodes, load: loadsOf(world, placements), waiting: [[]] },
      {
        watches: {
          pods: { cell: SCHEDULER.pod, site: 'watch.scheduler', wants: givesOrTakesRoom },
          nodes: {
            cell: SCHEDULER.node,
            site: 'watch.scheduler',
            wants: (node, before) =>
              node.unschedulable !== before?.unschedulable ||
              node.taints !== before.taints ||
              node.there !== before.there,
          },
        },
      },
    ),
    ...rollouts(world, start, selection),
    disruptions(world, start, selection),
    ...setControllers(world, start),
    ...hpaControllers(world, start),
    ...kedaOperators(world, start),
    ...cronJobControllers(world, start),
    ...garbageCollectors(world, start),
    ...ttlControllers(world, start),
    ...nodeAutoscalers(world, start),
    actor(drain, { session: [], pod: [], client: [null, null] }),
    actor(
      nodeLifecycleController,
      { node: steadyNodes(nodes) },
      {
        watches: {
          nodes: {
            cell: NODE_LIFECYCLE.node,
            // Its watch is one of the controller manager's, as the ReplicaSet controller's is.
            site: 'watch.replicaSetController',
            wants: (node, before) => node.ready !== before?.ready || node.taints !== before.taints,
          },
        },
      },
    ),
  ];
}

function endpointSlices(world: World, start: SteadyState): Registration {
  const { pods, slices, services } = start;
  return actor(
    endpointSliceController,
    {
      pod: pods,
      endpointSlice: slices,
      service: world.services.map((_, service) => idleService(generationsOf(start, service))),
      workers: [{ busy: 0, waiting: [], retries: null, nextSlice: slices.length }],
      client: [null],
      object: services,
      members: membersBy(
        pods,
        ({ index }) => index,
        ({ template }) => template,
      ),
      slices: membersBy(
        slices,
        ({ index }) => index,
        ({ service }) => service,
      ),
    },
    {
      watches: {
        pods: {
          cell: ENDPOINT_SLICE_CONTROLLER.pod,
          site: 'watch.endpointSliceController',
          wants: ({ template }) => world.templates[template]!.services.length > 0,
        },
        endpointSlices: {
          cell: ENDPOINT_SLICE_CONTROLLER.endpointSlice,
          site: 'watch.endpointSliceController',
        },
        services: { cell: ENDPOINT_SLICE_CONTROLLER.object, site: 'watch.endpointSliceController' },
      },
    },
  );
}

/** Deployments and Argo Rollouts, each with a controller of its own. */
function rollouts(
  { deployments: infos }: World,
  { pods, deployments, replicaSets }: SteadyState,
  { isRecreated }: Selection,
): Registration[] {
  const isArgo = (deployment: number) => (infos[deployment]?.rollout ?? null) !== null;
  const controller = (name: string, owns: (deployment: number) => boolean) =>
    actor(
      deploymentController,
      {
        deployment: deployments,
        replicaSet: replicaSets,
        work: deployments.map(() => IDLE_DEPLOYMENT),
        client: [null],
        pod: pods.map((pod) => (isRecreated(pod.template) ? pod : undefined)),
      },
      {
        name,
        watches: {
          pods: {
            cell: DEPLOYMENT_CONTROLLER.pod,
            site: 'watch.deploymentController',
            wants: ({ template }) => isRecreated(template),
          },
          deployments: {
            cell: DEPLOYMENT_CONTROLLER.deployment,
            site: 'watch.deploymentController',
            wants: ({ index }) => owns(index),
          },
          replicaSets: {
            cell: DEPLOYMENT_CONTROLLER.replicaSet,
            site: 'watch.deploymentController',
            wants: ({ deployment }) => deployment >= 0 && owns(deployment),
          },
        },
      },
    );
  const argo = infos.some(({ rollout }) => rollout !== null) ? [controller(ROLLOUTS_CONTROLLER, isArgo)] : [];
  return [controller('deployment-controller', (deployment) => !isArgo(deployment)), ...argo];
}

function disruptions(
  world: World,
  { pods, budgets, deployments }: SteadyState,
  { budgetsOf }: Selection,
): Registration {
  return actor(
    disruptionController,
    {
      pod: pods.map((pod) => (budgetsOf(pod.template).length > 0 ? pod : undefined)),
      podDisruptionBudget: budgets,
      work: budgets.map(() => IDLE_BUDGET),
      client: [null],
      deployment: deployments,
    },
    {
      watches: {
        pods: {
          cell: DISRUPTION_CONTROLLER.pod,
          site: 'watch.disruptionController',
          wants: ({ template }) => budgetsOf(template).length > 0,
        },
        podDisruptionBudgets: {
          cell: DISRUPTION_CONTROLLER.podDisruptionBudget,
          site: 'watch.disruptionController',
        },
        deployments: {
          cell: DISRUPTION_CONTROLLER.deployment,
          site: 'watch.disruptionController',
          wants: ({ index }) => world.budgets.some((budget) => budget.deployments.includes(index)),
        },
      },
    },
  );
}
