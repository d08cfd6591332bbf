import { describe, expect, it } from 'vitest';
import { NO_TALLY, type Tally } from '../../src/analysis/tally.ts';
import { defineScenario, type FuzzOptions, fuzz } from '../../src/index.ts';
import { campaignInPieces, type PieceRunner } from '../../src/node/campaign-in-pieces.ts';
import { fuzzInPieces } from '../../src/node/index.ts';
import type { Piece } from '../../src/node/worker-messages.ts';
import { SOMETIMES_UNSAFE_INPUT } from './sometimes-unsafe.ts';

const scenario = defineScenario(SOMETIMES_UNSAFE_INPUT);

describe('a campaign in pieces gives the report of one that runs at once', () => {
  const rows: readonly (readonly [string, FuzzOptions])[] = [
    ['every run, and its counterexample', { runs: 60 }],
    ['another seed', { runs: 60, seed: 7, shrink: false }],
    ['one run', { runs: 1 }],
    ['a shard', { runs: 60, shard: { index: 2, count: 3 }, shrink: false }],
    ['a shard without runs', { runs: 2, shard: { index: 3, count: 3 } }],
    ['stopped at the first failure', { runs: 60, stopAfterFailures: 1, shrink: false }],
    ['stopped at the fifth failure', { runs: 60, stopAfterFailures: 5, shrink: false }],
    ['stopped at more failures than there are', { runs: 60, stopAfterFailures: 60, shrink: false }],
    [
      'varied',
      { runs: 20, vary: { nodes: [1, 5], minSyncPeriod: ['100ms', '2s'] }, swarm: true, shrink: false },
    ],
  ];
  it.each(rows)('%s', async (_, options) => {
    const whole = fuzz(scenario, options);
    const pieces = await fuzzInPieces(scenario, options);
    expect(JSON.stringify(pieces)).toBe(JSON.stringify(whole));
  });

  it('has failures to stop at, and safe runs', () => {
    const { failures, runs } = fuzz(scenario, { runs: 60, shrink: false });
    expect(failures).toBeGreaterThan(5);
    expect(failures).toBeLessThan(runs);
  });

  it('takes the input of a scenario, too', async () => {
    const options = { runs: 20, shrink: false };
    const pieces = await fuzzInPieces(SOMETIMES_UNSAFE_INPUT, options);
    expect(JSON.stringify(pieces)).toBe(JSON.stringify(fuzz(scenario, options)));
  });

  it('keeps what was done when it is aborted', async () => {
    const signal = { aborted: false };
    const report = await fuzzInPieces(scenario, {
      runs: 100_000,
      signal,
      shrink: false,
      onProgress: ({ done }) => {
        signal.aborted = done >= 100;
      },
    });
    expect(report.complete).toBe(false);
    expect(report.runs).toBeGreaterThanOrEqual(100);
    expect(JSON.stringify(report.tally)).toBe(
      JSON.stringify(fuzz(scenario, { runs: report.runs, shrink: false }).tally),
    );
  });
});

/** A runner whose runs fail where `fails` says so, each after a turn of the event loop. */
function runner(pieces: Piece[], fails: (run: number) => boolean, tookMs = 1): PieceRunner {
  return {
    run: async (piece) => {
      pieces.push(piece);
      await Promise.resolve();
      let tally: Tally = NO_TALLY;
      const { from, count, stopAfterFailures = Number.POSITIVE_INFINITY } = piece;
      for (let run = from; run < from + count; run++) {
        tally = { ...tally, runs: tally.runs + 1, failures: tally.failures + (fails(run) ? 1 : 0) };
        if (tally.failures >= stopAfterFailures) return { tally, complete: run === from + count - 1, tookMs };
      }
      return { tally, complete: true, tookMs };
    },
  };
}

describe('pieces', () => {
  it('cover every run exactly once, on several runners', async () => {
    const pieces: Piece[] = [];
    const runners = [1, 2, 3].map((ms) => runner(pieces, () => false, ms));
    const { tally, complete } = await campaignInPieces({ runs: 10_007, runners });
    expect([tally.runs, complete]).toEqual([10_007, true]);
    const runs = pieces.flatMap(({ from, count }) =>
      Array.from({ length: count }, (_, index) => from + index),
    );
    expect(runs.sort((a, b) => a - b)).toEqual(Array.from({ length: 10_007 }, (_, index) => index));
  });

  it('grow until each takes about 25 ms', async () => {
    const pieces: Piece[] = [];
    const perRunMs = 0.5;
    const slow: PieceRunner = {
      run: async (piece) => {
        pieces.push(piece);
        return { tally: { ...NO_TALLY, runs: piece.count }, complete: true, tookMs: piece.count * perRunMs };
      },
    };
    await campaignInPieces({ runs: 1000, runners: [slow] });
    expect(pieces.slice(0, 4).map(({ count }) => count)).toEqual([4, 16, 50, 50]);
  });

  it('stop at the run with the last failure asked for, whoever finished first', async () => {
    const pieces: Piece[] = [];
    const runners = [1, 1, 1, 1].map((ms) => runner(pieces, (run) => run % 100 === 99, ms));
    const { tally, complete } = await campaignInPieces({ runs: 10_000, runners, stopAfterFailures: 12 });
    expect(tally).toMatchObject({ runs: 1200, failures: 12 });
    expect(complete).toBe(false);
  });

  it('reject with the error of a runner and start nothing more', async () => {
    let started = 0;
    const broken: PieceRunner = {
      run: async () => {
        started++;
        throw new Error('no more');
      },
    };
    await expect(campaignInPieces({ runs: 100, runners: [broken, broken] })).rejects.toThrow('no more');
    expect(started).toBeLessThanOrEqual(2);
  });
});

describe('runners that take time to start', () => {
  const slow = (log: string[], name: string, signal?: { aborted: boolean }): PieceRunner => ({
    ...runner([], () => false, 1_000),
    start: async () => {
      log.push(`${name} starts`);
      await Promise.resolve();
      if (signal !== undefined) signal.aborted = true;
      log.push(`${name} is ready`);
    },
  });

  it('start one after another', async () => {
    const log: string[] = [];
    const runners = ['a', 'b', 'c'].map((name) => slow(log, name));
    await campaignInPieces({ runs: 1_000, runners });
    expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} starts`, `${name} is ready`]));
  });

  it('start no further once the campaign is aborted, or done', async () => {
    const signal = { aborted: false };
    const log: string[] = [];
    const runners = ['a', 'b', 'c'].map((name) => slow(log, name, signal));
    const { tally, complete } = await campaignInPieces({ runs: 1_000, runners, signal });
    expect([log, tally.runs, complete]).toEqual([['a starts', 'a is ready'], 0, false]);
  });

  it.each(['start', 'run'] as const)('end the campaign with what goes wrong in %s', async (what) => {
    const log: string[] = [];
    const broken = { ...slow(log, 'b'), [what]: () => Promise.reject(new Error('out of order')) };
    const running = campaignInPieces({ runs: 1_000, runners: [slow(log, 'a'), broken] });
    await expect(running).rejects.toThrow('out of order');
  });
});
