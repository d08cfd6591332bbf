import { type Arbitrary, record, toStringMethod } from 'fast-check';
import { toScenario } from '../analysis/check-safe.ts';
import { type VaryInput, varyScenario } from '../analysis/vary.ts';
import { applyPreStop } from '../scenario/apply-pre-stop.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { type DelaysConstraints, type DrawnDelays, delaysArbitrary } from './delays.ts';
import { type Range, within } from './range.ts';

/** What differs between the scenarios that are drawn. All but `delays` stay as the base has them where they are left out. */
export interface ScenarioConstraints {
  /** Every delay site by default; false leaves all delays to the base. */
  readonly delays?: DelaysConstraints | false;
  /** Lags in ms, by the router's name. */
  readonly routersMs?: Readonly<Record<string, Range>>;
  readonly nodes?: Range;
  /** By the name of the Deployment or ReplicaSet. */
  readonly replicas?: Readonly<Record<string, Range>>;
  readonly minSyncPeriodMs?: Range;
  readonly endpointUpdatesBatchPeriodMs?: Range;
  readonly endpointSliceUpdatesPerSecond?: Range;
  /** A preStop sleep in every container on a Service port's path, in whole seconds; 0 is no hook. */
  readonly preStopSeconds?: Range;
}

interface Drawn {
  readonly delays: DrawnDelays;
  readonly routersMs: Readonly<Record<string, number>>;
  readonly replicas: Readonly<Record<string, number>>;
  readonly settings: Readonly<Partial<Record<Setting, number>>>;
  readonly preStopSeconds?: number;
}

type Setting = 'nodes' | 'minSyncPeriodMs' | 'endpointUpdatesBatchPeriodMs' | 'endpointSliceUpdatesPerSecond';
const SETTINGS: readonly Setting[] = [
  'nodes',
  'minSyncPeriodMs',
  'endpointUpdatesBatchPeriodMs',
  'endpointSliceUpdatesPerSecond',
];

/**
 * Scenarios that differ from `base` in delays, sizes and settings, each drawn as a whole number of its own, so that a failing property
 * shrinks to what matters and there to the boundary. A counterexample is printed as the expression that makes it from `scenario`, the
 * base. What is not drawn still depends on the seed of `simulate`; draw that, too, where it matters.
 *
 * Throws an OptionsError for a range that is none, and a ScenarioError where the base does not admit the ends of the ranges.
 */
export function scenarioArbitrary(
  base: Scenario | ScenarioInput,
  constraints: ScenarioConstraints = {},
): Arbitrary<Scenario> {
  const scenario = toScenario('scenarioArbitrary', base);
  const { preStopSeconds, delays = {}, routersMs, replicas } = constraints;
  const hooked = new Map<number, Scenario>();
  const make = (drawn: Drawn) => made(scenario, drawn, hooked);
  const settings = SETTINGS.filter((name) => constraints[name] !== undefined);
  const drawn = record<Drawn>({
    delays: delays === false ? record({}) : delaysArbitrary(delays),
    routersMs: perName('routersMs', routersMs),
    replicas: perName('replicas', replicas),
    settings: record(
      Object.fromEntries(
        settings.map((name) => [name, within('scenarioArbitrary', name, constraints[name]!)]),
      ),
    ),
    ...(preStopSeconds === undefined
      ? {}
      : { preStopSeconds: within('scenarioArbitrary', 'preStopSeconds', preStopSeconds) }),
  });
  checkEnds(scenario, constraints);
  return drawn.map(make);
}

function perName(constraint: string, ranges: Readonly<Record<string, Range>> = {}) {
  const drawn = Object.entries(ranges).map(([name, range]) => [
    name,
    within('scenarioArbitrary', `${constraint}.${name}`, range),
  ]);
  return record<Record<string, number>>(Object.fromEntries(drawn));
}

/** A base that does not admit a range's ends says so before anything is drawn, not somewhere in a property. */
function checkEnds(scenario: Scenario, constraints: ScenarioConstraints): void {
  const { preStopSeconds, routersMs = {}, replicas = {} } = constraints;
  for (const end of [0, 1] as const) {
    const at = (ranges: Readonly<Record<string, Range>>) =>
      Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, range[end]]));
    const settings = SETTINGS.flatMap((name) => {
      const range = constraints[name];
      return range === undefined ? [] : [[name, range[end]]];
    });
    const drawn: Drawn = {
      delays: {},
      routersMs: at(routersMs),
      replicas: at(replicas),
      settings: Object.fromEntries(settings),
      ...(preStopSeconds === undefined ? {} : { preStopSeconds: preStopSeconds[end] }),
    };
    made(scenario, drawn, new Map());
  }
}

function made(scenario: Scenario, drawn: Drawn, hooked: Map<number, Scenario>): Scenario {
  const { preStopSeconds } = drawn;
  const vary = varyOf(drawn);
  const from = preStopSeconds === undefined ? scenario : withHook(scenario, preStopSeconds, hooked);
  const text = preStopSeconds === undefined ? 'scenario' : `applyPreStop(scenario, ${preStopSeconds})`;
  return printedAs(varyScenario(from, vary, 0), `varyScenario(${text}, ${JSON.stringify(vary)}, 0)`);
}

/** Every drawn number is a range of one value, so the seed of `varyScenario` has nothing to choose. */
function varyOf({ delays, routersMs, replicas, settings }: Drawn): VaryInput {
  const { nodes, minSyncPeriodMs, endpointUpdatesBatchPeriodMs, endpointSliceUpdatesPerSecond } = settings;
  const only = (value: number): [number, number] => [value, value];
  const each = Object.entries(replicas).map(([name, value]) => [name, only(value)]);
  return {
    ...(Object.keys(delays).length === 0 ? {} : { delays }),
    ...(Object.keys(routersMs).length === 0 ? {} : { routers: routersMs }),
    ...(each.length === 0 ? {} : { replicas: Object.fromEntries(each) as Record<string, [number, number]> }),
    ...(nodes === undefined ? {} : { nodes: only(nodes) }),
    ...(minSyncPeriodMs === undefined ? {} : { minSyncPeriod: only(minSyncPeriodMs) }),
    ...(endpointUpdatesBatchPeriodMs === undefined
      ? {}
      : { endpointUpdatesBatchPeriod: only(endpointUpdatesBatchPeriodMs) }),
    ...(endpointSliceUpdatesPerSecond === undefined
      ? {}
      : { endpointSliceUpdatesPerSecond: only(endpointSliceUpdatesPerSecond) }),
  };
}

/** The manifests are read once for each number of seconds. */
function withHook(scenario: Scenario, seconds: number, hooked: Map<number, Scenario>): Scenario {
  const known = hooked.get(seconds) ?? applyPreStop(scenario, seconds);
  hooked.set(seconds, known);
  return known;
}

/** fast-check prints a counterexample by this method; a scenario's own fields would fill pages. */
function printedAs(scenario: Scenario, text: string): Scenario {
  return Object.defineProperty({ ...scenario }, toStringMethod, { value: () => text, enumerable: false });
}
