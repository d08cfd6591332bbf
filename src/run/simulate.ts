import { API } from '../actors/protocol.ts';
import { dataPlaneName } from '../cluster/actor-names.ts';
import type { TraceType } from '../cluster/events.ts';
import type { PodObject, ProgrammedRules, Routing, SliceObject } from '../cluster/state.ts';
import { LimitExceeded } from '../kernel/limits.ts';
import type { Loop } from '../kernel/loop.ts';
import { type Snapshot as ClusterSnapshot, Snapshot } from '../kernel/snapshot.ts';
import { betweenMs, MICROS_PER_MS, toMs } from '../kernel/time.ts';
import { demand } from '../scenario/arguments.ts';
import { readOptions, simulateOptions, wrongArgument } from '../scenario/options.ts';
import { drawn } from '../scenario/ranges.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Needed } from '../verdict/judged.ts';
import { type PodTimeline, readPodTimeline } from '../verdict/pod-timeline.ts';
import { type TraceEvent, TraceReader, type TraceSource } from '../verdict/trace-events.ts';
import type { CauseLink, Verdict } from '../verdict/types.ts';
import { judge } from '../verdict/verdict.ts';
import { type CompiledScenario, compiledScenario } from './compiled-scenario.ts';
import { horizonOf, isCut, type Running, ran, start } from './observed-loop.ts';
import { prover } from './proven-fix.ts';
import { readOff, requirementOf } from './requirement.ts';
import { openHooks } from './unknown-hooks.ts';

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

/** Which run it is, and what is kept of it. */
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

/**
 * Runs a scenario under one seed. One run is one sample of the delays; searches and campaigns run many. Throws an OptionsError for
 * options that are none.
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): Run {
  demand('simulate', 'scenario', scenario);
  const { seed, trace } = readOptions('simulate', simulateOptions, options);
  return trace === 'full' ? traced(scenario, seed) : untraced(scenario, seed);
}

/** A run with its trace, or without one where that would be longer than the scenario's limits allow. */
export function simulateTraced(scenario: Scenario, seed: number): Run {
  try {
    return traced(scenario, seed);
  } catch (error) {
    if (!(error instanceof LimitExceeded) || error.limit !== 'maxTraceEvents') throw error;
    return untraced(scenario, seed);
  }
}

function traced(scenario: Scenario, seed: number): Run {
  return finished(scenario, seed, true);
}

/** A run that keeps no events, of a seed that is known to be one. */
export function untraced(scenario: Scenario, seed: number): Run {
  return finished(scenario, seed, false);
}

function finished(given: Scenario, seed: number, trace: boolean): Run {
  const scenario = drawn(given, seed);
  const compiled = compiledScenario(scenario);
  const running = start(compiled, seed, trace);
  running.loop.run(horizonOf(scenario));
  return runOf(scenario, compiled, seed, running);
}

/** What a run means, for those who need no more of it. `depth`: how many fixes were carried out in the scenario. */
export function judgement(given: Scenario, seed: number, depth = 0): Verdict {
  const scenario = drawn(given, seed);
  const compiled = compiledScenario(scenario);
  const running = start(compiled, seed, false);
  running.loop.run(horizonOf(scenario));
  return runOf(scenario, compiled, seed, running, depth).verdict;
}

const outcomeUnder = (seed: number) => (scenario: Scenario) => judgement(scenario, seed).outcome;

/**
 * Judges a run for those who count many: the preStop that it would have needed is read off the run itself where that is safe, without
 * the reruns that prove it; where connections could be lost it is looked for as `simulate` does, if `exact` says so.
 */
export function estimate(given: Scenario, seed: number, exact: boolean): Pick<Run, 'seed' | 'verdict'> {
  const scenario = drawn(given, seed);
  const compiled = compiledScenario(scenario);
  const running = ran(scenario, compiled, seed);
  const { fold } = running;
  const verdict = judgeRun(scenario, compiled, seed, running, {
    needed:
      exact && fold.exposed
        ? () => requirementOf(scenario, compiled, seed, running)
        : () => readOff(scenario, compiled, seed, running),
    events: () => simulateTraced(scenario, seed).trace,
    depth: 0,
  });
  return { seed, verdict };
}

