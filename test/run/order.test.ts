import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulation, podTimeline, type Run, simulate, type TraceEvent } from '../../src/index.ts';
import { campaign, inputOf, podNames, type Sketch, scenarioOf, sketches } from './scenarios.ts';

const seeds = fc.nat(1_000_000);

function ofEveryRun(check: (run: Run, sketch: Sketch) => void, runs = 6): void {
  const property = fc.property(sketches, seeds, (sketch, seed) => {
    check(simulate(scenarioOf(sketch), { seed }), sketch);
  });
  fc.assert(property, campaign(runs));
}

/** The seq of the API server's commit that each of these observations carries, by watcher. */
function observedVersions(trace: readonly TraceEvent[], type: TraceEvent['type']): Map<string, number[]> {
  const byWatcher = new Map<string, number[]>();
  for (const event of trace) {
    if (event.type !== type) continue;
    const versions = byWatcher.get(event.actor) ?? [];
    versions.push(event.cause!);
    byWatcher.set(event.actor, versions);
  }
  return byWatcher;
}

function descents(numbers: readonly number[]): number {
  return numbers.filter((value, index) => index > 0 && value < numbers[index - 1]!).length;
}

describe('in every run', () => {
  it('time never goes back', () => {
    ofEveryRun(({ trace, endedAtMs, eventCount }) => {
      expect(descents(trace.map(({ atMs }) => atMs))).toBe(0);
      expect(trace.map(({ seq }) => seq)).toEqual(trace.map((_, index) => index));
      expect(trace).toHaveLength(eventCount);
      expect(endedAtMs).toBe(trace[trace.length - 1]!.atMs);
    });
  });

  it('every cause precedes its effect, and only the scenario itself has none', () => {
    ofEveryRun(({ trace }) => {
      for (const { seq, cause, type, atMs } of trace) {
        if (type === 'deleteRequested') expect(cause).toBeNull();
        else {
          expect(cause).toBeLessThan(seq);
          expect(trace[cause!]!.atMs).toBeLessThanOrEqual(atMs);
        }
      }
    });
  });

  it.each(['podObserved', 'endpointSliceObserved'] as const)(
    'no watcher sees a version (%s) after one that came later',
    (type) => {
      ofEveryRun(({ trace }) => {
        for (const versions of observedVersions(trace, type).values()) expect(descents(versions)).toBe(0);
      });
    },
  );

  it('a kubelet patches its Pods in the order in which it decided to', () => {
    ofEveryRun(({ trace }) => {
      const decided = new Map<string, number[]>();
      for (const { type, cause } of trace) {
        if (type !== 'patchPodStatus') continue;
        const { actor } = trace[cause!]!;
        decided.set(actor, [...(decided.get(actor) ?? []), cause!]);
      }
      for (const patches of decided.values()) expect(descents(patches)).toBe(0);
    });
  });

  it('nothing is left to happen at the end', () => {
    const property = fc.property(sketches, seeds, (sketch, seed) => {
      const simulation = createSimulation(scenarioOf(sketch), { seed });
      const run = simulation.finish();
      expect(simulation.done).toBe(true);
      expect(run.digest).toBe(simulate(scenarioOf(sketch), { seed }).digest);
    });
    fc.assert(property, campaign(5));
  });

  it('a Pod whose deletion was graceful is deleted at last, in the phase that its exit codes say', () => {
    ofEveryRun((run, sketch) => {
      for (const pod of podNames(sketch)) {
        const story = podTimeline(run, pod);
        if (story.terminatingMs === null || story.podDeletedMs === story.terminatingMs) continue;
        expect(story.podDeletedMs).not.toBeNull();
        if (sketch.deletes.some(({ gracePeriodSeconds }) => gracePeriodSeconds === 0)) continue;
        const failed = Object.values(story.containers).some(
          ({ sidecar, exitCode }) => !sidecar && exitCode !== 0,
        );
        const phase = failed ? 'Failed' : 'Succeeded';
        // Up to 1.26 a Pod that would be restarted keeps the phase it had.
        expect(story.terminalPhase).toBe(sketch.minor >= 27 ? phase : null);
        expect(story.podDeletedMs).toBeGreaterThanOrEqual(story.exitedMs!);
      }
    });
  });

  it('no deletion is left without its ends: every container exits once, by itself or by SIGKILL', () => {
    ofEveryRun((run, sketch) => {
      for (const pod of podNames(sketch)) {
        const { terminatingMs, containers } = podTimeline(run, pod);
        for (const container of Object.values(containers)) {
          expect(container.exitedMs === null).toBe(terminatingMs === null);
          if (container.exitedMs === null) continue;
          expect(container.listenerClosedMs).toBeLessThanOrEqual(container.exitedMs);
          expect(container.sigtermMs).toBeLessThanOrEqual(container.exitedMs);
        }
      }
    });
  });
});

describe('one seed', () => {
  it('gives the same digest twice, and with a trace and without', () => {
    const property = fc.property(sketches, seeds, (sketch, seed) => {
      const [first, again] = [scenarioOf(sketch), scenarioOf(sketch)];
      const { digest, verdict } = simulate(first, { seed });
      expect(simulate(first, { seed }).digest).toBe(digest);
      const bare = simulate(again, { seed, trace: 'none' });
      expect(bare.digest).toBe(digest);
      expect(bare.trace).toEqual([]);
      expect(bare.verdict).toEqual(verdict);
    });
    fc.assert(property, campaign(5));
  });

  it('gives another digest than the next one, where anything is drawn', () => {
    const property = fc.property(sketches, seeds, (sketch, seed) => {
      const scenario = scenarioOf({ ...sketch, delays: 'wide' });
      expect(simulate(scenario, { seed }).digest).not.toBe(simulate(scenario, { seed: seed + 1 }).digest);
    });
    fc.assert(property, campaign(5));
  });
});

describe('a quiet cluster', () => {
  it('is quiet: nothing happens before the first action, whatever churns and probes', () => {
    const property = fc.property(sketches, seeds, (sketch, seed) => {
      const hour = 3_600_000;
      const { actions } = inputOf(sketch);
      const late = scenarioOf(sketch, {
        actions: actions.map((action) => ({ ...action, at: action.at + hour })),
      });
      const [first] = simulate(late, { seed }).trace;
      expect(first!.type).toBe('deleteRequested');
      expect(first!.atMs).toBe(hour + Math.min(...actions.map(({ at }) => at)));
    });
    fc.assert(property, campaign(5));
  });
});
