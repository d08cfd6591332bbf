import { describe, expect, test } from 'vitest';
import type { Reducer } from '../../src/kernel/actor.ts';
import { constant } from '../../src/kernel/distribution.ts';
import type { Effect } from '../../src/kernel/event.ts';
import { Loop, type Model } from '../../src/kernel/loop.ts';
import { arm, cancel, after as later } from './toy-effects.ts';
import { actor, modelOf, note, notes } from './toy-model.ts';

const DO = 0;
const RING = 1;
const SNOOZE = 0;
const ALARM = 1;

/** What a command does: a function, since each event may be scheduled once only. */
type Command = () => readonly Effect[];

const obey: Reducer<unknown, Command> = (state, event) => [state, event.data()];

/** One actor with cells 0 and 1 of one kind; `commands` are carried out at their times. */
function clock(
  commands: readonly (readonly [at: number, command: Command])[],
  parts: Partial<Model> = {},
): Loop {
  const initial = commands.map(([at, command]) => later(DO, 0, 0, 0, 0, command, at));
  const model = modelOf([actor('clock', [obey, note], [[[], []]])], { initial, ...parts });
  return new Loop(model, 0, { trace: true });
}

const alarm = (delay: number, data = 'ring', object = 0, name = ALARM) =>
  arm(name, RING, 0, 0, object, 0, data, delay);
const silence = (object = 0, name = ALARM) => cancel(name, 0, 0, object);

function rung(loop: Loop): readonly string[] {
  loop.run();
  return [...notes(loop, 0), ...(loop.cells[0]![0]![1] as string[])];
}

describe('a timer', () => {
  test.each<{ what: string; commands: (readonly [number, Command])[]; rings: string[] }>([
    {
      what: 'rings once, its delay after it was armed',
      commands: [[5, () => [alarm(10)]]],
      rings: ['ring at 15'],
    },
    {
      what: 'that is armed again rings at the later time only',
      commands: [
        [0, () => [alarm(10, 'old')]],
        [5, () => [alarm(10, 'new')]],
      ],
      rings: ['new at 15'],
    },
    {
      what: 'that is armed again for an earlier time rings then only',
      commands: [
        [0, () => [alarm(90, 'old')]],
        [5, () => [alarm(1, 'new')]],
      ],
      rings: ['new at 6'],
    },
    {
      what: 'that is armed twice in one step rings for the last',
      commands: [[0, () => [alarm(3, 'old'), alarm(7, 'new')]]],
      rings: ['new at 7'],
    },
    {
      what: 'that is cancelled does not ring',
      commands: [
        [0, () => [alarm(10)]],
        [9, () => [silence()]],
      ],
      rings: [],
    },
    {
      what: 'that is cancelled at the instant it is due does not ring where the cancelling came first',
      commands: [
        [9, () => [silence()]],
        [0, () => [alarm(9)]],
      ],
      rings: [],
    },
    {
      what: 'may be armed again after it was cancelled',
      commands: [[0, () => [alarm(10, 'old'), silence(), alarm(20, 'new')]]],
      rings: ['new at 20'],
    },
    {
      what: 'may be armed again after it rang',
      commands: [
        [0, () => [alarm(1, 'one')]],
        [5, () => [alarm(1, 'two')]],
      ],
      rings: ['one at 1', 'two at 6'],
    },
    { what: 'that was never armed may be cancelled', commands: [[0, () => [silence()]]], rings: [] },
    {
      what: 'is known by its name: cancelling another one leaves it alone',
      commands: [[0, () => [alarm(4), silence(0, SNOOZE)]]],
      rings: ['ring at 4'],
    },
    {
      what: 'belongs to one cell: the same name in another cell is another timer',
      commands: [[0, () => [alarm(4, 'zero', 0), alarm(2, 'one', 1), silence(0)]]],
      rings: ['one at 2'],
    },
  ])('$what', ({ commands, rings }) => {
    expect(rung(clock(commands))).toEqual(rings);
  });

  test('takes the delay of its site on top', () => {
    const late = () => [arm(ALARM, RING, 0, 0, 0, 0, 'ring', 5, 0)];
    expect(rung(clock([[1, late]], { sites: [constant(100)] }))).toEqual(['ring at 106']);
  });

  test('of one actor is not a timer of another', () => {
    const rings = () => [arm(ALARM, RING, 1, 0, 0, 0, 'other', 3), silence()];
    const actors = [actor('clock', [obey, note]), actor('other clock', [obey, note])];
    const loop = new Loop(modelOf(actors, { initial: [later(DO, 0, 0, 0, 0, rings, 0)] }), 0, {
      trace: false,
    });
    loop.run();
    expect(notes(loop, 1)).toEqual(['other at 3']);
  });
});

describe('a cancelled timer leaves no trace', () => {
  const busy: Command = () => [alarm(50, 'never'), alarm(60, 'never either'), silence()];
  const calm: Command = () => [silence()];
  const twoAtOnce: Command = () => [later(RING, 0, 0, 0, 0, 'a', 0), later(RING, 0, 0, 0, 1, 'b', 0)];

  test.each(['sequence', 'shuffled'] as const)('in trace and digest, with ties in order "%s"', (ties) => {
    const withIt = clock(
      [
        [0, busy],
        [3, twoAtOnce],
      ],
      { ties },
    );
    const without = clock(
      [
        [0, calm],
        [3, twoAtOnce],
      ],
      { ties },
    );
    expect(rung(withIt)).toEqual(rung(without));
    expect(withIt.digest.toString()).toBe(without.digest.toString());
    expect(withIt.trace!.length).toBe(3 + 1);
    expect(withIt.now).toBe(3);
  });

  test('in what is pending and when the next event is due', () => {
    const loop = clock([[0, busy]]);
    expect([loop.pending, loop.nextAt()]).toEqual([1, 0]);
    loop.step();
    expect(loop.pending).toBe(0);
    expect(loop.nextAt()).toBeNull();
    expect(loop.pending).toBe(0);
    expect(loop.step()).toBeUndefined();
  });

  test.each([
    { when: 'twice', commands: [[0, () => [alarm(10), silence(), silence()]]] },
    {
      when: 'after it rang',
      commands: [
        [0, () => [alarm(1)]],
        [2, () => [silence()]],
      ],
    },
    {
      when: 'after it was armed again and rang',
      commands: [
        [0, () => [alarm(1), alarm(2)]],
        [5, () => [silence()]],
      ],
    },
  ] as { when: string; commands: [number, Command][] }[])(
    'in what is pending when it is cancelled $when',
    ({ commands }) => {
      const loop = clock([...commands, [50, () => []]]);
      loop.run(20);
      expect(loop.pending).toBe(1);
      loop.run();
      expect([loop.pending, loop.now]).toEqual([0, 50]);
    },
  );

  test('in the next run of the same model', () => {
    const model = modelOf([actor('clock', [obey, note])], {
      initial: [alarm(9), later(DO, 0, 0, 0, 0, () => [silence(), alarm(5, 'new')], 2)],
    });
    const digests = [1, 2, 3].map(() => {
      const loop = new Loop(model, 0, { trace: false });
      expect(loop.pending).toBe(2);
      loop.run();
      expect(notes(loop, 0)).toEqual(['new at 7']);
      return loop.digest.toString();
    });
    expect(new Set(digests).size).toBe(1);
  });
});
