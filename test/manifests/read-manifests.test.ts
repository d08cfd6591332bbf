import { describe, expect, it } from 'vitest';
import { readManifests } from '../../src/manifests/read-manifests.ts';

const deployment = (preStop: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      ${more}
      containers:
        - name: app
          image: app
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { port: http } }
          lifecycle:
            preStop: ${preStop}
`;
const service = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
`;
const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'app', image: 'app' }], ...more },
});
const read = (input: Parameters<typeof readManifests>[0], minor = 30) => readManifests(input, { minor });
const codes = (list: readonly { code: string }[]) => list.map(({ code }) => code);

describe('reading manifests', () => {
  it('fills in every default of a Deployment and its Service', () => {
    const { objects, issues, findings } = read(`${deployment('{ sleep: { seconds: 10 } }')}---\n${service}`);
    expect(issues).toEqual([]);
    expect(findings).toEqual([]);
    expect(objects).toMatchObject([
      {
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {}, finalizers: [] },
        spec: {
          replicas: 2,
          strategy: { type: 'RollingUpdate', maxSurge: '25%', maxUnavailable: '25%' },
          minReadySeconds: 0,
          progressDeadlineSeconds: 600,
          revisionHistoryLimit: 10,
          paused: false,
          selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
          template: {
            spec: {
              terminationGracePeriodSeconds: 30,
              restartPolicy: 'Always',
              containers: [
                {
                  ports: [{ name: 'http', containerPort: 8080, hostPort: 0, protocol: 'TCP' }],
                  readinessProbe: { handler: 'httpGet', periodSeconds: 10, failureThreshold: 3 },
                  lifecycle: { preStop: { sleep: { seconds: 10 } } },
                },
              ],
            },
          },
        },
      },
      {
        kind: 'Service',
        spec: {
          type: 'ClusterIP',
          ports: [{ port: 80, targetPort: 'http', protocol: 'TCP', nodePort: 0 }],
          internalTrafficPolicy: 'Cluster',
          sessionAffinity: 'None',
          trafficDistribution: '',
        },
      },
    ]);
  });

  it('takes text, parsed objects and lists of both', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [pod('b'), pod('c')] };
    const text = `# a comment\n---\n${JSON.stringify(pod('d'))}\n---\n# nothing here\n---\n`;
    const { objects, issues } = read([pod('a'), list, text]);
    expect(issues).toEqual([]);
    expect(objects.map((object) => object.metadata.name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('reads YAML as Kubernetes does: 1.1, with merge keys, but without dates', () => {
    const { objects } = read(`
defaults: &meta { annotations: { date: 2020-01-01, span: 1:30 } }
apiVersion: v1
kind: Pod
metadata: { <<: *meta, name: web }
spec: { hostNetwork: yes, containers: [{ name: app, image: app, ports: [{ containerPort: 0120 }] }] }`);
    expect(objects).toMatchObject([
      {
        metadata: { annotations: { date: '2020-01-01', span: '1:30' } },
        spec: { hostNetwork: true, containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] },
      },
    ]);
  });

  it('lists what is not simulated, a Service of another group included', () => {
    const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'fn' } };
    const budget = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'web' } };
    expect(read([pod('a'), budget, knative]).ignored).toEqual([
      { kind: 'ResourceQuota', name: 'web', path: ['manifests', 1] },
      { kind: 'Service', name: 'fn', path: ['manifests', 2] },
    ]);
  });

  it('needs something that has Pods', () => {
    const { issues } = read([{ kind: 'ConfigMap', metadata: { name: 'x' } }]);
    expect(codes(issues)).toEqual(['nothingToSimulate']);
    expect(issues[0]?.message).toContain('ConfigMap/x');
  });
});

