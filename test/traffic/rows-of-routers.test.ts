import { describe, expect, it } from 'vitest';
import {
  type ClientInput,
  defineScenario,
  parseScenario,
  type RouterInput,
  type ScenarioInput,
  simulate,
} from '../../src/index.ts';
import { twoPods } from './two-pods.ts';

const LOCAL = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
const CLUSTER = { type: 'LoadBalancer' };
const lb: RouterInput = {
  name: 'lb',
  targets: 'nodes',
  parts: [{ healthCheck: { interval: '5s', threshold: 2 } }],
};

interface Case {
  readonly service?: object;
  readonly preStop?: number;
  readonly routers: readonly RouterInput[];
  readonly client?: Partial<ClientInput>;
}

function input({ service = CLUSTER, preStop = 1, routers, client = {} }: Case): ScenarioInput {
  return {
    manifests: twoPods(preStop, { service }),
    cluster: { nodes: 2 },
    routers,
    clients: [{ name: 'user', from: 'external', load: { ratePerSecond: 20 }, stop: '20s', ...client }],
    actions: [{ type: 'deletePod', pod: 'web-1', at: '2s' }],
  };
}

const traffic = (given: Case, seed = 1) => simulate(defineScenario(input(given)), { seed }).verdict.requests!;

describe('routers in a row', () => {
  it('before nodes under policy Cluster, any node takes a connection and its data plane picks the Pod', () => {
    const { succeeded, sent } = traffic({ routers: [lb], preStop: 5, client: { via: 'lb' } });
    expect(sent).toBeGreaterThan(100);
    expect(succeeded).toBe(sent);
  });

  it('under policy Local a connection is lost as long as the load balancer still chooses the node of a Pod that has gone', () => {
    const short = traffic({ routers: [lb], service: LOCAL, client: { via: 'lb' } });
    expect(Object.keys(short.failed)).not.toEqual([]);
    // From 5 to 10 s after the health check has turned, about half of 20 a second.
    const failed = short.sent - short.succeeded;
    expect(failed).toBeGreaterThan(30);
    expect(failed).toBeLessThan(110);
    const long = traffic({ routers: [lb], service: LOCAL, preStop: 12, client: { via: 'lb' } });
    expect(long.failed).toEqual({});
  });

  it('the only load balancer before the nodes is what a client from outside comes through', () => {
    const said = traffic({ routers: [lb], service: LOCAL, client: { via: 'lb' } }, 7);
    expect(traffic({ routers: [lb], service: LOCAL }, 7)).toEqual(said);
  });

  it('a router that is reached via another adds its way to that of the other', () => {
    const ingress: RouterInput = { name: 'ingress', parts: [], latency: '10ms', via: 'lb' };
    const front: RouterInput = { ...lb, latency: '100ms' };
    const client = { through: { router: 'ingress' }, connectTimeout: '150ms' } as const;
    const alone = traffic({ routers: [{ ...ingress, via: 'dataPlane' }], preStop: 5, client });
    expect(alone.failed).toEqual({});
    // 1 ms to the load balancer, 100 ms to the ingress, 10 ms to the Pod, and all the way back.
    const both = traffic({ routers: [front, ingress], preStop: 5, client });
    expect(both.succeeded).toBe(0);
  });

  it('a router that sends to the ClusterIP is as slow as the node, whatever its own parts are', () => {
    const slow: RouterInput = { name: 'ingress', parts: [{ lag: '60s' }], via: 'kubeProxy' };
    const given: Case = {
      routers: [slow],
      service: {},
      preStop: 2,
      client: { through: { router: 'ingress' } },
    };
    const run = simulate(defineScenario(input(given)), { seed: 1 });
    expect(run.verdict.safe).toBe(true);
    expect(run.verdict.requests!.failed).toEqual({});
  });

  it('names what does not exist, what goes in a circle, and what is said twice, all at once', () => {
    const result = parseScenario(
      input({
        routers: [
          { name: 'a', parts: [], via: ['b'] },
          { name: 'b', parts: [], via: 'a' },
          { name: 'c', parts: [], via: 'lbb' },
          lb,
        ],
        client: { via: 'lb', through: 'clusterIP' },
      }),
    );
    const issues = result.ok ? [] : result.issues;
    expect(issues.map(({ path, code }) => `${path.join('.')} ${code}`)).toEqual([
      'routers.0.via viaCircle',
      'routers.1.via viaCircle',
      'routers.2.via unknownRouter',
      'clients.0.via viaBesideThrough',
    ]);
    expect(issues[2]!.message).toContain('lb');
  });
});
