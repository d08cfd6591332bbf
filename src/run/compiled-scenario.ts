import type { Registration } from '../actors/roster.ts';
import { wire } from '../actors/wire.ts';
import type { Wiring } from '../actors/wiring.ts';
import { DELAY_SITES, SITE } from '../cluster/delay-sites.ts';
import { EVENT_TYPES, type TraceType } from '../cluster/events.ts';
import type { Routing } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { Distribution } from '../kernel/distribution.ts';
import type { ActorId, SiteId } from '../kernel/ids.ts';
import { DEFAULT_LIMITS } from '../kernel/limits.ts';
import type { Lifetime } from '../kernel/liveness.ts';
import type { Model } from '../kernel/loop.ts';
import type { Micros } from '../kernel/time.ts';
import { compileRouter } from '../routing/compile-router.ts';
import { delayOf } from '../scenario/delays.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioSettings } from '../scenario/schema.ts';
import { withHookDuration } from '../scenario/variants.ts';
import { toDistribution } from '../schema/delay-input.ts';
import type { RouterSeen } from '../verdict/router-seen.ts';
import { shapedWorld } from './shapes.ts';

/** A scenario ready to run: compiled once, shared by all of its runs. */
export interface CompiledScenario {
  readonly world: World;
  readonly model: Model;
  /** Who is who among the actors, and all of them by their number. */
  readonly wiring: Wiring;
  readonly actors: readonly Registration[];
  readonly routers: readonly RouterSeen[];
}

const compiled = new WeakMap<Scenario, CompiledScenario>();
const hooked = new WeakMap<Scenario, Map<Micros, CompiledScenario>>();

export function compiledScenario(scenario: Scenario): CompiledScenario {
  let found = compiled.get(scenario);
  if (found === undefined) {
    found = compileWorld(scenario, scenario.world);
    compiled.set(scenario, found);
  }
  return found;
}

/** The same scenario with hooks of `duration` in every container on a Service port's path. */
export function withHooks(scenario: Scenario, duration: Micros): CompiledScenario {
  let known = hooked.get(scenario);
  if (known === undefined) {
    known = new Map();
    hooked.set(scenario, known);
  }
  let found = known.get(duration);
  if (found === undefined) {
    // Clients change nothing of what a hook does, and cost the most.
    found = compileWorld(scenario, { ...withHookDuration(scenario.world, duration), clients: [] });
    // Searches by rerun try many durations once; what is asked for again is one of the latest.
    if (known.size >= 16) known.clear();
    known.set(duration, found);
  }
  return found;
}

/** What comes about because of these depends on how long a hook lasts. */
const MARKED: readonly TraceType[] = [
  'preStopEnded',
  'turnTimedOut',
  'stopSignal',
  'listenerClosed',
  'containerExited',
  'sigkill',
];

/** What clients begin by themselves goes on until the cluster is quiet; what they have begun is seen to its end. */
const RECURRING: readonly TraceType[] = ['clientStarted', 'requestSent'];
const TAIL: readonly TraceType[] = [
  'requestRetried',
  'connectionAttempted',
  'connectionArrived',
  'requestArrived',
  'requestServed',
  'answerOverdue',
  'responseReceived',
  'requestFailed',
  'connectionsClosed',
  'connectionOpened',
  'connectionsReset',
];

/** What `kubectl drain` does again and again until it has its way, and what it asks and hears meanwhile. */
const RETRIES: readonly TraceType[] = ['evictionRetried', 'getPod'];
const ROUND: readonly TraceType[] = ['evictPod', 'evictionAnswered', 'podGot'];

function lifetimeOf(type: TraceType): Lifetime {
  if (RECURRING.includes(type)) return 'recurring';
  if (RETRIES.includes(type)) return 'retry';
  if (ROUND.includes(type)) return 'round';
  return TAIL.includes(type) ? 'tail' : 'essential';
}

function compileWorld(scenario: Scenario, given: World): CompiledScenario {
  const world = shapedWorld(given);
  const { ties, horizon, limits } = scenario.settings;
  const { sites, siteRows } = delaysOf(scenario);
  const { model: wired, wiring, actors } = wire(world, { sites, ties });
  const endless =
    world.clients.length > 0 ||
    world.actions.some(({ type }) => type === 'drainNode' || type === 'removeNodes');
  const untilQuiet = endless && horizon === undefined;
  const model: Model = {
    ...wired,
    ...(siteRows === undefined ? {} : { siteRows }),
    limits: { ...DEFAULT_LIMITS, ...limits },
    marked: EVENT_TYPES.map((type) => MARKED.includes(type)),
    ...(untilQuiet ? { lifetimes: EVENT_TYPES.map(lifetimeOf) } : {}),
  };
  return { world, model, wiring, actors, routers: routersOf(world, wiring, actors) };
}

/** What a scenario says of delays, as distributions. */
interface Delays {
  /** Every delay site by its name. */
  readonly sites: ReadonlyMap<string, Distribution>;
  /** Those of each of its rows; undefined where it has none. */
  readonly siteRows: Model['siteRows'];
}

const delays = new WeakMap<ScenarioSettings, Delays>();

/** Searches compile a scenario again and again, with other hooks: its delays are the same. */
function delaysOf({ settings }: Scenario): Delays {
  let found = delays.get(settings);
  if (found === undefined) {
    const sites = sitesOf(settings);
    found = { sites, siteRows: rowsOf(settings, sites) };
    delays.set(settings, found);
  }
  return found;
}

function sitesOf(settings: ScenarioSettings): Delays['sites'] {
  const sites = new Map<string, Distribution>();
  for (const site of DELAY_SITES) sites.set(site, toDistribution(delayOf(settings, site)));
  for (const router of settings.routers) {
    for (const { name, delay } of compileRouter(router).sites) sites.set(name, toDistribution(delay));
  }
  return sites;
}

/** Constant where a row names a site that the scenario does not. */
function rowsOf(
  { delays: { rows, ...given } }: ScenarioSettings,
  sites: Delays['sites'],
): Delays['siteRows'] {
  return rows?.map((row) =>
    [...sites.values()].map((distribution, number) => {
      const site = DELAY_SITES[number];
      const delay = site === undefined || given[site] !== undefined ? undefined : row[site];
      return delay === undefined ? distribution : toDistribution(delay);
    }),
  );
}

/** The data plane of every node, in their order, and then the other routers. */
function routersOf(world: World, wiring: Wiring, actors: readonly Registration[]): RouterSeen[] {
  const seen = (actor: ActorId<'data-plane' | 'router'>, latencySite: SiteId): RouterSeen => ({
    actor,
    name: actors[actor]!.name,
    latencySite,
    rules: (actors[actor]!.cells[0]![0] as Routing).rules,
  });
  return [
    ...world.nodes.map((_, node) => seen(wiring.dataPlane(node), SITE['network.routerToPod'])),
    ...world.routers.map((_, index) => seen(wiring.router(index), wiring.routerSites(index).latency)),
  ];
}
