import { fuzzInWorkers } from 'prestop/node';
import type { Scenario } from '../../src/index.ts';
import { deletion, threeDeletions } from './deletion.ts';
import { table } from './measure.ts';

/**
 * A campaign on one and on two worker threads of the built package. Each thread warms up for itself, which takes as long as some ten
 * thousand single deletions; so, as in the other benches, a speed is that of warm code, here of the second half of the runs. The last
 * column is the whole campaign, start and warm-up included: what a user waits for.
 */
const CAMPAIGNS = [
  { name: 'one deletion', scenario: () => deletion(3), runs: 100_000 },
  { name: 'three deletions with churn', scenario: threeDeletions, runs: 20_000 },
];

export const name = 'workers';

export async function run(print: (text: string) => void): Promise<void> {
  const rows = [['fuzz, shared between worker threads', 'one', 'two', 'two / one', 'from the start']];
  for (const { name, scenario, runs } of CAMPAIGNS) {
    const prepared = scenario();
    const one = await timed(prepared, runs, 1);
    const two = await timed(prepared, runs, 2);
    const speeds = [one, two].map(({ warm }) => `${Math.round(warm).toLocaleString('en')} runs/s`);
    const ratios = [two.warm / one.warm, two.whole / one.whole].map((ratio) => ratio.toFixed(2));
    rows.push([`${runs.toLocaleString('en')} × ${name}`, ...speeds, ...ratios]);
  }
  print(table(rows));
}

/** How much faster a campaign of 100,000 runs is on two threads, once they are warm. */
export async function speedup(): Promise<number> {
  const prepared = deletion(3);
  const one = await timed(prepared, 100_000, 1);
  const two = await timed(prepared, 100_000, 2);
  return two.warm / one.warm;
}

/** Runs a second: of the second half of the runs, and of all. */
async function timed(
  { input }: Scenario,
  runs: number,
  workers: number,
): Promise<{ readonly warm: number; readonly whole: number }> {
  const startedAt = performance.now();
  let half = { at: startedAt, done: 0 };
  const onProgress = ({ done }: { readonly done: number }) => {
    if (half.done === 0 && done >= runs / 2) half = { at: performance.now(), done };
  };
  await fuzzInWorkers(input, { runs, workers, shrink: false, onProgress });
  const endedAt = performance.now();
  const perSecond = (count: number, from: number) => (count * 1000) / (endedAt - from);
  return { warm: perSecond(runs - half.done, half.at), whole: perSecond(runs, startedAt) };
}
