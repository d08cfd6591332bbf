import { describe, expect, it } from 'vitest';
import { observeIteration } from './milestones.ts';
import type { TraceSet } from './read-traces.ts';
import { buildScenario, hookDurationMs } from './scenarios.ts';

describe('an iteration', () => {
  it('is put in the order in which Pods were stopped and replacements created', () => {
    const { pods, replacements } = observeIteration(
      {
        pods: [
          { stoppedAtMs: 400, exitedMs: 7 },
          { stoppedAtMs: 0, exitedMs: 5 },
        ],
        replacements: [{ createdMs: 430 }, { createdMs: 20 }],
      },
      null,
    );
    expect(pods.map(({ moments }) => moments.exitedMs)).toEqual([5, 7]);
    expect(replacements.map(({ createdMs }) => createdMs)).toEqual([20, 430]);
  });

  it.each([
    ['completed', 5_000, { preStopStartedMs: 6, preStopEndedMs: 5_006 }],
    ['cutOff', 10_000, { preStopStartedMs: 6, preStopEndedMs: 5_006 }],
    ['none', null, {}],
    [undefined, 5_000, { preStopEndedMs: 5_006 }],
  ] as const)('has a hook that was %s', (expected, hookMs, moments) => {
    const [pod] = observeIteration({ pods: [{ stoppedAtMs: 0, ...moments }] }, hookMs).pods;
    expect(pod!.outcomes.preStopOutcome).toBe(expected);
  });
});

const made: TraceSet = {
  set: 'made-up',
  kubernetesVersion: '1.36.2',
  iterations: [{ pods: [{ stoppedAtMs: 0 }, { stoppedAtMs: 407 }] }],
  scenario: {
    workload: 'Deployment',
    replicas: 3,
    preStop: { exec: 'sleep 4' },
    terminationGracePeriodSeconds: 5,
    app: { atSigterm: 'ignores SIGTERM' },
    readinessProbePeriodSeconds: 1,
    readinessProbeFailureThreshold: 1,
    action: 'deletePod, several with a gap',
    gapMs: 400,
    minSyncPeriod: '1s',
    endpointSliceBatchPeriod: '0s',
  },
};

describe('a scenario', () => {
  it('has one DELETE for each Pod that was stopped', () => {
    const built = buildScenario(made);
    expect(built.kind === 'built' && built.scenario.settings.actions).toEqual([
      { type: 'deletePod', at: 0, pod: 'web-1-0' },
      { type: 'deletePod', at: 407, pod: 'web-1-1' },
    ]);
  });

  it('knows how long its hook would last', () => {
    expect(hookDurationMs(made.scenario)).toBe(4_000);
    expect(hookDurationMs({ ...made.scenario, preStop: null })).toBe(null);
  });

  it('is not built for an action whose words are not known', () => {
    const unknown = { ...made, scenario: { ...made.scenario, action: 'drainNode' } };
    expect(buildScenario(unknown)).toEqual({
      kind: 'notBuilt',
      why: 'its action "drainNode" is not known here',
    });
  });
});
