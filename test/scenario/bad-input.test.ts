import { describe, expect, it } from 'vitest';
import { defineScenario, type Issue, parseScenario, ScenarioError } from '../../src/index.ts';
import { assumptionText } from '../../src/report/describe-assumption.ts';
import {
  barePod,
  container,
  deployment,
  execScript,
  execSleeps,
  httpGets,
  service,
  sleeps,
} from '../run/manifests.ts';

const good = {
  manifests: [deployment(), service()],
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
};

function issuesOf(input: unknown): readonly Issue[] {
  const result = parseScenario(input);
  return result.ok ? [] : result.issues;
}

const lifecycle = ['manifests', 0, 'spec', 'template', 'spec', 'containers', 0, 'lifecycle', 'preStop'];

describe('one mistake is one issue, at its place', () => {
  it.each<[string, object, Partial<Issue>]>([
    [
      'a Pod that does not exist',
      { actions: [{ type: 'deletePod', pod: 'api-1-0' }] },
      {
        code: 'unknownPod',
        path: ['actions', 0, 'pod'],
        value: 'api-1-0',
        rule: expect.stringContaining('<deployment>-<revision>-<ordinal>'),
        fix: 'Known Pods: web-1-0, web-1-1, web-1-2.',
      },
    ],
    [
      'a container that does not exist',
      { apps: { nginx: {} } },
      { code: 'unknownContainer', path: ['apps', 'nginx'], value: 'nginx', fix: 'Known containers: web.' },
    ],
    [
      'a hook that does not exist',
      { apps: { web: { preStop: { duration: '5s' } } } },
      { code: 'noHook', path: ['apps', 'web', 'preStop'], fix: expect.stringContaining('lifecycle.preStop') },
    ],
    [
      'a Service that does not exist',
      { routers: [{ name: 'lb', lag: '5s', services: ['api'] }] },
      { code: 'unknownService', path: ['routers', 0, 'services'], value: 'api', fix: 'Known Services: web.' },
    ],
    [
      'two routers of one name',
      {
        routers: [
          { name: 'lb', lag: '5s' },
          { name: 'lb', lag: '6s' },
        ],
      },
      { code: 'duplicateRouter', path: ['routers', 1, 'name'], value: 'lb' },
    ],
    [
      'a Pod placed on a node that does not exist as a Pod',
      { cluster: { nodes: [{ pods: ['web-1-9'] }] } },
      { code: 'unknownPod', path: ['cluster', 'nodes', 0, 'pods'], value: 'web-1-9' },
    ],
    [
      'more churn than the controller can write',
      { cluster: { churn: { endpointSliceUpdatesPerSecond: 30 } } },
      {
        code: 'churnTooHigh',
        path: ['cluster', 'churn', 'endpointSliceUpdatesPerSecond'],
        value: 30,
        fix: expect.stringContaining('kubeAPIQPS'),
      },
    ],
    [
      'more Pod writes than the controller can make',
      { cluster: { churn: { podWritesPerSecond: 500 } } },
      {
        code: 'churnTooHigh',
        path: ['cluster', 'churn', 'podWritesPerSecond'],
        value: 500,
        message: expect.stringContaining('500 Pods a second'),
        rule: expect.stringContaining('never catches up'),
        fix: expect.stringContaining('kubeAPIQPS'),
      },
    ],
    [
      'a Pod that two nodes claim',
      { cluster: { nodes: [{ pods: ['web-1-0'] }, { pods: ['web-1-1', 'web-1-0'] }] } },
      {
        code: 'podOnTwoNodes',
        path: ['cluster', 'nodes', 1, 'pods'],
        value: 'web-1-0',
        rule: 'A Pod runs on one node.',
        fix: expect.stringContaining('one of the nodes only'),
      },
    ],
    [
      'a node called as one without a name is',
      { cluster: { nodes: [{ name: 'node-2' }, {}] } },
      {
        code: 'duplicateNode',
        path: ['cluster', 'nodes', 1, 'name'],
        value: 'node-2',
        rule: expect.stringContaining('node-1, node-2'),
        fix: expect.stringContaining('another name'),
      },
    ],
    [
      'an exponential delay whose most is less than its least',
      { delays: { 'watch.kubelet': { exponential: { mean: '1ms', min: '5s', max: '1s' } } } },
      {
        path: ['delays', 'watch.kubelet', 'exponential'],
        message: expect.stringContaining('must not have a max below its min'),
        fix: 'Raise max, or lower min.',
      },
    ],
    [
      'an exponential delay whose least is above its mean',
      { delays: { 'watch.kubelet': { exponential: { mean: '1ms', min: '5ms' } } } },
      {
        path: ['delays', 'watch.kubelet', 'exponential'],
        message: expect.stringContaining('must not have a min above its mean'),
        fix: 'Lower min, or raise mean.',
      },
    ],
    [
      'another duration for a native sleep',
      {
        manifests: [deployment({ preStop: sleeps(10) }), service()],
        apps: { web: { preStop: { duration: '2s' } } },
      },
      {
        code: 'noEffect',
        path: ['apps', 'web', 'preStop', 'duration'],
        value: '2s',
        message: expect.stringContaining('native sleep hook of container "web"'),
        rule: expect.stringContaining('seconds in the manifest'),
        fix: expect.stringContaining('lifecycle.preStop.sleep.seconds'),
      },
    ],
    [
      'a native sleep that fails',
      {
        manifests: [deployment({ preStop: sleeps(10) }), service()],
        apps: { web: { preStop: { outcome: 'failed' } } },
      },
      { code: 'noEffect', path: ['apps', 'web', 'preStop', 'outcome'], value: 'failed' },
    ],
    [
      'a native sleep that lacks its command',
      {
        manifests: [deployment({ preStop: sleeps(10) }), service()],
        apps: { web: { preStop: { missingBinary: true } } },
      },
      { code: 'noEffect', path: ['apps', 'web', 'preStop', 'missingBinary'], value: true },
    ],
    [
      'a request that lacks its command',
      {
        manifests: [deployment({ preStop: httpGets }), service()],
        apps: { web: { preStop: { missingBinary: true, duration: '1s' } } },
      },
      {
        code: 'noEffect',
        path: ['apps', 'web', 'preStop', 'missingBinary'],
        rule: expect.stringContaining('runs no command'),
        fix: expect.stringContaining("outcome: 'failed'"),
      },
    ],
    [
      'an effect of a hook that the kubelet cannot run',
      {
        manifests: [deployment({ preStop: { tcpSocket: { port: 8080 } } }), service()],
        apps: { web: { preStop: { effect: 'closeListener' } } },
      },
      { code: 'noEffect', path: ['apps', 'web', 'preStop', 'effect'], value: 'closeListener' },
    ],
    [
      'a template of an action that the API server refuses',
      {
        actions: [
          {
            type: 'rollingUpdate',
            deployment: 'web',
            template: {
              metadata: { labels: { app: 'web' } },
              spec: {
                terminationGracePeriodSeconds: 5,
                containers: [container({ preStop: sleeps(8) })],
              },
            },
          },
        ],
      },
      {
        path: ['actions', 0, 'template', ...lifecycle.slice(4), 'sleep'],
        message: expect.not.stringContaining('manifests'),
      },
    ],
    ['an unknown key', { replicas: 3 }, { code: 'unknownKey', path: ['replicas'], value: 'replicas' }],
    [
      'an unknown key further down',
      { cluster: { kubeProxy: { minSync: '1s' } } },
      {
        code: 'unknownKey',
        path: ['cluster', 'kubeProxy', 'minSync'],
        message: expect.stringContaining('minSync'),
      },
    ],
    [
      'an unknown delay site',
      { delays: { 'watch.everybody': '1ms' } },
      { code: 'unknownKey', path: ['delays', 'watch.everybody'] },
    ],
    [
      'a duration in words',
      { cluster: { kubeProxy: { minSyncPeriod: 'one second' } } },
      {
        path: ['cluster', 'kubeProxy', 'minSyncPeriod'],
        fix: expect.stringContaining('"250ms", "5s" or "1m30s"'),
      },
    ],
    ['a duration without a unit', { horizon: '5 sec' }, { path: ['horizon'] }],
    ['a negative duration', { apps: { web: { drain: '-5s' } } }, { path: ['apps', 'web', 'drain'] }],
    [
      'a version that is too old',
      { cluster: { version: '1.25' } },
      { path: ['cluster', 'version'], message: expect.stringContaining('1.26 to 1.36') },
    ],
    ['a version that is a number', { cluster: { version: 1.3 } }, { path: ['cluster', 'version'] }],
    ['no node', { cluster: { nodes: 0 } }, { path: ['cluster', 'nodes'] }],
    [
      'an action that does not exist',
      { actions: [{ type: 'explode', pod: 'web-1-0' }] },
      { path: ['actions', 0, 'type'], message: expect.stringContaining('deletePod') },
    ],
    [
      'a grace period in halves of a second',
      { actions: [{ type: 'deletePod', pod: 'web-1-0', gracePeriodSeconds: 1.5 }] },
      { path: ['actions', 0, 'gracePeriodSeconds'] },
    ],
    [
      'a uniform delay that ends before it begins',
      { delays: { 'apiServer.write': { uniform: ['5ms', '1ms'] } } },
      {
        path: ['delays', 'apiServer.write'],
        message: expect.stringContaining('must not end before it begins'),
      },
    ],
    [
      'quantiles that do not reach 1',
      {
        delays: {
          'apiServer.write': {
            quantiles: [
              [0, '1ms'],
              [0.5, '3ms'],
            ],
          },
        },
      },
      {
        path: ['delays', 'apiServer.write'],
        fix: expect.stringContaining('Begin with probability 0, end with 1'),
      },
    ],
    [
      'a router with capitals in its name',
      { routers: [{ name: 'ALB', lag: '5s' }] },
      { path: ['routers', 0, 'name'], message: expect.stringContaining('lower case') },
    ],
    [
      'a native sleep longer than the grace period',
      { manifests: [deployment({ preStop: sleeps(60), terminationGracePeriodSeconds: 30 }), service()] },
      {
        path: [...lifecycle, 'sleep'],
        value: 60,
        rule: 'must be greater than 0 and less than terminationGracePeriodSeconds (30)',
        fix: 'Raise terminationGracePeriodSeconds to 63 or more, or sleep for less than 30 s.',
      },
    ],
    [
      'two handlers in one hook',
      { manifests: [deployment({ preStop: { ...sleeps(5), ...execSleeps(5) } }), service()] },
      {
        path: [...lifecycle, 'sleep'],
        rule: 'may not specify more than 1 handler type',
        fix: 'Keep one kind of handler in the hook and remove the others.',
      },
    ],
    [
      'an empty manifest',
      { manifests: '' },
      {
        code: 'nothingToSimulate',
        path: ['manifests'],
        fix: expect.stringContaining('whose termination is to be simulated'),
      },
    ],
    [
      'a manifest of Services alone',
      { manifests: [service()] },
      { code: 'nothingToSimulate', path: ['manifests'], rule: expect.stringContaining('at least one') },
    ],
    ['text that is no YAML', { manifests: 'kind: [' }, { path: ['manifests', 0], line: 1 }],
    [
      'a YAML bomb',
      { manifests: bomb(8) },
      { code: 'limitExceeded', path: ['manifests', 0], rule: expect.stringContaining('maxAliasCount') },
    ],
  ])('%s', (_, change, issue) => {
    expect(issuesOf({ ...good, ...change })).toMatchObject([issue]);
  });
});

