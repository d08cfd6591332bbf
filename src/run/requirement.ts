import type { HookInfo } from '../cluster/world.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunFold } from '../verdict/fold.ts';
import type { Needed } from '../verdict/judged.ts';
import { cutShort } from '../verdict/not-judged.ts';
import {
  type ReadingContext,
  type Requirement,
  type RequirementReading,
  readRequirement,
} from '../verdict/required.ts';
import type { RouteEnd, RouteRecord, StoppedPod } from '../verdict/stopped-pod.ts';
import type { NoPreStopReason } from '../verdict/types.ts';
import { type CompiledScenario, withHooks } from './compiled-scenario.ts';
import { exposes, isCut, type Running, ran } from './observed-loop.ts';

/**
 * How long a hook would have had to be in this very run. Read off it where the routing does not depend on the hook; else off a
 * rerun with the longest hook that fits, in which it does not; else found by reruns.
 */
export function requirementOf(
  scenario: Scenario,
  compiled: CompiledScenario,
  seed: number,
  { loop, fold }: Running,
): Needed {
  const nothing = nothingRead(scenario, { loop, fold });
  if (nothing !== null) return nothing;
  const context = contextOf(compiled, loop);
  const search: Search = { scenario, seed, context, run: fold };
  const reading: RequirementReading = fold.pods.some(missesItsEnd)
    ? { kind: 'dependent' }
    : readRequirement(fold.pods, context);
  // A Service without ports has nothing that could be exposed.
  if (reading.kind === 'read' && reading.requirement === null)
    return { requirement: null, reason: undefined };
  const own = settled(
    search,
    reading,
    fold.pods.length > 1 || fold.pods.some((pod) => failsReadiness(pod) || neverAccepted(pod)),
  );
  if (own !== undefined) return { requirement: own, reason: undefined };
  // What was safe without a hook needs none, though a short one could do harm: it brings the stop signal sooner than none does.
  if (!fold.exposed && fold.pods.every(hasNoHook))
    return { requirement: { ...decisive(fold), exact: 0, required: 0 }, reason: undefined };
  const budget = Math.max(...fold.pods.map((pod) => pod.graceSeconds)) * MICROS_PER_SECOND;
  const atMost = ran(scenario, withHooks(scenario, budget), seed).fold;
  if (atMost.exposed) {
    const shorter = shorterThanLongest(search, fold, budget / MICROS_PER_MS);
    if (shorter !== null) return { requirement: bisect(search, -1, shorter), reason: undefined };
    const requirement = reading.kind === 'read' ? reading.requirement : null;
    return { requirement, reason: reasonOf(atMost) };
  }
  const requirement = settled(search, readRequirement(atMost.pods, context), true);
  return { requirement: requirement ?? bisect(search, -1, budget / MICROS_PER_MS), reason: undefined };
}

/** How long a hook would have had to be, by this run alone: its routing is taken as it was, though a hook of that length may change it. */
export function readOff(scenario: Scenario, compiled: CompiledScenario, running: Running): Needed {
  const nothing = nothingRead(scenario, running);
  if (nothing !== null) return nothing;
  const { loop, fold } = running;
  const reading = readRequirement(fold.pods, { ...contextOf(compiled, loop), asItWas: true });
  return { requirement: reading.kind === 'read' ? reading.requirement : null, reason: undefined };
}

/** Why nothing can be read off a run; null where something can. */
function nothingRead(scenario: Scenario, { loop, fold }: Running): Needed | null {
  if (cutShort({ fold, cut: isCut(scenario, loop) }).length > 0)
    return { requirement: null, reason: 'horizonTooShort' };
  return everRouted(fold) ? null : { requirement: null, reason: 'nothingToJudge' };
}

function contextOf({ world, wiring }: CompiledScenario, { draws }: Running['loop']): ReadingContext {
  return { draws, minor: world.minor, kubeletActor: wiring.kubelet };
}

/**
 * Milliseconds of a hook that is enough though the longest is not: an app that accepts for long after the stop signal has the less
 * time for it the longer its hook takes. Looked for at no hook and at those that are there; null where none of them is enough.
 */
function shorterThanLongest(search: Search, { pods }: RunFold, longestMs: number): number | null {
  const stated = pods.flatMap(({ template }) => template.containers.map(({ hook }) => hook?.duration ?? 0));
  const lengths = new Set([0, ...stated.map((micros) => Math.ceil(micros / MICROS_PER_MS))]);
  const fitting = [...lengths].filter((ms) => ms < longestMs);
  return fitting.sort((a, b) => a - b).find((ms) => !exposedWith(search, ms)) ?? null;
}

interface Search {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly context: ReadingContext;
  readonly run: RunFold;
}

function withHook({ scenario, seed }: Search, ms: number): RunFold {
  return ran(scenario, withHooks(scenario, ms * MICROS_PER_MS), seed).fold;
}

/** Whether a hook of that length leaves anything exposed: a rerun that is looked at no longer than until it does. */
function exposedWith({ scenario, seed }: Search, ms: number): boolean {
  return exposes(scenario, withHooks(scenario, ms * MICROS_PER_MS), seed);
}

/** A hook that failed before the last thing that it does: one that is long enough would have come to it. */
function missesItsEnd({ template }: StoppedPod): boolean {
  return template.containers.some(
    ({ hook }) => hook?.outcome === 'failed' && hook.effect !== 'none' && hook.effectAt === 'end',
  );
}

