import type { Issue } from '../cluster/issue.ts';
import { RANGE } from '../kernel/distribution.ts';
import { hash32 } from '../kernel/draws.ts';
import { append } from '../kernel/lists.ts';
import { type Duration, formatDuration, toMs } from '../kernel/time.ts';
import { withLag } from '../routing/compile-router.ts';
import { appKeys } from '../scenario/app-of.ts';
import { appSchema } from '../scenario/apps.ts';
import { demand } from '../scenario/arguments.ts';
import { compile } from '../scenario/compile.ts';
import { OptionsError, readOptions, varyOptions } from '../scenario/options.ts';
import { type Scenario, ScenarioError } from '../scenario/scenario.ts';
import type { ScenarioSettings } from '../scenario/schema.ts';
import { issuesOfSchema } from '../scenario/schema-issues.ts';
import { type Vary, type VaryInput, varySchema } from '../scenario/vary-schema.ts';
import { type DelayInput, micros } from '../schema/delay-input.ts';

export type { VaryInput };

/** What a campaign varies beside the weather: wider delays, other sizes, other settings. */

/** A way in which runs may differ: what it is called, and what it changes, given 32 random bits. */
interface Knob {
  readonly name: string;
  /** What it has set; undefined for a distribution, which another takes the place of. */
  readonly turn: (draft: Draft, bits: number) => string | number | undefined;
}

interface Draft {
  settings: ScenarioSettings;
  objects: Scenario['objects'];
}

/** Whether some of what varies is left alone in each run. */
export interface VaryOptions {
  /** Each run draws which of the ranges vary at all; the others stay as the scenario has them. */
  readonly swarm?: boolean;
}

/**
 * The scenario of one run of a campaign: `seed` draws the sizes and settings within `vary`. Throws an OptionsError where the ranges
 * are none, and a ScenarioError where they leave what the scenario allows. Its `input` carries all of that but the replicas, which stand in the manifests.
 */
export function varyScenario(
  scenario: Scenario,
  vary: VaryInput,
  seed: number,
  options: VaryOptions = {},
): Scenario {
  demand('varyScenario', 'scenario', scenario);
  return varier(scenario, vary, readOptions('varyScenario', varyOptions, options)).scenarioOf(seed);
}

/** What differs from run to run of a campaign, its ranges checked once. */
export interface Varier {
  /** The scenario of the run with this seed. */
  scenarioOf(seed: number): Scenario;
  /** What it sets in that run beside delays, by name. */
  settingsOf(seed: number): Readonly<Record<string, string | number>>;
}

export function varier(scenario: Scenario, input: VaryInput, { swarm = false }: VaryOptions = {}): Varier {
  const knobs = knobsOf(check(scenario, input));
  const turned = (seed: number) => {
    const draft: Draft = { settings: scenario.settings, objects: scenario.objects };
    const set: Record<string, string | number> = {};
    knobs.forEach(({ name, turn }, index) => {
      if (swarm && (hash32(seed, 7_001, index) & 1) === 0) return;
      const value = turn(draft, hash32(seed, 7_000, index));
      if (value !== undefined) set[name] = value;
    });
    return { draft, set };
  };
  return {
    scenarioOf(seed) {
      const { draft } = turned(seed);
      const issues: Issue[] = [];
      const world = compile(draft.settings, draft.objects, scenario, issues);
      if (issues.length > 0) throw new ScenarioError(issues);
      const { cluster, delays, routers } = draft.settings;
      const varied = { ...scenario.input, cluster, delays, routers };
      return { ...scenario, input: varied, settings: draft.settings, objects: draft.objects, world };
    },
    settingsOf: (seed) => turned(seed).set,
  };
}

function check(scenario: Scenario, input: VaryInput): Vary {
  const parsed = varySchema.safeParse(input);
  const issues = parsed.success
    ? []
    : issuesOfSchema(parsed.error, input, ['vary'], { schema: varySchema, noun: 'vary' });
  const { routers = {}, replicas = {}, apps = {} } = parsed.success ? parsed.data : {};
  const routerNames = scenario.settings.routers.map(({ name }) => name);
  const owners = scenario.objects
    .filter((o) => o.kind === 'Deployment' || o.kind === 'Rollout' || o.kind === 'ReplicaSet')
    .map((o) => o.metadata.name);
  append(issues, unknown('routers', 'router', Object.keys(routers), routerNames));
  append(issues, unknown('replicas', 'Deployment or ReplicaSet', Object.keys(replicas), owners));
  const containers = new Set(
    scenario.world.templates.flatMap(({ namespace, workload, containers: own }) =>
      own.flatMap(({ name }) => appKeys({ namespace, workload }, name)),
    ),
  );
  append(issues, unknown('apps', 'container', Object.keys(apps), [...containers]));
  if (!parsed.success || issues.length > 0) throw new OptionsError('varyScenario', issues);
  return parsed.data;
}

function unknown(key: string, what: string, names: readonly string[], known: readonly string[]): Issue[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      code: 'unknownName',
      path: ['vary', key, name],
      message: `vary.${key} names a ${what} "${name}", which the scenario does not have.`,
      rule: 'Only what the scenario has can be varied.',
      value: name,
      fix: known.length === 0 ? `The scenario has no ${what}.` : `Known: ${known.join(', ')}.`,
    }));
}

