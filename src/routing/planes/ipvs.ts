import type { ServiceInfo } from '../../cluster/world.ts';
import { ipvsSyncCostUs } from '../../rules/proxy/sync-cost.ts';
import { gracefulDelete, ipvsPacketVerdict, type RealServer } from '../../rules/routers/ipvs.ts';
import { number } from '../presets/preset.ts';
import { categorize, type KubeProxyMode, kubeProxyMode, minSync } from './kube-proxy-mode.ts';
import { terminatingServers } from './lists.ts';
import { kubeProxyCutsFlow } from './udp-flows.ts';

type Protocol = ServiceInfo['ports'][number]['protocol'];

const PROTOCOLS: Readonly<Record<Protocol, RealServer['protocol']>> = {
  TCP: 'tcp',
  UDP: 'udp',
  SCTP: 'sctp',
};

/** Whether a real server that goes waits, at weight 0, for a connection that is open. */
function waits(protocol: Protocol): boolean {
  const server = { protocol: PROTOCOLS[protocol], weight: 1, activeConn: 1, inactiveConn: 0 };
  return !gracefulDelete(server, true).deleted;
}

/** How real servers of ipvs are written, whoever programs them. */
export const IPVSADM = {
  tool: 'ipvsadm -Ln',
  forward: '->',
  share: { word: 'weight 1' },
  waiting: 'weight 0',
  refuse: 'refused  by ipvs, which holds no real server',
} as const;

/** kube-proxy, ipvs mode: the same decisions but for policy Local on a node without endpoints of its own. */
export const ipvs: KubeProxyMode = {
  ...kubeProxyMode('ipvs', { minSyncPeriod: '0s' }),
  title: 'kube-proxy (ipvs)',
  docs: 'Every change is programmed at once, and everything every 30 s (not in 1.34.0 and 1.35.0); a real server that goes keeps its connections at weight 0.',
  numbers: () => [
    minSync('0s'),
    number(
      'syncPeriod: a sync of everything',
      '30 s',
      'published',
      'kubernetes pkg/proxy/ipvs/proxier.go; pull 135631',
    ),
    number('a sync', 'as in iptables mode', 'estimate', 'ours'),
    number('what the size of the cluster adds', '0.2 ms a Service, 0.02 ms an endpoint', 'estimate', 'ours'),
    number(
      'scan of real servers at weight 0',
      '60 s',
      'published',
      'kubernetes pkg/proxy/ipvs/graceful_termination.go',
    ),
  ],
  established: 'goes on at weight 0 until the connections are over; UDP is deleted at once',
  costUs: (work) => ipvsSyncCostUs(work),
  verdict: ipvsPacketVerdict,
  cutsFlow(pod, change, scope) {
    const { allReachableEndpoints } = categorize(change.after, scope);
    const isListed = allReachableEndpoints.some((endpoint) => endpoint.pod === pod);
    return (!isListed && !waits('UDP')) || kubeProxyCutsFlow(pod, change, scope);
  },
  // How many connections a node has is not followed: what terminates is taken to have one until it leaves the slice.
  holds: (endpoints, { service }) =>
    service.ports.some(({ protocol }) => waits(protocol)) ? terminatingServers(endpoints, service) : [],
  idiom: { ...IPVSADM, drop: 'lost' },
};
