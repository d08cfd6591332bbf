import { expect } from 'vitest';
import { podTimeline } from '../../src/index.ts';
import { categorizeEndpoints } from '../../src/rules/proxy/categorize-endpoints.ts';
import { endpointsChanged, type ProxyEndpointSlice } from '../../src/rules/proxy/endpoints-changed.ts';
import { endpointsMapFromSlices } from '../../src/rules/proxy/endpoints-map.ts';
import { healthCheckNodePortStatus, healthzStatus } from '../../src/rules/proxy/health-check-node-port.ts';
import { packetVerdict } from '../../src/rules/proxy/packet-verdict.ts';
import { loadBalancerVIPs } from '../../src/rules/proxy/service-policies.ts';
import { barePod, execSleeps, service } from '../run/manifests.ts';
import { stepAt } from './step.ts';
import { alone, bothSides, deleteAt, runUnder, storyUnder, type Told } from './under.ts';

/** The rows about how soon the routes follow. */

type Rows = Readonly<Record<string, () => void>>;

/** Two Pods that nobody replaces, the second deleted soon after the first; hooks of 20 s keep all else away. */
const several = (told: Partial<Told>): Told => ({
  manifests: [
    barePod({ pod: 'web', preStop: execSleeps(20) }),
    barePod({ pod: 'web-b', preStop: execSleeps(20) }),
    barePod({ pod: 'web-c' }),
    service(),
  ],
  ...told,
});

const HURRIED = several({
  cluster: { kubeProxy: { minSyncPeriod: '10s' } },
  actions: [deleteAt('web'), deleteAt('web-b', '300ms')],
});
const LARGE = { churn: { services: 1_000, endpoints: 100_000 } };
const AN_HOUR_APART = several({ cluster: LARGE, actions: [deleteAt('web'), deleteAt('web-b', '1h')] });

/** How long after its deletion a Pod was out of the rules of the only node. */
const routedForMs = (told: Told, pod: string) => (minor: number) => {
  const { terminatingMs, rulesRemovedMs } = podTimeline(runUnder(minor, told), pod);
  return rulesRemovedMs['node-1']! - terminatingMs!;
};

export const routeRuns: Rows = {
  '1.35 A Pod event passes a second queue of the EndpointSlice controller': () => {
    const hop = (minor: number) => {
      const { terminatingMs, sliceTerminatingMs } = storyUnder(minor, { manifests: alone() });
      return sliceTerminatingMs! - terminatingMs!;
    };
    const [before, after] = stepAt(35, hop);
    expect(after - before).toBe(1);
  },
  '1.34 kube-proxy waits minSyncPeriod after every sync, and no longer keeps a burst of two': () => {
    const [before, after] = bothSides(34, routedForMs(HURRIED, 'web-b'));
    expect(before).toBeLessThan(100);
    expect(after).toBeGreaterThan(9_700);
    const [required, more] = bothSides(34, (minor) => runUnder(minor, HURRIED).verdict.requiredPreStopMs);
    expect(required).toBeLessThan(200);
    expect(more).toBeGreaterThan(9_700);
  },
  '1.27 A sync of kube-proxy (iptables) writes only what has changed': () => {
    const [before, after] = bothSides(27, routedForMs(several({ cluster: LARGE }), 'web'));
    expect(before).toBeGreaterThan(5_000);
    expect(after).toBeLessThan(2_000);
  },
  '1.33 kube-proxy writes all rules again once an hour': () => {
    const [before, after] = bothSides(33, routedForMs(AN_HOUR_APART, 'web-b'));
    expect(before).toBeLessThan(2_000);
    expect(after).toBeGreaterThan(5_000);
    expect(routedForMs(AN_HOUR_APART, 'web')(33)).toBeLessThan(2_000);
  },
  '1.31 A sync of kube-proxy in nftables mode writes only what has changed': () => {
    const cluster = { kubeProxy: { mode: 'nftables' as const }, churn: { services: 200 } };
    const [before, after] = bothSides(31, routedForMs(several({ cluster }), 'web'));
    expect(before).toBeGreaterThan(3_500);
    expect(after).toBeLessThan(500);
  },
  '1.34 kube-proxy in ipvs mode no longer syncs everything every 30 s': () => {
    // Every half second of a minute: whoever meets a sync of everything waits for it.
    const cluster = { kubeProxy: { mode: 'ipvs' as const }, churn: { services: 50_000 } };
    const slowest = (minor: number) =>
      Math.max(
        ...[0, 1, 2, 3, 4, 5].map((s) =>
          routedForMs(several({ cluster, actions: [deleteAt('web', `${5 * s}s`)] }), 'web')(minor),
        ),
      );
    const [before, after] = bothSides(34, slowest);
    expect(after).toBeLessThan(10_500);
    expect(before).toBeGreaterThan(11_000);
  },
  '1.32 UDP flows to a terminating Pod go on while it serves': () => {
    const lastLateMs = (minor: number) => {
      const told = several({
        manifests: [
          barePod({ pod: 'web', preStop: execSleeps(20) }),
          barePod({ pod: 'web-b' }),
          service({ ports: [{ port: 53, targetPort: 8080, protocol: 'UDP' }] }),
        ],
        clients: [0, 1, 2, 3].map((index) => ({
          name: `resolver-${index}`,
          from: { node: 'node-1' },
          connection: 'flow' as const,
        })),
        actions: [deleteAt('web', '1s')],
      });
      const late = runUnder(minor, told).verdict.requests.lateArrivals;
      return Math.max(0, ...late.filter(({ phase }) => phase === 'preStop').map(({ lastMs }) => lastMs));
    };
    const [before, after] = bothSides(32, lastLateMs);
    expect(before).toBeLessThan(2_000);
    expect(after).toBeGreaterThan(20_000);
  },
};

