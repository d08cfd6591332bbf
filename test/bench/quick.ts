import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { ran } from '../../src/run/observed-loop.ts';
import { judgement, simulate } from '../../src/run/simulate.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { bare, kernel } from './kernel.ts';
import { type Contestant, measure, speedRatio, table } from './measure.ts';
import { rolling } from './rolling.ts';

/**
 * What may not become slower, as ratios of two measurements of one process, so that a busy machine changes little: for `.ci/run`. The
 * bounds leave room for noise; the figures that are asked for stand in the full benches.
 */
interface Bound {
  readonly what: string;
  readonly measured: number;
  readonly least: number;
}

function timed(name: string, runs: number, run: (seed: number) => unknown): Contestant {
  const work = () => {
    for (let seed = 0; seed < runs; seed++) run(seed);
    return runs;
  };
  return { name, prepare: () => work };
}

function bounds(): Bound[] {
  const few = rolling(1);
  const many = rolling(20);
  const perEvent = (scenario: Scenario) => {
    const compiled = compiledScenario(scenario);
    return timed('', 3, (seed) => ran(scenario, compiled, seed));
  };
  const events = (scenario: Scenario) => simulate(scenario, { trace: 'none' }).eventCount;
  const [bareHeap, queue] = measure([bare(100_000, 150_000), kernel(100_000, 150_000)], { rounds: 5 });
  const [plain, judged] = measure(
    [
      timed('plain', 40, (seed) => ran(few, compiledScenario(few), seed)),
      timed('judged', 40, (seed) => judgement(few, seed)),
    ],
    { rounds: 5 },
  );
  const [small, large] = measure([perEvent(few), perEvent(many)], { rounds: 3 });
  const grown = events(many) / events(few);
  return [
    {
      what: 'kernel against a bare heap, 100,000 pending',
      measured: speedRatio(queue!, bareHeap!),
      least: 0.15,
    },
    { what: 'a judged run against the plain run', measured: speedRatio(judged!, plain!), least: 0.6 },
    {
      what: 'an event of 20 rollouts against one of a single rollout',
      measured: speedRatio(large!, small!) * grown,
      least: 0.2,
    },
  ];
}

/** Prints the ratios; false where one is below its bound. */
export function quick(print: (text: string) => void): boolean {
  const found = bounds();
  const rows = found.map(({ what, measured, least }) => [what, measured.toFixed(2), least.toFixed(2)]);
  print(table([['speed, as a ratio', 'measured', 'at least'], ...rows]));
  return found.every(({ measured, least }) => measured >= least);
}
