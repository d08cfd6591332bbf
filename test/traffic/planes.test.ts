import { describe, expect, it } from 'vitest';
import { type ScenarioInput, describe as told } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, flood, requestsOf, runWith, sumOf } from './run.ts';

/** What becomes of open connections when the data plane of a node lets go of their Pod. */

type Cluster = NonNullable<ScenarioInput['cluster']>;

const probe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
const manifests = [
  deployment({
    preStop: { sleep: { seconds: 20 } },
    terminationGracePeriodSeconds: 60,
    readinessProbe: probe,
  }),
  service(),
];
/** Its readiness fails four seconds into the hook. */
const apps = { web: { preStop: { effect: 'failReadiness', effectAt: '4s' } } } as const;

const pooled = (over: Partial<ClientInput> = {}): ClientInput => ({
  name: 'kept',
  from: { node: 'node-2' },
  load: { concurrency: 9, pause: '20ms' },
  connection: { keepAlive: { pool: 9 } },
  ...over,
});

describe('a Pod whose readiness fails during preStop', () => {
  it.each<[string, Cluster, boolean]>([
    ['kube-proxy keeps what is open', {}, false],
    ['ipvs keeps it', { kubeProxy: { mode: 'ipvs' } }, false],
    ['kube-router resets it', { dataPlane: 'kubeRouter' }, true],
    [
      'kube-router keeps it with graceful termination',
      { dataPlane: { kubeRouter: { ipvsGracefulTermination: true } } },
      false,
    ],
    ['Cilium keeps it packet by packet, too', { dataPlane: { cilium: { socketLB: false } } }, false],
    [
      'Cilium 1.18.0 resets it packet by packet',
      { dataPlane: { cilium: { version: '1.18.0', socketLB: false } } },
      true,
    ],
    ['Cilium 1.18.0 keeps it in the socket', { dataPlane: { cilium: { version: '1.18.0' } } }, false],
    ['Calico keeps it until the Pod is gone', { dataPlane: 'calicoEbpf' }, false],
    ['OVN-Kubernetes keeps it', { dataPlane: 'ovnKubernetes' }, false],
    ['Antrea keeps it', { dataPlane: 'antrea' }, false],
  ])('%s', (_, cluster, resets) => {
    const { failures, sent } = requestsOf({
      manifests,
      apps,
      cluster: { nodes: 3, ...cluster },
      clients: [pooled()],
      seed: 3,
    });
    expect(sent).toBeGreaterThan(1_000);
    const reset = failures.filter(({ reason }) => reason.code === 'routeRemoved');
    expect(reset.length > 0).toBe(resets);
    if (!resets) return;
    expect(told(reset[0]!.fix)).toContain('Keep the Pod ready');
    expect(reset[0]!.firstMs).toBeGreaterThan(5_000);
    expect(reset[0]!.lastMs).toBeLessThan(7_000);
  });

  it('kube-router: cuts the requests in flight, and the next one over a kept connection finds it dead', () => {
    const long = flood(20, { request: { duration: '2s' } });
    const input = { manifests, apps, cluster: { nodes: 3, dataPlane: 'kubeRouter' as const } };
    const inFlight = requestsOf({ ...input, clients: [long] });
    expect(inFlight.failed.requestCut).toBeGreaterThan(3);
    const kept = requestsOf({ ...input, clients: [pooled()], seed: 3 });
    const kinds = Object.keys(kept.failed);
    expect(kinds).toContain('staleConnection');
    expect(kinds.every((kind) => kind === 'staleConnection' || kind === 'requestCut')).toBe(true);
    expect(sumOf(kept.failed)).toBeLessThanOrEqual(9);
    const retried = requestsOf({ ...input, clients: [pooled({ retry: { attempts: 3 } })], seed: 3 });
    expect(retried.failed).toEqual({});
  });

  it('tells of each reset in the trace', () => {
    const run = runWith({
      manifests,
      apps,
      cluster: { nodes: 3, dataPlane: 'kubeRouter' },
      clients: [pooled()],
      trace: 'full',
    });
    const resets = run.trace.filter(({ type, pod }) => type === 'connectionsReset' && pod === 'web-1-0');
    expect(resets).toHaveLength(3);
  });
});

describe('X11.4 a UDP flow', () => {
  const udp = (cluster: Cluster, over: Partial<ClientInput> = {}) => {
    const client = flood(20, { name: 'dns', connection: 'flow', requestTimeout: '200ms', ...over });
    return requestsOf({
      manifests: [
        deployment({ replicas: 2, preStop: { sleep: { seconds: 5 } }, readinessProbe: probe }),
        service({ ports: [{ port: 53, targetPort: 8080, protocol: 'UDP' }] }),
      ],
      cluster: { nodes: 1, ...cluster },
      actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
      clients: Array.from({ length: 6 }, (_, index) => ({
        ...client,
        name: `dns-${index}`,
        from: { node: 'node-1' },
      })),
    });
  };

  it.each<[string, Cluster, boolean]>([
    ['up to 1.31 leaves a Pod as soon as it is not ready', { version: '1.31' }, false],
    ['from 1.32 stays until the Pod no longer serves', { version: '1.32' }, true],
    ['nftables does as iptables', { version: '1.33', kubeProxy: { mode: 'nftables' } }, true],
    ['ipvs deletes its real server at once', { version: '1.33', kubeProxy: { mode: 'ipvs' } }, false],
    ['Cilium keeps it while the Pod is in the slice', { dataPlane: 'cilium' }, true],
    ['Calico keeps it while the Pod is in the slice', { dataPlane: 'calicoEbpf' }, true],
    ['OVN-Kubernetes clears it', { dataPlane: 'ovnKubernetes' }, false],
    ['Antrea clears it', { dataPlane: 'antrea' }, false],
    ['kube-router keeps it while the Pod serves', { dataPlane: 'kubeRouter' }, true],
  ])('%s', (_, cluster, stays) => {
    const { failed, lateArrivals } = udp(cluster);
    const late = lateArrivals.filter(({ phase }) => phase === 'preStop').map(({ lastMs }) => lastMs);
    const last = Math.max(0, ...late);
    expect(last > 5_900).toBe(stays);
    // Nobody takes the flow from a Pod that has closed, and no datagram is sent twice.
    expect(sumOf(failed) > 0).toBe(stays);
    expect(
      Object.keys(failed).every((kind) => kind === 'connectionRefused' || kind === 'requestTimeout'),
    ).toBe(true);
  });

  it('is none where each request has a socket of its own', () => {
    expect(sumOf(udp({ version: '1.33' }, { connection: 'new' }).failed)).toBe(0);
  });
});
