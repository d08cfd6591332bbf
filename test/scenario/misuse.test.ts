import { describe, expect, it } from 'vitest';
import * as html from '../../src/html/index.ts';
import * as prestop from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';

/** Whoever calls a function wrongly is told what it takes, and not which property of what was undefined. */

const scenario = prestop.defineScenario({
  manifests: [deployment({}), service()],
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});
const simulation = prestop.createSimulation(scenario);
const run = prestop.simulate(scenario);

/** What JavaScript says by itself of what a function did not expect. */
const UNTOLD =
  /of undefined|properties of|is not a function|is not iterable|as it is (?:undefined|null)|'in' operator|Invalid array length|NaN/;

const FUNCTIONS = Object.entries({ ...prestop, ...html }).filter(
  ([name, value]) => typeof value === 'function' && !/^[A-Z]/.test(name),
) as readonly (readonly [string, (...given: readonly unknown[]) => unknown])[];

function complaint(call: () => unknown): string {
  try {
    call();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe.each(FUNCTIONS)('%s', (_, call) => {
  it.each<[what: string, given: readonly unknown[]]>([
    ['nothing', []],
    ['an empty object', [{}]],
    ['null', [null]],
    ['a number', [5]],
    ['text', ['x']],
    ['an empty list', [[]]],
    ['a list of nothing', [[null]]],
    ['two empty objects', [{}, {}]],
    ['options that are a number', [scenario, 5]],
    ['an option that does not exist', [scenario, { nosuch: 1 }]],
  ])('says what it takes where it is given %s', (_, given) => {
    const told = complaint(() => call(...given));
    expect(told).not.toMatch(UNTOLD);
  });
});

describe('an argument beside options', () => {
  it.each<[what: string, call: () => unknown, told: RegExp]>([
    [
      'a rate of more failures than runs',
      () => prestop.rateInterval(5, 3),
      /failures must be .* from 0 to 3/,
    ],
    ['a rate of no number', () => prestop.rateInterval(Number.NaN, 3), /failures must be/],
    ['a negative rate', () => prestop.rateInterval(-1, 3), /failures must be/],
    [
      'a confidence in percent',
      () => prestop.rateInterval(1, 3, 95),
      /confidence must be from 0 to below 1; it is 95/,
    ],
    ['a seed that is none', () => prestop.shrink(scenario, Number.NaN), /shrink: seed/],
    [
      'an origin misspelt',
      () => prestop.shrink(scenario, 1, { setings: {} } as never),
      /"setings" is no option/,
    ],
    ['a time that is no number', () => simulation.runUntil(Number.NaN as never), /NaN is no duration/],
    ['a Pod that is no name', () => prestop.toMermaid(run, {} as never), /must be the name of a Pod/],
    ['a listener for nothing', () => simulation.on('nosuch' as never, (() => 1) as never), /nosuch/],
  ])('is told: %s', (_, call, told) => {
    expect(call).toThrow(told);
  });
});

describe('an event that is looked at', () => {
  it('is a copy: what is done with it changes nothing of the run', () => {
    const peeked = simulation.peek()!;
    const [at, data] = [peeked.at, JSON.stringify(peeked.data)];
    Object.assign(peeked, { at: 1e9, type: 3 });
    Object.assign(peeked.data as object, { type: 'other', more: 1 });
    const again = simulation.peek()!;
    expect([again.at, JSON.stringify(again.data)]).toEqual([at, data]);
    expect(simulation.step()?.atMs).toBe(at / 1000);
  });

  it('is answered by reduce as the run answers it', () => {
    const next = prestop.createSimulation(scenario);
    for (let step = 0; step < 30; step++) {
      const [after] = prestop.reduce(next.snapshot(), next.peek()!);
      next.step();
      expect(after.cells).toEqual(next.snapshot().cells);
    }
  });
});
