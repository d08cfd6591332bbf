import { describe, expect, it } from 'vitest';
import { parseScenario, routers } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, flood, runWith, type TrafficInput } from './run.ts';

/** Pods that a client's connections went to, in order. */
function chosen(input: TrafficInput): readonly string[] {
  const { trace } = runWith({ trace: 'full', ...input });
  return trace.filter(({ type }) => type === 'connectionArrived').map(({ pod }) => pod!);
}

function counts(pods: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const pod of pods) found[pod] = (found[pod] ?? 0) + 1;
  return found;
}

const before = { stop: '1s' } as const;

describe('where a connection goes', () => {
  it('is any ready Pod with equal probability', () => {
    const all = counts(chosen({ clients: [flood(3000, before)] }));
    expect(Object.keys(all).sort()).toEqual(['web-1-0', 'web-1-1', 'web-1-2']);
    for (const count of Object.values(all)) expect(count).toBeGreaterThan(900);
  });

  it('is the same for one seed, client and request, whatever else a scenario has', () => {
    const alone = chosen({ clients: [flood(200, before)] });
    const other = flood(500, { name: 'other', from: { node: 'node-1' }, ...before });
    const run = runWith({ clients: [flood(200, before), other], trace: 'full' });
    const first = run.trace
      .filter(({ type, data }) => type === 'connectionArrived' && data?.client === 'flood')
      .map(({ pod }) => pod);
    expect(first).toEqual(alone);
  });

  it('is one Pod for a client with session affinity, until it leaves the rules', () => {
    const sticky = [
      deployment({ preStop: { sleep: { seconds: 5 } } }),
      service({ sessionAffinity: 'ClientIP' }),
    ];
    const clients = Array.from({ length: 12 }, (_, index) => flood(50, { name: `c${index}` }));
    const { trace } = runWith({ manifests: sticky, clients, trace: 'full' });
    const byClient = clients.map(({ name }) =>
      trace
        .filter(({ type, data }) => type === 'connectionArrived' && data?.client === name)
        .map(({ pod }) => pod!),
    );
    const stuck = byClient.filter((pods) => !pods.includes('web-1-0'));
    expect(stuck.length).toBeGreaterThan(0);
    expect(stuck.length).toBeLessThan(12);
    for (const pods of stuck) expect(new Set(pods).size).toBe(1);
    for (const pods of byClient.filter((own) => own.includes('web-1-0'))) {
      expect(pods[0]).toBe('web-1-0');
      expect(new Set(pods).size).toBe(2);
    }
  });

  it('is a Pod of the node itself with internalTrafficPolicy: Local, and nowhere where that node has none', () => {
    const local = [deployment({ replicas: 2 }), service({ internalTrafficPolicy: 'Local' })];
    const from = (node: string) => ({
      clients: [flood(50, { from: { node }, connectTimeout: '400ms', ...before })],
    });
    expect(new Set(chosen({ manifests: local, ...from('node-2') }))).toEqual(new Set(['web-1-1']));
    const { verdict } = runWith({ manifests: local, ...from('node-3') });
    expect(Object.keys(verdict.requests.failed)).toEqual(['connectTimeout']);
    expect(verdict.requests.failures[0]).toMatchObject({ change: 'trafficPolicy' });
  });

  it('enters through every node from a load balancer, and through one from a node port', () => {
    const manifests = [deployment(), service({ type: 'LoadBalancer' })];
    const entries = (over: Partial<ClientInput>) => {
      const clients = [flood(300, { from: 'external', ...before, ...over })];
      const { trace } = runWith({ manifests, clients, trace: 'full' });
      return new Set(trace.filter(({ type }) => type === 'connectionAttempted').map(({ node }) => node));
    };
    expect(entries({})).toEqual(new Set(['node-1', 'node-2', 'node-3']));
    expect(entries({ through: { nodePort: 'node-3' } })).toEqual(new Set(['node-3']));
  });

  it('stays on the entered node with externalTrafficPolicy: Local', () => {
    const manifests = [deployment(), service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' })];
    const clients = [flood(100, { from: 'external', through: { nodePort: 'node-2' }, ...before })];
    expect(new Set(chosen({ manifests, clients }))).toEqual(new Set(['web-1-1']));
  });

  it('is decided by a router of its own where a client goes through one', () => {
    const slow = routers.fixedLag('alb', '3s');
    const manifests = [deployment(), service()];
    const clients = [flood(200, { from: 'external' })];
    const { verdict } = runWith({ manifests, routers: [slow], clients });
    expect(verdict.requests.failures.find(({ kind }) => kind === 'connectionRefused')).toMatchObject({
      router: 'router/alb',
      component: 'router/alb',
    });
    // The network of the Pod is gone long before the router knows.
    expect(Object.keys(verdict.requests.failed)).toContain('connectTimeout');
  });
});

describe('a client that cannot be', () => {
  const issueOf = (client: object, spec: object = {}) => {
    const result = parseScenario({
      manifests: [deployment(), service({ ...spec })],
      clients: [{ name: 'c', from: { node: 'node-1' }, ...client }],
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
      inferRouters: false,
    });
    return result.ok ? [] : result.issues.map(({ code, path }) => `${path.join('.')} ${code}`);
  };

  it.each([
    [{ service: 'api' }, {}, 'clients.0.service unknownService'],
    [{ port: 8080 }, {}, 'clients.0.port unknownPort'],
    [{ from: { node: 'node-9' } }, {}, 'clients.0.from unknownNode'],
    [{ from: { pod: 'web-9' } }, {}, 'clients.0.from unknownPod'],
    [{ from: 'external' }, {}, 'clients.0.from notReachable'],
    [{ through: 'nodePort' }, {}, 'clients.0.through noExternalAddress'],
    [{ through: { router: 'alb' } }, {}, 'clients.0.through unknownRouter'],
    [{}, { clusterIP: 'None' }, 'clients.0.through headless'],
    [{}, { ports: [{ port: 53, targetPort: 53, protocol: 'SCTP' }] }, 'clients.0.port notTCP'],
    [{ connection: 'flow' }, {}, 'clients.0.connection connectionOfProtocol'],
    [
      { connection: { keepAlive: {} } },
      { ports: [{ port: 53, targetPort: 53, protocol: 'UDP' }] },
      'clients.0.connection connectionOfProtocol',
    ],
    [{ load: { ratePerSecond: 0 } }, {}, 'clients.0.load.ratePerSecond too_small'],
  ])('%j', (client, spec, expected) => {
    expect(issueOf(client, spec)).toEqual([expected]);
  });

  it('for SCTP is told why', () => {
    const result = parseScenario({
      manifests: [deployment(), service({ ports: [{ port: 53, targetPort: 53, protocol: 'SCTP' }] })],
      clients: [{ name: 'resolver', from: { node: 'node-1' } }],
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    expect(result).toMatchObject({
      ok: false,
      issues: [
        {
          message: 'Client "resolver" would send to port 53 of Service "web", which is SCTP.',
          rule: 'Clients speak TCP and UDP.',
          fix: 'Name a TCP or UDP port of the Service, or leave the client out.',
        },
      ],
    });
  });
});
