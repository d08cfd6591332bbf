import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LimitExceeded, type ParseResult, parseScenario, type Scenario, simulate } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { inputOf, sketches } from '../run/scenarios.ts';

const RUNS = tries(60);

function expectAnswer(result: ParseResult): void {
  if (result.ok) return;
  expect(result.issues.length).toBeGreaterThan(0);
  for (const { code, message, path } of result.issues) {
    expect(code).not.toBe('');
    expect(message).not.toBe('');
    expect(Array.isArray(path)).toBe(true);
  }
}

/** A run ends, or says which limit it met: a delay may be longer than a run may last. */
function expectRun(scenario: Scenario): void {
  try {
    expect(simulate(scenario, { trace: 'none' }).eventCount).toBeGreaterThan(0);
  } catch (error) {
    expect(error).toBeInstanceOf(LimitExceeded);
  }
}

/** Input that is nearly right: one value somewhere in it is replaced by junk. */
const damaged = fc
  .tuple(sketches, fc.nat(), fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }))
  .map(([sketch, place, junk]) => {
    const input = JSON.parse(JSON.stringify(inputOf(sketch)));
    const places = placesOf(input);
    const [parent, key] = places[place % places.length]!;
    parent[key] = junk;
    return input as unknown;
  });

type Parent = Record<string, unknown>;

function placesOf(value: unknown): [Parent, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    [value as Parent, key] as [Parent, string],
    ...placesOf(child),
  ]);
}

describe('parseScenario never throws', () => {
  it('at anything at all', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (junk) => expectAnswer(parseScenario(junk))),
      { numRuns: RUNS, seed: 1 },
    );
  });

  it('at junk in the place of manifests', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('---', '- - -', '{}', '&a *a', '!!js x'),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.array(fc.anything())), (manifests) =>
        expectAnswer(parseScenario({ manifests, actions: [{ type: 'deletePod', pod: 'web-1-0' }] })),
      ),
      { numRuns: RUNS, seed: 2 },
    );
  });

  it('at a scenario with one wrong value, and what it lets through can be run', () => {
    fc.assert(
      fc.property(damaged, (input) => {
        const result = parseScenario(input);
        expectAnswer(result);
        if (result.ok) expectRun(result.scenario);
      }),
      { numRuns: RUNS, seed: 3 },
    );
  });
});
