/** What kube-proxy in ipvs mode does with a real server that leaves a Service. */

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
