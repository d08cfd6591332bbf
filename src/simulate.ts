import { API_SERVER_ACTOR, kubeletActor, kubeProxyActor } from './actors/wire.ts';
import type { TraceType } from './cluster/events.ts';
import type { PodObject, ProgrammedRules, SliceObject } from './cluster/state.ts';
import { Loop } from './kernel/loop.ts';
import { Snapshot } from './kernel/snapshot.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros, parseDuration, toMs } from './kernel/time.ts';
import { type CompiledScenario, compiledScenario, withHooks } from './model.ts';
import type { Scenario } from './scenario/scenario.ts';
import { checkedSeed } from './scenario/seeds.ts';
import { RunFold } from './verdict/fold.ts';
import { type PodTimeline, readPodTimeline } from './verdict/pod-timeline.ts';
import {
  type ReadingContext,
  type Requirement,
  type RequirementReading,
  readRequirement,
} from './verdict/required.ts';
import type { RouteRecord, StoppedPod } from './verdict/stopped-pod.ts';
import { type TraceEvent, TraceReader } from './verdict/trace-events.ts';
import type { CauseLink, NoPreStopReason, Verdict } from './verdict/types.ts';
import { judge } from './verdict/verdict.ts';

export type ClusterSnapshot = Snapshot;

/** One sample of the weather: what happened under one seed, and what it means. */
export interface Run {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Everything that happened, in order; empty without a trace. */
  readonly trace: readonly TraceEvent[];
  readonly verdict: Verdict;
  /** A hash over all that happened: the same for the same scenario and seed, with a trace or without. */
  readonly digest: string;
  readonly endedAtMs: number;
  readonly eventCount: number;
  /** The cells as they were at an instant. Throws TraceRequired without a trace. */
  snapshotAt(atMs: number): ClusterSnapshot;
}

export interface SimulateOptions {
  /** 0 by default. */
  readonly seed?: number;
  /** `full` by default. `none` keeps no events: faster, and the verdict is the same. */
  readonly trace?: 'full' | 'none';
}

/** Something was asked of a run that kept no trace. */
export class TraceRequired extends Error {
  override readonly name = 'TraceRequired';
  constructor(what: string) {
    super(`${what} needs the run's trace; simulate with { trace: 'full' }, which is the default.`);
  }
}

/** Runs a scenario under one seed. One run is one sample of the delays; searches and campaigns run many. */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): Run {
  const { seed = 0, trace = 'full' } = options;
  return finished(scenario, compiledScenario(scenario), checkedSeed(seed), trace === 'full');
}

/** A run in the making: its loop, and the fold that watches it. */
export interface Running {
  readonly loop: Loop;
  readonly fold: RunFold;
}

export function start(compiled: CompiledScenario, seed: number, trace: boolean): Running {
  const observers: ReturnType<RunFold['observers']>[number][] = [];
  const loop = new Loop(compiled.model, seed, { trace, observers });
  const fold = new RunFold(compiled.world, compiled.routers, loop.draws);
  fold.observers().forEach((observer, type) => {
    observers[type] = observer;
  });
  return { loop, fold };
}

export function horizonOf(scenario: Scenario): Micros {
  const { horizon } = scenario.settings;
  return horizon === undefined ? Number.POSITIVE_INFINITY : (parseDuration(horizon) ?? 0);
}

function runFold(scenario: Scenario, compiled: CompiledScenario, seed: number): RunFold {
  const { loop, fold } = start(compiled, seed, false);
  loop.run(horizonOf(scenario));
  fold.finish(loop.quietAt);
  return fold;
}

function finished(scenario: Scenario, compiled: CompiledScenario, seed: number, traced: boolean): Run {
  const running = start(compiled, seed, traced);
  running.loop.run(horizonOf(scenario));
  return runOf(scenario, compiled, seed, running);
}

/** What a loop that has ended amounts to. */
export function runOf(scenario: Scenario, compiled: CompiledScenario, seed: number, running: Running): Run {
  const { loop, fold } = running;
  fold.finish(loop.quietAt);
  const { requirement, reason } = requirementOf(scenario, compiled, seed, running);
  let events: readonly TraceEvent[] | null = null;
  const read = () => {
    events ??= new TraceReader(traceSource(compiled, loop)).read();
    return events;
  };
  const traced = () => {
    events ??= loop.trace === null ? simulate(scenario, { seed }).trace : read();
    return events;
  };
  const verdict = judge({
    fold,
    world: compiled.world,
    endedAt: loop.quietAt,
    requirement,
    reason,
    assumptions: scenario.assumptions,
    chain: (seq) => causesOf(traced(), seq),
  });
  return {
    scenario,
    seed,
    get trace() {
      return loop.trace === null ? [] : read();
    },
    verdict,
    digest: loop.digest.toString(),
    endedAtMs: toMs(loop.now),
    eventCount: loop.handled,
    snapshotAt: (atMs) => snapshotAt(compiled, loop, atMs),
  };
}