function bomb(levels: number): string {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < levels; level++) {
    const nine = Array(9)
      .fill(`*a${level - 1}`)
      .join(',');
    lines.push(`a${level}: &a${level} [${nine}]`);
  }
  return lines.join('\n');
}

describe('several mistakes are reported together', () => {
  it('of the shape of the input and of the manifests', () => {
    const input = {
      manifests: [deployment({ preStop: sleeps(60), terminationGracePeriodSeconds: 30 }), service()],
      cluster: { version: '1.12', nodez: 3 },
      apps: { web: { drain: 'soon' } },
      actions: [{ type: 'deletePod', pod: '' }],
    };
    expect(issuesOf(input).map(({ path }) => path.join('.'))).toEqual([
      'cluster.version',
      'cluster.nodez',
      'apps.web.drain',
      'actions.0.pod',
      [...lifecycle, 'sleep'].join('.'),
    ]);
  });

  it('of everything that names what is in the manifests', () => {
    const input = {
      ...good,
      apps: { nginx: {}, web: { preStop: { duration: '1s' } } },
      routers: [{ name: 'lb', lag: '5s', services: ['api', 'shop'] }],
      cluster: { nodes: [{ pods: ['db-0'] }], churn: { endpointSliceUpdatesPerSecond: 99 } },
      actions: [
        { type: 'deletePod', pod: 'x' },
        { type: 'deletePod', pod: 'y' },
      ],
    };
    expect(
      issuesOf(input)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(
      [
        'churnTooHigh',
        'noHook',
        'unknownContainer',
        'unknownPod',
        'unknownPod',
        'unknownPod',
        'unknownService',
        'unknownService',
      ].sort(),
    );
  });

  it('of several objects, each with its place in the text', () => {
    const yaml = [
      'apiVersion: v1',
      'kind: Pod',
      'metadata: {name: A}',
      'spec: {containers: [{name: a, image: a}]}',
      '---',
      'apiVersion: v1',
      'kind: Service',
      'metadata: {name: web}',
      'spec: {selector: {app: a}, ports: [{port: 99999}]}',
    ].join('\n');
    const issues = issuesOf({ ...good, manifests: yaml });
    expect(issues.map(({ path, line }) => [path[1], line])).toEqual([
      [0, 3],
      // The port, and the target port that defaults to it.
      [1, 9],
      [1, 9],
    ]);
  });
});

describe('a scenario in which nothing is done', () => {
  const { manifests } = good;

  it('is one rolling update where there is one Deployment to roll', () => {
    expect(parseScenario({ manifests })).toMatchObject({ ok: true });
  });

  it.each<[string, object]>([
    ['an empty list', { manifests, actions: [] }],
    ['two Deployments', { manifests: [...manifests, deployment({ deployment: 'api' })] }],
    ['no Deployment', { manifests: [barePod(), service()] }],
  ])('is an issue that offers an action: %s', (_, input) => {
    expect(issuesOf(input)).toMatchObject([
      { code: 'noActions', path: ['actions'], fix: expect.stringContaining('actions: [{ type:') },
    ]);
  });
});

describe('keys that reach for prototypes', () => {
  it('are refused where they are no names', () => {
    const input = JSON.parse('{ "__proto__": { "actions": [] }, "constructor": { "prototype": {} } }');
    const codes = issuesOf({ ...good, ...input, ['__proto__']: 1 }).map(({ code }) => code);
    expect(codes.every((code) => code === 'unknownKey')).toBe(true);
    expect(codes.length).toBeGreaterThan(0);
  });

  it('do nothing where they are names', () => {
    const apps = JSON.parse('{ "__proto__": { "drain": "5s" }, "constructor": { "drain": "5s" } }');
    parseScenario({ ...good, apps });
    expect('drain' in {}).toBe(false);
    const delays = JSON.parse('{ "__proto__": { "polluted": true } }');
    parseScenario({ ...good, delays });
    expect('polluted' in {}).toBe(false);
  });
});

describe('defineScenario', () => {
  it('throws what parseScenario returns, and says it', () => {
    const input = { ...good, apps: { nginx: {} }, actions: [{ type: 'deletePod' as const, pod: 'x' }] };
    try {
      defineScenario(input);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ScenarioError);
      const { issues, message, name } = error as ScenarioError;
      expect(name).toBe('ScenarioError');
      expect(issues).toEqual(issuesOf(input));
      for (const issue of issues) expect(message).toContain(issue.fix);
    }
  });
});

