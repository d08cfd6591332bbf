import { EventEmitter } from 'eventemitter3';
import type { TraceType } from './cluster/events.ts';
import { initialCells } from './kernel/cells.ts';
import type { SimEvent } from './kernel/event.ts';
import { Snapshot } from './kernel/snapshot.ts';
import { type Duration, parseDuration, toMs } from './kernel/time.ts';
import { type CompiledScenario, compiledScenario } from './model.ts';
import type { Scenario } from './scenario/scenario.ts';
import { type ClusterSnapshot, type Run, type Running, runOf, start, traceSource } from './simulate.ts';
import { type TraceEvent, TraceReader } from './verdict/trace-events.ts';

/** What a live simulation tells its listeners: every event under `event`, and each under its own type. */
export type SimulationEvents = { readonly [K in TraceType | 'event']: (event: TraceEvent) => void };

/** A run that goes on only as far as it is told to. Listeners watch; nothing they do changes what happens. */
export interface Simulation {
  readonly nowMs: number;
  /** Whether anything is left to happen. */
  readonly done: boolean;
  /** Handles the next event and returns it; undefined where nothing is left. */
  step(): TraceEvent | undefined;
  /** Handles all that is due within the next `duration`, and lets that time pass. */
  runUntil(duration: Duration): readonly TraceEvent[];
  /** Runs to the end. */
  finish(): Run;
  on<K extends keyof SimulationEvents>(type: K, listener: SimulationEvents[K]): Simulation;
  off<K extends keyof SimulationEvents>(type: K, listener: SimulationEvents[K]): Simulation;
  /** The cells as they are now. */
  snapshot(): ClusterSnapshot;
  /** The event that `reduce` would answer next, as actors see it. */
  peek(): SimEvent | undefined;
}

export interface SimulationOptions {
  readonly seed?: number;
}

/** Starts a run that is stepped by hand. */
export function createSimulation(scenario: Scenario, options: SimulationOptions = {}): Simulation {
  const { seed = 0 } = options;
  return new SteppedSimulation(scenario, seed);
}

class SteppedSimulation implements Simulation {
  private readonly emitter = new EventEmitter<{ [K in keyof SimulationEvents]: [TraceEvent] }>();
  private readonly compiled: CompiledScenario;
  private readonly running: Running;
  private readonly reader: TraceReader;

  constructor(
    private readonly scenario: Scenario,
    private readonly seed: number,
  ) {
    this.compiled = compiledScenario(scenario);
    this.running = start(this.compiled, seed, true);
    this.reader = new TraceReader(traceSource(this.compiled, this.running.loop));
  }

  get nowMs(): number {
    return toMs(this.running.loop.now);
  }

  get done(): boolean {
    return this.running.loop.nextAt() === null;
  }

  step(): TraceEvent | undefined {
    if (this.running.loop.step() === undefined) return undefined;
    const [event] = this.reader.read();
    if (event === undefined) return undefined;
    this.emitter.emit('event', event);
    this.emitter.emit(event.type, event);
    return event;
  }

  runUntil(duration: Duration): readonly TraceEvent[] {
    const length = parseDuration(duration);
    if (length === null)
      throw new RangeError(`runUntil: "${duration}" is no duration; write it like "250ms" or "5s".`);
    const { loop } = this.running;
    const until = loop.now + length;
    const events: TraceEvent[] = [];
    for (let at = loop.nextAt(); at !== null && at <= until; at = loop.nextAt()) {
      const event = this.step();
      if (event !== undefined) events.push(event);
    }
    loop.run(until);
    return events;
  }

  finish(): Run {
    while (this.step() !== undefined);
    return runOf(this.scenario, this.compiled, this.seed, this.running);
  }

  on<K extends keyof SimulationEvents>(type: K, listener: SimulationEvents[K]): Simulation {
    this.emitter.on(type as TraceType, listener);
    return this;
  }

  off<K extends keyof SimulationEvents>(type: K, listener: SimulationEvents[K]): Simulation {
    this.emitter.off(type as TraceType, listener);
    return this;
  }

  snapshot(): ClusterSnapshot {
    const { loop } = this.running;
    const { model } = this.compiled;
    const last = loop.handled - 1;
    const cells = last < 0 ? initialCells(model.actors) : loop.history!.at(model.actors, last);
    return new Snapshot(model, this.seed, loop.now, cells);
  }

  peek(): SimEvent | undefined {
    return this.running.loop.peek();
  }
}
