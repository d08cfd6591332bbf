import { SITE } from '../../cluster/delay-sites.ts';
import { type EndpointSliceObserved, type OfNode, type RoutesChanged, T } from '../../cluster/events.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, type Effect, NO_EFFECTS, NO_SITE, put, type SimEvent } from '../../kernel/event.ts';
import { keyOf, NO_KEY } from '../../kernel/names.ts';
import type { Micros } from '../../kernel/time.ts';
import { programRules } from '../../routing/planes/program.ts';
import {
  indifferentUntilUs,
  requestSync,
  syncFinished,
  syncTimer,
  syncWakesUs,
} from '../../routing/planes/runner.ts';
import type { SliceView } from '../../routing/views.ts';
import { connectionAttempted } from '../clients/decide.ts';
import { defineActor } from '../define-actor.ts';
import { whileAlive } from '../while-alive.ts';
import type { Ctx, Self } from '../wiring.ts';
import { forgottenFlows, nodeAnswersOf, resetsOf } from './after-sync.ts';
import { CELL, type DataPlaneCells, type PlaneNode, type Presence, sharedOf } from './cells.ts';
import { type Background, catchUp, changeAt, nextHeardAt, startBackground } from './churn.ts';

const TIMER = 0;
const SYNCED: RoutesChanged = { cause: 'sync', wakes: null };

function syncCost(ctx: Ctx, view: SliceView, before: SliceView, sinceLastFullSyncMs: number): Micros {
  const { world } = ctx.self;
  const work = {
    sinceLastFullSyncMs,
    services: world.services.length + world.churn.services,
    totalEndpoints: view.endpointCount + world.churn.endpoints,
    changedEndpoints: view.changedEndpoints(before),
  };
  return sharedOf(world).plane.costUs(work, world);
}

const HOUR: Micros = 3_600_000_000;
/** Where in its hour a node is when the run begins. */
const FULL_SYNC = keyOf('kube-proxy full sync');

/**
 * How long ago everything was synced, as far as it matters to the sync that begins now: more than an hour for the first one after its
 * node's hour is over. A node that had nothing to do when the hour ended has done it by its own timer, which wakes it as often.
 */
function sinceLastFullSyncMs(ctx: Ctx, latest: Micros | null): number {
  const phase = ctx.bits(FULL_SYNC, NO_KEY) % HOUR;
  const hours = (at: Micros) => Math.floor((phase + at) / HOUR);
  const due = latest !== null && hours(ctx.now) > hours(latest) && ctx.now - latest < HOUR;
  return due ? HOUR / 1000 + 1 : 0;
}

/** When the node last began a sync, for whatever reason. */
function latestSync(ctx: Ctx, { syncedAt }: PlaneNode, { change }: Background): Micros | null {
  if (ctx.self.world.churn.endpointSliceUpdatesPerSecond === 0) return syncedAt;
  return Math.max(syncedAt ?? Number.NEGATIVE_INFINITY, changeAt(ctx, change));
}

function background(ctx: Ctx, node: PlaneNode, until: Micros): Background {
  const { runner: config, undisturbed } = sharedOf(ctx.self.world);
  if (undisturbed && node.background !== null) return node.background;
  const cost = undisturbed ? 0 : syncCost(ctx, node.applied, node.applied, 0);
  return node.background === null
    ? startBackground(ctx, config, until, cost)
    : catchUp(ctx, config, node.background, until, cost);
}

const endpointSliceObserved: Reducer<PlaneNode, EndpointSliceObserved, Self> = (node, event, ctx) => {
  const pending = node.pending.with(event.data.slice);
  if (pending === node.pending) return [node, NO_EFFECTS];
  // Most of what happens in a large cluster ends here: with as few looks at memory as can be.
  if (node.deafUntil !== null && ctx.now < node.deafUntil) return [withPending(node, pending), NO_EFFECTS];
  const past = background(ctx, node, ctx.now);
  const runner = requestSync(sharedOf(ctx.self.world).runner, past.runner, ctx.now);
  // What waits already keeps its timer, and with it the change that made it wait.
  const waits = node.syncing === null && node.pending !== node.applied && runner === node.background?.runner;
  if (waits) return [withPending(node, pending), NO_EFFECTS];
  return proceed(ctx, event, node, pending, past, runner);
};

function withPending(node: PlaneNode, pending: SliceView): PlaneNode {
  const { applied, syncing, rules, background: known, syncedAt, deafUntil } = node;
  return { pending, applied, syncing, rules, background: known, syncedAt, deafUntil };
}

/** Starts a sync if the runner did, else arms what will. */
function proceed(
  ctx: Ctx,
  event: SimEvent,
  node: PlaneNode,
  pending: SliceView,
  past: Background,
  runner: Background['runner'],
): readonly [PlaneNode, readonly Effect[]] {
  const { change, syncEndsAt } = past;
  const { applied, rules, syncing, syncedAt } = node;
  const { about, transition } = event;
  const next = { runner, change, syncEndsAt };
  if (runner.starts > past.runner.starts) {
    const since = sinceLastFullSyncMs(ctx, latestSync(ctx, node, past));
    const cost = syncCost(ctx, pending, applied, since);
    const site = SITE[sharedOf(ctx.self.world).plane.sites.sync];
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
    return [
      {
        pending,
        applied,
        syncing: pending,
        rules,
        background: next,
        syncedAt: ctx.now,
        deafUntil: null,
      },
      [programmed],
    ];
  }
  const deafUntil = syncing !== null || pending !== applied ? deafTime(ctx, runner) : null;
  const state: PlaneNode = { pending, applied, syncing, rules, background: next, syncedAt, deafUntil };
  if (syncing !== null || pending === applied) return [state, NO_EFFECTS];
  if (syncEndsAt !== null) return [state, [timer(ctx, event, T.proxySyncEnded, syncEndsAt)]];
  return [state, [timer(ctx, event, T.proxyTimer, wakesAt(ctx, next))]];
}

