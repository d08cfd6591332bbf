import { describe, expect, it } from 'vitest';
import {
  defineScenario,
  parseScenario,
  podTimeline,
  type Run,
  type ScenarioInput,
  simulate,
} from '../../src/index.ts';
import { findingWords } from '../../src/report/describe-finding.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { CONSTANT_DELAYS } from './delays.ts';
import { container, type DeploymentOptions, deployment, execSleeps, service, sleeps } from './manifests.ts';

/** Incidents that people reported, with their numbers. */

const POD = 'web-1-0';

function inputFor(options: DeploymentOptions, more: Partial<ScenarioInput> = {}): ScenarioInput {
  return {
    manifests: [deployment(options), service()],
    cluster: { version: '1.30', nodes: 3 },
    delays: CONSTANT_DELAYS,
    actions: [{ type: 'deletePod', pod: POD }],
    ...more,
  };
}

const runOf = (options: DeploymentOptions, more: Partial<ScenarioInput> = {}): Run =>
  simulate(defineScenario(inputFor(options, more)));

/** Times of one container since its Pod's worker began to stop it, in seconds to the millisecond. */
function sinceKill(run: Run, name = 'web') {
  const start = run.trace.find(({ type, pod }) => type === 'podKillStarted' && pod === POD)!.atMs;
  const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms - start) / 1000);
  const story = podTimeline(run, POD).containers[name]!;
  return {
    hookEnded: seconds(story.preStopEndedMs),
    hook: story.preStopOutcome,
    sigterm: seconds(story.sigtermMs),
    exited: seconds(story.exitedMs),
    exitCode: story.exitCode,
  };
}

const kinds = (run: Run) => run.verdict.violations.map(({ kind }) => kind);
const fixOf = (run: Run, kind: string) =>
  fixText(run.verdict.violations.find((each) => each.kind === kind)!.fix);

describe('preStop 35 with a grace period of 30 (artsy/force#10829)', () => {
  const run = runOf(
    { preStop: execSleeps(35), terminationGracePeriodSeconds: 30 },
    { apps: { web: { onStopSignal: 'ignore' } } },
  );

  it('cuts the hook off at 30 s and kills 2 s later', () => {
    expect(sinceKill(run)).toEqual({
      hookEnded: 30,
      hook: 'cutOff',
      sigterm: 30.01,
      exited: 32.01,
      exitCode: 137,
    });
    expect(run.verdict.grace[POD]).toMatchObject({ budgetMs: 30_000, sigkilled: true });
  });

  it('is unsafe, and says by how much the grace period is too short', () => {
    expect(run.verdict.safe).toBe(false);
    expect(kinds(run)).toContain('preStopCutOff');
    expect(fixOf(run, 'preStopCutOff')).toBe(
      'Shorten the hook to less than 30 s, or raise terminationGracePeriodSeconds to at least 38.',
    );
  });
});

describe('sleep 60 with a grace period of 30 (zalando-incubator/kubernetes-on-aws#9426)', () => {
  it('is accepted as an exec hook, with a finding, and cut off at 30 s', () => {
    const run = runOf({ preStop: execSleeps(60), terminationGracePeriodSeconds: 30 });
    expect(sinceKill(run)).toMatchObject({ hookEnded: 30, hook: 'cutOff', sigterm: 30.01 });
    expect(run.scenario.findings.map((finding) => findingWords(finding).text).join()).toMatch(/60 s.*30 s/);
  });

  it('is refused as a native sleep, with the rule of the API server', () => {
    const result = parseScenario(inputFor({ preStop: sleeps(60), terminationGracePeriodSeconds: 30 }));
    expect(result).toMatchObject({
      ok: false,
      issues: [
        {
          path: [
            'manifests',
            0,
            'spec',
            'template',
            'spec',
            'containers',
            0,
            'lifecycle',
            'preStop',
            'sleep',
          ],
          value: 60,
          rule: 'must be greater than 0 and less than terminationGracePeriodSeconds (30)',
        },
      ],
    });
  });
});

describe('preStop 30 with a grace period of exactly 30 (zendesk/samson#3474)', () => {
  const run = runOf({ preStop: sleeps(30), terminationGracePeriodSeconds: 30 });

  it('leaves nothing but the 2 s that the kubelet grants', () => {
    expect(sinceKill(run)).toMatchObject({ hookEnded: 30, hook: 'completed', sigterm: 30.01 });
    const signal = run.trace.find(({ type, pod }) => type === 'stopSignal' && pod === POD);
    expect(signal!.data).toMatchObject({ timeoutSeconds: 2 });
    expect(kinds(run)).toEqual(['graceUsedUp']);
  });

  it('suggests 33', () => {
    expect(fixOf(run, 'graceUsedUp')).toBe('Raise terminationGracePeriodSeconds to at least 33.');
  });

  it('cuts an app that needs more than 2 s', () => {
    const slow = runOf(
      { preStop: sleeps(30), terminationGracePeriodSeconds: 30 },
      { apps: { web: { drain: '3s' } } },
    );
    expect(sinceKill(slow)).toMatchObject({ exited: 32.01, exitCode: 137 });
    expect(kinds(slow)).toContain('cutByKill');
  });
});

