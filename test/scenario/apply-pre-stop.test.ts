import { describe, expect, it } from 'vitest';
import { applyPreStop, defineScenario, type Scenario, tryPreStop } from '../../src/index.ts';
import { container, deployment, execScript, service, sleeps } from '../run/manifests.ts';

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
    const refused = tryPreStop(objects(), 31);
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
    expect(() => applyPreStop(objects(), 1.5)).toThrow('1.5 is no number of seconds');
    expect(() => applyPreStop(objects(), -1)).toThrow('-1 is no number of seconds');
  });
});
