import { describe, expect, it } from 'vitest';
import type { AppInput, Run, ScenarioInput } from '../../src/index.ts';
import { deployment, service, sleeps } from './manifests.ts';
import { eventsOf, momentsOf, runOf } from './run-of.ts';

/** `apps.<container>.readiness`: an app that says for a while that it is not ready, though it serves. */

const probe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 2, successThreshold: 1 };
const alive = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };

function flapping(app: AppInput, more: Partial<ScenarioInput> = {}): Run {
  const web = deployment({ preStop: sleeps(2), readinessProbe: probe });
  const [container] = web.spec.template.spec.containers as { livenessProbe?: object }[];
  container!.livenessProbe = alive;
  const actions = [{ type: 'scale' as const, deployment: 'web', replicas: 2, at: '50s' as const }];
  return runOf({ manifests: [web, service()], apps: { web: app }, actions, horizon: '49s', ...more });
}

/** By Pod: when the API server was told that it is Ready, or is not. */
function readiness(run: Run, pod: string): readonly (readonly [second: number, ready: unknown])[] {
  return eventsOf(run, { type: 'patchPodStatus', pod }).flatMap(({ atMs, data }) => {
    const { ready } = data as { readonly ready?: boolean };
    return ready === undefined ? [] : [[Math.floor(atMs / 1000), ready] as const];
  });
}

describe('a readiness probe that fails for a while', () => {
  const run = flapping({
    readiness: [
      { at: '10s', for: '7s' },
      { at: '30s', for: '1s' },
    ],
  });

  it.each(['web-1-0', 'web-1-1', 'web-1-2'])('takes %s out after its threshold, and puts it back', (pod) => {
    const [lost, back, ...more] = readiness(run, pod);
    expect(lost).toEqual([expect.toSatisfy((at: number) => at >= 11 && at <= 12), false]);
    expect(back).toEqual([expect.toSatisfy((at: number) => at >= 17 && at <= 18), true]);
    // One second is less than two failed probes take.
    expect(more).toEqual([]);
  });

  it('restarts nothing: the liveness probe has another answer', () => {
    expect(momentsOf(run, { type: 'containerKillStarted' })).toEqual([]);
  });

  it('leaves the Service without an endpoint where all Pods fail at once', () => {
    expect(run.verdict.violations.map(({ kind }) => kind)).toContain('noEndpoints');
  });

  it('concerns a Pod that is new meanwhile', () => {
    const rolled = flapping(
      { readiness: [{ at: '5s', for: '20s' }] },
      { actions: [{ type: 'deletePod', pod: 'web-1-1', at: '6s' }] },
    );
    const times = readiness(rolled, 'web-1-3').filter(([, ready]) => ready === true);
    expect(times).toEqual([[expect.toSatisfy((at: number) => at >= 25 && at <= 26), true]]);
  });
});

describe('a flap that counts from the stop signal', () => {
  it('ends the endpoint as serving, and brings it back while the app still serves', () => {
    const run = flapping(
      { keepAccepting: '20s', readiness: [{ at: '3s', for: '6s', since: 'stopSignal' }] },
      { actions: [{ type: 'deletePod', pod: 'web-1-2', at: '1s' }] },
    );
    const [signal] = momentsOf(run, { type: 'stopSignal', pod: 'web-1-2' });
    const from = Math.floor(signal! / 1000);
    expect(readiness(run, 'web-1-2')).toEqual([
      [expect.toSatisfy((at: number) => at >= from + 4 && at <= from + 5), false],
      [expect.toSatisfy((at: number) => at >= from + 9 && at <= from + 10), true],
      // The kubelet's last word: the container has ended.
      [expect.toSatisfy((at: number) => at >= from + 20), false],
    ]);
    expect(readiness(run, 'web-1-0')).toEqual([]);
  });
});

describe('a container without a readiness probe', () => {
  it('has nobody who would ask', () => {
    const manifests = [deployment(), service()];
    expect(() => runOf({ manifests, apps: { web: { readiness: [{ at: 0, for: '5s' }] } } })).toThrow(
      'apps.web.readiness says when the readiness probe of container "web" fails, and it has none.',
    );
  });
});
