import { describe, expect, it } from 'vitest';
import { parseScenario, podTimeline, simulate } from '../../src/index.ts';
import { bareNumberIssues } from '../../src/scenario/bare-numbers.ts';
import { varySchema } from '../../src/scenario/vary-schema.ts';
import { deployment, service } from '../run/manifests.ts';

/** Input as texts have it: durations without a unit, keys of containers, documents that are no objects. */

describe('a duration in a text', () => {
  it.each<[input: object, paths: string[]]>([
    [{ cluster: { kubeProxy: { minSyncPeriod: 5 } } }, ['cluster.kubeProxy.minSyncPeriod']],
    [
      { apps: { web: { drain: 5, startup: '5s', exitCode: 3, preStop: { duration: 2 } } } },
      ['apps.web.drain', 'apps.web.preStop.duration'],
    ],
    [{ horizon: 0, cluster: { nodes: 4 } }, []],
    [{ actions: [{ type: 'drainNode', node: 'node-1', at: 30 }] }, ['actions.0.at']],
    [{ routers: [{ name: 'lb', lag: { uniform: ['1s', 3] } }] }, ['routers.0.lag.uniform.1']],
    [
      {
        routers: [
          {
            name: 'lb',
            lag: {
              quantiles: [
                [0, '1s'],
                [1, 3],
              ],
            },
          },
        ],
      },
      ['routers.0.lag.quantiles.1.1'],
    ],
    [{ delays: { 'apiServer.write': 4 } }, ['delays.apiServer.write']],
  ])('says its unit: %j', (input, paths) => {
    const issues = bareNumberIssues(input);
    expect(issues.map(({ path }) => path.join('.'))).toEqual(paths);
    for (const { value, fix } of issues) expect(fix).toBe(`${value}: ${value}s or ${value}ms?`);
  });

  it('says its unit in what varies, too', () => {
    expect(
      bareNumberIssues({ nodes: [1, 3], minSyncPeriod: [1, '5s'] }, varySchema).map(({ path }) => path),
    ).toEqual([['minSyncPeriod', 0]]);
  });

  it.each([
    ['cluster.kubelet.syncFrequency', { cluster: { kubelet: { syncFrequency: 0 } } }],
    ['cluster.kubelet.syncFrequency', { cluster: { kubelet: { syncFrequency: '1us' } } }],
    ['cluster.kubeProxy.syncPeriod', { cluster: { kubeProxy: { syncPeriod: 0 } } }],
  ])('%s has a least value of its own', (path, settings) => {
    const result = parseScenario({ manifests: [deployment(), service()], ...settings });
    expect(result.ok ? [] : result.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});

describe('a key of apps', () => {
  const two = (apps: object) => ({
    manifests: [deployment({ deployment: 'front' }), deployment({ deployment: 'back' })].map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace: 'shop' },
    })),
    apps,
    actions: [
      { type: 'deletePod', pod: 'shop/front-1-1' },
      { type: 'deletePod', pod: 'shop/back-1-2' },
    ],
  });
  const drains = (apps: object) => {
    const result = parseScenario(two(apps));
    if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
    const run = simulate(result.scenario, { seed: 2 });
    return ['shop/front-1-1', 'shop/back-1-2'].map((pod) => {
      const { sigtermMs, exitedMs } = podTimeline(run, pod);
      return Math.round((exitedMs! - sigtermMs!) / 1_000);
    });
  };
  it.each<[apps: object, seconds: number[]]>([
    [{ web: { drain: '4s' } }, [4, 4]],
    [{ 'front/web': { drain: '4s' } }, [4, 0]],
    [{ 'shop/back/web': { drain: '4s' } }, [0, 4]],
    [{ web: { drain: '2s' }, 'front/web': { drain: '6s' }, 'shop/front/web': { drain: '9s' } }, [9, 2]],
  ])('%j: the most particular one counts', (apps, seconds) => {
    expect(drains(apps)).toEqual(seconds);
  });

  it('that names nobody is refused, with those that there are', () => {
    const result = parseScenario(two({ 'middle/web': { drain: '1s' } }));
    expect(result.ok ? [] : result.issues).toMatchObject([
      { code: 'unknownContainer', value: 'middle/web', fix: 'Known containers: front/web, back/web.' },
    ]);
  });
});

describe('a stream with other documents in it', () => {
  const web = JSON.stringify(deployment());
  it.each<[what: string, text: string, ignored: string[]]>([
    ['the values of a chart', `${web}\n---\nreplicaCount: 3\n`, ['no object']],
    ['nothing but an anchor', `x: &a 1\n---\n${web}`, ['no object']],
    ['a comment', `# nothing\n---\n${web}`, []],
    ['a Kustomization', `kind: Kustomization\nresources: []\n---\n${web}`, ['Kustomization']],
    ['a list of JSON', `[${web}, ${JSON.stringify(service())}]`, []],
  ])('is read for what it has: %s', (_, text, ignored) => {
    const result = parseScenario({ manifests: text });
    if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
    expect(result.scenario.ignored.map(({ kind }) => kind)).toEqual(ignored);
    expect(result.scenario.objects.some(({ kind }) => kind === 'Deployment')).toBe(true);
  });

  it('is still asked for the kind of what looks like an object', () => {
    const result = parseScenario({ manifests: `${web}\n---\nmetadata: {name: x}\nspec: {}\n` });
    expect(result.ok ? [] : result.issues.map(({ code }) => code)).toEqual(['kindMissing']);
  });
});
