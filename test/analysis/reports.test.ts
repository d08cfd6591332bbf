import { describe, expect, it } from 'vitest';
import { defineScenario, type FuzzReport, fuzz, mergeFuzzReports, OptionsError } from '../../src/index.ts';
import { failuresSection } from '../../src/report/campaign-text.ts';
import { SOMETIMES_UNSAFE_INPUT } from '../node/sometimes-unsafe.ts';

/** A report is data that anybody may have touched: what it says has to add up before it is believed. */

const scenario = defineScenario(SOMETIMES_UNSAFE_INPUT);
const shards = [1, 2, 3].map((index) =>
  fuzz(scenario, { runs: 20, seed: 3, shard: { index, count: 3 }, shrink: false }),
);
const second = shards[1]!;
const { values, infinite } = second.tally.requiredPreStopMs;

type Changes = Readonly<Record<string, unknown>>;

/** A copy with other values at `a.b.c`. */
function changed(changes: Changes): unknown {
  const copy: unknown = structuredClone(second);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const place = keys.reduce<unknown>((at, key) => Reflect.get(at as object, key), copy);
    Reflect.set(place as object, last, value);
  }
  return copy;
}

function issuesOf(reports: unknown): readonly string[] {
  try {
    mergeFuzzReports(reports as never);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return error.issues.map(({ path }) => path.join('.'));
  }
  return [];
}

const runs = (by: number): Changes => ({
  runs: second.runs + by,
  'tally.runs': second.runs + by,
  'tally.requiredPreStopMs.infinite': infinite + by,
});

describe('a report that was changed', () => {
  it.each<[what: string, changes: Changes, path: string]>([
    ['another format', { format: 'x' }, 'format'],
    ['a newer version', { version: 2 }, 'version'],
    ['text for a number', { 'tally.runs': '7' }, 'tally.runs'],
    ['nothing for a number', { 'tally.failures': null }, 'tally.failures'],
    ['a negative count', { 'tally.failures': -1 }, 'tally.failures'],
    ['half a run', { runs: 6.5 }, 'runs'],
    ['a seed that is none', { seed: 2 ** 53 }, 'seed'],
    ['a field of its own', { extra: 1 }, 'extra'],
    ['shards beyond all measure', { 'shard.count': 1e9 }, 'shard.count'],
    ['a shard that is no part', { 'shard.index': 4 }, 'shard'],
    ['more runs than the shard has', runs(8), 'runs'],
    ['fewer failures than the tally has', { failures: second.failures - 1 }, 'failures'],
    ['more failures than runs', { 'tally.failures': 99 }, 'tally.failures'],
    [
      'no count under the name that no schema looks at',
      { 'tally.decidedBy': JSON.parse('{"__proto__":{"polluted":1}}') },
      'tally.decidedBy.__proto__',
    ],
    ['a rate of its own', { 'failureRate.upper95': 0 }, 'failureRate'],
    ['a claim of its own', { claim: 'safe' }, 'claim'],
    ['fewer values than runs', { 'tally.requiredPreStopMs.values': [] }, 'tally.requiredPreStopMs'],
    [
      'values out of order',
      { 'tally.requiredPreStopMs.values': values.toReversed() },
      'tally.requiredPreStopMs.values',
    ],
    ["another shard's run", { 'tally.worst.k': 0 }, 'tally.worst.k'],
    ["another run's seed", { 'tally.worst.seed': 5 }, 'tally.worst.seed'],
    ['a kind in more runs than fail', { 'tally.kinds.exposed': 8 }, 'tally.kinds.exposed'],
    ['partial where no run is missing', { complete: false }, 'complete'],
    ['a verdict without its violations', { 'worst.verdict.violations': 3 }, 'worst.verdict.violations'],
  ])('says so: %s', (_, changes, path) => {
    expect(issuesOf([shards[0], changed(changes), shards[2]])).toContain(`1.${path}`);
  });

  it.each<[what: string, reports: unknown, path: string]>([
    ['an empty object', [{}], '0.format'],
    ['nothing', [null], '0'],
    ['no list', { ...second }, ''],
    ['no report at all', [], ''],
    ['the same shard twice', [second, second], '1.shard.index'],
    [
      'the whole beside a part',
      [second, fuzz(scenario, { runs: 20, seed: 3, shrink: false })],
      '1.shard.count',
    ],
  ])('or is none: %s', (_, reports, path) => {
    expect(issuesOf(reports)).toContain(path);
  });

  it('is the same after it went through a file', () => {
    const copies: readonly FuzzReport[] = shards.map((each) => JSON.parse(JSON.stringify(each)));
    expect(JSON.stringify(mergeFuzzReports(copies))).toEqual(JSON.stringify(mergeFuzzReports(shards)));
  });

  it('is not complete while a part is missing, and says nothing where nothing was run', () => {
    expect(mergeFuzzReports(shards).complete).toBe(true);
    expect(mergeFuzzReports(shards.slice(1)).complete).toBe(false);
    const empty = fuzz(scenario, { runs: 2, shard: { index: 3, count: 3 } });
    expect(empty).toMatchObject({ runs: 0, claim: 'nothing was run', worst: null });
    expect(failuresSection(empty, ['web'])).toEqual([]);
    expect(failuresSection(second, ['idle'])).toContainEqual(expect.stringContaining('Service idle:'));
  });
});

describe('a run that meets a limit', () => {
  it('is counted and named, and the others are kept', () => {
    const sizes = [0, 1, 2, 3].map((k) => fuzz(scenario, { runs: 4, shard: { index: k + 1, count: 4 } }));
    expect(sizes.every(({ overLimit }) => overLimit === 0)).toBe(true);
    const limited = defineScenario({ ...SOMETIMES_UNSAFE_INPUT, limits: { maxEvents: 75 } });
    const report = fuzz(limited, { runs: 12, shrink: false });
    expect(report.runs + report.overLimit).toBe(12);
    expect(report.overLimit).toBeGreaterThan(0);
    expect(report.complete).toBe(false);
    expect(report.firstOverLimit!.message).toContain('maxEvents');
    expect(JSON.stringify(mergeFuzzReports([report]))).toEqual(JSON.stringify(report));
  });
});
