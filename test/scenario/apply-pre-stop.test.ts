import { describe, expect, it } from 'vitest';
import { applyPreStop, defineScenario, type Scenario, simulate, tryApplyPreStop } from '../../src/index.ts';
import { withPreStopSeconds } from '../../src/scenario/variants.ts';
import {
  container,
  deployment,
  execScript,
  execSleeps,
  type Hook,
  service,
  sleeps,
} from '../run/manifests.ts';

const yaml = `# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: web} # flow
spec:
  replicas:   2
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels:
        app: web   # the label
    spec:
      containers:
        # the main one
        - name: web
          image: "nginx"   # quoted
          ports: [{containerPort: 8080}]
HOOK---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;
const block = `          lifecycle:
            # why: the talk
            preStop:
              exec:
                command: ["sleep", "5"]
`;
const flow = `          lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
`;
const both = `          lifecycle:
            postStart: {exec: {command: ["true"]}}
            preStop: {sleep: {seconds: 4}}   # four
`;

function from(hook: string, version = '1.30'): Scenario {
  return defineScenario({
    manifests: yaml.replace('HOOK', hook),
    cluster: { version },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  });
}

function hookIn(scenario: Scenario): string {
  const text = String(scenario.input.manifests);
  const from = text.indexOf('containerPort: 8080}]\n') + 'containerPort: 8080}]\n'.length;
  return text.slice(from, text.indexOf('---\napiVersion: v1'));
}

describe('a changed preStop in YAML', () => {
  it.each([
    [
      'no hook',
      '',
      '          lifecycle:\n            preStop:\n              sleep:\n                seconds: 12\n',
    ],
    ['a block', block, block.replace(/exec:\n {16}command: .*\n/, 'sleep:\n                seconds: 12\n')],
    ['a flow map', flow, '          lifecycle: {preStop: { sleep: { seconds: 12 } }}\n'],
    ['a comment behind it', both, both.replace('{sleep: {seconds: 4}}', '{ sleep: { seconds: 12 } }')],
  ])('from %s: nothing else moves', (_, hook, expected) => {
    const changed = applyPreStop(from(hook), 12);
    expect(hookIn(changed)).toBe(expected);
    expect(String(changed.input.manifests).replace(hookIn(changed), 'HOOK')).toBe(yaml);
    expect(changed.world.templates[0]!.containers[0]!.hook).toMatchObject({
      kind: 'sleep',
      duration: 12_000_000,
    });
  });

  it.each([
    ['a block', block, ''],
    ['a flow map', flow, ''],
    ['beside postStart', both, '          lifecycle:\n            postStart: {exec: {command: ["true"]}}\n'],
  ])('is gone with 0 seconds: %s', (_, hook, expected) => {
    const changed = applyPreStop(from(hook), 0);
    expect(hookIn(changed)).toBe(expected);
    expect(changed.world.templates[0]!.containers[0]!.hook).toBeNull();
  });

  it('is exec below 1.30', () => {
    expect(hookIn(applyPreStop(from('', '1.29'), 7))).toContain('command: ["sleep","7"]');
  });
});

describe('a changed preStop', () => {
  const objects = (preStop?: Parameters<typeof container>[0]) =>
    defineScenario({
      manifests: [deployment({ containers: [container(preStop)] }), service()],
      cluster: { version: '1.30' },
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
      ...(preStop?.preStop === execScript ? { apps: { web: { preStop: { duration: '2s' } } } } : {}),
    });

  it('leaves parsed objects of the caller as they were', () => {
    const scenario = objects({ preStop: sleeps(3) });
    const before = JSON.stringify(scenario.input.manifests);
    expect(JSON.stringify(applyPreStop(scenario, 9).input.manifests)).toBe(
      before.replace('"seconds":3', '"seconds":9'),
    );
    expect(JSON.stringify(scenario.input.manifests)).toBe(before);
  });

  it('is refused above the grace period with the rule of the API server', () => {
    const refused = tryApplyPreStop(objects(), 31);
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.issues[0]!.message).toContain('terminationGracePeriodSeconds (30)');
    expect(() => applyPreStop(from('', '1.29'), 31)).toThrow(
      'does not fit the terminationGracePeriodSeconds of Deployment/web, 30',
    );
  });

  it('is refused where the hook does something else, and where it is no number of seconds', () => {
    expect(() => applyPreStop(objects({ preStop: execScript }), 5)).toThrow(
      'a sleep in its place would drop that',
    );
    expect(() => applyPreStop(objects(), 1.5)).toThrow('seconds: 1.5 is no length of a preStop sleep');
    expect(() => applyPreStop(objects(), -1)).toThrow('seconds: -1 is no length of a preStop sleep');
  });
});

describe('a template that an action brings along', () => {
  const template = (preStop?: Hook) => ({
    metadata: { labels: { app: 'web' } },
    spec: { containers: [container({ preStop }), container({ name: 'helper', port: null, preStop })] },
  });
  const rolled = (brought: object | undefined, version: string, more: object = {}) =>
    defineScenario({
      manifests: [
        deployment({ replicas: 2, preStop: version === '1.36' ? sleeps(3) : execSleeps(3) }),
        service(),
      ],
      cluster: { version },
      actions: [
        {
          type: 'rollingUpdate',
          deployment: 'web',
          ...(brought === undefined ? {} : { template: brought as never }),
        },
        { type: 'rolloutRestart', deployment: 'web', at: '40s' },
      ],
      ...more,
    });
  const templateIn = ({ input }: Scenario) =>
    (input.actions![0] as unknown as { readonly template: ReturnType<typeof template> }).template;

  it.each([
    ['none', undefined],
    ['one without a hook', template()],
    ['one with a hook', template(execSleeps(4))],
  ])('gets the hook that searches run: %s', (_, brought) => {
    for (const version of ['1.29', '1.36']) {
      const scenario = rolled(brought, version);
      for (const seconds of [0, 8]) {
        for (const seed of [0, 1]) {
          const digest = (of: Scenario) => simulate(of, { seed, trace: 'none' }).digest;
          expect(digest(applyPreStop(scenario, seconds))).toBe(digest(withPreStopSeconds(scenario, seconds)));
        }
      }
    }
  });

  it('is changed where a connection passes, as the version spells it, in a copy', () => {
    const brought = template(execSleeps(4));
    const hooksIn = (scenario: Scenario) =>
      templateIn(scenario).spec.containers.map((each) => 'lifecycle' in each && each.lifecycle?.preStop);
    expect(hooksIn(applyPreStop(rolled(brought, '1.36'), 8))).toEqual([sleeps(8), execSleeps(4)]);
    expect(hooksIn(applyPreStop(rolled(brought, '1.29'), 8))).toEqual([execSleeps(8), execSleeps(4)]);
    expect(hooksIn(applyPreStop(rolled(brought, '1.36'), 0))).toEqual([false, execSleeps(4)]);
    expect(brought).toEqual(template(execSleeps(4)));
  });

  it('is refused at its place where its hook does something else, or has no time', () => {
    const refused = tryApplyPreStop(
      rolled(template(execScript), '1.36', {
        apps: { web: { preStop: { duration: '2s' } }, helper: { preStop: { duration: '2s' } } },
      }),
      8,
    );
    expect(refused).toMatchObject({
      ok: false,
      issues: [{ code: 'hookDoesMore', path: ['actions', 0, 'template'] }],
    });
    const short = { ...template(), spec: { ...template().spec, terminationGracePeriodSeconds: 5 } };
    expect(() => applyPreStop(rolled(short, '1.29'), 8)).toThrow(
      'terminationGracePeriodSeconds of Deployment/web (the template of actions[0]), 5.',
    );
    expect(() => applyPreStop(rolled(short, '1.36'), 8)).toThrow('actions[0].template');
  });
});
