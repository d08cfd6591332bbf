import type { ManifestObject } from '../../cluster/objects.ts';
import { largest, smallest } from '../../kernel/lists.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND } from '../../kernel/time.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import { setGracePeriodSeconds } from '../../manifests/set-grace-period.ts';
import { type NewHook, setPreStop } from '../../manifests/set-pre-stop.ts';
import type { PlainMap } from '../../manifests/yaml-edit.ts';
import { apps } from '../../scenario/presets/index.ts';
import { type ParseResult, parseScenario, type Scenario } from '../../scenario/scenario.ts';
import type { AppInput, RouterInput, ScenarioInput } from '../../scenario/schema.ts';
import { micros } from '../../schema/delay-input.ts';

/** All that the page shows follows from this; it is what a link carries. */
export interface PlayState {
  /** YAML, as it stands in the editor. */
  readonly manifests: string;
  /** Everything else of a scenario, as JSON has it. */
  readonly settings: Omit<ScenarioInput, 'manifests'>;
  readonly seed: number;
  /** The kind of hook that the slider writes. */
  readonly hook: HookKind;
}

export const HOOK_KINDS = ['sleep', 'exec', 'httpGet'] as const;
export type HookKind = (typeof HOOK_KINDS)[number];

export function stateOf(input: ScenarioInput, seed: number): PlayState {
  const { manifests, ...rest } = input;
  const parts = [manifests].flat() as readonly (string | object)[];
  const texts = parts.map((part) =>
    typeof part === 'string' ? part.trimEnd() : JSON.stringify(part, null, 2),
  );
  const settings = JSON.parse(JSON.stringify(rest)) as PlayState['settings'];
  const state: PlayState = { manifests: `${texts.join('\n---\n')}\n`, settings, seed, hook: 'sleep' };
  const result = scenarioOf(state);
  return result.ok ? { ...state, hook: kindOf(result.scenario) } : state;
}

export function scenarioOf({ manifests, settings }: PlayState): ParseResult {
  return parseScenario({ ...settings, manifests });
}

/** The hook that is there; a sleep where there is none. */
function kindOf({ world }: Scenario): HookKind {
  const kinds = onPath(world).map(({ hook }) => hook?.kind);
  return HOOK_KINDS.find((kind) => kinds.includes(kind)) ?? 'sleep';
}

function onPath({ templates }: Scenario['world']) {
  return templates.flatMap(({ containers, path }) =>
    [...new Set(path.flat(2))].map((index) => containers[index]!),
  );
}

/** A slider: its name is the field that it changes. */
export interface Control {
  readonly name: ControlName;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly unit: string;
}

export const CONTROL_NAMES = [
  'preStop',
  'terminationGracePeriodSeconds',
  'lag',
  'nodes',
  'minSyncPeriod',
  'seed',
] as const;
export type ControlName = (typeof CONTROL_NAMES)[number];

const MOST_NODES = 12;
const MOST_LAG = 60;

export function controlsOf({ settings, seed }: PlayState, scenario: Scenario): readonly Control[] {
  const { world } = scenario;
  const graces = world.templates.map(({ terminationGracePeriodSeconds }) => terminationGracePeriodSeconds);
  const grace = graces.length === 0 ? 30 : smallest(graces);
  const hooks = onPath(world).map(({ hook }) => Math.round((hook?.duration ?? 0) / MICROS_PER_SECOND));
  const preStop = hooks.length === 0 ? 0 : smallest(hooks);
  const nodes = world.nodes.length;
  const { minSyncPeriod = '1s' } = scenario.settings.cluster.kubeProxy;
  const sync = Math.round(micros(minSyncPeriod) / MICROS_PER_SECOND);
  const hasKubeProxy = world.dataPlane.agent === 'kube-proxy';
  return [
    { name: 'preStop', min: 0, max: grace, value: Math.min(preStop, grace), unit: 's' },
    { name: 'terminationGracePeriodSeconds', min: 1, max: Math.max(120, grace), value: grace, unit: 's' },
    { name: 'lag', min: 0, max: MOST_LAG, value: lagSeconds(settings.routers), unit: 's' },
    { name: 'nodes', min: 1, max: Math.max(MOST_NODES, nodes), value: nodes, unit: '' },
    ...(hasKubeProxy
      ? ([{ name: 'minSyncPeriod', min: 0, max: Math.max(30, sync), value: sync, unit: 's' }] as const)
      : []),
    { name: 'seed', min: 0, max: Math.max(200, seed), value: seed, unit: '' },
  ];
}

/** What the slider of the lag stands at: the longest lag that is a plain number; 0 is no router but kube-proxy. */
function lagSeconds(routers: readonly RouterInput[] | undefined): number {
  const lags = (routers ?? []).map((router) => {
    const { lag } = router as { readonly lag?: unknown };
    const found = typeof lag === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(lag) : null;
    return found === null ? 0 : Number(found[1]);
  });
  return Math.min(MOST_LAG, largest(lags, 0));
}

/** The same state with one slider elsewhere. */
export function withControl(
  state: PlayState,
  scenario: Scenario,
  name: ControlName,
  value: number,
): PlayState {
  const { settings } = state;
  const cluster = settings.cluster ?? {};
  switch (name) {
    case 'preStop':
      return withHook(state, scenario, value);
    case 'terminationGracePeriodSeconds': {
      const { value: hook } = controlsOf(state, scenario)[0]!;
      const shorter = hook > value ? withHook(state, scenario, value) : state;
      return { ...shorter, manifests: setGracePeriodSeconds(shorter.manifests, value) };
    }
    case 'lag':
      return { ...state, settings: { ...settings, routers: withLag(settings.routers ?? [], value) } };
    case 'nodes':
      return { ...state, settings: { ...settings, cluster: { ...cluster, nodes: value } } };
    case 'minSyncPeriod': {
      const kubeProxy = { ...cluster.kubeProxy, minSyncPeriod: `${value}s` as const };
      return { ...state, settings: { ...settings, cluster: { ...cluster, kubeProxy } } };
    }
    case 'seed':
      return { ...state, seed: value };
    default:
      return unreachable(name);
  }
}