describe('what is no mistake', () => {
  const accepted = (change: object) => expect(issuesOf({ ...good, ...change })).toEqual([]);

  it('is a description that one of several containers of a name takes', () => {
    const pod = barePod({ pod: 'other', preStop: execScript });
    accepted({
      manifests: [deployment({ preStop: sleeps(10) }), pod, service()],
      apps: { web: { preStop: { duration: '2s' } } },
    });
  });

  it('is a description that says of a native sleep what it does anyway, or its effect', () => {
    accepted({
      manifests: [deployment({ preStop: sleeps(10) }), service()],
      apps: { web: { preStop: { outcome: 'completed', missingBinary: false, effect: 'failReadiness' } } },
    });
  });

  it('is an app that only the template of an action has', () => {
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [container({ name: 'new' })] },
    };
    accepted({
      apps: { new: { drain: '1s' } },
      actions: [{ type: 'rollingUpdate', deployment: 'web', template }],
    });
  });

  it('is a Pod that one node names twice', () => {
    accepted({ cluster: { nodes: [{ pods: ['web-1-0', 'web-1-0'] }, {}] } });
  });
});

describe('nodes of one name', () => {
  it('are each an issue but the first', () => {
    const nodes = [{ name: 'node-2' }, {}, { name: 'node-2' }];
    expect(issuesOf({ ...good, cluster: { nodes } }).map(({ code, path }) => [code, path[2]])).toEqual([
      ['duplicateNode', 1],
      ['duplicateNode', 2],
    ]);
  });
});

