/** Where the first packet of a connection comes from, as the node that runs this kube-proxy sees it. */
export type PacketSource = 'pod' | 'node' | 'external';

/** What kind of address of the Service it is sent to. */
export type PacketAddress = 'ClusterIP' | 'NodePort' | 'LoadBalancerIP' | 'ExternalIP';

/** What the endpoint lists of a Service port mean for packets; the lists come from `categorizeEndpoints`. */
export interface PacketVerdictService<E> {
  readonly internalPolicyLocal: boolean;
  readonly externalPolicyLocal: boolean;
  readonly clusterEndpoints: readonly E[] | null;
  readonly localEndpoints: readonly E[] | null;
  readonly hasAnyEndpoints: boolean;
}

/** Options of kube-proxy that bear on packets. */
export interface PacketVerdictOptions {
  /** `--masquerade-all`; false by default. */
  readonly masqueradeAll?: boolean | undefined;
  /**
   * Whether kube-proxy can tell Pod traffic from other traffic (`--detect-local-mode`, `--cluster-cidr`);
   * true by default.
   */
  readonly detectsLocalPods?: boolean | undefined;
}

/**
 * REJECT: refused at once with an ICMP port-unreachable. DROP: silently lost, so the client times out. DNAT:
 * sent to one of `endpoints`, each with the same probability; `masquerade`: with the node as source address.
 */
export type PacketVerdict<E> =
  | { readonly verdict: 'DNAT'; readonly endpoints: readonly E[]; readonly masquerade: boolean }
  | { readonly verdict: 'REJECT' | 'DROP'; readonly endpoints: readonly never[]; readonly masquerade: false };

const REJECT = { verdict: 'REJECT', endpoints: [], masquerade: false } as const;
const DROP = { verdict: 'DROP', endpoints: [], masquerade: false } as const;
const NO_OPTIONS: PacketVerdictOptions = {};

/**
 * Decides what happens on a node to the first packet of a new connection to a Service. Later packets of a
 * connection never come here: conntrack carries them to the endpoint that the first one got.
 *
 * With `externalTrafficPolicy: Local`, Pods and the node itself use the cluster list even at an external
 * address, as if they had gone out and come back through a load balancer; a packet from elsewhere needs a
 * local endpoint.
 *
 * The iptables and nftables modes agree, in all versions described here. ipvs differs: with policy `Local`
 * and no local endpoint it uses the cluster list instead of dropping. Not told apart: a Pod that reaches
 * itself through the Service is masqueraded always; a load balancer's source ranges.
 *
 * Source: pkg/proxy/iptables/proxier.go syncProxyRules
 */
export function packetVerdict<E>(
  source: PacketSource,
  address: PacketAddress,
  service: PacketVerdictService<E>,
  options: PacketVerdictOptions = NO_OPTIONS,
): PacketVerdict<E> {
  // The node's own packets to an external address meet no filter on their way out, but do when they come back.
  if (!service.hasAnyEndpoints) return REJECT;
  const detectsLocalPods = options.detectsLocalPods ?? true;
  const cluster = service.clusterEndpoints;
  const local = service.localEndpoints;
  if (address === 'ClusterIP') {
    const masquerade = (options.masqueradeAll ?? false) || (detectsLocalPods && source !== 'pod');
    return forward(service.internalPolicyLocal ? local : cluster, masquerade);
  }
  if (!service.externalPolicyLocal) return forward(cluster, true);
  if (source === 'node') return forward(cluster, true);
  if (source === 'pod' && detectsLocalPods) return forward(cluster, false);
  return forward(local, false);
}

function forward<E>(endpoints: readonly E[] | null, masquerade: boolean): PacketVerdict<E> {
  if (endpoints === null || endpoints.length === 0) return DROP;
  return { verdict: 'DNAT', endpoints, masquerade };
}
