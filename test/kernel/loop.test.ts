import { describe, expect, test } from 'vitest';
import type { Context, Reducer } from '../../src/kernel/actor.ts';
import { constant, uniform } from '../../src/kernel/distribution.ts';
import type { Effect, SimEvent } from '../../src/kernel/event.ts';
import { type CellKind, cellKind } from '../../src/kernel/ids.ts';
import { InvariantViolation } from '../../src/kernel/invariant.ts';
import { DEFAULT_LIMITS, LimitExceeded, type Limits } from '../../src/kernel/limits.ts';
import { Loop, type Model } from '../../src/kernel/loop.ts';
import { Observers } from '../../src/kernel/observers.ts';
import { arm, cancel, fan, after as later, put, send } from './toy-effects.ts';
import { actor, modelOf, note, notes } from './toy-model.ts';

const DO = 0;
const NOTE = 1;
type Command = () => readonly Effect[];
const obey: Reducer<unknown, Command> = (state, event) => [state, event.data()];
const command = (at: number, what: Command) => later(DO, 0, 0, 0, 0, what, at);
const say = (what: string, delay: number, about = 0) => later(NOTE, 0, 0, 0, about, what, delay);

function obedient(initial: readonly Effect[], parts: Partial<Model> = {}): Model {
  return modelOf([actor('soldier', [obey, note])], { initial, ...parts });
}

function run(model: Model, seed = 0): Loop {
  const loop = new Loop(model, seed, { trace: true });
  loop.run();
  return loop;
}

