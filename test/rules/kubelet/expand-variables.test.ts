import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../../src/rules/index.ts';

describe("a value of a container's env", () => {
  const before = new Map<string, string | null>([
    ['HOST', 'db'],
    ['SECRET', null],
  ]);
  it.each<[input: string, expected: string | null]>([
    ['15', '15'],
    ['$(HOST):5432', 'db:5432'],
    ['$(HOST)$(HOST)', 'dbdb'],
    ['$(LATER)', '$(LATER)'],
    ['$$(HOST)', '$(HOST)'],
    ['$HOST and $', '$HOST and $'],
    ['$(unclosed', '$(unclosed'],
    ['x$(SECRET)', null],
  ])('%j is %j', (input, expected) => {
    expect(expandVariables(input, (name) => before.get(name))).toBe(expected);
  });
});
