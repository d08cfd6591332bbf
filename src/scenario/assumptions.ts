import type { World } from '../cluster/world.ts';
import type { Finding } from '../manifests/findings.ts';
import type { ScenarioSettings } from './schema.ts';

/** What nobody described and a verdict therefore rests on, in sentences. */
export function assumptionsOf(
  settings: ScenarioSettings,
  world: World,
  findings: readonly Finding[],
): readonly string[] {
  const { cluster, apps, routers, clients, delays } = settings;
  const assumptions: string[] = [];
  if (settings.actions === undefined) {
    assumptions.push(
      'actions: none given; the only Deployment gets a new revision at 0 s (a rolling update).',
    );
  }
  const undescribed = [
    ...new Set(world.templates.flatMap(({ containers }) => containers.map(({ name }) => name))),
  ].filter((name) => apps[name] === undefined);
  if (undescribed.length > 0) {
    assumptions.push(
      `apps: ${undescribed.map((name) => `"${name}"`).join(', ')} not described; taken to stop accepting at the stop signal, ` +
        'finish at once what is in flight, and exit 0.',
    );
  }
  for (const [name, app] of Object.entries(apps)) {
    if (app.sources !== undefined)
      assumptions.push(`apps.${name}: ${app.name ?? 'preset'} (${app.sources.join('; ')}).`);
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
  if (routers.length === 0) {
    assumptions.push(
      'routers: kube-proxy alone; a load balancer or ingress controller that sends to Pods itself is slower.',
    );
  }
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
  if (world.clients.length > 0) assumptions.push(...unknownDrains(world));
  for (const finding of findings) {
    if (finding.severity === 'warning') assumptions.push(`manifest: ${finding.message}`);
  }
  return assumptions;
}

/** Requests in flight at the exit of a process whose drain nobody described. */
function unknownDrains(world: World): string[] {
  const names = new Set(
    world.templates.flatMap(({ containers }) =>
      containers
        .filter(({ app }) => !app.traffic.drainDescribed && !app.ignoresSignal)
        .map(({ name }) => `"${name}"`),
    ),
  );
  if (names.size === 0) return [];
  return [
    `apps: no drain described for ${[...names].join(', ')}; requests in flight are taken to be finished in their own time, until ` +
      'SIGKILL at the latest, and the exit stays where it is without them.',
  ];
}
