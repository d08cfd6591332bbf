import { SITE } from '../../cluster/delay-sites.ts';
import {
  type EndpointSliceObserved,
  type NodeAnswers,
  type OfNode,
  type RoutesChanged,
  T,
} from '../../cluster/events.ts';
import type { ProgrammedRules } from '../../cluster/state.ts';
import type { World } from '../../cluster/world.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, type Effect, NO_EFFECTS, type SimEvent } from '../../kernel/event.ts';
import { keyOf, NO_KEY } from '../../kernel/names.ts';
import type { Micros } from '../../kernel/time.ts';
import { endpointsOf, type SliceView } from '../../routing/views.ts';
import {
  kubeProxyRunnerConfig,
  type RunnerConfig,
  requestRun,
  runFinished,
  timerFired,
  wakeAtUs,
} from '../../rules/proxy/bounded-frequency-runner.ts';
import { doFullSync } from '../../rules/proxy/full-sync.ts';
import { DEFAULT_SYNC_COST_MODEL, syncCostUs } from '../../rules/proxy/sync-cost.ts';
import { type Affinity, connectionAttempted } from '../clients/decide.ts';
import { defineActor } from '../define-actor.ts';
import { cellsOf, ROUTER } from '../protocol.ts';
import { whileAlive } from '../while-alive.ts';
import type { Ctx, Self } from '../wiring.ts';
import { type Background, catchUp, changeAt, startBackground } from './churn.ts';
import { initialRules, programRules } from './program.ts';

/** The kube-proxy of one node, iptables mode. Its one cell is flat and written as a literal: it handles most events of a large cluster. */
export interface ProxyNode {
  /** What has arrived. */
  readonly pending: SliceView;
  /** What the latest finished sync had taken up. */
  readonly applied: SliceView;
  /** What the sync that is going on has taken up; null while none is. */
  readonly syncing: SliceView | null;
  /** What the kernel holds. */
  readonly rules: ProgrammedRules;
  /** Its runner; null until something of the scenario arrives. */
  readonly background: Background | null;
  /** When its latest sync of the scenario's changes began; null before the first. */
  readonly syncedAt: Micros | null;
}

export interface KubeProxyCells {
  readonly node: ProxyNode;
  readonly affinity: Affinity;
  readonly lost: boolean;
}

export const CELL = cellsOf<'kube-proxy', KubeProxyCells>('kube-proxy');

const TIMER = 0;
const SYNCED: RoutesChanged = { cause: 'sync', wakes: null };

export function steadyProxy(world: World, view: SliceView, node: number): ProxyNode {
  const rules = initialRules(world, view, node);
  return { pending: view, applied: view, syncing: null, rules, background: null, syncedAt: null };
}

const configs = new WeakMap<World, RunnerConfig>();

function runnerConfig(world: World): RunnerConfig {
  let config = configs.get(world);
  if (config === undefined) {
    const { minSyncPeriod, syncPeriod } = world.kubeProxy;
    const periods = { mode: 'iptables', minSyncPeriodUs: minSyncPeriod, syncPeriodUs: syncPeriod } as const;
    config = kubeProxyRunnerConfig(periods, world.minor);
    configs.set(world, config);
  }
  return config;
}

/** What the size of the cluster adds to a sync; the rest of its duration is drawn. */
const COST_OF_SIZE = { ...DEFAULT_SYNC_COST_MODEL, baseMs: 0 };

function syncCost(ctx: Ctx, view: SliceView, before: SliceView, fullSync: boolean): Micros {
  const { world } = ctx.self;
  const { otherServices, otherEndpoints } = world.kubeProxy;
  const work = {
    fullSync,
    services: world.services.length + otherServices,
    totalEndpoints: view.endpointCount + otherEndpoints,
    changedEndpoints: view.changedEndpoints(before),
  };
  return syncCostUs(work, COST_OF_SIZE);
}

const HOUR: Micros = 3_600_000_000;
/** Where in its hour a proxy is when the run begins. */
const FULL_SYNC = keyOf('kube-proxy full sync');

/**
 * Whether the sync that begins now is the first one after its node's hour is over: the hour's full sync. A proxy that had nothing
 * to do when the hour ended has done it by its own timer, which wakes it as often.
 */