const ADDRESS = '10.0.0.1';
const READY = { ready: true, serving: true, terminating: false };
const TERMINATING = { ready: false, serving: true, terminating: true };

/** A slice of the Service `web` with one endpoint. */
function slice(conditions: typeof READY, changes: Partial<ProxyEndpointSlice> = {}): ProxyEndpointSlice {
  return {
    metadata: { namespace: 'default', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    endpoints: [{ addresses: [ADDRESS], nodeName: 'node-1', conditions }],
    ...changes,
  };
}

const view = (minor: number) => ({ nodeName: 'node-2', ipFamily: 'IPv4' as const, minor });
const policies = { internalPolicyLocal: false, externalPolicyLocal: false, externallyAccessible: false };
const last = { isLocal: true, ...TERMINATING };

export const routeRules: Rows = {
  '1.31 kube-proxy syncs for any change of a slice, of its labels and annotations, too': () => {
    const before = slice(READY);
    const annotated = slice(READY, { metadata: { ...before.metadata, annotations: { team: 'blue' } } });
    expect(stepAt(31, (minor) => endpointsChanged(before, annotated, minor))).toEqual([false, true]);
    expect(endpointsChanged(before, slice(TERMINATING), 30)).toBe(true);
  },
  '1.28 The fallback to terminating endpoints can no longer be turned off': () => {
    const off = { ProxyTerminatingEndpoints: false };
    const verdict = (gates: typeof off | undefined) => (minor: number) => {
      const lists = categorizeEndpoints([last], policies, { nodeName: 'node-1' }, minor, gates);
      return packetVerdict('pod', 'ClusterIP', { ...policies, ...lists }).verdict;
    };
    expect(stepAt(28, verdict(off))).toEqual(['REJECT', 'DNAT']);
    expect(bothSides(28, verdict(undefined))).toEqual(['DNAT', 'DNAT']);
  },
  '1.36 Of two endpoints with one address, kube-proxy keeps the one that does not terminate': () => {
    const slices = [slice(TERMINATING), slice(READY, { metadata: { namespace: 'default', name: 'web-2' } })];
    const kept = (minor: number) => {
      const [port] = endpointsMapFromSlices({ namespace: 'default', name: 'web' }, slices, view(minor));
      return port!.endpoints.map(({ terminating }) => terminating);
    };
    expect(stepAt(36, kept)).toEqual([[true], [false]]);
  },
  "1.30 kube-proxy's healthz fails on a node that is being deleted or removed": () => {
    const healthy = { oldestPendingQueuedAtMs: null, nowMs: 0, healthTimeoutMs: 60_000 };
    const going = [
      { deletionTimestamp: true, taintKeys: [] },
      { deletionTimestamp: false, taintKeys: ['ToBeDeletedByClusterAutoscaler'] },
    ];
    for (const node of going) {
      expect(stepAt(30, (minor) => healthzStatus(healthy, node, minor))).toEqual([200, 503]);
    }
  },
  '1.27 A health-check node port fails, too, where kube-proxy itself is not healthy': () => {
    expect(stepAt(27, (minor) => healthCheckNodePortStatus(1, false, minor))).toEqual([200, 503]);
  },
  '1.30 Traffic to a load balancer address with ipMode: Proxy leaves the cluster first': () => {
    const ingress = [{ ip: '192.0.2.1', ipMode: 'Proxy' as const }];
    expect(stepAt(30, (minor) => loadBalancerVIPs(ingress, minor))).toEqual([['192.0.2.1'], []]);
  },
};