function snapshotAt(compiled: CompiledScenario, loop: Loop, atMs: number): Snapshot {
  if (loop.trace === null || loop.history === null) throw new TraceRequired('snapshotAt');
  const at = Math.round(atMs * MICROS_PER_MS);
  const cells = loop.history.at(compiled.model.actors, loop.trace.lastAt(at));
  return new Snapshot(compiled.model, loop.seed, at, cells);
}

export function traceSource({ world, model, routers }: CompiledScenario, loop: Loop) {
  const api = model.actors[API_SERVER_ACTOR]!.cells;
  const pods = loop.cells[API_SERVER_ACTOR]![0] as PodObject[];
  return {
    world,
    trace: loop.trace!,
    history: loop.history!,
    actors: model.actors.map((actor) => actor.name),
    apiServer: API_SERVER_ACTOR,
    podName: (index: number) => pods[index]?.name ?? `pod-${index}`,
    initialRules: new Map<number, ProgrammedRules>(routers.map((router) => [router.actor, router.rules])),
    initialPods: api[0] as readonly PodObject[],
    initialSlices: api[1] as readonly SliceObject[],
  };
}

/** The chain of causes that ends at `seq`, from its beginning. */
export function causesOf(trace: readonly TraceEvent[], seq: number): readonly CauseLink[] {
  const links: CauseLink[] = [];
  for (let at: number | null = seq; at !== null; at = trace[at]!.cause) {
    const { atMs, actor, type, cause } = trace[at]!;
    const from = cause === null ? atMs : trace[cause]!.atMs;
    links.push({ seq: at, atMs, actor, type, tookMs: round(atMs - from) });
  }
  return links.reverse();
}

function round(ms: number): number {
  return Math.round(ms * MICROS_PER_MS) / MICROS_PER_MS;
}

interface Required {
  readonly requirement: Requirement | null;
  readonly reason: NoPreStopReason | undefined;
}

/**
 * How long a hook would have had to be in this very run. Read off it where the routing does not depend on the hook; else off a
 * rerun with the longest hook that fits, in which it does not; else found by reruns.
 */
function requirementOf(
  scenario: Scenario,
  compiled: CompiledScenario,
  seed: number,
  { loop, fold }: Running,
): Required {
  const context: ReadingContext = { draws: loop.draws, minor: compiled.world.minor, kubeletActor };
  if (!fold.pods.some((pod) => pod.routes.some((route) => route.everRouted))) {
    return { requirement: null, reason: 'nothingToJudge' };
  }
  const search: Search = { scenario, seed, context };
  const reading = readRequirement(fold.pods, context);
  // A Service without ports has nothing that could be exposed.
  if (reading.kind === 'read' && reading.requirement === null)
    return { requirement: null, reason: undefined };
  const own = settled(search, reading, fold.pods.length > 1 || fold.pods.some(failsReadiness));
  if (own !== undefined) return { requirement: own, reason: undefined };
  const budget = Math.max(...fold.pods.map((pod) => pod.graceSeconds)) * MICROS_PER_SECOND;
  const atMost = runFold(scenario, withHooks(scenario, budget), seed);
  if (isExposed(atMost)) {
    const shorter = shorterThanLongest(search, fold);
    if (shorter !== null) return { requirement: bisect(search, -1, shorter), reason: undefined };
    const requirement = reading.kind === 'read' ? reading.requirement : null;
    return { requirement, reason: reasonOf(atMost) };
  }
  const requirement = settled(search, readRequirement(atMost.pods, context), true);
  return { requirement: requirement ?? bisect(search, -1, budget / MICROS_PER_MS), reason: undefined };
}

/**
 * Milliseconds of a hook that is enough though the longest is not: an app that accepts for long after the stop signal has the less
 * time for it the longer its hook takes. Looked for at no hook and at those that are there; null where none of them is enough.
 */
function shorterThanLongest(search: Search, { pods }: RunFold): number | null {
  const stated = pods.flatMap(({ template }) => template.containers.map(({ hook }) => hook?.duration ?? 0));
  const lengths = new Set([0, ...stated.map((micros) => Math.ceil(micros / MICROS_PER_MS))]);
  return [...lengths].sort((a, b) => a - b).find((ms) => !isExposed(withHook(search, ms))) ?? null;
}

