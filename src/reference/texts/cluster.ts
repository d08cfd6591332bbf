import type { NodeTexts } from '../nodes.ts';

/** What a scenario and its cluster are made of, in words. */

export const SCENARIO_TEXTS = {
  ScenarioInput: {
    '': 'All that a run depends on, but the seed.',
    manifests: 'YAML text (several documents) or parsed objects, as applied to a cluster.',
    cluster: 'Version, nodes and settings, under the names that Kubernetes gives them.',
    apps: {
      text: 'What processes do at the stop signal, by `container`, `workload/container` or `namespace/workload/container`.',
      examples: [{ web: { onStopSignal: 'drain', drain: '5s' } }],
    },
    routers: 'Whoever else sends to Pods: ingress controllers, load balancers, meshes.',
    inferRouters:
      'Whether routers that the manifests name (an Ingress, a Gateway, a load balancer …) route, too.',
    clients: 'Who sends requests. Without any, the verdict is about whatever could be sent.',
    delays: {
      text: 'How long things take that no rule fixes, by delay site; what is left out keeps its measured default.',
      examples: [{ 'watch.kubeProxy': { uniform: ['5ms', '300ms'] } }],
    },
    actions: 'What happens, and when. Left out: one rolling update of the only Deployment at 0 s.',
    horizon: {
      text: 'When to stop looking. Left out: when nothing is left that could change a route, a process or a request.',
      examples: ['10m'],
    },
    limits: 'Bounds of one run, which only a livelock or a very large scenario meets.',
    ties: 'How events at one microsecond are ordered: as they came about, or by a draw of the seed.',
  },
  LimitsInput: {
    '': 'Bounds of one run: a LimitExceeded names the one that it met.',
    maxEvents: 'How many events a run may take.',
    maxTraceEvents: 'How many events a trace may keep.',
    maxPending: 'How many events may wait at a time.',
    maxPods: 'How many Pods the manifests may ask for, and actions may scale to, all together.',
    maxNodes: 'How many nodes a cluster may have.',
    maxServices: 'How many Services the manifests may hold.',
    maxRequestsPerSecond: 'How many requests all clients together may send a second, those of a given rate.',
  },
  MeasuredInput: {
    '': 'Where delays were measured; told with the assumptions. `prestop calibrate` writes it.',
    date: { text: 'The day of the measurement.', examples: ['2026-11-23'] },
    recordings: 'How many recordings the delays rest on.',
    table: 'Which end of what the samples allow was taken.',
    sites: 'How many values each site rests on.',
  },
  MeasuredSiteInput: {
    '': 'What a site was fitted from.',
    n: 'How many values.',
    confidence: 'Whether the site was seen by itself, or is its share of a sum that was.',
  },
} satisfies NodeTexts<'ScenarioInput' | 'LimitsInput' | 'MeasuredInput' | 'MeasuredSiteInput'>;

