import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reducer } from '../../src/kernel/actor.ts';
import { quantiles } from '../../src/kernel/distribution.ts';
import type { Effect } from '../../src/kernel/event.ts';
import { DEFAULT_LIMITS, LimitExceeded } from '../../src/kernel/limits.ts';
import { Loop } from '../../src/kernel/loop.ts';
import { tries } from '../effort.ts';
import { after, fan, type Receiver, send } from './toy-effects.ts';
import { actor, modelOf, note } from './toy-model.ts';

const SAY = 0;
const HEAR = 1;
const SPEAKER = 0;
const LISTENERS = 40;

const receivers: readonly Receiver[] = Array.from({ length: LISTENERS }, (_, index) => ({
  actor: 1 + index,
  kind: 0,
  object: 0,
  link: index,
  site: 0,
}));

/** A speaker who tells all listeners at once, and one who tells each of them. */
const SPEAKERS = {
  'a fan': (name) => [fan(HEAR, receivers, 0, name, name)],
  'a message each': (name) => receivers.map((to) => send(HEAR, to.actor, 0, 0, name, name, to.link, 0)),
} satisfies Record<string, (name: number) => Effect[]>;

function loopOf(
  by: keyof typeof SPEAKERS,
  {
    said,
    lastUs = 60,
    maxPending = 1_000,
  }: { said: readonly number[]; lastUs?: number; maxPending?: number },
  seed = 3,
): Loop {
  const speak: Reducer<undefined, number> = (state, event) => [state, SPEAKERS[by](event.data)];
  const actors = [
    actor('speaker', [speak]),
    ...receivers.map((_, index) => actor(`listener ${index}`, [undefined, note], [[[]]])),
  ];
  const delays = quantiles([
    [0, 0],
    [0.5, 4],
    [1, lastUs],
  ]);
  const model = modelOf(actors, {
    sites: [delays],
    links: LISTENERS,
    limits: { ...DEFAULT_LIMITS, maxPending, maxTime: Number.MAX_SAFE_INTEGER },
    initial: said.map((at, name) => after(SAY, SPEAKER, 0, 0, -1, name, at)),
  });
  return new Loop(model, seed, { trace: true });
}

function handled(loop: Loop): string {
  loop.run();
  const { times, actors, abouts } = loop.trace!;
  return times.map((at, nth) => `${at}: ${actors[nth]} hears ${abouts[nth]}`).join('\n') + loop.digest;
}

describe('a fan to very many', () => {
  test.each([60, 3_000_000_000, Number.MAX_SAFE_INTEGER / 4])(
    'happens as a message to each of them would, with delays of up to %i µs',
    (lastUs) => {
      const property = fc.property(fc.array(fc.nat(30), { maxLength: 6 }), fc.nat(), (said, seed) => {
        const limitless = { said, lastUs };
        expect(handled(loopOf('a fan', limitless, seed))).toBe(
          handled(loopOf('a message each', limitless, seed)),
        );
      });
      fc.assert(property, { seed: 5, numRuns: tries(20) });
    },
  );

  test('can be looked at and stepped through, one receiver after the other', () => {
    const fanned = loopOf('a fan', { said: [0, 5] });
    const each = loopOf('a message each', { said: [0, 5] });
    let step = each.peek();
    while (step !== undefined) {
      expect(fanned.pending).toBe(each.pending);
      // Looking changes nothing, however often.
      for (const look of [fanned.peek(), fanned.peek()]) expect(look).toEqual(each.peek());
      step = each.step();
      expect(fanned.step()).toEqual(step);
    }
    expect(fanned.handled).toBe(2 + 2 * LISTENERS);
  });

  test('is refused where as many messages would be', () => {
    const refuses = (by: keyof typeof SPEAKERS) => (maxPending: number) => {
      try {
        loopOf(by, { said: [0, 0], maxPending }).run();
        return false;
      } catch (error) {
        return error instanceof LimitExceeded && error.limit === 'maxPending';
      }
    };
    const limits = Array.from({ length: 24 }, (_, nth) => nth * 5 + 2);
    const refused = limits.filter(refuses('a fan'));
    expect(refused).toEqual(limits.filter(refuses('a message each')));
    expect(Math.max(...refused)).toBeGreaterThan(LISTENERS);
    expect(refused.length).toBeLessThan(limits.length);
  });
});
