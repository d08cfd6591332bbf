import { describe, expect, test } from 'vitest';
import type { Reducer } from '../../src/kernel/actor.ts';
import { initialCells } from '../../src/kernel/cells.ts';
import { uniform } from '../../src/kernel/distribution.ts';
import { type Effect, Mode } from '../../src/kernel/event.ts';
import { type CellKind, cellKind, siteId } from '../../src/kernel/ids.ts';
import { Loop } from '../../src/kernel/loop.ts';
import { keyOf, NO_KEY } from '../../src/kernel/names.ts';
import { reduce, Snapshot } from '../../src/kernel/snapshot.ts';
import { arm, cancel, after as later, put, send } from './toy-effects.ts';
import { actor, modelOf } from './toy-model.ts';

const COUNT = 0;
const RING = 1;
const ROUNDS = 40;
const LUCK = keyOf('luck');
const RECORD = cellKind<CellKind<'toy', never, string, number>>(1);

interface Counter {
  readonly count: number;
  readonly luck: number;
}

/** Counts, keeps a record in another cell, plays with a timer, and passes the count on. */
const count: Reducer<Counter, number> = (state, event, ctx) => {
  const effects: Effect[] = [
    put(1, event.data % 3, `${ctx.cell(RECORD, event.data % 3)}+${event.data}`),
    state.count % 2 === 0 ? arm(0, RING, ctx.actor, 0, 1, 0, event.data, 30) : cancel(0, ctx.actor, 0, 1),
  ];
  if (event.data < ROUNDS)
    effects.push(send(COUNT, 1 - ctx.actor, 0, 0, event.data, event.data + 1, ctx.actor, 0));
  return [
    { count: state.count + 1, luck: ctx.bits(LUCK, NO_KEY, event.data) + ctx.fixed(siteId(0), 1) },
    effects,
  ];
};
const ring: Reducer<readonly number[], number> = (rings, event) => [[...rings, event.data], []];

function players() {
  const start = (): Counter => ({ count: 0, luck: 0 });
  return ['left', 'right'].map((name) =>
    actor(
      name,
      [count, ring],
      [
        [start(), []],
        ['a', 'b', 'c'],
      ],
    ),
  );
}

const model = modelOf(players(), {
  sites: [uniform(1, 60)],
  links: 2,
  initial: [later(COUNT, 0, 0, 0, 0, 1, 0)],
});

const atStart = (seed: number) => new Snapshot(model, seed, 0, initialCells(model.actors));

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

const outline = (effects: readonly Effect[]) =>
  effects.map(({ mode, type, actor, kind, object, data, delay, channel }) => ({
    mode,
    type,
    actor,
    kind,
    object,
    data,
    delay,
    channel,
  }));