describe('the clock', () => {
  test('is set to the time of an event before the event is handled', () => {
    const seen: number[][] = [];
    const look: Reducer<null, null> = (_, event, ctx) => {
      seen.push([event.at, ctx.now]);
      return [null, event.at < 500 ? [later(0, 0, 0, 0, 0, null, 100)] : []];
    };
    const loop = run(modelOf([actor('clock', [look])], { initial: [later(0, 0, 0, 0, 0, null, 300)] }));
    expect(seen).toEqual([
      [300, 300],
      [400, 400],
      [500, 500],
    ]);
    expect(loop.now).toBe(500);
  });

  test('never goes back, whatever the delays', () => {
    const branch: Reducer<number, null> = (count, event) => [
      count + 1,
      count < 300 ? [0, 1].map((twig) => later(0, 0, 0, 0, event.about * 2 + twig, null, 0, 0, count)) : [],
    ];
    const model = modelOf([actor('tree', [branch], [[0]])], {
      sites: [uniform(0, 9)],
      initial: [later(0, 0, 0, 0, 1, null, 0)],
    });
    const { times } = run(model, 4).trace!;
    expect(times).toHaveLength(601);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('at one instant, events are handled in the order in which they were scheduled', () => {
    const model = obedient([
      command(0, () => [say('third', 5), say('fourth', 5)]),
      say('first', 5),
      say('second', 5),
    ]);
    expect(notes(run(model), 0)).toEqual(['first at 5', 'second at 5', 'third at 5', 'fourth at 5']);
  });

  test('an event without a delay comes after what was due at that instant already', () => {
    const model = obedient([command(5, () => [say('effect', 0)]), say('due already', 5)]);
    expect(notes(run(model), 0)).toEqual(['due already at 5', 'effect at 5']);
  });

  test.each([
    { what: 'the past', delay: -1, at: '-1' },
    { what: 'a fraction of a microsecond', delay: 0.5, at: '0.5' },
    { what: 'no time at all', delay: Number.NaN, at: 'NaN' },
    { what: 'eternity', delay: Number.POSITIVE_INFINITY, at: 'Infinity' },
  ])('nothing can be scheduled into $what', ({ delay, at }) => {
    const attempt = () => run(obedient([command(0, () => [say('never', delay)])]));
    expect(attempt).toThrow(InvariantViolation);
    expect(attempt).toThrow(`An event was scheduled at ${at} µs while it is 0 µs.`);
  });
});

describe('run(until)', () => {
  const alarms = () =>
    new Loop(obedient([say('one', 10), say('two', 20), say('three', 30)]), 0, { trace: false });

  test('handles what is due up to and including that instant, and no more', () => {
    const loop = alarms();
    loop.run(20);
    expect(notes(loop, 0)).toEqual(['one at 10', 'two at 20']);
    expect([loop.now, loop.pending, loop.nextAt()]).toEqual([20, 1, 30]);
  });

  test('sets the clock to that instant even where nothing happens then', () => {
    const loop = alarms();
    loop.run(25);
    expect(loop.now).toBe(25);
    loop.run(12);
    expect(loop.now).toBe(25);
  });

  test('may be continued, and is the same as one run', () => {
    const loop = alarms();
    for (const until of [5, 10, 19, 29]) loop.run(until);
    loop.run();
    const atOnce = alarms();
    atOnce.run();
    expect(notes(loop, 0)).toEqual(notes(atOnce, 0));
    expect([loop.now, loop.handled, loop.digest.toString()]).toEqual([30, 3, atOnce.digest.toString()]);
  });

  test('without an end stops at the last event', () => {
    const loop = alarms();
    loop.run();
    expect([loop.now, loop.nextAt(), loop.step()]).toEqual([30, null, undefined]);
  });
});

describe('the cause of an event', () => {
  const relay: Reducer<null, number> = (_, event) => {
    if (event.data > 0) return [null, []];
    return [
      null,
      [
        later(0, 0, 0, 0, 0, 1, 4),
        send(0, 0, 0, 0, 0, 2, 0, 0),
        arm(0, 0, 0, 0, 0, 0, 3, 6),
        fan(0, [{ actor: 0, kind: 0, object: -1, link: 1, site: 1 }], 0, 0, 4),
      ],
    ];
  };
  const model = modelOf([actor('relay', [relay], [[null]])], {
    sites: [constant(5), constant(7)],
    links: 2,
    initial: [later(0, 0, 0, 0, 0, 9, 0), later(0, 0, 0, 0, 0, 0, 1)],
  });

  test('is the position in the trace of the event whose step returned it, however it travelled', () => {
    const { causes, data, times } = run(model).trace!;
    expect(data).toEqual([9, 0, 1, 2, 3, 4]);
    expect(causes).toEqual([-1, -1, 1, 1, 1, 1]);
    expect(times).toEqual([0, 1, 5, 6, 7, 8]);
  });

  test('never lies in the future of its effect', () => {
    const { causes } = run(model).trace!;
    expect(causes.every((cause, seq) => cause < seq)).toBe(true);
  });

  test('and the position of the event itself are on the event that step returns', () => {
    const loop = new Loop(model, 0, { trace: false });
    const handled: (SimEvent | undefined)[] = [loop.step(), loop.step(), loop.step()];
    expect(handled.map((event) => [event?.seq, event?.cause])).toEqual([
      [0, -1],
      [1, -1],
      [2, 1],
    ]);
  });
});

describe('effects', () => {
  test('a fan delivers to all of its receivers, each with a delay of its own', () => {
    const receivers = [1, 2, 3].map((index, link) => ({ actor: index, kind: 0, object: -1, link, site: 0 }));
    const crier = actor('crier', [(state) => [state, [fan(NOTE, receivers, 0, 7, 'news')]]]);
    const listeners = [1, 2, 3].map((index) => actor(`listener ${index}`, [undefined, note]));
    const model = modelOf([crier, ...listeners], {
      sites: [uniform(0, 100_000)],
      links: 3,
      initial: [later(DO, 0, 0, 0, 0, null, 10)],
    });
    const loop = run(model, 1);
    const heard = [1, 2, 3].map((index) => notes(loop, index));
    expect(heard.map((lines) => lines.length)).toEqual([1, 1, 1]);
    expect(new Set(heard.flat()).size).toBe(3);
    expect(loop.trace!.abouts).toEqual([0, 7, 7, 7]);
  });

  test('a fan may address one cell of each receiver, or the same cell of all', () => {
    const receivers = [
      { actor: 1, kind: 0, object: 1, link: 0, site: 0 },
      { actor: 2, kind: 0, object: -1, link: 1, site: 0 },
    ];
    const crier = actor('crier', [(state) => [state, [fan(NOTE, receivers, 2, 0, 'news')]]]);
    const listeners = [1, 2].map((index) => actor(`listener ${index}`, [undefined, note], [[[], [], []]]));
    const parts = { sites: [constant(1)], links: 2, initial: [later(DO, 0, 0, 0, 0, null, 0)] };
    const loop = run(modelOf([crier, ...listeners], parts));
    expect(loop.cells[1]![0]).toEqual([[], ['news at 1'], []]);
    expect(loop.cells[2]![0]).toEqual([[], [], ['news at 1']]);
  });

  test('a put replaces another cell of the same actor at once', () => {
    const tidy: Reducer<string, null> = (state) => [`${state}, seen`, [put(1, 2, 'put')]];
    const cells = [['a'], ['x', 'y', 'z']];
    const actors = [actor('tidy', [tidy], cells), actor('neighbour', [], cells)];
    const loop = run(modelOf(actors, { initial: [later(DO, 0, 0, 0, 0, null, 3)] }));
    expect(loop.cells).toEqual([[['a, seen'], ['x', 'y', 'put']], cells]);
    expect(cells).toEqual([['a'], ['x', 'y', 'z']]);
    expect(loop.handled).toBe(1);
  });

  test('a step sees its own actor: who it is, how it was wired, its cells, and none of another', () => {
    const seen: unknown[] = [];
    const OTHER = cellKind<CellKind<'toy', never, string, number>>(1);
    const look: Reducer<string, null> = (state, _, ctx: Context) => {
      seen.push(ctx.actor, ctx.self, state, ctx.cell(OTHER, 1), ctx.cell(OTHER, 9), ctx.all(OTHER).length);
      return [state, []];
    };
    const actors = [
      actor('other', [], [['no'], ['no']]),
      actor('me', [look], [['mine'], ['x', 'also mine']]),
    ];
    run(modelOf(actors, { initial: [later(DO, 1, 0, 0, 0, null, 0)] }));
    expect(seen).toEqual([1, { name: 'me' }, 'mine', 'also mine', undefined, 2]);
  });

  test('an observer sees an event after it was handled, with the cell before and after', () => {
    const seen: unknown[] = [];
    const observers = new Observers();
    observers.on(1, (event, before, after) => seen.push(['first', event.seq, event.at, before, after]));
    observers.on(1, ({ at }) => seen.push(['second', at]));
    const loop = new Loop(obedient([say('hello', 4), command(5, () => [])]), 0, {
      trace: false,
      observers,
    });
    loop.run();
    expect(seen).toEqual([
      ['first', 0, 4, [], ['hello at 4']],
      ['second', 4],
    ]);
  });

  test('an event that its actor has no reducer for is a bug with a name', () => {
    const attempt = () => run(modelOf([actor('mute', [])], { initial: [later(NOTE, 0, 0, 0, 0, null, 0)] }));
    expect(attempt).toThrow('mute has no reducer for second. This is a bug in prestop; please report it.');
  });
});

describe('limits', () => {
  const limited = (limits: Partial<Limits>, what: Command) => () =>
    run(obedient([command(1_000, what)], { limits: { ...DEFAULT_LIMITS, ...limits } }));
  const forever: Command = () => [command(500_000, forever)];

  test.each([
    {
      limit: 'maxEvents',
      attempt: limited({ maxEvents: 3 }, forever),
      message:
        'maxEvents: 3 events were handled and at 1.001 s more are waiting. ' +
        'The last 3 of them are of 1 sort, most of them first of soldier/0/0 (3 times): no loop, but a large scenario. ' +
        'Raise limits.maxEvents, set a horizon, or ask for less (requests, replicas, nodes).',
    },
    {
      limit: 'maxEvents',
      attempt: limited({ maxEvents: 5_000 }, forever),
      message:
        'maxEvents: 5000 events were handled and at 41.66 min more are waiting. ' +
        'The last 2000 of them are the same again and again: first of soldier/0/0 (2000 times). ' +
        'Where the scenario asks for that (a client that never pauses), set a horizon or raise limits.maxEvents; ' +
        'else something schedules itself without end: please report it.',
    },
    {
      limit: 'maxTraceEvents',
      attempt: limited({ maxTraceEvents: 3 }, forever),
      message:
        'maxTraceEvents: 3 events are in the trace at 1.001 s and more are waiting. ' +
        "Simulate with { trace: 'none' }, set a horizon, or raise limits.maxTraceEvents if there is memory for it.",
    },
    {
      limit: 'maxTime',
      attempt: limited({ maxTime: 2_000_000 }, forever),
      message:
        'maxTime: the run passed 2 s of simulated time and "first" is still to come. ' +
        'Set a horizon to end the run earlier.',
    },
    {
      limit: 'maxPending',
      attempt: limited({ maxPending: 5 }, () => Array.from({ length: 7 }, (_, n) => say('x', n))),
      message:
        'maxPending: 5 events wait at 1 ms. Something schedules faster than it handles; raise limits.maxPending if the scenario really is that large.',
    },
  ])('$limit is an error that names it and what to do', ({ limit, attempt, message }) => {
    expect(attempt).toThrow(LimitExceeded);
    expect(attempt).toThrow(expect.objectContaining({ limit, message }));
  });

  test.each([
    { limit: 'maxEvents', limits: { maxEvents: 8 } },
    { limit: 'maxTraceEvents', limits: { maxTraceEvents: 8 } },
    { limit: 'maxTime', limits: { maxTime: 1_006 } },
    { limit: 'maxPending', limits: { maxPending: 7 } },
  ])('a run that just reaches $limit is not stopped', ({ limits }) => {
    const loop = limited(limits, () => Array.from({ length: 7 }, (_, n) => say('x', n)))();
    expect([loop.handled, loop.now]).toEqual([8, 1_006]);
  });
});

describe('ties in order "shuffled"', () => {
  const guests = Array.from({ length: 12 }, (_, guest) => guest);
  const arrivals = (parts: Partial<Model> = {}, before: readonly Effect[] = []) =>
    obedient([...before, ...guests.map((guest) => say(`guest ${guest}`, 50, guest))], parts);
  const order = (model: Model, seed: number) => notes(run(model, seed), 0).join();

  test('handle the events of one instant in an order that depends on the seed', () => {
    const model = arrivals({ ties: 'shuffled' });
    const orders = Array.from({ length: 30 }, (_, seed) => order(model, seed));
    expect(new Set(orders).size).toBe(30);
    expect(Array.from({ length: 30 }, (_, seed) => order(model, seed))).toEqual(orders);
  });

  test('lose none of them and leave the order of time alone', () => {
    const loop = run(arrivals({ ties: 'shuffled' }, [say('early', 49), say('late', 51)]), 6);
    const lines = notes(loop, 0);
    expect([lines[0], lines.at(-1)]).toEqual(['early at 49', 'late at 51']);
    expect([...lines].sort()).toEqual(
      [...notes(run(arrivals({}, [say('early', 49), say('late', 51)])), 0)].sort(),
    );
  });

  test('let each of two win about half of the time', () => {
    const model = obedient([say('a', 5, 1), say('b', 5, 2)], { ties: 'shuffled' });
    const seeds = Array.from({ length: 1_000 }, (_, seed) => seed);
    const wins = seeds.filter((seed) => order(model, seed).startsWith('a')).length;
    expect(wins).toBeGreaterThan(440);
    expect(wins).toBeLessThan(560);
  });

  test('do not depend on what else was scheduled before: one seed is one weather', () => {
    const plain = order(arrivals({ ties: 'shuffled' }), 3);
    const noise = [command(1, () => []), command(2, () => []), command(3, () => [])];
    expect(order(arrivals({ ties: 'shuffled' }, noise), 3)).toBe(plain);
  });

  test('in order "sequence" do not depend on the seed', () => {
    const orders = Array.from({ length: 10 }, (_, seed) => order(arrivals(), seed));
    expect(new Set(orders)).toEqual(new Set([guests.map((guest) => `guest ${guest} at 50`).join()]));
  });
});

describe('runs of one model', () => {
  const drawn = obedient(guestsAtRandom(), { sites: [uniform(0, 1_000)] });

  function guestsAtRandom(): Effect[] {
    return Array.from({ length: 20 }, (_, guest) => later(NOTE, 0, 0, 0, guest, guest, 0, 0));
  }

  test('do not disturb each other when they take turns', () => {
    const alone = [1, 2].map((seed) => notes(run(drawn, seed), 0));
    const [a, b] = [1, 2].map((seed) => new Loop(drawn, seed, { trace: true })) as [Loop, Loop];
    while (a.pending + b.pending > 0) {
      a.step();
      b.step();
    }
    expect([notes(a, 0), notes(b, 0)]).toEqual(alone);
    expect(alone[0]).not.toEqual(alone[1]);
  });

  test('begin with the timers that were armed at the start, whatever became of them in another run', () => {
    const bell = arm(0, NOTE, 0, 0, 0, 0, 'bell', 500);
    const hush: Reducer<unknown, null> = (state, _, ctx) => [
      state,
      ctx.now < 500 ? [cancel(0, 0, 0, 0)] : [],
    ];
    const model = modelOf([actor('belfry', [hush, note])], {
      sites: [uniform(0, 1_000)],
      initial: [bell, later(DO, 0, 0, 0, 0, null, 0, 0)],
    });
    const seeds = Array.from({ length: 16 }, (_, seed) => seed);
    const rang = seeds.map((seed) => notes(run(model, seed), 0).length);
    const hushedAt = seeds.map(
      (seed) => new Loop({ ...model, initial: model.initial.slice(1) }, seed, { trace: false }).nextAt()!,
    );
    expect(rang).toEqual(hushedAt.map((at) => (at < 500 ? 0 : 1)));
    expect(new Set(rang)).toEqual(new Set([0, 1]));
  });
});