/** What a loop that has ended amounts to. */
export function runOf(
  scenario: Scenario,
  compiled: CompiledScenario,
  seed: number,
  running: Running,
  depth = 0,
): Run {
  const { loop, fold } = running;
  fold.finish(loop.quietAt);
  let repeated: readonly TraceEvent[] | null = null;
  const events = () => {
    if (loop.trace !== null) return run.trace;
    repeated ??= simulateTraced(scenario, seed).trace;
    return repeated;
  };
  const needed = () => requirementOf(scenario, compiled, seed, running);
  const verdict = judgeRun(scenario, compiled, seed, running, { needed, events, depth });
  const run = new EndedRun(scenario, seed, verdict, compiled, loop);
  return run;
}

interface Askable {
  /** The preStop that it would have needed: asked for once at most. */
  readonly needed: () => Needed;
  readonly events: () => readonly TraceEvent[];
  /** How many fixes were carried out in the scenario. */
  readonly depth: number;
}

function judgeRun(
  scenario: Scenario,
  { world }: CompiledScenario,
  seed: number,
  { loop, fold }: Running,
  { needed, events, depth }: Askable,
): Verdict {
  let found: Needed | null = null;
  const outcomeOf = outcomeUnder(seed);
  const proven = prover({ scenario, verdictOf: (fixed) => judgement(fixed, seed, depth + 1), depth });
  return judge({
    fold,
    world,
    endedAt: loop.quietAt,
    needed: () => {
      found ??= needed();
      return found;
    },
    cut: isCut(scenario, loop),
    assumptions: scenario.assumptions,
    doubts: scenario.doubts,
    proven,
    openHooks: (outcome) => openHooks(outcome, { scenario, fold, outcomeOf }),
    chain: (seq) => causesOf(events(), seq),
  });
}

/** A state of a cell, and the event from which on it held. */
export interface PastState {
  readonly seq: number;
  readonly atMs: number;
  readonly state: unknown;
}

/** A class, since the accessors of an object literal would be made anew for each run and keep it from being collected early. */
class EndedRun implements Run {
  readonly digest: string;
  readonly endedAtMs: number;
  readonly eventCount: number;
  readonly #compiled: CompiledScenario;
  readonly #loop: Loop;
  #events: readonly TraceEvent[] | null = null;

  constructor(
    readonly scenario: Scenario,
    readonly seed: number,
    readonly verdict: Verdict,
    compiled: CompiledScenario,
    loop: Loop,
  ) {
    this.#compiled = compiled;
    this.#loop = loop;
    this.digest = loop.digest.toString();
    this.endedAtMs = toMs(loop.now);
    this.eventCount = loop.handled;
  }

