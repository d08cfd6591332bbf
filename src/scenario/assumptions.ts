import type { Assumption } from '../cluster/assumption.ts';
import type { Finding } from '../cluster/finding.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { DeploymentInfo, HookInfo, World } from '../cluster/world.ts';
import { MICROS_PER_SECOND, toMs } from '../kernel/time.ts';
import { PLANES } from '../routing/planes/registry.ts';
import { ROUTER_PRESETS } from '../routing/presets/index.ts';
import { micros } from '../schema/delay-input.ts';
import { type Apps, appKey, appKeys, appOf } from './app-of.ts';
import type { AppSettings } from './apps.ts';
import { containerAssumptions } from './container-assumptions.ts';
import { APP_PRESETS } from './presets/apps.ts';
import type { Routers } from './routers.ts';
import type { ScenarioSettings } from './schema.ts';

const DEFAULT_SYNC_PERIOD = 30 * MICROS_PER_SECOND;

/** What nobody described and a verdict therefore rests on. */
export function assumptionsOf(
  settings: ScenarioSettings,
  world: World,
  findings: readonly Finding[],
  routers: Routers,
): readonly Assumption[] {
  const undescribed = undescribedContainers(settings, world);
  return [
    ...(settings.actions === undefined ? [{ code: 'defaultAction', setting: 'actions' } as const] : []),
    ...appAssumptions(settings, world, undescribed),
    ...clusterAssumptions(settings),
    ...planeAssumptions(world),
    ...senderAssumptions(settings, world, routers),
    ...unknownDrains(world, undescribed),
    ...containerAssumptions(settings.apps, world, undescribed, findings),
    ...workloadAssumptions(settings, world),
    ...findings
      // What another `sleep` would refuse is presumed of the image, though nothing is wrong with it.
      .filter(({ severity, code }) => severity === 'warning' || code === 'sleepDiffers')
      .map((finding): Assumption => ({ code: 'manifestFinding', setting: 'manifests', finding })),
  ];
}

function appAssumptions(
  { apps }: ScenarioSettings,
  world: World,
  undescribed: readonly string[],
): readonly Assumption[] {
  const assumptions: Assumption[] = [];
  if (undescribed.length > 0)
    assumptions.push({ code: 'appsUndescribed', setting: 'apps', containers: undescribed });
  for (const [container, app] of Object.entries(apps)) {
    const setting = `apps.${container}`;
    const unsaid = app.preStop?.duration !== undefined && app.preStop.effect === undefined;
    if (unsaid && hooksOf(world, container).every(({ effect }) => effect === 'none'))
      assumptions.push({ code: 'hookDoesNothing', setting: `${setting}.preStop`, container });
    if (app.sources !== undefined)
      assumptions.push(presetOf('app', setting, { ...app, name: app.name ?? 'preset' }, changedFrom(app)));
  }
  for (const container of containerNames(world)) {
    const [closing] = hooksOf(world, container, (app) => app?.preStop?.effect === undefined, apps).filter(
      ({ effect }) => effect === 'closeListener',
    );
    if (closing === undefined) continue;
    const setting = `apps.${container}.preStop`;
    assumptions.push({
      code: 'hookClosesListener',
      setting,
      container,
      at: closing.effectAt === 'end' ? 'end' : toMs(closing.effectAt),
    });
  }
  return assumptions;
}

interface Sourced {
  readonly name: string;
  readonly sources?: readonly string[] | undefined;
  readonly confidence?: string | undefined;
}

function presetOf(
  of: 'app' | 'router' | 'client',
  setting: string,
  preset: Sourced,
  changed: Readonly<Record<string, unknown>> = {},
): Assumption {
  const { name, sources = [], confidence = null } = preset;
  return { code: 'preset', setting, of, name, sources, confidence, changed };
}

