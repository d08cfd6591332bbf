// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.
import type { Duration } from '../../kernel/time.ts';
import type { SiteDelaysInput } from './delays.ts';

/** A taint of a node. */
export interface TaintInput {
  /** Its key. */
  readonly key: string;
  /** Its value. Default: "". */
  readonly value?: string | undefined;
  /** What it does to Pods that do not tolerate it: none is put there (NoSchedule), and with NoExecute those that run there go. */
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A node. */
export interface NodeInput {
  /** Its name; node-1, node-2 … where it is left out. */
  readonly name?: string | undefined;
  /** Its zone, for topology-aware routing. */
  readonly zone?: string | undefined;
  /** Names of the Pods that start on this node; all others are spread over the nodes in turn. */
  readonly pods?: readonly string[] | undefined;
  /** Its labels, beside kubernetes.io/hostname, kubernetes.io/os and its zone's. As soon as one node has some, Pods go only where their nodeSelector and required node affinity say. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Its taints when the run begins. */
  readonly taints?: readonly TaintInput[] | undefined;
  /** It is cordoned when the run begins. */
  readonly unschedulable?: boolean | undefined;
}

/** Cilium's settings. */
export interface CiliumInput {
  /** Cilium's own version, 1.14 or newer, as text. Default: "1.19". */
  readonly version?: string | undefined;
  /** How often what came of EndpointSlices is handed on; by default as the version has it. */
  readonly lbReflectorWaitTime?: Duration | undefined;
  /** Connections are decided in the socket, once; without it packet by packet, and what leaves the maps is reset. Default: true. */
  readonly socketLB?: boolean | undefined;
}

/** Settings of Calico's eBPF data plane. */
export interface CalicoEbpfInput {
  /** From the end of a sync to the next one. Default: "1s". */
  readonly bpfKubeProxyMinSyncPeriod?: Duration | undefined;
}

/** kube-router's settings. */
export interface KubeRouterInput {
  /** `--ipvs-graceful-termination`: a real server that goes keeps its connections at weight 0; without it they break. Default: false. */
  readonly ipvsGracefulTermination?: boolean | undefined;
  /** `--ipvs-sync-period`: everything is synced as often. Default: "5m". */
  readonly ipvsSyncPeriod?: Duration | undefined;
}

/** A data plane with settings of its own: its name as the only key. */
export interface DataPlaneInput {
  /** Cilium in place of kube-proxy. */
  readonly cilium?: CiliumInput | undefined;
  /** Calico's eBPF data plane. */
  readonly calicoEbpf?: CalicoEbpfInput | undefined;
  /** OVN-Kubernetes. */
  readonly ovnKubernetes?: Readonly<Record<string, never>> | undefined;
  /** Antrea's proxy. */
  readonly antrea?: Readonly<Record<string, never>> | undefined;
  /** kube-router as the service proxy. */
  readonly kubeRouter?: KubeRouterInput | undefined;
}

/** kube-proxy's settings. */
export interface KubeProxyInput {
  /** The least time between two syncs; 1s by default, in ipvs mode 0s. A longer one lets a node send to a Pod for longer. */
  readonly minSyncPeriod?: Duration | undefined;
  /** How soon kube-proxy tries again after a sync that failed (none fails here); in ipvs mode it syncs as often, too. 30s by default. */
  readonly syncPeriod?: Duration | undefined;
  /** What it programs; iptables where it is left out. */
  readonly mode?: 'iptables' | 'nftables' | 'ipvs' | undefined;
}

/** The controller manager's settings. */
export interface ControllerManagerInput {
  /** How long the EndpointSlice controller collects Pod changes before it writes. Default: "0s". */
  readonly endpointUpdatesBatchPeriod?: Duration | undefined;
  /** Endpoints in one EndpointSlice at most. Default: 100. */
  readonly maxEndpointsPerSlice?: number | undefined;
  /** Services that the EndpointSlice controller handles at a time. Default: 5. */
  readonly concurrentServiceEndpointSyncs?: number | undefined;
  /** Requests a second that a controller's client may make. Default: 20. */
  readonly kubeAPIQPS?: number | undefined;
  /** Requests that it may make at once after a rest. Default: 30. */
  readonly kubeAPIBurst?: number | undefined;
}

/** What the network plugin does with packets for a Pod that is gone. */
export interface NetworkInput {
  /** Packets are lost without an answer, or the sender hears that the host is unreachable. Default: "silence". */
  readonly podGone?: 'silence' | 'hostUnreachable' | undefined;
  /** After how long the network says so; an ARP that nobody answers takes 3 s. Default: "3s". */
  readonly podGoneAfter?: Duration | undefined;
}

/** The kubelets' settings. */
export interface KubeletInput {
  /** How often a Pod is looked at when nothing happens. Default: "1m". */
  readonly syncFrequency?: Duration | undefined;
  /** By which share every other Pod that starts on the node at the same time slows a start down; no setting of the kubelet, but measured. Default: 0.22. */
  readonly parallelStartSlowdown?: number | undefined;
}

/** Changes that have nothing to do with the scenario and keep controllers and proxies busy. */
export interface ChurnInput {
  /** EndpointSlice changes of Services that the manifests do not hold, per second. Default: 0. */
  readonly endpointSliceUpdatesPerSecond?: number | undefined;
  /** Pod writes of the ReplicaSet controller for other ReplicaSets, per second. Default: 0. */
  readonly podWritesPerSecond?: number | undefined;
  /** Services beside the manifests', which every full sync of a proxy handles. Default: 0. */
  readonly services?: number | undefined;
  /** Endpoints beside the manifests', which every full sync of a proxy handles. Default: 0. */
  readonly endpoints?: number | undefined;
}

/** The cluster: its version, its nodes, and the settings of its components. */
export interface ClusterInput {
  /** Says where settings and delays are from; printed with the assumptions. */
  readonly name?: string | undefined;
  /** Where the figures were read. */
  readonly sources?: readonly string[] | undefined;
  /** Where it runs: decides who serves what the manifests give no class. */
  readonly platform?: 'gke' | 'eks' | 'aks' | 'openshift' | 'k3s' | 'kind' | 'metal' | undefined;
  /** The Kubernetes version, from 1.26 to 1.36, as text. Default: "1.30". */
  readonly version?: string | undefined;
  /** How many nodes, or a list of them. Node manifests take the place of a number. Default: 3. */
  readonly nodes?: number | readonly NodeInput[] | undefined;
  /** Who programs the nodes: kube-proxy, or what stands in its place, by its name or with settings. Default: "kubeProxy". */
  readonly dataPlane?:
    | 'kubeProxy'
    | 'cilium'
    | 'calicoEbpf'
    | 'ovnKubernetes'
    | 'antrea'
    | 'kubeRouter'
    | DataPlaneInput
    | undefined;
  /** kube-proxy's settings. */
  readonly kubeProxy?: KubeProxyInput | undefined;
  /** The controller manager's settings. */
  readonly controllerManager?: ControllerManagerInput | undefined;
  /** What the network plugin does with packets for a Pod that is gone. */
  readonly network?: NetworkInput | undefined;
  /** The kubelets' settings. */
  readonly kubelet?: KubeletInput | undefined;
  /** Changes that have nothing to do with the scenario and keep controllers and proxies busy. */
  readonly churn?: ChurnInput | undefined;
  /** The cluster's own delays by site; a scenario's `delays` replace them. */
  readonly delays?: SiteDelaysInput | undefined;
}