describe('reduce', () => {
  const event = () => Object.assign(later(COUNT, 0, 0, 0, 0, 4, 0), { at: 17 });

  test('gives the same for the same snapshot and event', () => {
    const snapshot = atStart(5);
    const [first, firstEffects] = reduce(snapshot, event());
    const [second, secondEffects] = reduce(snapshot, event());
    expect(second.cells).toEqual(first.cells);
    expect(outline(secondEffects)).toEqual(outline(firstEffects));
    expect(first.cells[0]![0]![0]).not.toEqual(snapshot.cells[0]![0]![0]);
  });

  test('leaves the snapshot and the event that it is given alone', () => {
    const snapshot = new Snapshot(model, 5, 0, frozen(initialCells(players())));
    const given = frozen(event());
    const [next] = reduce(snapshot, given);
    expect(snapshot.cells).toEqual(initialCells(players()));
    expect(next).not.toBe(snapshot);
    expect([given.seq, given.cause, given.at]).toEqual([-1, -1, 17]);
  });

  test('shares what does not change', () => {
    const snapshot = atStart(5);
    const [next] = reduce(snapshot, event());
    expect(next.cells[1]).toBe(snapshot.cells[1]);
    expect(next.cells[0]![0]![1]).toBe(snapshot.cells[0]![0]![1]);
    expect(next.cells[0]![0]![0]).not.toBe(snapshot.cells[0]![0]![0]);
  });

  test('shares all cells where the reducer answers with the state it was given', () => {
    const idle = modelOf([actor('idle', [(state) => [state, []]])]);
    const snapshot = new Snapshot(idle, 0, 0, initialCells(idle.actors));
    expect(reduce(snapshot, later(0, 0, 0, 0, 0, null, 0))[0].cells).toBe(snapshot.cells);
  });

  test('carries out what replaces cells and returns the other effects, without scheduling them', () => {
    const [next, effects] = reduce(atStart(5), event());
    expect(next.cells[0]![1]).toEqual(['a', 'b+4', 'c']);
    expect(effects.map((effect) => effect.mode)).toEqual([Mode.arm, Mode.send]);
    expect(effects.map((effect) => [effect.at, effect.cause, effect.seq])).toEqual([
      [0, -1, -1],
      [0, -1, -1],
    ]);
  });

  test('dates the new snapshot by the event', () => {
    expect(reduce(atStart(5), event())[0].at).toBe(17);
  });

  test.each([
    { what: 'an event that nobody handles', bad: later(2, 0, 0, 0, 0, null, 0), named: '"third"' },
    {
      what: 'an event to an actor that does not exist',
      bad: later(0, 7, 0, 0, 0, null, 0),
      named: '"first"',
    },
  ])('refuses $what by its name', ({ bad, named }) => {
    expect(() => reduce(atStart(0), bad)).toThrow(`No actor of this snapshot handles ${named}.`);
  });
});

describe.each([1, 2, 3])('a run with seed %i', (seed) => {
  function stepByStep() {
    const loop = new Loop(model, seed, { trace: true });
    const snapshots = [atStart(seed)];
    for (let event = loop.step(); event !== undefined; event = loop.step()) {
      const [next] = reduce(snapshots.at(-1)!, event);
      expect(next.cells).toEqual(loop.cells);
      snapshots.push(next);
    }
    return { loop, snapshots };
  }

  test('is the fold of its events with reduce', () => {
    const { loop, snapshots } = stepByStep();
    expect(loop.handled).toBeGreaterThan(ROUNDS);
    expect(snapshots.at(-1)!.cells[0]![0]![1]).not.toEqual([]);
  });

  test('can be looked at as it was after each of its events', () => {
    const { loop, snapshots } = stepByStep();
    for (const [index, snapshot] of snapshots.entries())
      expect(loop.history!.at(model.actors, index - 1)).toEqual(snapshot.cells);
  });

  test('ends alike without a trace', () => {
    const { loop } = stepByStep();
    const bare = new Loop(model, seed, { trace: false });
    bare.run();
    expect(bare.cells).toEqual(loop.cells);
    expect([bare.trace, bare.history]).toEqual([null, null]);
  });
});

describe('a snapshot', () => {
  test('shows the cells of an actor by the names of their kinds', () => {
    expect(atStart(0).actor('right')).toEqual({ kind0: [{ count: 0, luck: 0 }, []], kind1: ['a', 'b', 'c'] });
  });

  test('knows no actor that does not exist', () => {
    expect(atStart(0).actor('middle')).toBeUndefined();
  });
});

describe('the trace', () => {
  test('finds the last event at or before an instant', () => {
    const noop = actor('noop', [(state) => [state, []]]);
    const initial = [5, 10, 10, 20].map((at) => later(COUNT, 0, 0, 0, 0, null, at));
    const loop = new Loop(modelOf([noop], { initial }), 0, { trace: true });
    loop.run();
    const found = [0, 4, 5, 9, 10, 19, 20, 999].map((at) => loop.trace!.lastAt(at));
    expect(found).toEqual([-1, -1, 0, 0, 2, 2, 3, 3]);
  });
});