function isFullSync(ctx: Ctx, latest: Micros | null): boolean {
  const { world } = ctx.self;
  const phase = ctx.bits(FULL_SYNC, NO_KEY) % HOUR;
  const hours = (at: Micros) => Math.floor((phase + at) / HOUR);
  const due = latest !== null && hours(ctx.now) > hours(latest) && ctx.now - latest < HOUR;
  return doFullSync(
    { needFullSync: false, sinceLastFullSyncMs: due ? HOUR / 1000 + 1 : 0 },
    'iptables',
    world.minor,
  );
}

/** When the proxy last began a sync, for whatever reason. */
function latestSync(ctx: Ctx, { syncedAt }: ProxyNode, { change }: Background): Micros | null {
  if (ctx.self.world.churn.endpointSliceUpdatesPerSecond === 0) return syncedAt;
  return Math.max(syncedAt ?? Number.NEGATIVE_INFINITY, changeAt(ctx, change));
}

function background(ctx: Ctx, node: ProxyNode, until: Micros): Background {
  const config = runnerConfig(ctx.self.world);
  const cost = syncCost(ctx, node.applied, node.applied, false);
  return node.background === null
    ? startBackground(ctx, config, until, cost)
    : catchUp(ctx, config, node.background, until, cost);
}

const endpointSliceObserved: Reducer<ProxyNode, EndpointSliceObserved, Self> = (node, event, ctx) => {
  const pending = node.pending.with(event.data.slice);
  if (pending === node.pending) return [node, NO_EFFECTS];
  const past = background(ctx, node, ctx.now);
  const runner = requestRun(runnerConfig(ctx.self.world), past.runner, ctx.now);
  // What waits already keeps its timer, and with it the change that made it wait.
  const waits = node.syncing === null && node.pending !== node.applied && runner === node.background?.runner;
  if (waits) return [{ ...node, pending }, NO_EFFECTS];
  return proceed(ctx, event, node, pending, past, runner);
};

/** Starts a sync if the runner did, else arms what will. */
function proceed(
  ctx: Ctx,
  event: SimEvent,
  node: ProxyNode,
  pending: SliceView,
  past: Background,
  runner: Background['runner'],
): readonly [ProxyNode, readonly Effect[]] {
  const { change, syncEndsAt } = past;
  const { applied, rules, syncing, syncedAt } = node;
  const { about, transition } = event;
  const next = { runner, change, syncEndsAt };
  if (runner.starts > past.runner.starts) {
    const cost = syncCost(ctx, pending, applied, isFullSync(ctx, latestSync(ctx, node, past)));
    const site = SITE['kubeProxy.sync'];
    const programmed = after({
      type: T.routesChanged,
      actor: ctx.actor,
      kind: CELL.node,
      object: 0,
      about,
      data: SYNCED,
      delay: cost,
      site,
      transition,
    });
    return [{ pending, applied, syncing: pending, rules, background: next, syncedAt: ctx.now }, [programmed]];
  }
  const state: ProxyNode = { pending, applied, syncing, rules, background: next, syncedAt };
  if (syncing !== null || pending === applied) return [state, NO_EFFECTS];
  if (syncEndsAt !== null) return [state, [timer(ctx, event, T.proxySyncEnded, syncEndsAt)]];
  return [state, [timer(ctx, event, T.proxyTimer, wakesAt(ctx, next))]];
}

function timer(
  ctx: Ctx,
  event: SimEvent,
  type: typeof T.proxyTimer | typeof T.proxySyncEnded,
  at: Micros,
): Effect {
  const delay = Math.max(0, at - ctx.now);
  return arm({
    timer: TIMER,
    type,
    actor: ctx.actor,
    kind: CELL.node,
    object: 0,
    about: event.about,
    data: null,
    delay,
    transition: event.transition,
  });
}