interface Search {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly context: ReadingContext;
}

function withHook({ scenario, seed }: Search, ms: number): RunFold {
  return runFold(scenario, withHooks(scenario, ms * MICROS_PER_MS), seed);
}

/** Whether a Pod's readiness changes while it stops: a write more, with which routers may let go sooner. */
function failsReadiness({ template }: StoppedPod): boolean {
  return template.containers.some(
    ({ readiness, hook, app }) =>
      readiness !== null && (app.failsReadiness || (hook !== null && hook.effect !== 'none')),
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
  if (isExposed(withHook(search, ms))) return undefined;
  return ms === 0 || isExposed(withHook(search, ms - 1)) ? found : bisect(search, -1, ms - 1);
}

export function isExposed(fold: RunFold): boolean {
  return fold.pods.some((pod) => pod.routes.some((route) => route.exposures.some((port) => port.length > 0)));
}

/** Why even the longest hook was not enough. */
function reasonOf(atMost: RunFold): NoPreStopReason {
  if (atMost.pods.some(neverAccepted)) return 'readyTooEarly';
  return ownDoing(atMost) ? 'routedUntilGone' : 'graceTooShort';
}

/** Exposed before it had begun to accept. */
function neverAccepted({ routes, containers }: StoppedPod): boolean {
  return routes.some(({ accepting, exposures }) =>
    accepting.some(
      (closed, port) =>
        closed !== null &&
        exposures[port]!.length > 0 &&
        containers[closed.container]!.closedAt !== closed.at,
    ),
  );
}

/** Whether some exposure ended only because the Pod itself was gone. */
function ownDoing(fold: RunFold): boolean {
  return fold.pods.some((pod) =>
    pod.routes.some((route) =>
      route.exposures
        .flat()
        .some(({ end }) => end === null || end.origin >= 0 || pod.stoppedBy === 'nodeLost'),
    ),
  );
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
  if (isExposed(without)) exposed = Math.max(exposed, 0);
  else safe = 0;
  for (let tries = 0; safe - exposed > 1; tries++) {
    const informed = wanted !== null && tries < INFORMED_TRIES;
    const middle = informed
      ? Math.min(safe - 1, Math.max(exposed + 1, wanted!))
      : Math.floor((exposed + safe) / 2);
    const fold = withHook(search, middle);
    const needed = wantedMs(search, fold);
    if (isExposed(fold)) {
      [exposed, without] = [middle, fold];
      wanted = needed;
    } else {
      safe = middle;
      wanted = needed === null ? null : Math.min(needed, middle - 1);
    }
  }
  const required = safe * MICROS_PER_MS;
  return { ...decisive(without), exact: required, required };
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

/** One Pod's story in a run. Throws TraceRequired without a trace, and a RangeError for a Pod that never was. */
export function podTimeline(run: Run, pod: string): PodTimeline {
  if (run.trace.length === 0 && run.eventCount > 0) throw new TraceRequired('podTimeline');
  const { world } = run.scenario;
  const template = templateOf(run, pod);
  if (template === undefined) {
    const known = [...new Set(run.trace.flatMap((event) => (event.pod === undefined ? [] : [event.pod])))];
    throw new RangeError(
      `There was no Pod "${pod}" in this run. Pods that something happened to: ${known.join(', ')}.`,
    );
  }
  return readPodTimeline({
    pod,
    trace: run.trace,
    nodes: world.nodes.map((node) => node.name),
    routers: world.routers.map((router) => router.name),
    containers: world.templates[template]!.containers,
  });
}

function templateOf(run: Run, name: string): number | undefined {
  const pods = run.snapshotAt(run.endedAtMs).cells[API_SERVER_ACTOR]![0] as readonly PodObject[];
  return pods.find((pod) => pod.name === name)?.template;
}

/** The rules that a node's packet filter held at an instant. */
export function programmedRulesAt(run: Run, node: string, atMs: number): ProgrammedRules {
  const index = run.scenario.world.nodes.findIndex(({ name }) => name === node);
  if (index < 0) {
    const names = run.scenario.world.nodes.map(({ name }) => name);
    throw new RangeError(`There is no node "${node}". Nodes: ${names.join(', ')}.`);
  }
  const cells = run.snapshotAt(atMs).cells[kubeProxyActor(index)]!;
  return (cells[0]![0] as { readonly rules: ProgrammedRules }).rules;
}

export type { TraceType };
