import {
  apps,
  type Duration,
  defineScenario,
  routers,
  type ScenarioInput,
  scenariosByWorkload,
  simulate,
} from '../../src/index.ts';

/** A duration is milliseconds or a text in Go's notation, and the compiler looks at it. Compiled by `npm run types`, never run. */

export const taken: readonly Duration[] = [
  0,
  250,
  0.25,
  '0',
  '5s',
  '250ms',
  '7us',
  '7µs',
  '1600ns',
  '2m',
  '1h',
  '1.5s',
  '.5s',
  '1m30s',
  '30s1m',
  '2s500ms',
  '1h2m3s',
];

export const computed = (seconds: number): Duration => `${seconds}s`;
export const read = (text: string): Duration => text as Duration;

export const input: ScenarioInput = {
  manifests: [],
  cluster: { kubeProxy: { minSyncPeriod: '1s' }, delays: { 'watch.kubelet': { uniform: ['1ms', '2s'] } } },
  apps: { web: { startup: '3s', drain: { uniform: ['1s', '5s'] }, preStop: { duration: 5000 } } },
  routers: [routers.fixedLag('lb', { uniform: ['0s', '3s'] }), { name: 'alb', lag: '1m30s' }],
  clients: [
    { name: 'c', from: 'external', load: { concurrency: 1, pause: '10ms' }, start: '1s', stop: '20s' },
  ],
  actions: [{ type: 'deletePod', pod: 'web-1-0', at: '2s' }],
  horizon: '5m',
};

const manifests: object[] = [];

// @ts-expect-error "sec" is no unit.
defineScenario({ manifests, horizon: '5 sec' });
// @ts-expect-error nor is "d".
defineScenario({ manifests, horizon: '1d' });
// @ts-expect-error a number in quotes has no unit.
defineScenario({ manifests, horizon: '5' });
// @ts-expect-error it is empty.
defineScenario({ manifests, horizon: '' });
// @ts-expect-error units are in lower case.
defineScenario({ manifests, apps: { web: { drain: '5S' } } });
// @ts-expect-error within a range, too.
defineScenario({ manifests, apps: { web: { drain: { uniform: ['1s', '5 seconds'] } } } });
// @ts-expect-error and of a hook.
scenariosByWorkload({ manifests, apps: { web: { preStop: { duration: 'five' } } } });
// @ts-expect-error and of an action.
defineScenario({ manifests, actions: [{ type: 'deletePod', pod: 'web-1-0', at: '2 sec' }] });
// @ts-expect-error and of a router's part.
defineScenario({ manifests, routers: [{ name: 'lb', parts: [{ drain: { timeout: '30sec' } }] }] });
// @ts-expect-error and of a cluster.
defineScenario({ manifests, cluster: { kubeProxy: { minSyncPeriod: '10' } } });
// @ts-expect-error and of a delay.
defineScenario({ manifests, delays: { 'watch.kubelet': '5 msec' } });
// @ts-expect-error and of a client.
defineScenario({ manifests, clients: [{ name: 'c', from: 'external', requestTimeout: '3 s.' }] });
// @ts-expect-error and where a preset takes overrides.
export const app = apps.nginx({ drain: '5 sec' });
// @ts-expect-error or a lag.
export const router = routers.fixedLag('lb', 'soon');
// @ts-expect-error a text that is only known at run time goes through parseScenario, or is called a Duration.
export const unread = (text: string) => simulate(defineScenario({ manifests, horizon: text }));
