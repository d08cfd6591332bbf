import type { NodeObject } from '../cluster/disruption.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { allGates } from '../cluster/readiness-gates.ts';
import type { PodObject, ServiceObject, SliceObject } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import { reconcileService, selectedPods } from './endpoint-slice-controller/desired.ts';
import { membersBy } from './members.ts';
import { steadyBudgets, steadyDeployments, steadyReplicaSets, steadySets } from './steady-workloads.ts';

/** The cluster as it is when a run begins: every Pod Running and Ready, every slice written, nothing under way. */
export interface SteadyState {
  readonly pods: readonly PodObject[];
  readonly slices: readonly SliceObject[];
  readonly services: readonly ServiceObject[];
  readonly deployments: ReturnType<typeof steadyDeployments>;
  readonly replicaSets: ReturnType<typeof steadyReplicaSets>;
  readonly sets: ReturnType<typeof steadySets>;
  readonly budgets: ReturnType<typeof steadyBudgets>;
  readonly nodes: readonly NodeObject[];
}

export function steadyState(world: World): SteadyState {
  const pods = steadyPods(world);
  const services = world.services.map(({ selector }, index): ServiceObject => ({ index, selector }));
  return {
    pods,
    services,
    slices: steadySlices(world, services, pods),
    deployments: steadyDeployments(world),
    replicaSets: steadyReplicaSets(world),
    sets: steadySets(world),
    budgets: steadyBudgets(world, pods),
    nodes: world.nodes.map(({ taints, unschedulable, joins }, index) => ({
      index,
      there: !joins,
      unschedulable,
      ready: true,
      taints,
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
      containersReady: true,
      gates: allGates(world.templates[template]!.readinessGates),
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

function steadySlices(
  world: World,
  services: readonly ServiceObject[],
  pods: readonly PodObject[],
): SliceObject[] {
  const slices: SliceObject[] = [];
  const members = membersBy(
    pods,
    ({ index }) => index,
    ({ template }) => template,
  );
  for (const service of services) {
    const existing: readonly SliceObject[] = [];
    const { index } = service;
    const own = selectedPods(world, service, members).map((pod) => pods[pod]!);
    for (const { ports, endpoints } of reconcileService(world, service, existing, own).toCreate)
      slices.push({ index: slices.length, service: index, generation: 1, ports, endpoints, gone: false });
  }
  return slices;
}

/** Generations of a Service's slices, as their controller knows that it wrote them. */
export function generationsOf({ slices }: SteadyState, service: number): Readonly<Record<string, number>> {
  const own = slices.filter((slice) => slice.service === service);
  return Object.fromEntries(own.map(({ index, generation }) => [String(index), generation]));
}
