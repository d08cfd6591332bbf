import { describe, expect, it } from 'vitest';
import {
  type ClientInput,
  defineScenario,
  type RouterInput,
  routers,
  type ScenarioInput,
  simulate,
} from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { twoPods } from './two-pods.ts';

/** Two Pods behind a router; the second is asked to stop 5 s after the start, and serves for its whole preStop. */
function input(router: RouterInput, client: Partial<ClientInput>, preStop: number): ScenarioInput {
  return {
    manifests: twoPods(preStop, { spec: { terminationGracePeriodSeconds: 400 } }),
    cluster: { nodes: 2 },
    routers: [router],
    clients: [{ name: 'user', from: 'external', through: { router: router.name }, ...client }],
    actions: [{ type: 'deletePod', pod: 'web-1', at: '5s' }],
  };
}

const stream = (duration: Duration): Partial<ClientInput> => ({
  connection: { stream: { duration } },
  load: { ratePerSecond: 4 },
  stop: '5s',
});

const run = (router: RouterInput, client: Partial<ClientInput>, preStop: number) =>
  simulate(defineScenario(input(router, client, preStop)), { seed: 4 });

/** When streams to the Pod ended before their time, in whole seconds after it was asked to stop. */
function cutAt(router: RouterInput, client: Partial<ClientInput>, preStop: number): readonly number[] {
  const failed = run(router, client, preStop).trace.filter(({ type }) => type === 'requestFailed');
  return [...new Set(failed.map(({ atMs }) => Math.round(atMs / 1000) - 5))];
}

const fixed = (more: Partial<RouterInput>): RouterInput => ({ name: 'lb', parts: [{ lag: '1s' }], ...more });

describe('connections that are open when a router lets go of a Pod', () => {
  it.each<readonly [string, RouterInput, readonly number[]]>([
    ['are kept until the app ends, where nothing is said', fixed({}), [61]],
    ['are cut at once', fixed({ established: 'cut' }), [1]],
    ['may end by themselves where they are drained', fixed({ established: 'drained' }), [61]],
    [
      'X11.1 are cut at the end of the delay, or by the app, whichever is first: here the delay',
      fixed({ established: 'drained', parts: [{ lag: '1s' }, { drain: { timeout: '30s' } }] }),
      [31],
    ],
    [
      'X11.1 here the app',
      fixed({ established: 'drained', parts: [{ lag: '1s' }, { drain: { timeout: '300s' } }] }),
      [61],
    ],
    ['an NLB does not cut them at the end of its delay', routers.awsNlbIp({ lag: '1s' }), [61]],
    ['Application Gateway does', routers.azureAgic({ lag: '1s' }), [1]],
  ])('%s', (_, router, seconds) => {
    const app = { apps: { web: { drain: '1s' } } } as const;
    const scenario = defineScenario({ ...input(router, stream('200s'), 60), ...app });
    const failed = simulate(scenario, { seed: 4 }).trace.filter(({ type }) => type === 'requestFailed');
    expect([...new Set(failed.map(({ atMs }) => Math.floor(atMs / 1000) - 5))]).toEqual(seconds);
  });

  it.each<readonly ['kept' | 'drained' | 'cut', boolean]>([
    ['kept', true],
    ['drained', false],
    ['cut', false],
  ])('%s: whether a keep-alive client goes on with them through a preStop of 60 s', (established, goesOn) => {
    const client: Partial<ClientInput> = {
      connection: { keepAlive: { pool: 8 } },
      load: { concurrency: 8, pause: '200ms' },
      stop: '60s',
    };
    const { verdict } = run(fixed({ established }), client, 60);
    const late = verdict.requests!.lateArrivals.filter(({ over }) => over !== 'newConnection');
    const last = Math.max(0, ...late.map(({ lastMs }) => lastMs));
    if (goesOn) expect(last).toBeGreaterThan(50_000);
    else expect(last).toBeLessThan(7_000);
    expect(verdict.requests!.failed).toEqual({});
  });

  it.each<readonly [string, ScenarioInput['apps'], number]>([
    ['its app ends it 10 s after the stop signal', { web: { drain: '10s' } }, 70],
    ['SIGKILL does', {}, 400],
  ])(
    'X11.2 a gRPC stream of 600 s through Istio, which has let go of the Pod at once, lives until %s',
    (_, apps, seconds) => {
      const client = { ...stream('600s'), requestTimeout: '700s' } as const;
      const scenario = defineScenario({ ...input(routers.istio(), client, 60), apps });
      const { trace } = simulate(scenario, { seed: 4 });
      const gone = trace.find(({ type, actorKind }) => type === 'routesChanged' && actorKind === 'router');
      expect(gone!.atMs).toBeLessThan(8_000);
      const failed = trace.filter(({ type, pod }) => type === 'requestFailed' && pod === 'web-1');
      expect([...new Set(failed.map(({ atMs }) => Math.round(atMs / 1000) - 5))]).toEqual([seconds]);
    },
  );

  it('each preset says what it does', () => {
    const of = (router: RouterInput) => router.established ?? 'kept';
    expect(of(routers.ingressNginx())).toBe('drained');
    expect(of(routers.awsAlbIp())).toBe('drained');
    expect(of(routers.awsNlbIp())).toBe('kept');
    expect(of(routers.dnsHeadless())).toBe('kept');
    expect(cutAt(routers.gcpNeg({ parts: [{ drain: { timeout: '0s' } }] }), stream('200s'), 60)).toEqual([0]);
  });
});
