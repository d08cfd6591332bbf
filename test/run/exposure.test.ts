import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Run, simulate, type Verdict } from '../../src/index.ts';
import { exposureFromTrace, type Window } from './exposure-from-trace.ts';
import { campaign, inputOf, type Sketch, scenarioOf, sketches } from './scenarios.ts';

/** Where the way to a Pod takes no time, routing and accepting can be compared as the trace tells them. */
function withoutLatency(sketch: Sketch, horizon: number | null, seed: number): Run {
  const { delays, routers } = inputOf(sketch);
  const scenario = scenarioOf(sketch, {
    delays: { ...delays, 'network.routerToPod': '0s' },
    routers: routers.map((router) => ({ ...router, latency: '0s' })),
    ...(horizon === null ? {} : { horizon }),
  });
  return simulate(scenario, { seed });
}

function windowsOf({ violations }: Verdict): Window[] {
  return violations.flatMap(({ kind, pod, router, fromMs, toMs }) =>
    kind === 'exposed' ? [{ pod: pod!, router: router!, fromMs, toMs }] : [],
  );
}

const ordered = (windows: readonly Window[]) =>
  [...windows].sort((a, b) => `${a.pod} ${a.router}`.localeCompare(`${b.pod} ${b.router}`));

const micros = (ms: number | null) => (ms === null ? null : Math.round(ms * 1000));

describe('exposure and margin', () => {
  it('are what the trace says, worked out a second time from rules, listeners and exits', () => {
    const property = fc.property(sketches, fc.nat(1_000_000), (sketch, seed) => {
      const run = withoutLatency(sketch, null, seed);
      const { windows, marginMs } = exposureFromTrace(run, sketch);
      expect(ordered(windowsOf(run.verdict))).toEqual(ordered(windows));
      expect(micros(run.verdict.marginMs)).toBe(micros(marginMs));
    });
    fc.assert(property, campaign(20));
  });

  it('are so in a run that is cut short, too: what is open then counts up to then', () => {
    const horizon = fc.integer({ min: 100, max: 9_000 });
    const property = fc.property(sketches, fc.nat(1_000_000), horizon, (sketch, seed, until) => {
      const run = withoutLatency(sketch, until, seed);
      const { windows, marginMs } = exposureFromTrace(run, sketch);
      expect(run.endedAtMs).toBe(until);
      expect(ordered(windowsOf(run.verdict))).toEqual(ordered(windows));
      expect(micros(run.verdict.marginMs)).toBe(micros(marginMs));
    });
    fc.assert(property, campaign(8));
  });

  it('move by the way to the Pod and no more: a router further away is later by that, and never safer', () => {
    const property = fc.property(
      sketches,
      fc.nat(1_000_000),
      fc.integer({ min: 0, max: 500 }),
      (sketch, seed, ms) => {
        const { delays, routers } = inputOf(sketch);
        const away = (latency: number) =>
          simulate(
            scenarioOf(sketch, {
              delays: { ...delays, 'network.routerToPod': latency },
              routers: routers.map((router) => ({ ...router, latency })),
            }),
            { seed },
          ).verdict;
        expect(micros(away(ms).marginMs)).toBe(micros(shifted(away(0).marginMs, ms)));
      },
    );
    fc.assert(property, campaign(8));
  });
});

function shifted(marginMs: number | null, ms: number): number | null {
  return marginMs === null ? null : marginMs - ms;
}
