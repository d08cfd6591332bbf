import type { NodeObject } from '../cluster/disruption.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { PodObject, SliceObject } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import { reconcileService } from './endpoint-slice-controller/desired.ts';
import { steadyBudgets, steadyDeployments, steadyReplicaSets, steadySets } from './steady-workloads.ts';

/** The cluster as it is when a run begins: every Pod Running and Ready, every slice written, nothing under way. */
export interface SteadyState {
  readonly pods: readonly PodObject[];
  readonly slices: readonly SliceObject[];
  readonly deployments: ReturnType<typeof steadyDeployments>;
  readonly replicaSets: ReturnType<typeof steadyReplicaSets>;
  readonly sets: ReturnType<typeof steadySets>;
  readonly budgets: ReturnType<typeof steadyBudgets>;
  readonly nodes: readonly NodeObject[];
}

export function steadyState(world: World): SteadyState {
  const pods = steadyPods(world);
  return {
    pods,
    slices: steadySlices(world, pods),
    deployments: steadyDeployments(world),
    replicaSets: steadyReplicaSets(world),
    sets: steadySets(world),
    budgets: steadyBudgets(world, pods),
    nodes: world.nodes.map((_, index) => ({
      index,
      unschedulable: false,
      ready: true,
      tainted: false,
      disruptedBy: null,
    })),
  };
}

function steadyPods(world: World): PodObject[] {
  return world.pods.map(
    ({ namespace, name, template, replicaSet, member, node, age, finalizers }, index) => ({
      index,
      name: qualifiedName(namespace, name),
      template,
      replicaSet,
      member,
      node,
      // Distinct and in no order that means anything; ages decide before UIDs do.
      createdAt: -age,
      phase: 'Running',
      ready: true,
      readyAt: -age,
      hasIP: true,
      finalizers,
      disruptionTarget: false,
      exitCodes: null,
      deletionTimestamp: null,
      deletionGracePeriodSeconds: null,
      gone: false,
    }),
  );
}

function steadySlices(world: World, pods: readonly PodObject[]): SliceObject[] {
  const slices: SliceObject[] = [];
  world.services.forEach((_, service) => {
    const existing: readonly SliceObject[] = [];
    for (const { ports, endpoints } of reconcileService(world, service, existing, pods).toCreate)
      slices.push({ index: slices.length, service, generation: 1, ports, endpoints, gone: false });
  });
  return slices;
}

/** Generations of a Service's slices, as their controller knows that it wrote them. */
export function generationsOf({ slices }: SteadyState, service: number): Readonly<Record<string, number>> {
  const own = slices.filter((slice) => slice.service === service);
  return Object.fromEntries(own.map(({ index, generation }) => [String(index), generation]));
}