describe('a sync period', () => {
  const assumed = (kubeProxy: object) => {
    const result = parseScenario({ ...good, cluster: { kubeProxy } });
    return result.ok
      ? result.scenario.assumptions.map(assumptionText).filter((text) => text.includes('syncPeriod'))
      : null;
  };

  it('other than the default is said to change nothing', () => {
    expect(assumed({ syncPeriod: '1m' })).toEqual([expect.stringContaining('changes nothing')]);
    expect(assumed({ syncPeriod: '30s' })).toEqual([]);
  });
});

describe('a version that YAML has read as a number', () => {
  it.each([1.3, 1.36, '1.3', '2.0'])('%j is answered with how to write one', (version) => {
    const [issue] = issuesOf({ ...good, cluster: { version } });
    expect(issue).toMatchObject({
      path: ['cluster', 'version'],
      rule: 'It must be a Kubernetes version from 1.26 to 1.36.',
      fix: 'Write it as text, in quotes: "1.30".',
    });
  });
});

describe('a misspelt option', () => {
  it('is guessed from all names that an option has', () => {
    const fixOf = (input: object) => issuesOf({ ...good, ...input })[0]!.fix;
    expect(fixOf({ apps: { web: { drian: '5s' } } })).toContain('Did you mean drain?');
    expect(fixOf({ router: [] })).toContain('Did you mean routers?');
    expect(fixOf({ cluster: { kubeProxi: {} } })).toContain('Did you mean kubeProxy?');
    expect(fixOf({ xyzzy: 1 })).toBe('Check the spelling, or remove it.');
  });
});

describe('actions on thousands of Pods', () => {
  it('are read, and refused one by one', () => {
    const replicas = 8_000;
    const pods = Array.from({ length: replicas }, (_, index) => `web-1-${index}`);
    const manifests = [deployment({ replicas }), service()];
    const refused = (names: readonly string[]) =>
      issuesOf({ manifests, actions: [{ type: 'deletePods', pods: names }] }).length;
    expect([refused(pods), refused(pods.map((name) => `x${name}`))]).toEqual([0, 100]);
  });
});
