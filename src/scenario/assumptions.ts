import type { HookInfo, World } from '../cluster/world.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import type { Finding } from '../manifests/findings.ts';
import type { IgnoredObject } from '../manifests/read-manifests.ts';
import { micros } from '../schema/delay-input.ts';
import type { ScenarioSettings } from './schema.ts';

const DEFAULT_SYNC_PERIOD = 30 * MICROS_PER_SECOND;

/** What nobody described and a verdict therefore rests on, in sentences. */
export function assumptionsOf(
  settings: ScenarioSettings,
  world: World,
  findings: readonly Finding[],
  ignored: readonly IgnoredObject[],
): readonly string[] {
  const { cluster, apps, routers, clients, delays } = settings;
  const assumptions: string[] = [];
  if (settings.actions === undefined) {
    assumptions.push(
      'actions: none given; the only Deployment gets a new revision at 0 s (a rolling update).',
    );
  }
  const undescribed = containerNames(world).filter((name) => apps[name] === undefined);
  if (undescribed.length > 0) {
    assumptions.push(
      `apps: ${undescribed.map((name) => `"${name}"`).join(', ')} not described; taken to stop accepting at the stop signal, ` +
        'finish at once what is in flight, and exit 0.',
    );
  }
  for (const [name, app] of Object.entries(apps)) {
    const unsaid = app.preStop?.duration !== undefined && app.preStop.effect === undefined;
    if (unsaid && hooksOf(world, name).every(({ effect }) => effect === 'none')) {
      assumptions.push(
        `apps.${name}.preStop: its hook is taken to do nothing to the listener; effect: closeListener says that it does.`,
      );
    }
    if (app.sources !== undefined)
      assumptions.push(`apps.${name}: ${app.name ?? 'preset'} (${app.sources.join('; ')}).`);
  }
  for (const name of containerNames(world)) {
    const [closing] = hooksOf(world, name).filter(({ effect }) => effect === 'closeListener');
    if (closing === undefined || apps[name]?.preStop?.effect !== undefined) continue;
    const when = closing.effectAt === 'end' ? 'once its sleep is over' : 'as soon as it starts';
    assumptions.push(
      `apps.${name}.preStop: by its command, the hook has the server stop listening ${when} (effect and effectAt say otherwise).`,
    );
  }
  const own = Object.keys(delays).length;
  const preset =
    cluster.name === undefined
      ? ''
      : ` cluster preset ${cluster.name} (${(cluster.sources ?? []).join('; ')});`;
  assumptions.push(
    `delays: ${own === 0 ? 'none given' : `${own} given`};${preset} the rest as measured on a quiet one-node cluster of Kubernetes 1.36.2, ` +
      'which is a lower bound for a large or busy one.',
  );
  if (micros(cluster.kubeProxy.syncPeriod) !== DEFAULT_SYNC_PERIOD) {
    assumptions.push(
      'cluster.kubeProxy.syncPeriod: changes nothing here; kube-proxy waits for it only after a sync that failed, and every sync succeeds.',
    );
  }
  if (routers.length === 0) assumptions.push(withoutRouters(ignored));
  for (const router of routers) {
    if (router.sources !== undefined) {
      assumptions.push(
        `routers.${router.name}: lag from public reports (${router.confidence ?? 'estimate'}: ${router.sources.join('; ')}).`,
      );
    }
  }
  for (const client of clients) {
    if (client.sources !== undefined)
      assumptions.push(`clients.${client.name}: ${client.sources.join('; ')}.`);
  }
  assumptions.push(...unknownDrains(world, undescribed));
  if (world.pods.some(({ owner }) => owner === 'StatefulSet' || owner === 'DaemonSet')) {
    assumptions.push(
      'StatefulSets and DaemonSets: their controllers are not simulated; a Pod of theirs that goes is not made again.',
    );
  }
  for (const action of settings.actions ?? []) {
    if (action.type !== 'nodeShutdown' || action.shutdownGracePeriodByPodPriority !== undefined) continue;
    const { node, shutdownGracePeriod: all, shutdownGracePeriodCriticalPods: critical } = action;
    assumptions.push(
      `nodeShutdown of ${node}: shutdownGracePeriod ${all}, shutdownGracePeriodCriticalPods ${critical} (the kubelet's own default is 0, ` +
        'no graceful shutdown; what a node really has stands in its kubelet configuration).',
    );
  }
  const ordered = world.actions.some(({ type }) => type === 'nodeShutdown');
  if (ordered && world.templates.some(({ priority }) => priority === null)) {
    assumptions.push(
      'nodeShutdown: Pods whose PriorityClass is not among the manifests are taken to have the priority 0.',
    );
  }
  for (const finding of findings) {
    if (finding.severity === 'warning') assumptions.push(`manifest: ${finding.message}`);
  }
  return assumptions;
}

function containerNames({ templates }: World): readonly string[] {
  return [...new Set(templates.flatMap(({ containers }) => containers.map(({ name }) => name)))];
}

/** The hooks of all containers of that name. */
function hooksOf({ templates }: World, name: string): readonly HookInfo[] {
  return templates
    .flatMap(({ containers }) => containers)
    .flatMap((container) => (container.name === name && container.hook !== null ? [container.hook] : []));
}

/** Kinds whose controllers send to Pods themselves. */
const ROUTING_KINDS = ['Ingress', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TargetGroupBinding'];

function withoutRouters(ignored: readonly IgnoredObject[]): string {
  const routing = ignored.filter(({ kind }) => ROUTING_KINDS.includes(kind));
  if (routing.length === 0) {
    return 'routers: kube-proxy alone; a load balancer or ingress controller that sends to Pods itself is slower.';
  }
  const [{ kind, name }] = routing as [IgnoredObject];
  const others = routing.length === 1 ? '' : ` and ${routing.length - 1} more`;
  return (
    `routers: kube-proxy alone, although the manifests hold ${kind}/${name}${others}, whose controller sends to Pods itself and lets ` +
    'go of them later. Add it (ingressNginx, awsAlbIp, gcpNeg …): without it the verdict is too good.'
  );
}

/**
 * Requests in flight at the exit of a process whose drain nobody described. Without clients a container that nobody described at
 * all has been named already.
 */
function unknownDrains(world: World, undescribed: readonly string[]): string[] {
  const named = world.clients.length > 0 ? [] : undescribed;
  const names = new Set(
    world.templates.flatMap(({ containers }) =>
      containers
        .filter(({ name, app }) => !app.traffic.drainDescribed && !app.ignoresSignal && !named.includes(name))
        .map(({ name }) => `"${name}"`),
    ),
  );
  if (names.size === 0) return [];
  const taken =
    world.clients.length === 0
      ? 'whatever is in flight is taken to be finished at once. Say how long it takes (apps.<container>.drain).'
      : 'requests in flight are taken to be finished in their own time, until SIGKILL at the latest, and the exit stays where it is ' +
        'without them.';
  return [`apps: no drain described for ${[...names].join(', ')}; ${taken}`];
}