/** What the scenario says otherwise than the preset of that name, so that its sources are not read as if they were about that. */
function changedFrom(app: AppSettings): Readonly<Record<string, unknown>> {
  if (app.name === undefined || !Object.hasOwn(APP_PRESETS, app.name)) return {};
  const own: Readonly<Record<string, unknown>> = APP_PRESETS[app.name as keyof typeof APP_PRESETS].settings;
  const given: Readonly<Record<string, unknown>> = app;
  return Object.fromEntries(
    Object.entries(own).flatMap(([field, value]) => {
      const differs = JSON.stringify(given[field]) !== JSON.stringify(value);
      return differs && given[field] !== undefined ? [[field, given[field]] as const] : [];
    }),
  );
}

function clusterAssumptions({ cluster, delays }: ScenarioSettings): readonly Assumption[] {
  const { name, sources = [], kubeProxy } = cluster;
  const preset = name === undefined ? null : { name, sources };
  const { rows, measured = null, ...sites } = delays;
  const given = Object.keys(sites).length + (rows === undefined ? 0 : 1);
  const assumptions: Assumption[] = [{ code: 'delays', setting: 'delays', given, preset, measured }];
  const { syncPeriod, mode } = kubeProxy;
  if (syncPeriod !== undefined && mode !== 'ipvs' && micros(syncPeriod) !== DEFAULT_SYNC_PERIOD)
    assumptions.push({ code: 'syncPeriodWithoutEffect', setting: 'cluster.kubeProxy.syncPeriod' });
  return assumptions;
}

/** Of kube-proxy in iptables mode, the default, the delays say what is known. */
function planeAssumptions({ dataPlane: { plane, title, agent, config } }: World): readonly Assumption[] {
  if (plane === 'iptables') return [];
  const setting = agent === 'kube-proxy' ? 'cluster.kubeProxy.mode' : 'cluster.dataPlane';
  return [{ code: 'dataPlane', setting, title, numbers: PLANES[plane]!.numbers(config) }];
}

/** Who sends to Pods, and how that is known. */
function senderAssumptions(
  { clients }: ScenarioSettings,
  { dataPlane }: World,
  routers: Routers,
): readonly Assumption[] {
  const { all, taken, replaced, notModelled, throughNodes, refused } = routers;
  const nobody = all.length === 0 && notModelled.length === 0 && throughNodes.length === 0;
  const inferred = new Set(taken.map(({ router }) => router.name));
  return [
    ...(nobody ? [{ code: 'noRouters', setting: 'routers', dataPlane: dataPlane.title } as const] : []),
    ...taken.map(({ router, found }): Assumption => {
      const { name, services = [], confidence = 'estimate', measure = null } = router;
      const { preset } = found[0]!;
      const { title } = ROUTER_PRESETS[preset];
      const objects = found.map(({ object, because }) => ({ object, because }));
      return {
        code: 'routerFound',
        setting: `routers.${name}`,
        preset,
        title,
        objects,
        services,
        confidence,
        measure,
      };
    }),
    ...throughNodes.map(
      ({ object, because, services }): Assumption => ({
        code: 'throughNodes',
        setting: 'routers',
        object,
        because,
        services,
      }),
    ),
    ...refused.map(
      ({ object, because, services }): Assumption => ({
        code: 'routeRefused',
        setting: 'routers',
        object,
        because,
        services,
      }),
    ),
    ...replaced.map(
      ({ name, by, services }): Assumption => ({
        code: 'routerReplaced',
        setting: `routers.${by}`,
        name,
        services,
      }),
    ),
    ...notModelled.map(
      ({ object, what, services }): Assumption => ({
        code: 'routerNotModelled',
        setting: 'routers',
        object,
        what,
        services,
      }),
    ),
    ...all
      .filter(({ name, sources }) => sources !== undefined && !inferred.has(name))
      .map((router) => presetOf('router', `routers.${router.name}`, router)),
    ...clients
      .filter(({ sources }) => sources !== undefined)
      .map((client) => presetOf('client', `clients.${client.name}`, client)),
  ];
}

function waitsForSomebody({ rollout }: DeploymentInfo): boolean {
  if (rollout === null) return false;
  return rollout.type === 'blueGreen'
    ? !rollout.autoPromotionEnabled
    : rollout.steps.some((step) => step.kind === 'pause' && step.seconds === null);
}