describe('an issue', () => {
  it('names the object, the field, the value, the rule, the fix and the line', () => {
    const { issues, objects } = read(deployment('{ sleep: { seconds: 60 } }'));
    expect(objects).toEqual([]);
    expect(issues).toEqual([
      {
        code: 'invalid',
        path: [
          ...['manifests', 0, 'spec', 'template', 'spec', 'containers', 0],
          ...['lifecycle', 'preStop', 'sleep'],
        ],
        message:
          'manifests[0] Deployment/web spec.template.spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be greater than 0 and less than terminationGracePeriodSeconds (30)',
        rule: 'must be greater than 0 and less than terminationGracePeriodSeconds (30)',
        value: 60,
        fix: 'Raise terminationGracePeriodSeconds to 63 or more, or sleep for less than 30 s.',
        line: 17,
        column: 31,
      },
    ]);
  });

  it('comes with all the others at once, over all documents', () => {
    const broken = deployment('{ exec: { command: [x] }, sleep: { seconds: 1 } }').replace(
      'replicas: 2',
      'replicas: -1\n  strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }',
    );
    const odd = `${service.replace('port: 80', 'port: 0')}---\nnull\n---\n- a\n---\nmetadata: {}\n`;
    const { issues } = read(`${broken}---\n${odd}`);
    expect(issues.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'invalid 5',
      'forbidden 18',
      'invalid 6',
      'invalid 23',
      'notAnObject 25',
      'notAnObject 27',
      'kindMissing 29',
    ]);
    expect(issues.every(({ fix, rule }) => fix !== undefined && rule !== undefined)).toBe(true);
  });

  it.each<[text: string, spec: object, path: string, message: RegExp]>([
    [
      'a number in quotes',
      { terminationGracePeriodSeconds: '30' },
      'terminationGracePeriodSeconds',
      /"30".*whole number/,
    ],
    ['a fraction', { terminationGracePeriodSeconds: 1.5 }, 'terminationGracePeriodSeconds', /1\.5/],
    [
      'no number at all',
      { terminationGracePeriodSeconds: Number.NaN },
      'terminationGracePeriodSeconds',
      /NaN/,
    ],
    ['a list for a map', { os: ['linux'] }, 'os', /a list must be a map/],
    ['a map for a list', { containers: { name: 'app' } }, 'containers', /a map must be a list/],
    ['a null in a list', { containers: [null] }, 'containers.0', /null must be a map/],
    ['a string for a flag', { hostNetwork: 'true' }, 'hostNetwork', /true or false/],
  ])('of type comes for %s, and once', (_, spec, path, message) => {
    const { issues } = read(pod('web', spec));
    expect(codes(issues)).toEqual(['wrongType']);
    expect(issues[0]?.path.slice(3).join('.')).toBe(path);
    expect(issues[0]?.message).toMatch(message);
  });

  it('comes with the place of a syntax error', () => {
    expect(read('kind: Pod\nspec: [')).toMatchObject({
      objects: [],
      issues: [{ code: 'yamlSyntax', path: ['manifests', 0], line: 2, column: 8 }],
    });
    expect(read('replicas: {{ .Values.replicas }}').issues[0]?.fix).toContain('helm template');
    expect(read('kind: Pod\nkind: Pod').issues).toMatchObject([{ code: 'duplicateKey', line: 2, column: 1 }]);
  });

  it('comes for two objects of one name, unless kind or namespace differ', () => {
    const other = { ...pod('web'), metadata: { name: 'web', namespace: 'other' } };
    expect(codes(read([pod('web'), other, service]).issues)).toEqual([]);
    const twice = read([pod('web'), pod('web')]).issues;
    expect(codes(twice)).toEqual(['duplicateObject']);
    expect(twice[0]?.path).toEqual(['manifests', 1, 'metadata', 'name']);
  });

  it('comes for an API version that serves the kind no more', () => {
    const { issues } = read(
      deployment('{ exec: { command: [x] } }').replace('apps/v1', 'extensions/v1beta1'),
    );
    expect(issues).toMatchObject([{ code: 'notServed', fix: 'Set apiVersion: apps/v1.', line: 1 }]);
  });
});

describe('a native sleep hook by version', () => {
  const manifest = deployment('{ sleep: { seconds: 5 } }');
  const preStopOf = (minor: number) => {
    const [object] = read(manifest, minor).objects;
    return object?.kind === 'Deployment' ? object.spec.template.spec.containers[0]?.lifecycle : undefined;
  };

  it('is kept since 1.30', () => {
    expect(preStopOf(30)).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });

  it('is dropped in silence by 1.29, which a finding says aloud', () => {
    expect(preStopOf(29)).toEqual({});
    const { issues, findings } = read(manifest, 29);
    expect(issues).toEqual([]);
    expect(codes(findings)).toEqual(['fieldDropped', 'noPreStop']);
  });

  it('is unknown before', () => {
    const { issues } = read(manifest, 28);
    expect(codes(issues)).toEqual(['required', 'unknownField']);
    expect(issues[1]?.message).toContain('Kubernetes 1.28');
  });

  it('of zero seconds is accepted since 1.33', () => {
    const zero = deployment('{ sleep: { seconds: 0 } }');
    expect(codes(read(zero, 32).issues)).toEqual(['invalid']);
    expect(read(zero, 33).issues).toEqual([]);
  });
});
