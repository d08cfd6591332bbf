import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { ROUTER_PRESETS, type RouterPreset } from '../presets/index.ts';
import { type Found, type FoundRouter, type NotModelled, notModelled, type Surroundings } from './found.ts';
import { listAt, textAt } from './raw.ts';
import { podPath, selects, WORKLOADS } from './workloads.ts';

/** How readiness gates of load balancers begin: who waits for one is sent to by one, wherever that is written. */
const OF_BALANCERS = [
  'target-health.',
  'cloud.google.com/load-balancer-neg-ready',
  'service.readiness.alibabacloud.com/',
  'loadbalancer.tencentcloud.com/',
  'cloud.tencent.com/load-balancer-backendgroup-ready',
];

/** Workloads whose Pods wait for a load balancer that the manifests do not name. */
export function fromReadinessGates(around: Surroundings, found: readonly Found[]): readonly NotModelled[] {
  const services = around.objects.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1');
  const routers = found.filter((each) => each.kind === 'router');
  return around.objects.flatMap((workload) => {
    if (!WORKLOADS.includes(workload.kind)) return [];
    const gates = gatesOf(workload).filter((type) => OF_BALANCERS.some((prefix) => type.startsWith(prefix)));
    if (gates.length === 0) return [];
    const served = services
      .filter((service) => selects(service, workload))
      .map(({ namespace, name }) => qualifiedName(namespace, name));
    return gates
      .filter((type) => !isSet(type, served, routers))
      .map((type) => notModelled(workload, `a load balancer that sets its readiness gate ${type}`, served));
  });
}

function gatesOf(workload: RawObject): readonly string[] {
  const gates = listAt(workload.value, ...podPath(workload), 'spec', 'readinessGates');
  return gates.flatMap((gate) => textAt(gate, 'conditionType') ?? []);
}

function isSet(type: string, served: readonly string[], routers: readonly FoundRouter[]): boolean {
  return routers.some(({ preset, services }) => {
    const { readinessGates }: RouterPreset = ROUTER_PRESETS[preset];
    return (
      readinessGates !== undefined &&
      type.startsWith(readinessGates.conditionType) &&
      services.some((service) => served.includes(service))
    );
  });
}