function workloadAssumptions({ actions = [] }: ScenarioSettings, world: World): readonly Assumption[] {
  const assumptions: Assumption[] = [];
  for (const action of actions) {
    if (action.type !== 'nodeShutdown' || action.shutdownGracePeriodByPodPriority !== undefined) continue;
    const { node, shutdownGracePeriod: all, shutdownGracePeriodCriticalPods: critical } = action;
    assumptions.push({
      code: 'shutdownPeriods',
      setting: 'actions',
      node,
      shutdownGracePeriod: String(all),
      shutdownGracePeriodCriticalPods: String(critical),
    });
  }
  for (const { name, rollout } of world.deployments) {
    if (rollout?.type !== 'canary') continue;
    const skipped = [
      ...new Set(rollout.steps.flatMap((step) => (step.kind === 'skipped' ? [step.what] : []))),
    ];
    const { trafficRouting: trafficWeights } = rollout;
    if (!trafficWeights && skipped.length === 0) continue;
    const workload = `Rollout/${name}`;
    assumptions.push({ code: 'rolloutSimplified', setting: 'manifests', workload, trafficWeights, skipped });
  }
  const promoted = world.actions.flatMap((action) =>
    'change' in action && 'deployment' in action.change && action.change.promotes === true
      ? [world.deployments[action.change.deployment]!]
      : [],
  );
  for (const { name } of new Set(promoted.filter(waitsForSomebody)))
    assumptions.push({ code: 'rolloutPromoted', setting: 'actions', workload: `Rollout/${name}` });
  const told = new Set<string>();
  for (const { namespace, workload: name, unknownNodeLabels: labels } of world.templates) {
    const workload = qualifiedName(namespace, name);
    if (labels.length === 0 || told.has(workload)) continue;
    told.add(workload);
    assumptions.push({ code: 'nodeLabelsUnknown', setting: 'cluster.nodes', workload, labels });
  }
  const hinted = world.services.filter(({ topologyHints }) => topologyHints);
  if (hinted.length > 0) {
    const services = hinted.map(({ name }) => name);
    assumptions.push({ code: 'topologyHints', setting: 'manifests', services });
  }
  const ordered = world.actions.some(({ type }) => type === 'nodeShutdown');
  if (ordered && world.templates.some(({ priority }) => priority === null))
    assumptions.push({ code: 'priorityUnknown', setting: 'manifests' });
  return assumptions;
}

function containerNames({ templates }: World): readonly string[] {
  return [...new Set(templates.flatMap(({ containers }) => containers.map(({ name }) => name)))];
}

/** Names of containers of which at least one is described by no key. */
function undescribedContainers({ apps }: ScenarioSettings, { templates }: World): readonly string[] {
  const names = templates.flatMap((template) =>
    template.containers.flatMap(({ name }) => (appKey(apps, template, name) === undefined ? [name] : [])),
  );
  return [...new Set(names)];
}

type Wanted = (app: AppSettings | undefined) => boolean;

/** The hooks of all containers that the key names, or of those whose description is wanted. */
function hooksOf({ templates }: World, key: string, wanted?: Wanted, apps: Apps = {}): readonly HookInfo[] {
  return templates.flatMap((template) =>
    template.containers.flatMap(({ name, hook }) => {
      const meant = appKeys(template, name).includes(key) && (wanted?.(appOf(apps, template, name)) ?? true);
      return meant && hook !== null ? [hook] : [];
    }),
  );
}

/**
 * Requests in flight at the exit of a process whose drain nobody described. Without clients a container that nobody described at
 * all has been named already.
 */
function unknownDrains(world: World, undescribed: readonly string[]): readonly Assumption[] {
  const withClients = world.clients.length > 0;
  const named = withClients ? [] : undescribed;
  const containers = new Set(
    world.templates.flatMap((template) =>
      template.containers
        .filter(({ name, app }) => !app.traffic.drainDescribed && !app.ignoresSignal && !named.includes(name))
        .map(({ name }) => name),
    ),
  );
  if (containers.size === 0) return [];
  return [
    {
      code: 'drainUndescribed',
      setting: 'apps.<container>.drain',
      containers: [...containers],
      withClients,
    },
  ];
}
