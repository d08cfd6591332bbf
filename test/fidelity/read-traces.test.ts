import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../src/calibration/scenario-of.ts';
import { parseScenario } from '../../src/scenario/scenario.ts';
import { traceSet } from './read-traces.ts';

const scenario = {
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
} as const;
const pods = [
  { stoppedAtMs: 400, exitedMs: 7, preStopStartedMs: 6, preStopEndedMs: 4006 },
  { stoppedAtMs: 0, exitedMs: 5, preStopStartedMs: 6, preStopEndedMs: 2006 },
];
const replacements = [{ createdMs: 430 }, { createdMs: 20 }];
const iterations = [{ pods, replacements }];
const made = { set: 'made-up', kubernetesVersion: '1.36.2', scenario, iterations };
const withScenario = (change: object) => ({ ...made, scenario: { ...scenario, ...change } });
const settingsOf = (content: unknown) => {
  const parsed = parseScenario(scenarioOf(traceSet('a.json', content).scenario));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.scenario;
};

describe('a set of traces', () => {
  it('has Pods in the order in which they were stopped, replacements in that of their creation', () => {
    const [repetition] = traceSet('a.json', made).repetitions;
    expect(repetition!.observation.pods.map(({ moments }) => moments.exitedMs)).toEqual([5, 7]);
    expect(repetition!.observation.replacements.map(({ moments }) => moments.createdMs)).toEqual([20, 430]);
    expect(repetition!.observation.pods.map(({ outcomes }) => outcomes.preStopOutcome)).toEqual([
      'cutOff',
      'completed',
    ]);
  });

  it('has one DELETE for each Pod that was stopped', () => {
    expect(settingsOf(made).settings.actions).toEqual([
      { type: 'deletePod', at: 0, pod: 'web-1-0' },
      { type: 'deletePod', at: 407, pod: 'web-1-1' },
    ]);
  });

  it.each([
    ['deletePod with gracePeriodSeconds 0', { gracePeriodSeconds: 0 }],
    ['rollingUpdate', { type: 'rollingUpdate' }],
    ['scale in by one', { type: 'scale', replicas: 2 }],
  ])('knows the action "%s"', (action, expected) => {
    expect(settingsOf(withScenario({ action })).settings.actions?.[0]).toMatchObject(expected);
  });

  it('maps what an app, a sidecar and a Service do', () => {
    const { objects, settings } = settingsOf(
      withScenario({
        app: {
          atSigterm: 'keeps serving for drainMs after SIGTERM',
          drainMs: 2000,
          failsReadinessAtSigterm: true,
        },
        sidecar: { atSigterm: 'exits at once', preStop: { exec: 'sleep 3' } },
        publishNotReadyAddresses: true,
        internalTrafficPolicy: 'Local',
      }),
    );
    expect(settings.apps).toMatchObject({
      app: { keepAccepting: 2000, failReadiness: true },
      sidecar: { onStopSignal: 'exit', onPath: 'never' },
    });
    expect(JSON.stringify(objects)).toContain('"publishNotReadyAddresses":true');
    expect(JSON.stringify(objects)).toContain('"internalTrafficPolicy":"Local"');
    expect(JSON.stringify(objects)).toContain('sleep 3');
  });

  it.each([
    ['a field', { moonPhase: 'full' }, 'moonPhase'],
    ['an action', { action: 'drainNode' }, 'the action "drainNode" is not known here'],
    ['a behaviour', { app: { atSigterm: 'dances' } }, 'app.atSigterm "dances"'],
    ['a policy', { internalTrafficPolicy: 'Nearby' }, 'internalTrafficPolicy "Nearby"'],
  ] as const)('is refused for %s that nobody knows', (_, change, message) => {
    expect(() => traceSet('a.json', withScenario(change))).toThrow(message);
  });
});
