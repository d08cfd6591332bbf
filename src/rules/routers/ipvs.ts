import {
  type PacketAddress,
  type PacketSource,
  type PacketVerdict,
  type PacketVerdictService,
  packetVerdict,
} from '../proxy/packet-verdict.ts';

/** What kube-proxy in ipvs mode does otherwise than in iptables mode: with policy Local, and with a real server that leaves a Service. */

/**
 * What happens to the first packet of a connection. A node without endpoints of its own under a policy Local takes those of the policy
 * Cluster, where iptables drops; without that policy there is no real server, and the connection is refused. What comes from outside
 * is routed as well, but the answer bears the Pod's address and is discarded: to the client it is dropped.
 * Source: pkg/proxy/ipvs/proxier.go syncEndpoint
 */
export function ipvsPacketVerdict<E>(
  source: PacketSource,
  address: PacketAddress,
  service: PacketVerdictService<E>,
): PacketVerdict<E> {
  const verdict = packetVerdict(source, address, service);
  if (verdict.verdict !== 'DROP' || source === 'external') return verdict;
  const endpoints = service.clusterEndpoints ?? [];
  return endpoints.length === 0
    ? { verdict: 'REJECT', endpoints: [], masquerade: false }
    : { verdict: 'DNAT', endpoints, masquerade: source !== 'pod' };
}

/** A real server of ipvs, with its connections. */
export interface RealServer {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly weight: number;
  readonly activeConn: number;
  /** Closed connections that the kernel still remembers (FIN_WAIT, TIME_WAIT). */
  readonly inactiveConn: number;
}

/** How often real servers that wait for their connections are looked at: 60 s; the first time at the start. */
export const RS_CHECK_PERIOD_US = 60_000_000;

/** Datagrams wait for nobody. */
function hasConnections({ protocol, activeConn, inactiveConn }: RealServer): boolean {
  return protocol === 'tcp' && activeConn + inactiveConn > 0;
}

/**
 * Whether a real server is deleted at once, or gets weight 0 (no new connection) and waits for its connections. One that the table
 * does not hold is left alone.
 * Source: pkg/proxy/ipvs/graceful_termination.go GracefulDeleteRS, deleteRsFunc
 */
export function gracefulDelete(server: RealServer, found: boolean): { deleted: boolean; weight: number } {
  if (!found) return { deleted: false, weight: server.weight };
  return hasConnections(server) ? { deleted: false, weight: 0 } : { deleted: true, weight: 0 };
}

/**
 * When a real server is deleted that left at `leftUs`, whose last connection the kernel forgets at `forgottenUs`: at once where there
 * is none, else at the first scan from then on. Scans stand at multiples of the period from `firstScanUs`.
 * Source: pkg/proxy/ipvs/graceful_termination.go tryDeleteRs, Run
 */
export function realServerDeletedUs(leftUs: number, forgottenUs: number, firstScanUs: number): number {
  if (forgottenUs <= leftUs) return leftUs;
  const scans = Math.ceil((forgottenUs - firstScanUs) / RS_CHECK_PERIOD_US);
  return firstScanUs + scans * RS_CHECK_PERIOD_US;
}

/** How often kube-router looks at real servers that wait for their connections. */
export const KUBE_ROUTER_CHECK_PERIOD_US = 5_000_000;

/**
 * When kube-router with --ipvs-graceful-termination deletes a real server that left at `leftUs`: at the first check at which no connection
 * is left, or at which its Pod's grace period is over, whatever is open.
 * Source: cloudnativelabs/kube-router pkg/controllers/proxy/network_service_graceful.go gracefulSync
 */
export function kubeRouterServerDeletedUs(
  leftUs: number,
  forgottenUs: number,
  graceUs: number,
  firstCheckUs: number,
): number {
  const dueUs = Math.max(leftUs, Math.min(forgottenUs, leftUs + graceUs));
  const checks = Math.max(0, Math.ceil((dueUs - firstCheckUs) / KUBE_ROUTER_CHECK_PERIOD_US));
  return firstCheckUs + checks * KUBE_ROUTER_CHECK_PERIOD_US;
}
