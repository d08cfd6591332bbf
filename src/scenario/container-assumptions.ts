import type { Assumption } from '../cluster/assumption.ts';
import type { Finding } from '../cluster/finding.ts';
import type { ContainerInfo, TemplateInfo, World } from '../cluster/world.ts';
import { toMs } from '../kernel/time.ts';
import { type Apps, appOf } from './app-of.ts';

/** What is taken for granted of the containers of Pods: how they start, what their hooks need, who of them is behind a port. */
export function containerAssumptions(
  apps: Apps,
  world: World,
  undescribed: readonly string[],
  findings: readonly Finding[],
): readonly Assumption[] {
  const all = world.templates.flatMap((template) => ofTemplate(apps, world, template));
  const doubted = findings.some(({ code }) => code === 'hookNeedsBinary');
  return [
    ...startups(apps, world, undescribed),
    ...distinct(all.filter(({ code }) => !(doubted && code === 'hookBinaries'))),
  ];
}

function ofTemplate(apps: Apps, world: World, template: TemplateInfo): readonly Assumption[] {
  return [
    ...template.containers.flatMap((container) => ofContainer(apps, template, container)),
    ...undeclaredPorts(world, template),
    ...stopsBefore(apps, template),
    ...proxies(apps, template),
  ];
}

function ofContainer(
  apps: Apps,
  template: TemplateInfo,
  { name: container, hook, app }: ContainerInfo,
): readonly Assumption[] {
  const setting = `apps.${container}.preStop`;
  const found: Assumption[] = [];
  if (hook !== null && hook.unknown !== null) {
    const leastMs = toMs(hook.duration);
    const asked = `${setting}.duration`;
    found.push({ code: 'hookDurationUnknown', setting: asked, container, leastMs, reason: hook.unknown });
  }
  const missing = appOf(apps, template, container)?.preStop?.missingBinary;
  if (hook !== null && hook.binaries.length > 0 && missing === undefined)
    found.push({ code: 'hookBinaries', setting, container, binaries: hook.binaries });
  if (app.ignoresSignal)
    found.push({ code: 'ignoresStopSignal', setting: `apps.${container}.onStopSignal`, container });
  return found;
}

/** Containers on the path that are described, but for their start. Of those that nobody describes it is said with the rest. */
function startups(apps: Apps, { templates }: World, undescribed: readonly string[]): readonly Assumption[] {
  const names = templates.flatMap((template) =>
    [...new Set(template.path.flat(2))]
      .map((index) => template.containers[index]!.name)
      .filter((name) => appOf(apps, template, name)?.startup === undefined && !undescribed.includes(name)),
  );
  const containers = [...new Set(names)];
  return containers.length === 0
    ? []
    : [{ code: 'startupUndescribed', setting: 'apps.<container>.startup', containers }];
}

function undeclaredPorts({ services }: World, template: TemplateInfo): readonly Assumption[] {
  const { workload, containers } = template;
  return template.undeclared.map(({ service, port, containers: guessed }) => ({
    code: 'portUndeclared',
    setting: 'apps.<container>.onPath',
    workload,
    service: services[service]!.name,
    port,
    containers: guessed.map((index) => containers[index]!.name),
  }));
}

/** Regular containers that get their stop signal while one on the path is still in its hook. */
function stopsBefore(
  apps: Apps,
  { namespace, workload, containers, path }: TemplateInfo,
): readonly Assumption[] {
  const onPath = new Set(path.flat(2));
  const [first, ...others] = [...onPath].map((index) => containers[index]!);
  if (first === undefined) return [];
  const serving = others.reduce((last, each) => (hookMs(each) > hookMs(last) ? each : last), first);
  return containers.flatMap((container, index): readonly Assumption[] => {
    const { name, sidecar } = container;
    const told = appOf(apps, { namespace, workload }, name)?.onPath === 'never';
    if (onPath.has(index) || sidecar || told || hookMs(container) >= hookMs(serving)) return [];
    const setting = `apps.${name}.onPath`;
    return [{ code: 'stopsBefore', setting, workload, container: name, serving: serving.name }];
  });
}

function hookMs({ hook }: ContainerInfo): number {
  return hook === null ? 0 : toMs(hook.duration);
}

/** Names that meshes and gateways give to proxies which they put into Pods. */
const PROXIES = ['istio-proxy', 'linkerd-proxy', 'envoy', 'envoy-proxy', 'consul-dataplane', 'kuma-sidecar'];

function proxies(apps: Apps, { namespace, workload, containers, path }: TemplateInfo): readonly Assumption[] {
  const onPath = new Set(path.flat(2));
  if (onPath.size === 0) return [];
  return containers.flatMap(({ name }, index): readonly Assumption[] => {
    const described = appOf(apps, { namespace, workload }, name)?.onPath === 'never';
    if (!PROXIES.includes(name) || onPath.has(index) || described) return [];
    return [{ code: 'proxyOffPath', setting: `apps.${name}.onPath`, workload, container: name }];
  });
}

/** Many workloads call their containers by the same names. */
function distinct(assumptions: readonly Assumption[]): readonly Assumption[] {
  const seen = new Map(assumptions.map((each) => [JSON.stringify(each), each] as const));
  return [...seen.values()];
}
