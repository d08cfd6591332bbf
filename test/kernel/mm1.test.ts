import { expect, test } from 'vitest';
import type { Reducer } from '../../src/kernel/actor.ts';
import { type Distribution, quantiles } from '../../src/kernel/distribution.ts';
import { Loop } from '../../src/kernel/loop.ts';
import { tries } from '../effort.ts';
import { after } from './toy-effects.ts';
import { actor, modelOf } from './toy-model.ts';

const ARRIVE = 0;
const DEPART = 1;
const INTERARRIVAL = 0;
const SERVICE = 1;
const SOURCE = 0;
const COUNTER = 1;

/** An exponential distribution as a table: every thousandth, and the last thousandth finer and finer. */
function exponential(mean: number): Distribution {
  const thousandths = Array.from({ length: 1_000 }, (_, n) => n / 1_000);
  const tail = Array.from({ length: 16 }, (_, n) => 1 - 0.001 / 2 ** (n + 1));
  const rows = [...thousandths, ...tail].map((p): [number, number] => [
    p,
    Math.round(-Math.log(1 - p) * mean),
  ]);
  return quantiles([...rows, [1, Math.round(19 * mean)]]);
}

interface Queue {
  /** When each customer came who has not been served yet, the one at the counter first. */
  readonly arrivals: readonly number[];
  readonly served: number;
  readonly waited: number;
}

const departure = () => after(DEPART, COUNTER, 0, 0, 0, null, 0, SERVICE);

const source: Reducer<number, null> = (left, event) => [
  left - 1,
  left > 0
    ? [
        after(ARRIVE, COUNTER, 0, 0, 0, null, 0),
        after(ARRIVE, SOURCE, 0, 0, 0, null, 0, INTERARRIVAL, event.transition),
      ]
    : [],
];

const arrive: Reducer<Queue, null> = (queue, _, ctx) => {
  const arrivals = [...queue.arrivals, ctx.now];
  return [{ ...queue, arrivals }, arrivals.length === 1 ? [departure()] : []];
};

const depart: Reducer<Queue, null> = (queue, _, ctx) => {
  const arrivals = queue.arrivals.slice(1);
  const next = arrivals[0];
  const waited = queue.waited + (next === undefined ? 0 : ctx.now - next);
  return [{ arrivals, served: queue.served + 1, waited }, next === undefined ? [] : [departure()]];
};

const CUSTOMERS = tries(4_000);
const MEAN_SERVICE = 10_000;

function meanWait(load: number, seed: number): number {
  const model = modelOf(
    [
      actor('source', [source], [[CUSTOMERS]]),
      actor('counter', [arrive, depart], [[{ arrivals: [], served: 0, waited: 0 } satisfies Queue]]),
    ],
    {
      sites: [exponential(MEAN_SERVICE / load), exponential(MEAN_SERVICE)],
      initial: [after(ARRIVE, SOURCE, 0, 0, 0, null, 0, INTERARRIVAL)],
    },
  );
  const loop = new Loop(model, seed, { trace: false });
  loop.run();
  const { served, waited } = loop.cells[COUNTER]![0]![0] as Queue;
  expect(served).toBe(CUSTOMERS);
  return waited / served;
}

/** Relative standard error of the mean wait of n customers, by the asymptotic variance of an M/M/1 queue (Whitt 1989). */
function relativeError(load: number): number {
  const variance = (load * (2 + 5 * load - 4 * load ** 2 + load ** 3)) / (1 - load) ** 4;
  return Math.sqrt(variance / CUSTOMERS) / (load / (1 - load));
}

test.each([
  { load: 0.3, seed: 1 },
  { load: 0.5, seed: 2 },
  { load: 0.5, seed: 3 },
  { load: 0.8, seed: 4 },
])(
  'at a load of $load (seed $seed) an M/M/1 queue waits ρ/(μ−λ) on average, within three standard errors',
  ({ load, seed }) => {
    const theory = (load / (1 - load)) * MEAN_SERVICE;
    const error = Math.abs(meanWait(load, seed) - theory) / theory;
    expect(error).toBeLessThan(3 * relativeError(load));
  },
);