export const CLUSTER_TEXTS = {
  ClusterInput: {
    '': 'The cluster: its version, its nodes, and the settings of its components.',
    name: 'Says where settings and delays are from; printed with the assumptions.',
    sources: 'Where the figures were read.',
    platform: 'Where it runs: decides who serves what the manifests give no class.',
    version: { text: 'The Kubernetes version, from 1.26 to 1.36, as text.', examples: ['1.30'] },
    nodes: {
      text: 'How many nodes, or a list of them. Node manifests take the place of a number.',
      examples: [3, [{ name: 'a', zone: 'eu-1' }, { name: 'b' }]],
    },
    dataPlane:
      'Who programs the nodes: kube-proxy, or what stands in its place, by its name or with settings.',
    kubeProxy: "kube-proxy's settings.",
    controllerManager: "The controller manager's settings.",
    network: 'What the network plugin does with packets for a Pod that is gone.',
    kubelet: "The kubelets' settings.",
    churn: 'Changes that have nothing to do with the scenario and keep controllers and proxies busy.',
    delays: "The cluster's own delays by site; a scenario's `delays` replace them.",
  },
  NodeInput: {
    '': 'A node.',
    name: 'Its name; node-1, node-2 … where it is left out.',
    zone: { text: 'Its zone, for topology-aware routing.', examples: ['eu-west-1a'] },
    pods: 'Names of the Pods that start on this node; all others are spread over the nodes in turn.',
    labels: {
      text: "Its labels, beside kubernetes.io/hostname, kubernetes.io/os and its zone's. As soon as one node has some, Pods go only where their nodeSelector and required node affinity say.",
      examples: [{ disktype: 'ssd' }],
    },
    taints: 'Its taints when the run begins.',
    unschedulable: 'It is cordoned when the run begins.',
  },
  TaintInput: {
    '': 'A taint of a node.',
    key: { text: 'Its key.', examples: ['dedicated'] },
    value: 'Its value.',
    effect:
      'What it does to Pods that do not tolerate it: none is put there (NoSchedule), and with NoExecute those that run there go.',
  },
  KubeProxyInput: {
    '': "kube-proxy's settings.",
    minSyncPeriod: {
      text: 'The least time between two syncs; 1s by default, in ipvs mode 0s. A longer one lets a node send to a Pod for longer.',
      examples: ['10s'],
    },
    syncPeriod:
      'How soon kube-proxy tries again after a sync that failed (none fails here); in ipvs mode it syncs as often, too. 30s by default.',
    mode: 'What it programs; iptables where it is left out.',
  },
  DataPlaneInput: {
    '': 'A data plane with settings of its own: its name as the only key.',
    cilium: 'Cilium in place of kube-proxy.',
    calicoEbpf: "Calico's eBPF data plane.",
    ovnKubernetes: 'OVN-Kubernetes.',
    antrea: "Antrea's proxy.",
    kubeRouter: 'kube-router as the service proxy.',
  },
  CiliumInput: {
    '': "Cilium's settings.",
    version: { text: "Cilium's own version, 1.14 or newer, as text.", examples: ['1.19'] },
    lbReflectorWaitTime:
      'How often what came of EndpointSlices is handed on; by default as the version has it.',
    socketLB:
      'Connections are decided in the socket, once; without it packet by packet, and what leaves the maps is reset.',
  },
  CalicoEbpfInput: {
    '': "Settings of Calico's eBPF data plane.",
    bpfKubeProxyMinSyncPeriod: 'From the end of a sync to the next one.',
  },
  KubeRouterInput: {
    '': "kube-router's settings.",
    ipvsGracefulTermination:
      '`--ipvs-graceful-termination`: a real server that goes keeps its connections at weight 0; without it they break.',
    ipvsSyncPeriod: '`--ipvs-sync-period`: everything is synced as often.',
  },
  ControllerManagerInput: {
    '': "The controller manager's settings.",
    endpointUpdatesBatchPeriod:
      'How long the EndpointSlice controller collects Pod changes before it writes.',
    maxEndpointsPerSlice: 'Endpoints in one EndpointSlice at most.',
    concurrentServiceEndpointSyncs: 'Services that the EndpointSlice controller handles at a time.',
    kubeAPIQPS: "Requests a second that a controller's client may make.",
    kubeAPIBurst: 'Requests that it may make at once after a rest.',
  },
  NetworkInput: {
    '': 'What the network plugin does with packets for a Pod that is gone.',
    podGone: 'Packets are lost without an answer, or the sender hears that the host is unreachable.',
    podGoneAfter: 'After how long the network says so; an ARP that nobody answers takes 3 s.',
  },
  KubeletInput: {
    '': "The kubelets' settings.",
    syncFrequency: 'How often a Pod is looked at when nothing happens.',
    parallelStartSlowdown:
      'By which share every other Pod that starts on the node at the same time slows a start down; no setting of the kubelet, but measured.',
  },
  ChurnInput: {
    '': 'Changes that have nothing to do with the scenario and keep controllers and proxies busy.',
    endpointSliceUpdatesPerSecond:
      'EndpointSlice changes of Services that the manifests do not hold, per second.',
    podWritesPerSecond: 'Pod writes of the ReplicaSet controller for other ReplicaSets, per second.',
    services: "Services beside the manifests', which every full sync of a proxy handles.",
    endpoints: "Endpoints beside the manifests', which every full sync of a proxy handles.",
  },
} satisfies NodeTexts<
  | 'ClusterInput'
  | 'NodeInput'
  | 'TaintInput'
  | 'KubeProxyInput'
  | 'DataPlaneInput'
  | 'CiliumInput'
  | 'CalicoEbpfInput'
  | 'KubeRouterInput'
  | 'ControllerManagerInput'
  | 'NetworkInput'
  | 'KubeletInput'
  | 'ChurnInput'
>;