function hasNoHook({ template }: StoppedPod): boolean {
  return template.containers.every(({ hook }) => hook === null);
}

function closesFirst(hook: HookInfo | null): boolean {
  return hook?.effect === 'closeListener' && hook.effectAt !== 'end';
}

/** Whether a Pod's readiness changes while it stops: a write more, with which routers may let go sooner. */
function failsReadiness({ template }: StoppedPod): boolean {
  return template.containers.some(
    ({ readiness, hook, app }) =>
      readiness !== null &&
      (app.failsReadiness || app.flaps.length > 0 || hook?.effect === 'failReadiness' || closesFirst(hook)),
  );
}

/**
 * What was read where it holds: enough, and 1 ms less is not. Undefined where it does not, or nothing was read. It is `checked` by
 * reruns where a shorter hook may change the routing, too: Pods use up syncs and cool-downs for which others wait.
 */
function settled(search: Search, reading: RequirementReading, checked: boolean): Requirement | undefined {
  const found = reading.kind === 'read' ? reading.requirement : null;
  if (found === null || found.required === null) return undefined;
  const ms = found.required / MICROS_PER_MS;
  if (!checked) return found;
  if (exposedWith(search, ms)) return undefined;
  return ms === 0 || exposedWith(search, ms - 1) ? found : bisect(search, -1, ms - 1);
}

function everRouted({ pods }: RunFold): boolean {
  return pods.some(({ routes }) => routes.some((route) => route.everRouted));
}

/** Why even the longest hook was not enough. */
function reasonOf(atMost: RunFold): NoPreStopReason {
  if (atMost.pods.some(neverAccepted)) return 'readyTooEarly';
  const own = atMost.pods.flatMap(endsByOwnDoing);
  if (atMost.pods.some(losesItsSidecar)) return 'sidecarLeavesFirst';
  if (own.length === 0) return 'graceTooShort';
  return own.every((end) => end?.cause === 'health') ? 'routedUntilUnhealthy' : 'routedUntilGone';
}

/** Exposed before it had begun to accept. */
function neverAccepted({ routes }: StoppedPod): boolean {
  return routes.some(({ exposures }) => exposures.flat().some(({ begun }) => !begun));
}

/** Exposed although the container that closed first is one that no hook of the manifest holds. */
function losesItsSidecar({ routes, template }: StoppedPod): boolean {
  return routes.some(({ exposures, accepting }) =>
    exposures.some((each, port) => {
      const closed = accepting[port]?.container ?? -1;
      return each.length > 0 && template.containers[closed]?.injected === true;
    }),
  );
}

/** How exposures ended that ended only because of what the Pod itself did; null: not before the run did. */
function endsByOwnDoing({ routes, stoppedBy }: StoppedPod): readonly (RouteEnd | null)[] {
  const ends = routes.flatMap(({ exposures }) => exposures.flat().map(({ end }) => end));
  return ends.filter((end) => end === null || end.origin >= 0 || stoppedBy === 'nodeLost');
}

/** Reruns that go where the one before points; after that the interval is halved. */
const INFORMED_TRIES = 8;

/**
 * A whole number of milliseconds with which a rerun has no exposure and with 1 ms less has one, given that `high` is enough. What
 * each rerun would have needed, had its routing been given, says where to look next.
 */
function bisect(search: Search, low: number, high: number): Requirement {
  let [exposed, safe] = [low, high];
  let without = withHook(search, 0);
  let wanted = wantedMs(search, without);
  if (without.exposed) exposed = Math.max(exposed, 0);
  else safe = 0;
  for (let tries = 0; safe - exposed > 1; tries++) {
    const informed = wanted !== null && tries < INFORMED_TRIES;
    const middle = informed
      ? Math.min(safe - 1, Math.max(exposed + 1, wanted!))
      : Math.floor((exposed + safe) / 2);
    const fold = withHook(search, middle);
    const needed = wantedMs(search, fold);
    if (fold.exposed) {
      [exposed, without] = [middle, fold];
      wanted = needed;
    } else {
      safe = middle;
      wanted = needed === null ? null : Math.min(needed, middle - 1);
    }
  }
  const required = safe * MICROS_PER_MS;
  // With another hook there may be nobody who was ever routed to.
  return { ...decisive(everRouted(without) ? without : search.run), exact: required, required };
}

/** How long a hook that rerun needed, with its routing taken as it was; null where that cannot be read or none fits. */
function wantedMs({ context }: Search, fold: RunFold): number | null {
  const reading = readRequirement(fold.pods, { ...context, asItWas: true });
  const required = reading.kind === 'read' ? (reading.requirement?.required ?? null) : null;
  return required === null ? null : required / MICROS_PER_MS;
}

/** What was exposed last; where nothing was, the first that was routed to at all. */
function decisive({ pods }: RunFold): Pick<Requirement, 'pod' | 'route' | 'port' | 'container'> {
  const routes = pods.flatMap((pod) => pod.routes.map((route) => ({ pod, route })));
  const [first] = routes
    .filter(({ route }) => route.everRouted)
    .sort((a, b) => lastExposure(b.route) - lastExposure(a.route));
  const { pod, route } = first!;
  const port = Math.max(
    0,
    route.exposures.findIndex((exposures) => exposures.length > 0),
  );
  return { pod, route, port, container: route.accepting[port]?.container ?? 0 };
}

function lastExposure({ exposures }: RouteRecord): Micros {
  return Math.max(-1, ...exposures.flat().map(({ to }) => to));
}