/** Unrelated changes are to be caught up with at each look. */
function deafTime(ctx: Ctx, runner: Background['runner']): Micros | null {
  const { runner: config, undisturbed } = sharedOf(ctx.self.world);
  return undisturbed ? indifferentUntilUs(config, runner) : null;
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
function wakesAt(ctx: Ctx, past: Background): Micros {
  const { runner } = past;
  const wake = syncWakesUs(runner) ?? ctx.now;
  const { endpointSliceUpdatesPerSecond } = ctx.self.world.churn;
  if (runner.algorithm !== 'token-bucket' || endpointSliceUpdatesPerSecond === 0) return wake;
  return Math.min(wake, nextHeardAt(ctx, sharedOf(ctx.self.world).runner, past));
}

const proxyTimer: Reducer<PlaneNode, null, Self> = (node, event, ctx) => {
  if (node.syncing !== null || node.pending === node.applied) return [node, NO_EFFECTS];
  const config = sharedOf(ctx.self.world).runner;
  const past = background(ctx, node, ctx.now - 1);
  let runner = syncTimer(config, past.runner, ctx.now);
  if (runner.starts === past.runner.starts) runner = requestSync(config, runner, ctx.now);
  return proceed(ctx, event, node, node.pending, past, runner);
};

/** The kernel changes at the end of a sync, all Services at once. */
const routesChanged: Reducer<PlaneNode, RoutesChanged, Self> = (node, event, ctx) => {
  const { pending, applied, syncing, background: past, syncedAt, deafUntil } = node;
  const { world, node: number } = ctx.self;
  const rules = programRules(world, syncing!, { view: applied, rules: node.rules }, number);
  const { about, transition } = event;
  const { syncEnd } = sharedOf(world).plane.sites;
  const ended = after({
    type: T.proxySyncEnded,
    actor: ctx.actor,
    kind: CELL.node,
    object: 0,
    about,
    data: null,
    site: syncEnd === null ? NO_SITE : SITE[syncEnd],
    transition,
  });
  const told = nodeAnswersOf(ctx, event, syncing!, node.rules, rules);
  const reset = [
    ...resetsOf(ctx, event, applied, node.rules, rules),
    ...forgottenFlows(ctx, { before: applied, after: syncing! }),
  ];
  return [
    { pending, applied: syncing!, syncing, rules, background: past, syncedAt, deafUntil },
    told.length + reset.length === 0 ? [ended] : [ended, ...told, ...reset],
  ];
};

/** The end of a sync: of one that took up the scenario's changes, or of an unrelated one that held them up. */
const proxySyncEnded: Reducer<PlaneNode, null, Self> = (node, event, ctx) => {
  const past = background(ctx, node, ctx.now - 1);
  if (node.syncing === null && past.syncEndsAt === null && node.pending === node.applied)
    return [node, NO_EFFECTS];
  const runner = syncFinished(sharedOf(ctx.self.world).runner, past.runner, ctx.now);
  const ended: Background = { runner: past.runner, change: past.change, syncEndsAt: null };
  const { pending, applied, rules, syncedAt } = node;
  return proceed(
    ctx,
    event,
    { pending, applied, syncing: null, rules, background: ended, syncedAt, deafUntil: null },
    pending,
    ended,
    runner,
  );
};

const nodeLost: Reducer<Presence | undefined, OfNode, Self> = () => ['gone', NO_EFFECTS];

/** It lists what there is, and programs it with its first sync. */
const nodeJoined: Reducer<PlaneNode, OfNode, Self> = (node, event, ctx) => {
  const past = background(ctx, node, ctx.now);
  const runner = requestSync(sharedOf(ctx.self.world).runner, past.runner, ctx.now);
  const [state, effects] = proceed(ctx, event, node, node.pending, past, runner);
  return [state, [put(CELL.presence, 0, 'there'), ...effects]];
};

const onNode = {
  endpointSliceObserved,
  proxyTimer,
  routesChanged,
  proxySyncEnded,
  connectionAttempted,
  nodeJoined,
};
const others = { affinity: {}, flow: {}, presence: { nodeLost } };

export const dataPlane = defineActor<'data-plane', DataPlaneCells>('data-plane', { node: onNode, ...others });

/** The same where a node may go: then nothing programs its rules any more. A scenario without such an action does not pay for it. */
export const mortalDataPlane = untilGone(dataPlane);

function untilGone(actor: typeof dataPlane) {
  return whileAlive(actor, (ctx) => ctx.cell(CELL.presence, 0) === 'gone', [
    'connectionAttempted',
    'nodeLost',
  ]);
}

/** What a node that is still to join would find is kept, and programmed once it is there. */
const gathering: Reducer<PlaneNode, EndpointSliceObserved, Self> = (node, event, ctx) => {
  if (ctx.cell(CELL.presence, 0) !== 'toCome') return endpointSliceObserved(node, event, ctx);
  return [{ ...node, pending: node.pending.with(event.data.slice) }, NO_EFFECTS];
};

/** The same where a node may come. */
export const joiningDataPlane = untilGone(
  defineActor<'data-plane', DataPlaneCells>('data-plane', {
    node: { ...onNode, endpointSliceObserved: gathering },
    ...others,
  }),
);