/** The older runner tests its bucket at every call, so an unrelated change may start the sync before its timer. */
function wakesAt(ctx: Ctx, { runner, change }: Background): Micros {
  const wake = wakeAtUs(runner) ?? ctx.now;
  const { endpointSliceUpdatesPerSecond } = ctx.self.world.churn;
  if (runner.algorithm !== 'token-bucket' || endpointSliceUpdatesPerSecond === 0) return wake;
  let next = change + 1;
  while (changeAt(ctx, next) <= ctx.now) next++;
  return Math.min(wake, changeAt(ctx, next));
}

const proxyTimer: Reducer<ProxyNode, null, Self> = (node, event, ctx) => {
  if (node.syncing !== null || node.pending === node.applied) return [node, NO_EFFECTS];
  const config = runnerConfig(ctx.self.world);
  const past = background(ctx, node, ctx.now - 1);
  let runner = timerFired(config, past.runner, ctx.now);
  if (runner.starts === past.runner.starts) runner = requestRun(config, runner, ctx.now);
  return proceed(ctx, event, node, node.pending, past, runner);
};

/** The kernel changes at the end of a sync, all Services at once. */
const routesChanged: Reducer<ProxyNode, RoutesChanged, Self> = (node, event, ctx) => {
  const { pending, applied, syncing, background: past, syncedAt } = node;
  const { world, node: number } = ctx.self;
  const rules = programRules(world, syncing!, { view: applied, rules: node.rules }, number);
  const { about, transition } = event;
  const site = SITE['kubeProxy.syncEnd'];
  const ended = after({
    type: T.proxySyncEnded,
    actor: ctx.actor,
    kind: CELL.node,
    object: 0,
    about,
    data: null,
    site,
    transition,
  });
  const told = nodeAnswersOf(ctx, event, syncing!, node.rules, rules);
  return [
    { pending, applied: syncing!, syncing, rules, background: past, syncedAt },
    told.length === 0 ? [ended] : [ended, ...told],
  ];
};

/** What routers in front of the nodes find: whom this one sends connections from outside to, and what its health check says. */
function nodeAnswersOf(
  ctx: Ctx,
  { about, transition }: SimEvent,
  view: SliceView,
  before: ProgrammedRules,
  now: ProgrammedRules,
): readonly Effect[] {
  const { wiring, node } = ctx.self;
  if (!wiring.hasNodeRouters) return NO_EFFECTS;
  return now.services.flatMap((rules, service) => {
    if (rules === before.services[service]) return [];
    const endpoints = endpointsOf(view, service).filter(({ pod }) => rules.externalPods.includes(pod));
    const answer = rules.healthCheck === 503 ? 'refused' : 'answered';
    const data: NodeAnswers = { service, node, endpoints, answer };
    return wiring
      .nodeRouters(service)
      .map((actor) =>
        after({ type: T.nodeAnswers, actor, kind: ROUTER.state, object: 0, about, data, transition }),
      );
  });
}

/** The end of a sync: of one that took up the scenario's changes, or of an unrelated one that held them up. */
const proxySyncEnded: Reducer<ProxyNode, null, Self> = (node, event, ctx) => {
  const past = background(ctx, node, ctx.now - 1);
  if (node.syncing === null && past.syncEndsAt === null && node.pending === node.applied)
    return [node, NO_EFFECTS];
  const runner = runFinished(runnerConfig(ctx.self.world), past.runner, ctx.now, false);
  const ended = { ...past, syncEndsAt: null };
  const { pending, applied, rules, syncedAt } = node;
  return proceed(
    ctx,
    event,
    { pending, applied, syncing: null, rules, background: ended, syncedAt },
    pending,
    ended,
    runner,
  );
};

const nodeLost: Reducer<boolean | undefined, OfNode, Self> = () => [true, NO_EFFECTS];

export const kubeProxy = defineActor<'kube-proxy', KubeProxyCells>('kube-proxy', {
  node: { endpointSliceObserved, proxyTimer, routesChanged, proxySyncEnded, connectionAttempted },
  affinity: {},
  lost: { nodeLost },
});

/** The same where a node may go: then nothing programs its rules any more. A scenario without such an action does not pay for it. */
export const mortalKubeProxy = whileAlive(kubeProxy, (ctx) => ctx.cell(CELL.lost, 0) === true, [
  'connectionAttempted',
  'nodeLost',
]);
