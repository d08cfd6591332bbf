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

  it('bound the Pods that manifests ask for, before one is made', () => {
    const of = (replicas: number, limits: object) => () =>
      defineScenario({
        manifests: [deployment({ replicas }), service()],
        actions: [{ type: 'deletePod', pod: 'web-1-0' }],
        limits,
      });
    expect(of(100_000, {})).toThrow(
      'Deployment/web: spec.replicas asks for 100000 Pods; limits.maxPods is 50000.',
    );
    expect(of(4, { maxPods: 3 })).toThrow('raise limits.maxPods to 4');
    expect(of(4, { maxPods: 4 })).not.toThrow();
  });

  it('are refused where they are none', () => {
    expect(() => limited({ maxEvents: 0 })).toThrow('limits.maxEvents');
    expect(() => limited({ maxEvnts: 5 })).toThrow('maxEvnts');
  });
});
