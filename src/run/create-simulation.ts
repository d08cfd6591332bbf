import { EventEmitter } from 'eventemitter3';
import { EVENT_TYPES, type TraceType } from '../cluster/events.ts';
import { didYouMean } from '../cluster/similar.ts';
import { initialCells } from '../kernel/cells.ts';
import { copyOf, type SimEvent } from '../kernel/event.ts';
import { type Snapshot as ClusterSnapshot, Snapshot } from '../kernel/snapshot.ts';
import { type Duration, type Micros, toMs } from '../kernel/time.ts';
import { demand } from '../scenario/arguments.ts';
import { readDuration, readOptions, simulationOptions, wrongArgument } from '../scenario/options.ts';
import { drawn } from '../scenario/ranges.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type TraceEvent, type TraceEventOf, TraceReader } from '../verdict/trace-events.ts';
import { type CompiledScenario, compiledScenario } from './compiled-scenario.ts';
import { horizonOf, type Running, start } from './observed-loop.ts';
import { type Run, runOf, traceSource } from './simulate.ts';

/** What a live simulation tells its listeners: every event under `event`, and each under its own type, with that type's `data`. */
export type SimulationEvents = {
  readonly [K in TraceType | 'event']: (event: K extends TraceType ? TraceEventOf<K> : TraceEvent) => void;
};

/** A run that goes on only as far as it is told to. Listeners watch; nothing they do changes what happens. */
export interface Simulation {
  readonly nowMs: number;
  /** Whether nothing is left to happen, up to the scenario's `horizon`. */
  readonly done: boolean;
  /** Handles the next event and returns it; undefined where nothing is left. */
  step(): TraceEvent | undefined;
  /** Handles all that is due within the next `duration`, and lets that time pass, up to the `horizon`. */
  runUntil(duration: Duration): readonly TraceEvent[];
  /** Runs to the end, which is the scenario's `horizon` where it has one. */
  finish(): Run;
  /** Calls the listener with every event of a type, or with all under `event`. Throws an OptionsError for a type that there is none of. */
  on<K extends keyof SimulationEvents>(type: K, listener: SimulationEvents[K]): Simulation;
  /** Calls it no more. */
  off<K extends keyof SimulationEvents>(type: K, listener: SimulationEvents[K]): Simulation;
  /** The cells as they are now. */
  snapshot(): ClusterSnapshot;
  /** A copy of the event that `reduce` would answer next, as actors see it. */
  peek(): SimEvent | undefined;
}

/** How a simulation that is stepped by hand begins. */
export interface SimulationOptions {
  readonly seed?: number;
}

/** Starts a run that is stepped by hand. Throws an OptionsError for options that are none. */
export function createSimulation(scenario: Scenario, options: SimulationOptions = {}): Simulation {
  demand('createSimulation', 'scenario', scenario);
  const { seed } = readOptions('createSimulation', simulationOptions, options);
  return new SteppedSimulation(scenario, seed);
}

/** As the emitter keeps it: `step` calls it with events of its type alone. */
type Listener = (event: TraceEvent) => void;

class SteppedSimulation implements Simulation {
  private readonly emitter = new EventEmitter<{ [K in keyof SimulationEvents]: Listener }>();
  private readonly compiled: CompiledScenario;
  private readonly running: Running;
  private readonly reader: TraceReader;
  private readonly horizon: Micros;

  private readonly scenario: Scenario;

  constructor(
    given: Scenario,
    private readonly seed: number,
  ) {
    const scenario = drawn(given, seed);
    this.scenario = scenario;
    this.horizon = horizonOf(scenario);
    this.compiled = compiledScenario(scenario);
    this.running = start(this.compiled, seed, true);
    this.reader = new TraceReader(traceSource(this.compiled, this.running.loop));
  }

  get nowMs(): number {
    return toMs(this.running.loop.now);
  }

  get done(): boolean {
    return !this.isDueBy(this.horizon);
  }

  step(): TraceEvent | undefined {
    if (this.done || this.running.loop.step() === undefined) return undefined;
    const [event] = this.reader.read();
    if (event === undefined) return undefined;
    this.emitter.emit('event', event);
    this.emitter.emit(event.type, event);
    return event;
  }

  runUntil(duration: Duration): readonly TraceEvent[] {
    const length = readDuration('runUntil', duration);
    const { loop } = this.running;
    const until = Math.min(this.horizon, loop.now + length);
    const events: TraceEvent[] = [];
    while (this.isDueBy(until)) {
      const event = this.step();
      if (event !== undefined) events.push(event);
    }
    loop.run(until);
    return events;
  }

  finish(): Run {
    while (this.step() !== undefined);
    // What time is left until the horizon passes.
    this.running.loop.run(this.horizon);
    return runOf(this.scenario, this.compiled, this.seed, this.running);
  }

  on(type: keyof SimulationEvents, listener: (event: never) => void): Simulation {
    this.emitter.on(known('on', type), listener as Listener);
    return this;
  }

  off(type: keyof SimulationEvents, listener: (event: never) => void): Simulation {
    this.emitter.off(known('off', type), listener as Listener);
    return this;
  }

  snapshot(): ClusterSnapshot {
    const { loop } = this.running;
    const { model } = this.compiled;
    const last = loop.handled - 1;
    const cells = last < 0 ? initialCells(model.actors) : loop.history!.at(model.actors, last);
    return new Snapshot(model, this.seed, loop.now, cells, loop.draws.objects.slice());
  }

  peek(): SimEvent | undefined {
    const next = this.done ? undefined : this.running.loop.peek();
    return next === undefined ? undefined : copyOf(next);
  }

  private isDueBy(until: Micros): boolean {
    const at = this.running.loop.nextAt();
    return at !== null && at <= until;
  }
}

/** Nobody would hear of a listener to what never happens. */
function known(call: string, type: keyof SimulationEvents): TraceType {
  const types: readonly string[] = ['event', ...EVENT_TYPES];
  if (types.includes(type)) return type as TraceType;
  const message = `"${String(type)}" is no type of event.`;
  throw wrongArgument(call, [], message, type, `Use "event" for all.${didYouMean(String(type), types)}`);
}
