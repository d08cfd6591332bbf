import type { HookInfo } from '../cluster/world.ts';
import { largest } from '../kernel/lists.ts';
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
import { isCut, type Running, ran, untilExposed } from './observed-loop.ts';

/**
 * How long a hook would have had to be in this very run. Read off it where one Pod stopped and its routing does not depend on the hook;
 * else looked for by reruns, from what was read on: as it was, or with the longest hook that fits.
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
  const search: Search = { reruns: new Reruns(scenario, seed), context, run: fold, longest: longestOf(fold) };
  const reading: RequirementReading = fold.pods.some(missesItsEnd)
    ? { kind: 'dependent' }
    : readRequirement(fold.pods, context);
  // A Service without ports has nothing that could be exposed.
  if (reading.kind === 'read' && reading.requirement === null)
    return { requirement: null, reason: undefined };
  if (reading.kind === 'read' && !needsReruns(fold) && msOf(reading.requirement) !== null)
    return { requirement: reading.requirement, reason: undefined };
  const own = foundFrom(search, reading);
  if (own !== null) return { requirement: own, reason: undefined };
  // What was safe without a hook needs none, though a short one could do harm: it brings the stop signal sooner than none does.
  if (!fold.exposed && fold.pods.every(hasNoHook))
    return { requirement: { ...decisive(fold), exact: 0, required: 0 }, reason: undefined };
  // Where its routing depends on its hooks, what the run needed with the routing that it had is still the best guess.
  const guess = reading.kind === 'dependent' ? wantedMs(search, fold) : null;
  const guessed = guess === null ? null : smallestHook(search, guess);
  if (guessed !== null) return { requirement: guessed, reason: undefined };
  const atMost = search.reruns.whole(search.longest);
  if (!atMost.exposed) {
    const ofLongest = readRequirement(atMost.pods, context);
    const requirement = foundFrom(search, ofLongest) ?? smallestHook(search, search.longest);
    return { requirement, reason: undefined };
  }
  const shorter = shorterThanLongest(search);
  if (shorter !== null) return { requirement: smallestHook(search, shorter), reason: undefined };
  return { requirement: reading.kind === 'read' ? reading.requirement : null, reason: reasonOf(atMost) };
}

/** The longest hook that fits into the grace period of any Pod, in milliseconds. */
function longestOf({ pods }: RunFold): number {
  return (largest(pods.map((pod) => pod.graceSeconds)) * MICROS_PER_SECOND) / MICROS_PER_MS;
}

/** Where a shorter hook may change the routing, too: Pods use up syncs and cool-downs for which others wait. */
function needsReruns({ pods }: RunFold): boolean {
  return pods.length > 1 || pods.some((pod) => failsReadiness(pod) || neverAccepted(pod));
}

function msOf(requirement: Requirement | null): number | null {
  return requirement === null || requirement.required === null ? null : requirement.required / MICROS_PER_MS;
}

/**
 * How long a hook would have had to be, by this run alone: its routing is taken as it was, though a hook of that length may change it.
 * Found by reruns where it cannot be read: a hook that closes the listener, a proxy that waits for the app.
 */