describe('a proxy with preStop 40 beside an app, grace period 30 (linkerd/linkerd2#3798)', () => {
  const run = runOf(
    {
      terminationGracePeriodSeconds: 30,
      containers: [container(), container({ name: 'linkerd-proxy', port: 4143, preStop: execSleeps(40) })],
    },
    { apps: { 'linkerd-proxy': { drain: '10s' } } },
  );

  it('cuts the proxy hook off at 30 s and kills the proxy: 137', () => {
    expect(sinceKill(run, 'linkerd-proxy')).toMatchObject({
      hookEnded: 30,
      hook: 'cutOff',
      exited: 32.01,
      exitCode: 137,
    });
  });

  it('does not hold up the app, which is told to stop at once', () => {
    expect(sinceKill(run)).toMatchObject({ hook: 'none', sigterm: 0.01, exitCode: 0 });
  });

  it('leaves the Pod Failed', () => {
    expect(podTimeline(run, POD)).toMatchObject({ terminalPhase: 'Failed' });
  });
});

describe('a grace period of 180 without a preStop (kubernetes/ingress-gce#769)', () => {
  const exposed = (graceSeconds: number) =>
    runOf({ terminationGracePeriodSeconds: graceSeconds }, { routers: [{ name: 'neg', lag: '8s' }] });

  it('loses the same connections as one of 30', () => {
    const windows = (run: Run) =>
      run.verdict.violations.map(({ kind, pod, router, fromMs, toMs }) => ({
        kind,
        pod,
        router,
        fromMs,
        toMs,
      }));
    expect(windows(exposed(180))).toEqual(windows(exposed(30)));
    expect(windows(exposed(30))).toHaveLength(4);
    expect(exposed(180).verdict.requiredPreStopMs).toBe(exposed(30).verdict.requiredPreStopMs);
    expect(exposed(180).digest).toBe(exposed(30).digest);
  });
});

describe('an exec sleep in an image without a sleep (dapr/docs#5317)', () => {
  const distroless = { apps: { web: { preStop: { missingBinary: true } } } };
  const run = runOf({ preStop: execSleeps(10) }, distroless);

  it('fails at 0, and SIGTERM comes at once', () => {
    expect(sinceKill(run)).toMatchObject({ hookEnded: 0, hook: 'failed', sigterm: 0.01 });
  });

  it('is as unsafe as no hook, and says why', () => {
    expect(run.verdict.requiredPreStopMs).toBe(runOf({}).verdict.requiredPreStopMs);
    expect(run.verdict.marginMs).toBe(runOf({}).verdict.marginMs);
    const failed = run.verdict.violations.find(({ kind }) => kind === 'preStopFailed');
    expect(failed).toMatchObject({ gating: false, container: 'web', fix: { code: 'nativeSleep' } });
    expect(kinds(run)).toContain('exposed');
  });

  it('would be well with a native sleep', () => {
    expect(runOf({ preStop: sleeps(10) }, {}).verdict.safe).toBe(true);
  });
});

describe('sidecars share the grace period (KEP-753)', () => {
  const budgetAfter = (appSeconds: number, version = '1.30') => {
    const run = runOf(
      {
        terminationGracePeriodSeconds: 30,
        sidecars: [container({ name: 'proxy', port: null })],
      },
      {
        cluster: { version, nodes: 3 },
        apps: { web: { drain: `${appSeconds}s` }, proxy: { onStopSignal: 'ignore' } },
      },
    );
    const signal = run.trace.find(
      ({ type, pod, data }) => type === 'stopSignal' && pod === POD && data?.container === 'proxy',
    );
    return { seconds: signal!.data!.timeoutSeconds, proxy: sinceKill(run, 'proxy') };
  };

  it.each([
    [0, 30],
    [12, 18],
    [27, 3],
    // What is left is never less than the kubelet's minimum.
    [29, 2],
    [300, 2],
  ])('an app that uses %d s of 30 leaves its sidecar %d s', (appSeconds, left) => {
    expect(budgetAfter(appSeconds).seconds).toBe(left);
  });

  it('stops the sidecar when the app is gone, and kills it when the grace period is over', () => {
    const { sigterm, exited } = budgetAfter(12).proxy;
    expect(sigterm).toBeCloseTo(12.029, 3);
    expect(exited).toBeCloseTo(30.029, 3);
  });

  it('1.28 stopped it together with the app', () => {
    const run = runOf(
      { containers: [container(), container({ name: 'proxy', port: null })] },
      { cluster: { version: '1.28' } },
    );
    expect(sinceKill(run, 'proxy').sigterm).toBe(sinceKill(run).sigterm);
  });
});