const OWN_ROUTER = 'load-balancer';

/** The page's own router comes and goes; those of the scenario get another lag. */
function withLag(routers: readonly RouterInput[], seconds: number): RouterInput[] {
  const others = routers.filter(({ name }) => name !== OWN_ROUTER);
  if (others.length > 0) return others.map((router) => ({ ...router, lag: `${seconds}s` }) as RouterInput);
  return seconds === 0 ? [] : [{ name: OWN_ROUTER, lag: `${seconds}s` } as RouterInput];
}

/** A hook of that many seconds, of the kind that is chosen, in every container on a Service port's path; 0 removes it. */
function withHook(state: PlayState, scenario: Scenario, seconds: number): PlayState {
  const hooks = addresses(scenario).map(
    (address): NewHook => ({ address, preStop: hookOf(state.hook, seconds) }),
  );
  const described = { ...state.settings.apps };
  for (const { address } of hooks) {
    const { preStop: _said, ...app } = described[address.container] ?? {};
    const takes =
      state.hook === 'httpGet' && seconds > 0 ? { preStop: { duration: `${seconds}s` as const } } : {};
    if (address.container in described || 'preStop' in takes)
      described[address.container] = { ...app, ...takes };
  }
  const manifests = setPreStop(state.manifests, hooks) as string;
  return { ...state, manifests, settings: { ...state.settings, apps: described } };
}

function hookOf(kind: HookKind, seconds: number): PlainMap | null {
  if (seconds === 0) return null;
  if (kind === 'sleep') return { sleep: { seconds } };
  if (kind === 'exec') return { exec: { command: ['sleep', String(seconds)] } };
  return { httpGet: { path: '/drain', port: 8080 } };
}

function addresses({ objects, world }: Scenario): readonly NewHook['address'][] {
  const workloads = objects.filter((object) => object.kind !== 'Service');
  // Templates are numbered in the order of the workloads.
  return workloads.flatMap((object: ManifestObject, index) => {
    const { containers, path } = world.templates[index]!;
    const { kind, metadata } = object;
    return [...new Set(path.flat(2))].map((container) => ({
      kind,
      namespace: metadata.namespace,
      name: metadata.name,
      container: containers[container]!.name,
    }));
  });
}

export function withHookKind(state: PlayState, scenario: Scenario, hook: HookKind): PlayState {
  const { value } = controlsOf(state, scenario)[0]!;
  return withHook({ ...state, hook }, scenario, value);
}

/** What a process may do at the stop signal, and what it is called in the page. */
export const APPS: Readonly<Record<string, readonly [words: string, app: () => AppInput]>> = {
  wellMade: ['a well-made server: drains, exits', apps.wellMade],
  nginx: ['nginx', apps.nginx],
  goHttpShutdown: ['Go, http.Server.Shutdown', apps.goHttpShutdown],
  springBoot: ['Spring Boot, graceful', apps.springBoot],
  nodeWithoutHandler: ['Node without a handler', apps.nodeWithoutHandler],
  exitsAtOnce: ['exits at once', apps.exitsAtOnce],
  shellAsPid1: ['a shell as PID 1: ignores SIGTERM', apps.shellAsPid1],
};

/** The name of the app that all containers on the path have; empty where they differ or have another. */
export function appOf({ settings }: PlayState, scenario: Scenario): string {
  const names = new Set(onPath(scenario.world).map(({ name }) => settings.apps?.[name]?.name ?? 'wellMade'));
  const [first = ''] = names;
  return names.size === 1 && first in APPS ? first : '';
}

export function withApp(state: PlayState, scenario: Scenario, name: string): PlayState {
  const app = APPS[name]?.[1]();
  if (app === undefined) return state;
  const own = Object.fromEntries(
    onPath(scenario.world).map((container) => {
      const { preStop } = state.settings.apps?.[container.name] ?? {};
      return [container.name, { ...app, ...(preStop === undefined ? {} : { preStop }) }];
    }),
  );
  return { ...state, settings: { ...state.settings, apps: { ...state.settings.apps, ...own } } };
}

/** The settings that a test or a file would need to repeat this state. */
export function asTest({ manifests, settings, seed }: PlayState): string {
  const literal = manifests.replace(/[\\`]|\$\{/g, (found) => `\\${found}`);
  const rest = JSON.stringify(settings, null, 2).slice(1, -1).trim();
  return [
    "import { defineScenario, simulate } from 'prestop';",
    "import { expect, it } from 'vitest';",
    '',
    'const scenario = defineScenario({',
    `  manifests: \`${literal}\`,`,
    `  ${rest.replaceAll('\n', '\n  ')},`,
    '});',
    '',
    "it('drops no connection', () => {",
    `  expect(simulate(scenario, { seed: ${seed} }).verdict.safe).toBe(true);`,
    '});',
    '',
  ].join('\n');
}

export function requiredSeconds(requiredPreStopMs: number | null): number | null {
  return requiredPreStopMs === null
    ? null
    : Math.ceil((requiredPreStopMs * MICROS_PER_MS) / MICROS_PER_SECOND);
}
