import { describe, expect, it } from 'vitest';
import { type AppInput, type Duration, parseScenario, podTimeline, simulate } from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { container, deployment, execScript, type Hook, service, sleeps } from '../run/manifests.ts';

/** A hook that ends when another container of its Pod stops accepting. */

const given = (hook: Hook, preStop: AppInput['preStop'], proxy: AppInput = {}) => ({
  manifests: [
    deployment({
      terminationGracePeriodSeconds: 40,
      containers: [container({ preStop: hook }), container({ name: 'proxy', port: null })],
    }),
    service(),
  ],
  cluster: { version: '1.34' },
  delays: CONSTANT_DELAYS,
  apps: { web: { preStop }, proxy: { onPath: 'always', ...proxy } } as const,
  actions: [{ type: 'deletePod', pod: 'web-1-2' }] as const,
});

function hookOf(proxy: AppInput) {
  const parsed = parseScenario(given(execScript, { waitsFor: 'proxy' }, proxy));
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join('\n'));
  const { preStopStartedMs, preStopEndedMs, preStopOutcome } = podTimeline(
    simulate(parsed.scenario, { seed: 3 }),
    'web-1-2',
  );
  return [preStopOutcome, Math.round((preStopEndedMs! - preStopStartedMs!) / 1000)];
}

describe('a hook that waits for another container', () => {
  it.each<[what: string, keepAccepting: Duration, outcome: string, seconds: number]>([
    ['ends when that one stops accepting', '12s', 'completed', 12],
    ['ends at once where that one does', '0s', 'completed', 0],
    ['is cut off by the grace period', '60s', 'cutOff', 40],
  ])('%s', (_, keepAccepting, outcome, seconds) => {
    expect(hookOf({ keepAccepting })).toEqual([outcome, seconds]);
  });

  it.each<[what: string, hook: Hook, preStop: AppInput['preStop'], message: string]>([
    [
      'a container that is not there',
      execScript,
      { waitsFor: 'envoy' },
      'The hook of container "web" waits for a container "envoy", which its Pod does not have. It has: proxy.',
    ],
    [
      'a duration besides',
      execScript,
      { waitsFor: 'proxy', duration: '5s' },
      'apps.web.preStop.duration has no effect: the hook takes until "proxy" stops accepting. Remove one of the two.',
    ],
    [
      'a native sleep',
      sleeps(5),
      { waitsFor: 'proxy' },
      'apps.web.preStop.waitsFor has no effect on the native sleep hook of container "web". Remove it, and set lifecycle.preStop.sleep.seconds; or use an exec hook where a command runs.',
    ],
  ])('refuses %s', (_, hook, preStop, message) => {
    const parsed = parseScenario(given(hook, preStop));
    expect(parsed.ok ? [] : parsed.issues.map(({ message: told, fix }) => `${told} ${fix}`)).toEqual([
      message,
    ]);
  });
});
