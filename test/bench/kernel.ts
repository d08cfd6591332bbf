import type { Actor, Reducer } from '../../src/kernel/actor.ts';
import { after, type Effect } from '../../src/kernel/event.ts';
import { actorId, type CellKind, cellKind, eventType } from '../../src/kernel/ids.ts';
import { Loop, type Model } from '../../src/kernel/loop.ts';
import { BareHeap } from './bare-heap.ts';
import { type Contestant, measure, speedRatio, table } from './measure.ts';

/**
 * The hold model: take the earliest event, schedule one at an increment from it, with a constant number of events pending.
 * The increments are one precomputed table of exponentially distributed whole microseconds, the same for all.
 */
const INCREMENTS = 1 << 16;
const MEAN_MICROS = 1_000;
const increments = exponentialTable();

function exponentialTable(): Int32Array {
  const values = new Int32Array(INCREMENTS);
  let state = 12_345;
  for (let index = 0; index < INCREMENTS; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[index] = Math.round(-Math.log((state + 1) / 4_294_967_297) * MEAN_MICROS);
  }
  return values;
}

function incrementOf(count: number): number {
  return increments[count & (INCREMENTS - 1)]!;
}

export function bare(pending: number, holds: number): Contestant {
  const prepare = () => {
    const heap = new BareHeap(pending);
    for (let count = 0; count < pending; count++) heap.push(incrementOf(count), count, count);
    return () => {
      for (let count = pending; count < pending + holds; count++) {
        const at = heap.times[0]! + incrementOf(count);
        const payload = heap.payloads[0]!;
        heap.pop();
        heap.push(at, count, payload);
      }
      return holds;
    };
  };
  return { name: 'bare', prepare };
}

const HOLD = eventType<'hold', null>(0);
const HOLDER = actorId<'holder'>(0);
const COUNT = cellKind<CellKind<'holder', 'hold', number, number>>(0);

function held(count: number): Effect {
  const delay = incrementOf(count);
  return after({ type: HOLD, actor: HOLDER, kind: COUNT, object: 0, about: 0, data: null, delay });
}

const hold: Reducer<number, null> = (count) => [count + 1, [held(count)]];

export function kernel(pending: number, holds: number): Contestant {
  const actor: Actor = {
    name: 'holder',
    behaviour: { sort: 'holder', kinds: ['count'], reducers: [hold] },
    self: null,
    cells: [[pending]],
  };
  const prepare = () => {
    const initial = Array.from({ length: pending }, (_, count) => held(count));
    const model: Model = { actors: [actor], types: ['hold'], sites: [], links: 0, initial, ties: 'sequence' };
    const loop = new Loop(model, 0, { trace: false });
    return () => {
      // As long as it takes for about as many holds: each of those pending comes once in a mean increment.
      loop.run(Math.round((holds * MEAN_MICROS) / pending));
      return loop.handled;
    };
  };
  return { name: 'kernel', prepare };
}

/** The part of simjs that is used: it has no types of its own. */
interface SimEntity {
  setTimer(duration: number): { done(callback: () => void): unknown };
}
interface SimModule {
  Sim: new () => {
    addEntity<E extends SimEntity>(entity: new (...args: unknown[]) => E): E;
    simulate(end: number, maxEvents: number): boolean;
  };
  Entity: new (...args: unknown[]) => SimEntity;
}

async function loadSimjs(): Promise<SimModule> {
  // Its bundle exports nothing and hangs itself on a browser's window.
  const host = globalThis as { window?: { Sim?: SimModule } };
  host.window ??= {};
  // @ts-expect-error simjs has no types
  await import('simjs');
  if (host.window.Sim === undefined) throw new Error('simjs did not load');
  return host.window.Sim;
}

const simjsModule = await loadSimjs();

function simjs(pending: number, holds: number): Contestant {
  class Holder extends simjsModule.Entity {
    count = 0;
    start(): void {
      for (; this.count < pending; this.count++) this.schedule(incrementOf(this.count));
    }
    hold(): void {
      this.schedule(incrementOf(this.count++));
    }
    private schedule(delay: number): void {
      this.setTimer(delay).done(this.hold);
    }
  }
  const prepare = () => {
    const sim = new simjsModule.Sim();
    const holder = sim.addEntity(Holder);
    return () => {
      sim.simulate(Number.MAX_SAFE_INTEGER, holds);
      return holder.count - pending;
    };
  };
  return { name: 'simjs', prepare };
}

const SIZES = [
  { pending: 10, holds: 400_000, rounds: 9 },
  { pending: 1_000, holds: 300_000, rounds: 9 },
  { pending: 100_000, holds: 200_000, rounds: 5 },
];

export const name = 'kernel';

/** What the kernel's loop costs beside the bare heap under it and beside a simulator of the same kind. */
export function run(print: (text: string) => void): void {
  const rows = [['hold model', 'bare', 'kernel', 'simjs', 'kernel / bare', 'kernel / simjs']];
  for (const { pending, holds, rounds } of SIZES) {
    const contestants = [bare, kernel, simjs].map((make) => make(pending, holds));
    const [least, ours, theirs] = measure(contestants, { rounds });
    const times = [least!, ours!, theirs!].map(({ nanoseconds }) => `${nanoseconds.toFixed(0)} ns`);
    const ratios = [least!, theirs!].map((other) => speedRatio(ours!, other).toFixed(2));
    rows.push([`${pending.toLocaleString('en')} pending`, ...times, ...ratios]);
  }
  print(table(rows));
}
