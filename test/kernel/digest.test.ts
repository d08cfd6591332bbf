import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reducer } from '../../src/kernel/actor.ts';
import { uniform } from '../../src/kernel/distribution.ts';
import type { SimEvent } from '../../src/kernel/event.ts';
import { Loop } from '../../src/kernel/loop.ts';
import { Digest } from '../../src/kernel/trace.ts';
import { tries } from '../effort.ts';
import { after } from './toy-effects.ts';
import { actor, modelOf } from './toy-model.ts';

interface Happening {
  readonly at: number;
  readonly type: number;
  readonly actor: number;
  readonly kind: number;
  readonly object: number;
  readonly about: number;
  readonly cause: number;
}

const FIELDS = ['at', 'type', 'actor', 'kind', 'object', 'about', 'cause'] as const;

function eventOf({ at, type, actor, kind, object, about, cause }: Happening): SimEvent {
  return Object.assign(after(type, actor, kind, object, about, null, 0), { at, cause });
}

function digestOf(happenings: readonly Happening[]): string {
  const digest = new Digest();
  for (const happening of happenings) digest.add(eventOf(happening));
  return digest.toString();
}

const happening: fc.Arbitrary<Happening> = fc.record({
  at: fc.nat(2 ** 37),
  type: fc.nat(60),
  actor: fc.nat(20_000),
  kind: fc.nat(15),
  object: fc.nat(100_000),
  about: fc.integer({ min: -1, max: 100_000 }),
  cause: fc.integer({ min: -1, max: 50_000_000 }),
});

describe('the digest', () => {
  test.each(FIELDS)('changes with any change of "%s" of any event', (field) => {
    const property = fc.property(
      fc.array(happening, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      happening,
      (happenings, pick, other) => {
        const index = pick % happenings.length;
        fc.pre(happenings[index]![field] !== other[field]);
        const changed = happenings.slice();
        changed[index] = { ...happenings[index]!, [field]: other[field] };
        expect(digestOf(changed)).not.toBe(digestOf(happenings));
      },
    );
    fc.assert(property, { seed: 23, numRuns: tries(20) });
  });

  test('tells a type at one actor from another type at another actor', () => {
    const base: Happening = { at: 1, type: 0, actor: 0, kind: 0, object: 0, about: 0, cause: -1 };
    const digests = new Set<string>();
    for (let type = 0; type < 40; type++)
      for (let index = 0; index < 1_500; index++) digests.add(digestOf([{ ...base, type, actor: index }]));
    expect(digests.size).toBe(40 * 1_500);
  });

  test('tells times apart that differ by more than 32 bits of microseconds', () => {
    const base: Happening = { at: 5, type: 0, actor: 0, kind: 0, object: 0, about: 0, cause: -1 };
    const times = [0, 1, 2, 3, 16].map((turns) => base.at + turns * 2 ** 32);
    expect(new Set(times.map((at) => digestOf([{ ...base, at }]))).size).toBe(times.length);
  });

  test('depends on the order of the events', () => {
    const a: Happening = { at: 1, type: 0, actor: 0, kind: 0, object: 0, about: 0, cause: -1 };
    const b: Happening = { ...a, about: 1 };
    expect(digestOf([a, b])).not.toBe(digestOf([b, a]));
  });

  test('depends on how many events there are', () => {
    const still: Happening = { at: 0, type: 0, actor: 0, kind: 0, object: 0, about: 0, cause: 0 };
    const digests = [0, 1, 2, 3].map((count) => digestOf(new Array<Happening>(count).fill(still)));
    expect(new Set(digests).size).toBe(4);
  });

  test('is sixteen hexadecimal digits', () => {
    const property = fc.property(fc.array(happening), (happenings) => {
      expect(digestOf(happenings)).toMatch(/^[0-9a-f]{16}$/);
    });
    fc.assert(property, { seed: 29, numRuns: tries(8) });
  });
});

const HOPS = 200;
const hop: Reducer<number, null> = (count, event, ctx) => [
  count + 1,
  count < HOPS ? [after(0, 1 - ctx.actor, 0, 0, count, null, event.about % 3, 0, count)] : [],
];
const pingPong = modelOf([actor('ping', [hop], [[0]]), actor('pong', [hop], [[0]])], {
  sites: [uniform(0, 90)],
  initial: [after(0, 0, 0, 0, 0, null, 0)],
});

function digestOfRun(seed: number, trace: boolean): string {
  const loop = new Loop(pingPong, seed, { trace });
  loop.run();
  return loop.digest.toString();
}

describe('the digest of a run', () => {
  test('is pinned', () => {
    expect(digestOfRun(42, false)).toBe('0fabde078f0c6c20');
  });

  test('is the same with and without a trace, and each time', () => {
    for (let seed = 0; seed < 20; seed++) {
      const digests = [true, false, true].map((trace) => digestOfRun(seed, trace));
      expect(new Set(digests).size).toBe(1);
    }
  });

  test('is another one for another seed', () => {
    const digests = Array.from({ length: 100 }, (_, seed) => digestOfRun(seed, false));
    expect(new Set(digests).size).toBe(100);
  });
});