  get trace(): readonly TraceEvent[] {
    if (this.#loop.trace === null) return [];
    this.#events ??= readTrace(this.#compiled, this.#loop);
    return this.#events;
  }

  snapshotAt(atMs: number): Snapshot {
    const { trace, history, seed, draws } = this.#loop;
    if (trace === null || history === null) throw new TraceRequired('snapshotAt');
    const at = Math.round(atMs * MICROS_PER_MS);
    const { model } = this.#compiled;
    return new Snapshot(model, seed, at, history.at(model.actors, trace.lastAt(at)), draws.objects);
  }

  /** Every state that the first cell of an actor had, from its event on; the first is what it began with. */
  statesOf(names: ReadonlySet<string>): ReadonlyMap<string, readonly PastState[]> {
    const { trace, history } = this.#loop;
    if (trace === null || history === null) throw new TraceRequired('statesOf');
    const { actors } = this.#compiled.model;
    const found = new Map<string, PastState[]>();
    actors.forEach(({ name, cells }) => {
      if (names.has(name)) found.set(name, [{ seq: -1, atMs: 0, state: cells[0]![0] }]);
    });
    history.each((seq, actor, kind, object, state) => {
      if (kind === 0 && object === 0)
        found.get(actors[actor]!.name)?.push({ seq, atMs: toMs(trace.times[seq]!), state });
    });
    return found;
  }

  toJSON(): object {
    const { scenario, seed, trace, verdict, digest, endedAtMs, eventCount } = this;
    return { scenario, seed, trace, verdict, digest, endedAtMs, eventCount };
  }
}

function readTrace(compiled: CompiledScenario, loop: Loop): readonly TraceEvent[] {
  return new TraceReader(traceSource(compiled, loop)).read();
}

export function traceSource({ world, wiring, actors, routers }: CompiledScenario, loop: Loop): TraceSource {
  const { apiServer } = wiring;
  const initial = actors[apiServer]!.cells;
  const pods = loop.cells[apiServer]![API.pod] as PodObject[];
  return {
    world,
    trace: loop.trace!,
    history: loop.history!,
    actors: actors.map(({ name, sort, node }) => ({ name, sort, node: world.nodes[node]?.name })),
    apiServer: { actor: apiServer, ...API },
    podName: (index: number) => pods[index]?.name ?? `pod-${index}`,
    initialRules: new Map<number, ProgrammedRules>(routers.map((router) => [router.actor, router.rules])),
    initialPods: initial[API.pod] as readonly PodObject[],
    initialSlices: initial[API.endpointSlice] as readonly SliceObject[],
  };
}

/** The chain of causes that ends at `seq`, from its beginning; empty without a trace. */
export function causesOf(trace: readonly TraceEvent[], seq: number): readonly CauseLink[] {
  const links: CauseLink[] = [];
  for (let at: number | null = trace.length === 0 ? null : seq; at !== null; at = trace[at]!.cause) {
    const { atMs, actor, type, cause } = trace[at]!;
    const from = cause === null ? atMs : trace[cause]!.atMs;
    links.push({ seq: at, atMs, actor, type, tookMs: betweenMs(from, atMs) });
  }
  return links.reverse();
}

/** One Pod's story in a run. Throws TraceRequired without a trace, and an OptionsError for a Pod that never was. */
export function podTimeline(run: Run, pod: string): PodTimeline {
  demand('podTimeline', 'run', run);
  if (run.trace.length === 0 && run.eventCount > 0) throw new TraceRequired('podTimeline');
  const { world } = run.scenario;
  const template = templateOf(run, pod);
  if (template === undefined) {
    const known = [...new Set(run.trace.flatMap((event) => (event.pod === undefined ? [] : [event.pod])))];
    throw wrongArgument(
      'podTimeline',
      ['pod'],
      typeof pod === 'string'
        ? `there was no Pod "${pod}" in this run.`
        : 'its second argument must be the name of a Pod.',
      pod,
      `Pods that something happened to: ${known.join(', ')}.`,
    );
  }
  return readPodTimeline({
    pod,
    trace: run.trace,
    nodes: world.nodes.map((node) => node.name),
    agent: world.dataPlane.agent,
    routers: world.routers.map((router) => router.name),
    containers: world.templates[template]!.containers,
  });
}

function templateOf(run: Run, name: string): number | undefined {
  const pods = run.snapshotAt(run.endedAtMs).actor('api-server')!.pod as readonly PodObject[];
  return pods.find((pod) => pod.name === name)?.template;
}

/** The rules that a node's data plane held at an instant. */
export function programmedRulesAt(run: Run, node: string, atMs: number): ProgrammedRules {
  demand('rulesAt', 'run', run);
  const index = run.scenario.world.nodes.findIndex(({ name }) => name === node);
  if (index < 0) {
    const names = run.scenario.world.nodes.map(({ name }) => name);
    throw wrongArgument(
      'rulesAt',
      ['node'],
      `there is no node "${node}".`,
      node,
      `Nodes: ${names.join(', ')}.`,
    );
  }
  const proxy = run.snapshotAt(atMs).actor(dataPlaneName(run.scenario.world.dataPlane.agent, node))!;
  return (proxy.node![0] as Routing).rules;
}

/** What a node's data plane held, from its event on. */
export interface HeldRules {
  readonly seq: number;
  readonly atMs: number;
  readonly rules: ProgrammedRules;
}

/** All rules that these nodes' data planes ever held, in their order. Throws TraceRequired without a trace. */
export function programmedRulesOf(
  run: Run,
  nodes: readonly string[],
): ReadonlyMap<string, readonly HeldRules[]> {
  if (!(run instanceof EndedRun)) throw new TraceRequired('programmedRulesOf');
  const { world } = run.scenario;
  const actors = new Map(
    world.nodes.flatMap(({ name }) =>
      nodes.includes(name) ? [[dataPlaneName(world.dataPlane.agent, name), name] as const] : [],
    ),
  );
  const held = new Map<string, HeldRules[]>();
  for (const [actor, states] of run.statesOf(new Set(actors.keys()))) {
    const own: HeldRules[] = [];
    for (const { seq, atMs, state } of states) {
      const { rules } = state as { readonly rules: ProgrammedRules };
      if (own.at(-1)?.rules !== rules) own.push({ seq, atMs, rules });
    }
    held.set(actors.get(actor)!, own);
  }
  return held;
}

export type { TraceType };
