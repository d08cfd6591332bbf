import { describe, expect, it } from 'vitest';
import { readManifests } from '../../src/manifests/read-manifests.ts';

const probe = { tcpSocket: { port: 80 } };
const app = {
  name: 'app',
  image: 'app',
  readinessProbe: probe,
  lifecycle: { preStop: { sleep: { seconds: 5 } } },
};
const pod = (container: object, spec: object = {}, labels: object = { app: 'web' }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels },
  spec: { containers: [{ ...app, ...container }], ...spec },
});
const service = (selector?: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { ports: [{ port: 80 }], ...(selector && { selector }) },
});
const hook = (...command: string[]) => ({ lifecycle: { preStop: { exec: { command } } } });
const findings = (...objects: object[]) => readManifests(objects, { minor: 30 }).findings;
const brief = (...objects: object[]) =>
  findings(...objects).map(({ code, severity }) => `${severity} ${code}`);

describe('a finding', () => {
  it.each<[text: string, objects: object[], found: string[]]>([
    ['is not made about a Pod in order', [pod({})], []],
    [
      'is made about an exec sleep beyond the grace period',
      [pod(hook('sleep', '60'))],
      ['warning preStopExceedsGrace'],
    ],
    [
      'is made about a longer hook, even if its end is unknown',
      [pod(hook('sh', '-c', 'sleep 60; quit'))],
      ['warning preStopExceedsGrace'],
    ],
    ['is not made about a hook that may fit', [pod(hook('sh', '-c', 'sleep 20; quit'))], []],
    [
      'is made about a sleep of all the grace period',
      [pod({ lifecycle: { preStop: { sleep: { seconds: 30 } } } })],
      ['warning preStopTakesAllGrace'],
    ],
    [
      'is made about a hook that never works',
      [pod({ lifecycle: { preStop: { tcpSocket: { port: 80 } } } })],
      ['warning tcpSocketPreStop'],
    ],
    [
      'is information about a missing hook that nobody routes to',
      [pod({ lifecycle: {} })],
      ['info noPreStop'],
    ],
    [
      'is a warning about one that a Service routes to',
      [pod({ lifecycle: {} }), service({ app: 'web' })],
      ['warning noPreStop'],
    ],
    ['is made about a missing readiness probe', [pod({ readinessProbe: null })], ['info noReadinessProbe']],
    [
      'is made about a shell that keeps the stop signal',
      [pod({ command: ['sh', '-c', 'setup && serve'] })],
      ['warning shellIsPidOne'],
    ],
    [
      'is made about one whose script is in args',
      [pod({ command: ['/bin/sh', '-c'], args: ['serve'] })],
      ['warning shellIsPidOne'],
    ],
    [
      'is not made about a shell that ends in exec',
      [pod({ command: ['sh', '-c', 'setup && exec serve'] })],
      [],
    ],
    [
      'is not made about a shell that traps',
      [pod({ command: ['sh', '-c', "trap 'kill $p' TERM; serve & p=$!; wait"] })],
      [],
    ],
    [
      'is not made about a shell that is not process 1',
      [pod({ command: ['sh', '-c', 'serve'] }, { shareProcessNamespace: true })],
      [],
    ],
    [
      'is made about a Service that selects nothing',
      [pod({}), service({ app: 'api' })],
      ['warning serviceSelectsNothing'],
    ],
    ['is made about a Service without selector', [pod({}), service()], ['info serviceWithoutSelector']],
  ])('%s', (_, objects, found) => {
    expect(brief(...objects)).toEqual(found);
  });

  it('does the sum for a hook that does not fit', () => {
    expect(findings(pod(hook('sleep', '60')))).toMatchObject([
      {
        path: ['manifests', 0, 'spec', 'containers', 0, 'lifecycle', 'preStop'],
        object: 'manifests[0] Pod/web',
        field: 'spec.containers[0].lifecycle.preStop',
        hookMs: 60_000,
        graceSeconds: 30,
      },
    ]);
  });

  it('covers the hooks of native sidecars', () => {
    const proxy = { name: 'proxy', image: 'proxy', restartPolicy: 'Always', ...hook('sleep', '40') };
    const [finding] = findings(pod({}, { initContainers: [proxy] }));
    expect(finding?.path.slice(2)).toEqual(['spec', 'initContainers', 0, 'lifecycle', 'preStop']);
  });

  it('covers a Deployment of one replica, and says where in the text', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: ${JSON.stringify(pod({}).spec)} }`;
    expect(readManifests(text, { minor: 30 }).findings).toMatchObject([{ code: 'singleReplica', line: 5 }]);
  });

  it('covers a StatefulSet whose own Service is not there, with the name that its first Pod would have', () => {
    const { spec } = pod({});
    const template = { metadata: { labels: { app: 'db' } }, spec };
    const set = (serviceName: string) => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'shop' },
      spec: {
        replicas: 2,
        ordinals: { start: 3 },
        serviceName,
        selector: { matchLabels: { app: 'db' } },
        template,
      },
    });
    const own = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 80 }] },
    };
    const told = (serviceName: string) =>
      readManifests([set(serviceName), own], { minor: 31 }).findings.filter(
        ({ code }) => code === 'serviceNameUnknown',
      );
    expect(told('db')).toEqual([]);
    expect(told('dbs')).toMatchObject([
      { field: 'spec.serviceName', serviceName: 'dbs', pod: 'db-3.dbs.shop.svc', severity: 'warning' },
    ]);
  });

  it('is enough for what a cluster refuses but no run depends on', () => {
    const { findings: found, issues } = readManifests(
      { ...pod({ image: undefined }), apiVersion: undefined },
      { minor: 30 },
    );
    expect(issues).toEqual([]);
    expect(found.map(({ code }) => code)).toEqual(['apiVersionMissing', 'refusedByApiServer']);
  });

  it('is made about a port name that no container has', () => {
    const named = (targetPort: string) => ({
      ...service(),
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort }] },
    });
    const ports = [{ name: 'http', containerPort: 8080 }];
    expect(brief(pod({ ports }), named('http'))).toEqual([]);
    expect(brief(pod({ ports }), named('web'))).toEqual(['warning targetPortUnknown']);
  });

  it('minds the namespace of a Service', () => {
    const elsewhere = { ...service({ app: 'web' }), metadata: { name: 'web', namespace: 'other' } };
    expect(brief(pod({}), elsewhere)).toEqual(['warning serviceSelectsNothing']);
  });
});
