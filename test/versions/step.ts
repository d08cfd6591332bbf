import { expect } from 'vitest';
import { NEWEST_MINOR, OLDEST_MINOR } from '../../src/rules/machinery/version.ts';

export const MINORS: readonly number[] = Array.from(
  { length: NEWEST_MINOR - OLDEST_MINOR + 1 },
  (_, index) => OLDEST_MINOR + index,
);

/** What is seen under all older versions and under `from` and all newer ones, where it changes once and there alone. */
export function stepAt<T>(from: number, look: (minor: number) => T): readonly [before: T, after: T] {
  const seen = MINORS.map((minor) => [`1.${minor}`, look(minor)] as const);
  const before = look(OLDEST_MINOR);
  const after = look(NEWEST_MINOR);
  expect(seen).toEqual(MINORS.map((minor) => [`1.${minor}`, minor < from ? before : after]));
  expect(before).not.toEqual(after);
  return [before, after];
}
