import type { ClusterInput } from '../schema.ts';
import { type ClusterOverrides, cluster, gke130Calico, MANAGED } from './clusters.ts';

/**
 * Clusters by where they run: version, data plane, delays, and who serves what the manifests do not give a class (`platform`). What is
 * known of each number stands in src/routing/README.md.
 */

const MANAGED_SOURCE =
  'watch and write latencies: our estimate for a managed control plane (API SLO: p99 of a write within 1 s)';
const QUIET_SOURCE = 'the default delays: measured on a quiet one-node cluster of Kubernetes 1.36.2';

/** Google Kubernetes Engine with kube-proxy: the cluster of gke130Calico. Ingress and Gateway by NEGs, load balancers before nodes. */
export const gke = gke130Calico;

function platform(
  base: ClusterInput & { readonly name: string },
  source: string,
): (overrides?: ClusterOverrides) => ClusterInput {
  const { delays } = base;
  return (overrides = {}) =>
    cluster(
      { ...base, sources: [source, ...(delays === undefined ? [QUIET_SOURCE] : [MANAGED_SOURCE])] },
      overrides,
    );
}

/** GKE with Dataplane V2: Cilium in the place of kube-proxy. Which release of Cilium that is nobody could verify. */
export const gkeDpv2 = platform(
  { name: 'gkeDpv2', platform: 'gke', version: '1.33', nodes: 3, dataPlane: 'cilium', delays: MANAGED },
  'GKE documentation, Dataplane V2: based on Cilium',
);

/** Amazon EKS: kube-proxy in iptables mode, the VPC CNI; what has no class and no annotation is the in-tree Classic Load Balancer. */
export const eks = platform(
  { name: 'eks', platform: 'eks', version: '1.33', nodes: 3, delays: MANAGED },
  'aws-eks-best-practices: kube-proxy, iptables mode',
);

/** Azure Kubernetes Service: kube-proxy in iptables mode, Azure Load Balancer before nodes. */
export const aks = platform(
  { name: 'aks', platform: 'aks', version: '1.33', nodes: 3, delays: MANAGED },
  'cloud-provider-azure: the load balancer probes nodes, every 5 s, twice',
);

/** kind: one or more nodes in containers of one machine. */
export const kind = platform(
  { name: 'kind', platform: 'kind', version: '1.34', nodes: 1 },
  'kind: kube-proxy, iptables mode; load balancers by cloud-provider-kind',
);

/** k3s: kube-proxy, Traefik for every Ingress, klipper for every load balancer. */
export const k3s = platform(
  { name: 'k3s', platform: 'k3s', version: '1.33', nodes: 1 },
  'k3s documentation, networking services: Traefik and ServiceLB (klipper)',
);

/** OpenShift: OVN-Kubernetes in the place of kube-proxy, its own router for every Ingress and Route. */
export const openshift = platform(
  {
    name: 'openshift',
    platform: 'openshift',
    version: '1.32',
    nodes: 3,
    dataPlane: 'ovnKubernetes',
    delays: MANAGED,
  },
  'cluster-ingress-operator and ovn-kubernetes',
);

/** Machines of one's own: kube-proxy, MetalLB for load balancers, ingress-nginx for an Ingress without a class. */
export const metal = platform(
  { name: 'metal', platform: 'metal', version: '1.33', nodes: 3 },
  'metallb and ingress-nginx documentation, bare metal',
);
