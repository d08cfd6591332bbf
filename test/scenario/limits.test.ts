import { describe, expect, it } from 'vitest';
import { defineScenario, fuzz, LimitExceeded, simulate } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';

describe('limits of a scenario', () => {
  const limited = (limits: object) =>
    defineScenario({
      manifests: [deployment({}), service()],
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
      limits,
    });

  it('bound the events of a run, and of its trace', () => {
    const events = simulate(limited({})).eventCount;
    expect(simulate(limited({ maxEvents: events })).eventCount).toBe(events);
    expect(() => simulate(limited({ maxEvents: events - 1 }))).toThrow(LimitExceeded);
    const short = limited({ maxTraceEvents: events - 1 });
    expect(() => simulate(short)).toThrow("Simulate with { trace: 'none' }");
    expect(simulate(short, { trace: 'none' }).eventCount).toBe(events);
    expect(fuzz(short, { runs: 3 }).runs).toBe(3);
  });

  it('bound what waits', () => {
    expect(() => simulate(limited({ maxPending: 2 }))).toThrow('raise limits.maxPending');
  });

  it('are refused where they are none', () => {
    expect(() => limited({ maxEvents: 0 })).toThrow('limits.maxEvents');
    expect(() => limited({ maxEvnts: 5 })).toThrow('maxEvnts');
  });
});
