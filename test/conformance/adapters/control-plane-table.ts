import type { Adapter } from '../types.ts';

/** The version whose source the tables come from. */
export const MINOR = 36;
export const US = 1_000_000;

export const us = (seconds: number | null | undefined): number | null =>
  seconds === null || seconds === undefined ? null : seconds * US;
export const seconds = (micros: number | null): number | null => (micros === null ? null : micros / US);

export const byFunction = (
  name: string,
  actual: Adapter['actual'],
  agrees?: NonNullable<Adapter['agrees']>,
): Adapter => ({
  name,
  matches: (testCase) => testCase.function === name,
  actual,
  ...(agrees === undefined ? {} : { agrees }),
});
