import { describe, expect, test } from 'vitest';
import { produce } from '../../src/actors/immer.ts';

interface Cell {
  readonly latest: unknown;
  readonly byName: { readonly first: unknown };
}

const cell: Cell = { latest: null, byName: { first: null } };

/** What an actor sends, with a field that counts how often somebody looks into it. */
function payload(frozen: boolean) {
  let looks = 0;
  const inside = Object.defineProperty({}, 'address', {
    enumerable: true,
    get: () => {
      looks++;
      return '10.0.0.1';
    },
  });
  const sent = { inside };
  if (frozen) Object.freeze(sent);
  return { sent, looks: () => looks };
}

function setTop(sent: unknown): Cell {
  return produce(cell, (draft) => {
    draft.latest = sent;
  });
}

function setNested(sent: unknown): Cell {
  return produce(cell, (draft) => {
    draft.byName.first = sent;
  });
}

describe('what a step takes over into an immer draft', () => {
  test.each([
    {
      what: 'is not walked at the top level of a cell, frozen or not',
      set: setTop,
      frozen: false,
      walked: false,
    },
    {
      what: 'is not walked further down where its sender froze it',
      set: setNested,
      frozen: true,
      walked: false,
    },
    {
      what: 'is walked further down where nobody froze it: the cost of every event',
      set: setNested,
      frozen: false,
      walked: true,
    },
  ])('$what', ({ set, frozen, walked }) => {
    const { sent, looks } = payload(frozen);
    const next = set(sent);
    expect(looks() > 0).toBe(walked);
    expect([next.latest, next.byName.first]).toContain(sent);
  });

  test('is not frozen by it, nor is the cell', () => {
    const { sent } = payload(false);
    expect([Object.isFrozen(setTop(sent)), Object.isFrozen(sent)]).toEqual([false, false]);
  });
});
