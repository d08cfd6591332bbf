import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repetitionsOf } from '../../../src/calibration/calibrate.ts';
import { parseRecording } from '../../../src/calibration/recording.ts';
import { record } from '../../../src/node/record/record.ts';

/** The real kubectl against a server that speaks list, watch and delete from objects in memory: the argument list and the parsing are real. */

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client', '-o', 'json'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

const available = hasKubectl();
if (!available) process.stderr.write('kubectl is not installed; the test with the real one is left out.\n');

type Json = Record<string, unknown>;
const labels = { app: 'web' };
const pod = (name: string, more: { metadata?: Json; status?: Json } = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '5', labels, ...more.metadata },
  spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'web' }] },
  status: {
    phase: 'Running',
    podIP: '10.0.0.1',
    conditions: [{ type: 'Ready', status: 'True' }],
    ...more.status,
  },
});
const slice = (names: readonly string[], going?: string): Json => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  addressType: 'IPv4',
  metadata: {
    name: 'web-1',
    namespace: 'default',
    resourceVersion: '5',
    labels: { 'kubernetes.io/service-name': 'web' },
  },
  endpoints: names.map((name) => ({
    addresses: ['10.0.0.1'],
    targetRef: { kind: 'Pod', name },
    conditions: { ready: name !== going, serving: true, terminating: name === going },
  })),
});

const resource = (name: string, kind: string) => ({
  name,
  singularName: kind.toLowerCase(),
  kind,
  namespaced: true,
  verbs: ['get', 'list', 'watch', 'delete'],
});
const group = (name: string, version: string) => ({
  name,
  versions: [{ groupVersion: `${name}/${version}`, version }],
  preferredVersion: { groupVersion: `${name}/${version}`, version },
});
const resources = (groupVersion: string, list: readonly object[]) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: list,
});

const DISCOVERY: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '31', gitVersion: 'v1.31.4' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [group('apps', 'v1'), group('discovery.k8s.io', 'v1'), group('policy', 'v1')],
  },
  '/api/v1': resources('v1', [
    resource('pods', 'Pod'),
    resource('services', 'Service'),
    resource('events', 'Event'),
  ]),
  '/apis/apps/v1': resources('apps/v1', [resource('deployments', 'Deployment')]),
  '/apis/discovery.k8s.io/v1': resources('discovery.k8s.io/v1', [
    resource('endpointslices', 'EndpointSlice'),
  ]),
  '/apis/policy/v1': resources('policy/v1', [resource('poddisruptionbudgets', 'PodDisruptionBudget')]),
};

const deployment: Json = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { terminationGracePeriodSeconds: 3, containers: [{ name: 'app', image: 'web' }] },
    },
  },
};

class Cluster {
  pods = ['web-0', 'web-1'];
  private readonly watchers = new Map<string, ServerResponse[]>();

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://x');
    const path = url.pathname;
    const kind = path.split('/').pop() ?? '';
    response.setHeader('content-type', 'application/json');
    if (request.method === 'DELETE') {
      this.delete(kind, response);
      return;
    }
    const found = DISCOVERY[path];
    if (found !== undefined) return void response.end(JSON.stringify(found));
    if (path.endsWith('/deployments/web')) return void response.end(JSON.stringify(deployment));
    if (url.searchParams.get('watch') === 'true') {
      this.watchers.set(kind, [...(this.watchers.get(kind) ?? []), response]);
      response.flushHeaders();
      return;
    }
    const items = this.items(kind);
    if (items === null) {
      response.statusCode = 404;
      response.end(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'NotFound',
          code: 404,
          message: path,
        }),
      );
      return;
    }
    const [apiVersion, listKind] = LISTS[kind]!;
    response.end(JSON.stringify({ apiVersion, kind: listKind, metadata: { resourceVersion: '5' }, items }));
  }

  private items(kind: string): readonly Json[] | null {
    if (kind === 'pods') return this.pods.map((name) => pod(name));
    if (kind === 'endpointslices') return [slice(this.pods)];
    if (kind === 'services')
      return [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web', namespace: 'default' },
          spec: { selector: labels },
        },
      ];
    return kind === 'events' || kind === 'poddisruptionbudgets' ? [] : null;
  }

  private tell(kind: string, type: string, object: Json): void {
    for (const watcher of this.watchers.get(kind) ?? [])
      watcher.write(`${JSON.stringify({ type, object })}\n`);
  }

  private delete(name: string, response: ServerResponse): void {
    const gone = { metadata: { deletionTimestamp: '2026-11-23T16:07:25Z', deletionGracePeriodSeconds: 3 } };
    const next = [...this.pods.filter((each) => each !== name), 'web-9'];
    const later = (ms: number, what: () => void) => setTimeout(what, ms);
    response.end(JSON.stringify(pod(name, gone)));
    later(5, () => this.tell('pods', 'MODIFIED', pod(name, gone)));
    later(15, () => this.tell('endpointslices', 'MODIFIED', slice(this.pods, name)));
    later(20, () =>
      this.tell('events', 'ADDED', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `${name}.${(BigInt(Date.now()) * 1_000_000n).toString(16)}`, namespace: 'default' },
        reason: 'Killing',
        involvedObject: { kind: 'Pod', name },
      }),
    );
    later(40, () => this.tell('pods', 'ADDED', pod('web-9')));
    later(60, () => {
      this.pods = next;
      this.tell('endpointslices', 'MODIFIED', slice(next));
      this.tell('pods', 'DELETED', pod(name, { ...gone, status: { phase: 'Succeeded' } }));
    });
  }
}

const LISTS: Readonly<Record<string, readonly [string, string]>> = {
  pods: ['v1', 'PodList'],
  services: ['v1', 'ServiceList'],
  events: ['v1', 'EventList'],
  endpointslices: ['discovery.k8s.io/v1', 'EndpointSliceList'],
  poddisruptionbudgets: ['policy/v1', 'PodDisruptionBudgetList'],
};

let server: Server;
let folder = '';
beforeAll(async () => {
  const cluster = new Cluster();
  server = createServer((request, response) => cluster.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  folder = mkdtempSync(join(tmpdir(), 'prestop-kubectl-'));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x', namespace: 'default' } }],
    clusters: [{ name: 'x', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'x', user: {} }],
  };
  writeFileSync(join(folder, 'config'), JSON.stringify(config));
  process.env.KUBECONFIG = join(folder, 'config');
});
afterAll(() => {
  delete process.env.KUBECONFIG;
  server.closeAllConnections();
  server.close();
});

it.skipIf(!available)('the real kubectl records a deletion, in the time of its own request', async () => {
  const { files } = await record({
    deployment: 'web',
    repetitions: 1,
    out: join(folder, 'out'),
    confirm: async () => true,
    say: () => {},
    waits: { ready: 30, quiet: 100, jitter: 1, after: 50, whole: 600_000 },
  });
  const recording = parseRecording(readFileSync(files[0]!, 'utf8'), files[0]!).recording!;
  expect(recording.meta).toMatchObject({
    k8s: 'v1.31.4',
    t0By: 'log',
    grace: 3,
    service: 'web',
    replicas: 2,
  });
  const { moments } = repetitionsOf([recording]).repetitions[0]!.observation.pods[0]!;
  for (const name of [
    'deleteAnsweredMs',
    'terminatingMs',
    'sliceTerminatingMs',
    'killSeenMs',
    'podDeletedMs',
  ] as const)
    expect(moments[name], name).toBeDefined();
  // On a busy machine both may be read at one time.
  expect(moments.terminatingMs!).toBeLessThanOrEqual(moments.podDeletedMs!);
});