export function readOff(
  scenario: Scenario,
  compiled: CompiledScenario,
  seed: number,
  running: Running,
): Needed {
  const nothing = nothingRead(scenario, running);
  if (nothing !== null) return nothing;
  const { loop, fold } = running;
  const reading = readRequirement(fold.pods, { ...contextOf(compiled, loop), asItWas: true });
  if (reading.kind === 'dependent') return requirementOf(scenario, compiled, seed, running);
  return { requirement: reading.requirement, reason: undefined };
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
function shorterThanLongest({ reruns, run, longest }: Search): number | null {
  const stated = run.pods.flatMap(({ template }) =>
    template.containers.map(({ hook }) => hook?.duration ?? 0),
  );
  const lengths = new Set([0, ...stated.map((micros) => Math.ceil(micros / MICROS_PER_MS))]);
  const fitting = [...lengths].filter((ms) => ms < longest);
  return fitting.sort((a, b) => a - b).find((ms) => !reruns.known(ms).exposed) ?? null;
}

interface Search {
  readonly reruns: Reruns;
  readonly context: ReadingContext;
  readonly run: RunFold;
  /** The longest hook that fits, in milliseconds. */
  readonly longest: number;
}

/** The same seed with hooks of other lengths, by their milliseconds: each is run once. */
class Reruns {
  /** Runs that have come to their end. */
  private readonly ended = new Map<number, RunFold>();
  /** Runs that were left where something was exposed. */
  private readonly left = new Map<number, RunFold>();

  constructor(
    private readonly scenario: Scenario,
    private readonly seed: number,
  ) {}

  whole(ms: number): RunFold {
    let fold = this.ended.get(ms);
    if (fold === undefined) {
      fold = ran(this.scenario, this.compiled(ms), this.seed).fold;
      this.ended.set(ms, fold);
    }
    return fold;
  }

  /** A run that is looked at no longer than until something is exposed. */
  known(ms: number): RunFold {
    const known = this.ended.get(ms) ?? this.left.get(ms);
    if (known !== undefined) return known;
    const fold = untilExposed(this.scenario, this.compiled(ms), this.seed);
    (fold.exposed ? this.left : this.ended).set(ms, fold);
    return fold;
  }

  private compiled(ms: number): CompiledScenario {
    return withHooks(this.scenario, ms * MICROS_PER_MS);
  }
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

/** A requirement that was read, as reruns prove or mend it; null where nothing was read, or not even the longest hook was enough. */
function foundFrom(search: Search, reading: RequirementReading): Requirement | null {
  const read = reading.kind === 'read' ? reading.requirement : null;
  const start = msOf(read);
  if (read === null || start === null) return null;
  const found = smallestHook(search, start);
  return found?.required === read.required ? read : found;
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

/** Below every length: of none is it known that it is too short. */
const NONE = -1;
/** Reruns that go where the one before points; after that the interval is halved. */
const INFORMED_TRIES = 8;

/**
 * A whole number of milliseconds with which a rerun has no exposure and with 1 ms less has one, looked for from `start` on; null where
 * neither what was tried nor the longest hook is enough. What each rerun would have needed, had its routing been given, says where to
 * look next. Where that moves along with the hook, strides grow; where it says nothing, the interval is halved.
 */
function smallestHook(search: Search, start: number): Requirement | null {
  const { reruns, longest } = search;
  let exposed = NONE;
  let safe: number | null = null;
  let latest = Math.min(start, longest);
  let missing = Number.NaN;
  let stride = 1;
  for (let tries = 1; ; tries++) {
    // With the last length that is in question, it is enough to know whether there is an exposure at all.
    const isExposed = (latest + 1 === safe ? reruns.known(latest) : reruns.whole(latest)).exposed;
    if (!isExposed) safe = latest;
    else if (latest < longest) exposed = latest;
    else return null;
    if (safe !== null && safe - exposed === 1) return needing(search, safe);
    const wanted = tries <= INFORMED_TRIES ? wantedMs(search, reruns.whole(latest)) : null;
    const before = missing;
    missing = wanted === null ? 0 : wanted - latest;
    stride = missing !== 0 && Math.abs(missing - before) <= 1 ? 2 * stride : 1;
    // It needed all that it had: then 1 ms less is too short.
    const next = missing === 0 && !isExposed ? latest - 1 : latest + stride * missing;
    if (wanted !== null && next > exposed && next < (safe ?? longest)) latest = next;
    else latest = safe === null ? longest : Math.floor((exposed + safe) / 2);
  }
}

/** What a rerun needs that has just as much as it needs: as it is read off that rerun; by what is exposed with 1 ms less where it cannot be. */
function needing({ reruns, context, run }: Search, ms: number): Requirement {
  const reading = readRequirement(reruns.whole(ms).pods, { ...context, asItWas: true });
  if (reading.kind === 'read' && reading.requirement !== null && msOf(reading.requirement) === ms)
    return reading.requirement;
  const without = reruns.known(Math.max(ms - 1, 0));
  const required = ms * MICROS_PER_MS;
  // With another hook there may be nobody who was ever routed to.
  return { ...decisive(everRouted(without) ? without : run), exact: required, required };
}

/** How long a hook that rerun needed, with its routing taken as it was; null where that cannot be read or none fits. */
function wantedMs({ context }: Search, fold: RunFold): number | null {
  const reading = readRequirement(fold.pods, { ...context, asItWas: true });
  return reading.kind === 'read' ? msOf(reading.requirement) : null;
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
  return largest(
    exposures.flat().map(({ to }) => to),
    -1,
  );
}
