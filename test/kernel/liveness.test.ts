import { describe, expect, it } from 'vitest';
import type { Reducer } from '../../src/kernel/actor.ts';
import type { Lifetime } from '../../src/kernel/liveness.ts';
import { Loop, type Model } from '../../src/kernel/loop.ts';
import { arm, cancel, after as later } from './toy-effects.ts';
import { actor, modelOf } from './toy-model.ts';

/** Who asks a shop asks every 10 µs until it has what it wants, or, impatient, every 4; the answer takes 1 µs. Deliveries fill the shop. */
const ASK = 0;
const ANSWER = 1;
const DELIVERY = 2;
const IMPATIENT = 5;
const LIFETIMES: readonly Lifetime[] = ['retry', 'round', 'essential', 'recurring'];

const ask: Reducer<number, null> = (stock, event) => [stock, [later(ANSWER, 0, 0, 0, event.about, stock, 1)]];
const answer: Reducer<number, number> = (stock, event) => {
  const { about: wanted, data: seen } = event;
  if (seen >= wanted) return [stock, [later(DELIVERY, 0, 0, 0, 0, -wanted, 0)]];
  return [stock, [later(ASK, 0, 0, 0, wanted, null, wanted === IMPATIENT ? 3 : 9)]];
};
const delivery: Reducer<number, number> = (stock, event) => [stock + event.data, []];
const tick: Reducer<number, null> = (stock) => [stock, [later(3, 0, 0, 0, 0, null, 3)]];

function run(initial: Model['initial'], maxTime = 10_000): Loop {
  const model = modelOf([actor('shop', [ask, answer, delivery, tick], [[0]])], {
    types: ['ask', 'answer', 'delivery', 'tick'],
    lifetimes: LIFETIMES,
    initial,
    limits: { maxEvents: 10_000, maxTraceEvents: 10_000, maxTime, maxPending: 100 },
  });
  const loop = new Loop(model, 0, { trace: true });
  loop.run();
  return loop;
}

const asks = (loop: Loop) => loop.trace!.times.filter((_, index) => loop.trace!.types[index] === ASK);
const wants = (count: number, at = 0) => later(ASK, 0, 0, 0, count, null, at);
const delivers = (count: number, at: number) => later(DELIVERY, 0, 0, 0, 0, count, at);

describe('a retry', () => {
  it('is made once, and not again where nothing has happened since', () => {
    const loop = run([wants(1)]);
    expect(asks(loop)).toEqual([0]);
    expect(loop.now).toBe(1);
  });

  it('is made again and again while something essential is to come, and once more after it', () => {
    expect(asks(run([wants(2), delivers(1, 25)]))).toEqual([0, 10, 20, 30]);
  });

  it('is made once more where something happened between its question and the answer', () => {
    const loop = run([wants(2), delivers(2, 21)]);
    expect(asks(loop)).toEqual([0, 10, 20, 30]);
    expect(loop.cells[0]![0]![0]).toBe(0);
  });

  it('keeps the retries of others going, which its success may help', () => {
    const loop = run([wants(IMPATIENT), wants(2, 7), delivers(2, 9)]);
    expect(loop.cells[0]![0]![0]).toBe(0);
    expect(asks(loop)).toEqual([0, 4, 7, 8, 12, 16, 17, 20]);
  });

  it('ends what recurs with it', () => {
    const loop = run([wants(1), later(3, 0, 0, 0, 0, null, 0)]);
    expect(loop.now).toBe(1);
    expect(loop.nextAt()).toBeNull();
  });

  it('that was cancelled keeps nothing going', () => {
    const armed = arm(7, ASK, 0, 0, 0, 1, null, 50);
    const loop = run([armed, cancel(7, 0, 0, 0), later(3, 0, 0, 0, 0, null, 0)]);
    expect(asks(loop)).toEqual([]);
    expect(loop.handled).toBe(0);
  });
});