function knobsOf(vary: Vary): Knob[] {
  const knobs: Knob[] = [];
  for (const [site, delay] of Object.entries(vary.delays ?? {})) {
    if (delay !== undefined) knobs.push({ name: site, turn: (draft) => setDelay(draft, site, delay) });
  }
  for (const [name, lag] of Object.entries(vary.routers ?? {})) {
    knobs.push({ name: `router ${name}`, turn: (draft) => setLag(draft, name, lag) });
  }
  if (vary.nodes !== undefined) knobs.push(clusterKnob('nodes', vary.nodes, withNodes));
  for (const [key, times] of Object.entries(vary.apps ?? {})) {
    knobs.push({ name: `apps.${key}`, turn: (draft) => setTimes(draft, key, times) });
  }
  for (const [name, range] of Object.entries(vary.replicas ?? {})) {
    knobs.push({
      name: `replicas of ${name}`,
      turn: (draft, bits) => setReplicas(draft, name, within(range, bits)),
    });
  }
  if (vary.minSyncPeriod !== undefined) {
    const set = (cluster: Cluster, value: number) => ({
      ...cluster,
      kubeProxy: { ...cluster.kubeProxy, minSyncPeriod: toMs(value) },
    });
    knobs.push(clusterKnob('minSyncPeriod', inMicros(vary.minSyncPeriod), set, formatDuration));
  }
  if (vary.endpointUpdatesBatchPeriod !== undefined) {
    const set = (cluster: Cluster, value: number) => ({
      ...cluster,
      controllerManager: { ...cluster.controllerManager, endpointUpdatesBatchPeriod: toMs(value) },
    });
    const range = inMicros(vary.endpointUpdatesBatchPeriod);
    knobs.push(clusterKnob('endpointUpdatesBatchPeriod', range, set, formatDuration));
  }
  if (vary.endpointSliceUpdatesPerSecond !== undefined) {
    const set = (cluster: Cluster, value: number) => ({
      ...cluster,
      churn: { ...cluster.churn, endpointSliceUpdatesPerSecond: value },
    });
    knobs.push(clusterKnob('endpointSliceUpdatesPerSecond', vary.endpointSliceUpdatesPerSecond, set));
  }
  return knobs;
}

type Cluster = ScenarioSettings['cluster'];
type Range = readonly [number, number];

function clusterKnob(
  name: string,
  range: Range,
  set: (cluster: Cluster, value: number) => Cluster,
  told: (value: number) => string | number = (value) => value,
): Knob {
  return {
    name,
    turn: (draft, bits) => {
      const value = within(range, bits);
      draft.settings = { ...draft.settings, cluster: set(draft.settings.cluster, value) };
      return told(value);
    },
  };
}

/** So many nodes: of listed ones the first, and beyond them further ones, like these in turn. */
function withNodes(cluster: Cluster, count: number): Cluster {
  const wanted = Math.max(1, count);
  const { nodes } = cluster;
  if (typeof nodes === 'number') return { ...cluster, nodes: wanted };
  const more = Array.from({ length: Math.max(0, wanted - nodes.length) }, (_, index) => {
    const { name: _name, pods: _pods, ...like } = nodes[index % nodes.length]!;
    return like;
  });
  return { ...cluster, nodes: [...nodes.slice(0, wanted), ...more] };
}

function within([min, max]: Range, bits: number): number {
  return min + Math.floor((bits / RANGE) * (max - min + 1));
}

function inMicros([min, max]: readonly [Duration, Duration]): Range {
  return [micros(min), micros(max)];
}

function setDelay(draft: Draft, site: string, delay: DelayInput): undefined {
  draft.settings = { ...draft.settings, delays: { ...draft.settings.delays, [site]: delay } };
}

function setLag(draft: Draft, name: string, lag: DelayInput): undefined {
  const routers = draft.settings.routers.map((router) =>
    router.name === name ? withLag(router, lag) : router,
  );
  draft.settings = { ...draft.settings, routers };
}

type Times = NonNullable<Vary['apps']>[string];
type Time = Times['drain'];

/** Ranges in the place of what is described; each run draws from them. */
function setTimes(draft: Draft, key: string, { preStop, ...times }: Times): undefined {
  const own = draft.settings.apps[key] ?? appSchema.parse({});
  const hook = preStop === undefined ? {} : { preStop: { ...own.preStop, ...delaysIn(preStop) } };
  const apps = { ...draft.settings.apps, [key]: { ...own, ...delaysIn(times), ...hook } };
  draft.settings = { ...draft.settings, apps };
}

function delaysIn(times: Readonly<Record<string, Time>>): Readonly<Record<string, DelayInput>> {
  return Object.fromEntries(
    Object.entries(times).flatMap(([field, time]) => (time === undefined ? [] : [[field, delayOf(time)]])),
  );
}

function delayOf(time: NonNullable<Time>): DelayInput {
  return isPair(time) ? { uniform: time } : time;
}

function isPair(time: NonNullable<Time>): time is readonly [Duration, Duration] {
  return Array.isArray(time);
}

function setReplicas(draft: Draft, name: string, replicas: number): number {
  draft.objects = draft.objects.map((object) =>
    (object.kind === 'Deployment' || object.kind === 'Rollout' || object.kind === 'ReplicaSet') &&
    object.metadata.name === name
      ? ({ ...object, spec: { ...object.spec, replicas } } as typeof object)
      : object,
  );
  return replicas;
}
