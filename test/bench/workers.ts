import { fuzzInWorkers } from 'prestop/node';
import type { Scenario } from '../../src/index.ts';
import { deletion, threeDeletions } from './deletion.ts';
import { table } from './measure.ts';

/**
 * A campaign on one and on two worker threads of the built package, their start included. Each thread has to warm up for itself,
 * which takes as long as some ten thousand single deletions, so only a campaign of a size that needs threads says what they bring.
 */
const CAMPAIGNS = [
  { name: 'one deletion', scenario: () => deletion(3), runs: 10_000 },
  { name: 'one deletion', scenario: () => deletion(3), runs: 100_000 },
  { name: 'three deletions with churn', scenario: threeDeletions, runs: 10_000 },
];

export const name = 'workers';

export async function run(print: (text: string) => void): Promise<void> {
  const rows = [['fuzz, shared between worker threads', 'one', 'two', 'two / one']];
  for (const { name, scenario, runs } of CAMPAIGNS) {
    const prepared = scenario();
    const one = await runsPerSecond(prepared, runs, 1);
    const two = await runsPerSecond(prepared, runs, 2);
    const speeds = [one, two].map((speed) => `${Math.round(speed).toLocaleString('en')} runs/s`);
    rows.push([`${runs.toLocaleString('en')} × ${name}`, ...speeds, (two / one).toFixed(2)]);
  }
  print(table(rows));
}

async function runsPerSecond({ input }: Scenario, runs: number, workers: number): Promise<number> {
  const start = process.hrtime.bigint();
  await fuzzInWorkers(input, { runs, workers, shrink: false });
  return runs / (Number(process.hrtime.bigint() - start) / 1e9);
}
