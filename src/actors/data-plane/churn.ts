import { SITE } from '../../cluster/delay-sites.ts';
import { RANGE } from '../../kernel/distribution.ts';
import { keyOf, NO_KEY, withNumber } from '../../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { planeOf } from '../../routing/planes/registry.ts';
import {
  indifferentUntilUs,
  type PlaneRunner,
  type PlaneRunnerConfig,
  requestSync,
  resyncUs,
  spacingUs,
  startPlane,
  syncFinished,
  syncTimer,
  syncWakesUs,
} from '../../routing/planes/runner.ts';
import type { Ctx } from '../wiring.ts';

/**
 * Changes of Services that the scenario does not hold, and syncs that nobody asks for, keep a data plane's runner busy. While nothing
 * of the scenario is at stake they are computed when somebody looks, not run as events.
 */
export interface Background {
  readonly runner: PlaneRunner;
  /** Number of the latest unrelated change that was taken in. */
  readonly change: number;
  /** End of the unrelated sync that is going on; null while none is. */
  readonly syncEndsAt: Micros | null;
}

/** Where in its interval each unrelated change stands, and a proxy's beat. */
const CHANGE = keyOf('kube-proxy unrelated change');
const BEAT = keyOf('kube-proxy beat');

/** How far back a runner's state can still be felt: a few cool-downs and syncs. */
function memory(config: PlaneRunnerConfig): Micros {
  return 3 * spacingUs(config) + (resyncUs(config) ?? 0) + 15 * MICROS_PER_SECOND;
}

/** When unrelated change `number` reaches this node: evenly spaced, each at a drawn place in its interval. */
export function changeAt(ctx: Ctx, number: number): Micros {
  const { endpointSliceUpdatesPerSecond: rate } = ctx.self.world.churn;
  const place = ctx.bits(CHANGE, NO_KEY, number) / RANGE;
  return Math.floor(((number + place) * MICROS_PER_SECOND) / rate);
}

/** The latest unrelated change that has surely reached this node by `at`: at most one more has. */
function changesBy(ctx: Ctx, at: Micros): number {
  return Math.floor((at * ctx.self.world.churn.endpointSliceUpdatesPerSecond) / MICROS_PER_SECOND) - 1;
}

/** The runner as its unrelated past has left it at `now`. */
export function startBackground(
  ctx: Ctx,
  config: PlaneRunnerConfig,
  now: Micros,
  syncCost: Micros,
): Background {
  const { endpointSliceUpdatesPerSecond: rate } = ctx.self.world.churn;
  // No two proxies cool down in step: each has a beat of its own, which does not depend on when somebody looks.
  const resync = resyncUs(config);
  const interval = resync ?? Math.max(1, spacingUs(config));
  const phase = ctx.bits(BEAT, NO_KEY) % interval;
  const from = Math.floor((now - memory(config)) / interval) * interval - phase;
  const runner = startPlane(config, from);
  if (rate === 0 && resync === null) return { runner, change: 0, syncEndsAt: null };
  const change = Math.ceil((from * rate) / MICROS_PER_SECOND);
  return advance(ctx, config, { runner, change, syncEndsAt: null }, now, syncCost);
}

/** Takes in everything unrelated up to `now`. */
export function catchUp(
  ctx: Ctx,
  config: PlaneRunnerConfig,
  background: Background,
  now: Micros,
  syncCost: Micros,
): Background {
  const isBusy = ctx.self.world.churn.endpointSliceUpdatesPerSecond > 0;
  const ownSync = background.runner.running && background.syncEndsAt === null;
  const idleSince = background.syncEndsAt ?? (isBusy ? changeAt(ctx, background.change) : now);
  if (!ownSync && now - idleSince > 2 * memory(config)) return startBackground(ctx, config, now, syncCost);
  return advance(ctx, config, background, now, syncCost);
}

/** The first unrelated change after `now` that the runner would listen to. */
export function nextHeardAt(ctx: Ctx, config: PlaneRunnerConfig, { runner, change }: Background): Micros {
  const after = Math.max(ctx.now, indifferentUntilUs(config, runner) - 1);
  let next = Math.max(change + 1, changesBy(ctx, after));
  while (changeAt(ctx, next) <= after) next++;
  return changeAt(ctx, next);
}

function advance(
  ctx: Ctx,
  config: PlaneRunnerConfig,
  background: Background,
  now: Micros,
  syncCost: Micros,
): Background {
  let { runner, change, syncEndsAt } = background;
  const isBusy = ctx.self.world.churn.endpointSliceUpdatesPerSecond > 0;
  const site = SITE[planeOf(ctx.self.world.dataPlane).sites.sync];
  for (;;) {
    const arrives = isBusy ? changeAt(ctx, change + 1) : Number.POSITIVE_INFINITY;
    const wakes = runner.running ? null : syncWakesUs(runner);
    const at = Math.min(arrives, syncEndsAt ?? Number.POSITIVE_INFINITY, wakes ?? Number.POSITIVE_INFINITY);
    if (at > now) return { runner, change, syncEndsAt };
    const { starts } = runner;
    if (at === syncEndsAt) {
      runner = syncFinished(config, runner, at);
      syncEndsAt = null;
    } else if (at === arrives) {
      runner = requestSync(config, runner, at);
      // What comes while the runner would not listen is passed over at once.
      const until = Math.min(
        now,
        indifferentUntilUs(config, runner),
        syncEndsAt ?? Number.POSITIVE_INFINITY,
        syncWakesUs(runner) ?? Number.POSITIVE_INFINITY,
      );
      change = Math.max(change + 1, changesBy(ctx, until));
    } else {
      runner = syncTimer(config, runner, at);
    }
    if (runner.starts > starts)
      syncEndsAt = at + syncCost + ctx.fixed(site, -1, withNumber(CHANGE, isBusy ? change : runner.starts));
  }
}
