import type { Distribution } from '../kernel/distribution.ts';
import type { NodeIndex, ServiceIndex } from '../kernel/ids.ts';
import type { Key } from '../kernel/names.ts';
import type { Micros } from '../kernel/time.ts';
import type { Taint } from '../rules/apiserver/taints.ts';
import type { Toleration } from '../rules/apiserver/tolerations.ts';
import type { ActionInfo } from './actions.ts';
import type { AutoscalerInfo } from './autoscaling.ts';
import type { AppTraffic, ClientInfo } from './clients.ts';
import type { CronJobInfo } from './cron-jobs.ts';
import type { DataPlaneInfo, RouterPick } from './data-plane.ts';
import type { ReadinessGatesInfo } from './readiness-gates.ts';
import type { RolloutInfo } from './rollouts.ts';
import type { SetInfo, SetKind, SetMember } from './sets.ts';
import type { EndpointPort } from './state.ts';

/**
 * What never changes during a run: the cluster's settings and everything that manifests, apps and actions say,
 * compiled to numbers. Pods, nodes, Services, templates and ReplicaSets are known by their index.
 */
export interface World {
  /** Minor version of Kubernetes: 30 is 1.30. */
  readonly minor: number;
  /** Its patch release; null where nobody said. */
  readonly patch: number | null;
  readonly nodes: readonly NodeInfo[];
  readonly services: readonly ServiceInfo[];
  readonly templates: readonly TemplateInfo[];
  readonly deployments: readonly DeploymentInfo[];
  readonly replicaSets: readonly ReplicaSetInfo[];
  readonly sets: readonly SetInfo[];
  readonly autoscalers: readonly AutoscalerInfo[];
  readonly cronJobs: readonly CronJobInfo[];
  readonly budgets: readonly BudgetInfo[];
  /** The Pods of the steady state: Running, Ready, on their node, in every rule. */
  readonly pods: readonly InitialPod[];
  readonly routers: readonly RouterInfo[];
  readonly clients: readonly ClientInfo[];
  readonly network: NetworkInfo;
  readonly actions: readonly ActionInfo[];
  /**
   * Whether ReplicaSet and Deployment statuses are written and watched. Left out where the actions only delete Pods: nothing that
   * a verdict looks at would come of it.
   */
  readonly writesStatus: boolean;
  readonly dataPlane: DataPlaneInfo;
  readonly controllerManager: ControllerManagerSettings;
  readonly kubelet: KubeletSettings;
  readonly churn: Churn;
}

export interface NodeInfo {
  readonly name: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When the run begins, as `unschedulable`. */
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  /** It is not there before an action lets it join. */
  readonly joins: boolean;
}

export interface ServiceInfo {
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  /** Labels that its Pods have when a run begins. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePortInfo[];
  readonly publishNotReadyAddresses: boolean;
  readonly internalPolicyLocal: boolean;
  readonly externalPolicyLocal: boolean;
  /** Load balancers ask each node whether it has a ready Pod of it. */
  readonly hasHealthCheckNodePort: boolean;
  /** It has a node port, a load balancer or an external IP. */
  readonly externallyAccessible: boolean;
  /** A router of the scenario stands before its nodes, and its external policy is Local: who comes from outside comes through that one. */
  readonly behindBalancer: boolean;
  /** `clusterIP: None`: slices are written, the data planes of the nodes leave it out. */
  readonly headless: boolean;
  /** It is a StatefulSet's own, by which its Pods find each other. */
  readonly forPeers: boolean;
  readonly trafficDistribution: string;
  /** It asks for topology hints, which follow zones and CPU of all nodes: they are not simulated. */
  readonly topologyHints: boolean;
  /** How long `sessionAffinity: ClientIP` keeps a client on its Pod; null without. */
  readonly affinity: Micros | null;
}

export interface ServicePortInfo {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** The Pods that one template makes: one for each ReplicaSet, and one for each bare Pod. */
export interface TemplateInfo {
  readonly namespace: string;
  /** Name of the object that it stands in. */
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
  /** All that it says but the images, by which templates are compared; empty for a bare Pod's. */
  readonly content: string;
  /** By container. */
  readonly images: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerInfo[];
  /** Indexes of the Services whose selector matches its labels, now or at some time of the run. */
  readonly services: readonly ServiceIndex[];
  /** For each of them, the ports with which its Pods stand in a slice. */
  readonly slicePorts: readonly (readonly EndpointPort[])[];
  readonly terminationGracePeriodSeconds: number;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** From the binding of a Pod to the start of its containers, beside what the runtime takes: pulling images. */
  readonly imagePull: Micros;
  readonly readinessGates: ReadinessGatesInfo;
  /** null: its class is not among the manifests. */
  readonly priority: number | null;
  /** Some volume of its Pods is an emptyDir. */
  readonly hasEmptyDir: boolean;
  /** With those that admission and a DaemonSet's controller add. */
  readonly tolerations: readonly Toleration[];
  /** By node: whether its Pods may run there, as nodeSelector, required node affinity and nodeName say; null: on all. */
  readonly nodes: readonly boolean[] | null;
  /** Labels that it asks nodes for while nobody says which they have: taken to be there. */
  readonly unknownNodeLabels: readonly string[];
  /** The annotation karpenter.sh/do-not-disrupt. */
  readonly doNotDisrupt: boolean;
  /** The annotation cluster-autoscaler.kubernetes.io/safe-to-evict; null where it is absent. */
  readonly safeToEvict: boolean | null;
  /** The annotation controller.kubernetes.io/pod-deletion-cost; 0 where it is absent or no whole number. */
  readonly podDeletionCost: number;
  /** Ports of the node that a Pod of it takes, as `TCP/8080`: no two Pods on one node share one. */
  readonly hostPorts: readonly string[];
  /**
   * For each of `services`, for each of its ports: indexes of the containers that a new connection passes,
   * in no order: it is accepted while all of them accept.
   */
  readonly path: readonly (readonly (readonly number[])[])[];
  /** Ports of `services` that no container declares, and who may listen on them: where several may, all of them are on the path. */
  readonly undeclared: readonly UndeclaredPort[];
}

export interface ContainerInfo {
  readonly name: string;
  /** The key of its name: what is drawn for its steps goes by it. */
  readonly drawKey: Key;
  /** A native sidecar: a restartable init container. */
  readonly sidecar: boolean;
  /** A webhook puts it into the Pod: it has no hook but its own, whatever preStop the manifest is given. */
  readonly injected: boolean;
  readonly hook: HookInfo | null;
  /** The hook that runs where a probe's failure has the container killed; a search for another preStop leaves it as it is. */
  readonly restartHook: HookInfo | null;
  readonly app: AppInfo;
  /** Of its times those that each run draws; `app` and `hook` hold the longest. */
  readonly ranges: readonly RangeInfo[];
  /** How long its postStart hook takes; the Pod is not Ready before, nor stopped. */
  readonly postStart: Micros;
  readonly readiness: ProbeInfo | null;
  /** Until it has succeeded the other probes do not run. */
  readonly startup: ProbeInfo | null;
  readonly liveness: ProbeInfo | null;
}

/** A time that each run draws once for a container. */
export interface RangeInfo {
  readonly field:
    | 'keepAccepting'
    | 'drain'
    | 'maxDrain'
    | 'startup'
    | 'completesAfter'
    | 'keepAliveTimeout'
    | 'imagePull'
    | 'preStop.duration'
    | 'preStop.effectAt';
  readonly distribution: Distribution;
  readonly most: Micros;
}

/** A Service's target port that is declared by no container of a Pod. */
export interface UndeclaredPort {
  readonly service: ServiceIndex;
  /** The Pod's. */
  readonly port: number;
  readonly containers: readonly number[];
}

/** A preStop hook as it really goes. */
export interface HookInfo {
  /** `invalid`: the API server accepts it, the kubelet cannot run it (tcpSocket, or an action it does not know). */
  readonly kind: 'exec' | 'httpGet' | 'sleep' | 'invalid';
  readonly duration: Micros;
  /** Why nobody can say how long it takes: `duration` is then the least; null: it is known. */
  readonly unknown: string | null;
  /** Whether the container runtime's start-up comes on top of the duration: so for an exec hook whose duration is its command's. */
  readonly startsUp: boolean;
  /** `failed`: it ends after `duration` with an error; a missing binary ends at once. */
  readonly outcome: 'completed' | 'failed';
  /** What it does to the app. */
  readonly effect: 'none' | 'closeListener' | 'failReadiness';
  /** When it does it: so long after it has started, or as its last thing. */
  readonly effectAt: Micros | 'end';
  /** Another sleep may take the place of its own, and the rest of its command stays. */
  readonly keepsCommand: boolean;
  /** Place of the container in whose end of accepting it ends; `duration` is then the least; null: it waits for none. */
  readonly waitsFor: number | null;
  /** Programs that it needs in the image. */
  readonly binaries: readonly string[];
  /** Which of its times each run draws. */
  readonly ranges: readonly RangeInfo['field'][];
}

/** What the process of a container does. */
export interface AppInfo {
  /** The image's stop signal: for the reader, what it does is said by the rest. */
  readonly stopSignal: string;
  /** It takes no notice of the stop signal: a shell as PID 1. */
  readonly ignoresSignal: boolean;
  /** How long after the stop signal it goes on accepting, at least. */
  readonly keepAccepting: Micros;
  /** Each request that comes in this time begins it anew. */
  readonly keptOpenByRequests: boolean;
  /** Once it is over, how often it looks whether a request is in flight, and stops accepting where none is; null: it looks at nothing. */
  readonly idlePoll: Micros | null;
  /** From the end of accepting to the exit. */
  readonly drain: Micros;
  readonly exitCode: number;
  /** Its readiness probe fails from the stop signal on. */
  readonly failsReadiness: boolean;
  /** When its readiness probe fails, though it serves. */
  readonly flaps: readonly ReadinessFlap[];
  /** It ends by itself so long after it has come up, with this exit code: a Job's work. Null: it goes on until it is stopped. */
  readonly completes: { readonly after: Micros; readonly exitCode: number } | null;
  /** From the start of the process until it accepts and its probe succeeds. */
  readonly startup: Micros;
  readonly traffic: AppTraffic;
}

/** A time in which an app's readiness probe fails. */
export interface ReadinessFlap {
  readonly since: 'start' | 'stopSignal';
  readonly at: Micros;
  readonly for: Micros;
}

export interface ProbeInfo {
  readonly initialDelay: Micros;
  readonly period: Micros;
  readonly failureThreshold: number;
  readonly successThreshold: number;
  /** The grace of the kill that its failure brings about; null: the Pod's own. */
  readonly terminationGracePeriodSeconds: number | null;
}

export interface DeploymentInfo {
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  readonly template: number;
  readonly replicas: number;
  readonly strategy: 'RollingUpdate' | 'Recreate';
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
  readonly paused: boolean;
  /** It is an Argo Rollout; null: a Deployment. */
  readonly rollout: RolloutInfo | null;
}

export interface BudgetInfo {
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  readonly minAvailable: number | string | null;
  readonly maxUnavailable: number | string | null;
  readonly unhealthyPodEvictionPolicy: 'IfHealthyBudget' | 'AlwaysAllow' | null;
  /** Indexes of the templates whose Pods it selects. */
  readonly templates: readonly number[];
  /** What percentages are of: the Deployments that make those Pods, and the replicas of everything else that does. */
  readonly deployments: readonly number[];
  readonly otherReplicas: number;
}

/** A ReplicaSet of the steady state; more are made during a run. */
export interface ReplicaSetInfo {
  /** `name` of the Pods it makes, before the ordinal: `web-1`. */
  readonly podPrefix: string;
  readonly namespace: string;
  /** -1 for one that no Deployment owns. */
  readonly deployment: number;
  readonly template: number;
  readonly replicas: number;
  readonly minReadySeconds: number;
}

export interface InitialPod {
  readonly name: string;
  readonly namespace: string;
  readonly template: number;
  /** -1 for a bare Pod. */
  readonly replicaSet: number;
  readonly member: SetMember | null;
  /** Of what kind its controller is; `none` for a bare Pod. */
  readonly owner: 'ReplicaSet' | SetKind | 'none';
  readonly node: NodeIndex;
  readonly finalizers: readonly string[];
  /** How long before the start of the run it was created and became Ready. */
  readonly age: Micros;
}

/** A router other than the data plane of the nodes: it watches EndpointSlices itself and sends to Pods. */
export interface RouterInfo {
  readonly name: string;
  /** Indexes of the Services it routes to. */
  readonly services: readonly ServiceIndex[];
  /** What it sends to: Pods, the node ports of the nodes, or the ClusterIP. */
  readonly targets: 'pods' | 'nodes' | 'clusterIP';
  /** Indexes of the routers that a connection passes before it, the outermost first. */
  readonly before: readonly number[];
  /** What it reads who is there from. */
  readonly watches: 'endpointSlices' | 'pods';
  /** Which endpoints it sends new connections to. */
  readonly pick: RouterPick;
  /** Who registers endpoints with it, where that is a rule of its own. */
  readonly controller: 'ingressNginx' | 'awsLoadBalancerController' | null;
  /** What becomes of connections that are open when it lets go of a Pod. */
  readonly established: 'kept' | 'drained' | 'cut';
  /** What a change goes through before it routes by it, in order. */
  readonly parts: readonly RouterPartInfo[];
  /** It speaks HTTP: how often it tries a request, and how long it waits for each connection. null: it passes connections on. */
  readonly proxy: ProxyInfo | null;
  /** It sets readiness gates: how often it looks whether a Pod that waits for its gate is sent to. null: it sets none. */
  readonly gatesEvery: Micros | null;
  /** Replicas or workers; the slowest counts. */
  readonly instances: number;
  /** Name of its delay site: one way to a Pod. */
  readonly latency: string;
}

/** How a proxy tries requests, and how it answers for Pods. */
export interface ProxyInfo {
  readonly tries: number;
  readonly connectTimeout: Micros;
  readonly repeats: 'unconnected' | 'idempotent';
  readonly answers: 'badGateway' | 'serviceUnavailable';
}

/** One mechanism of a router, in numbers: `kind` names it in the registry of parts, which alone knows what its config holds. */
export interface RouterPartInfo {
  /** Its name in the registry of parts. */
  readonly kind: string;
  /** It hears what its targets answer to health checks. */
  readonly probes: boolean;
  /** Its own among the router's parts. */
  readonly name: string;
  readonly config: unknown;
  /** Names of its delay sites, by what the part calls them. */
  readonly sites: Readonly<Record<string, string>>;
}

/** What happens to a packet for the address of a Pod whose network is gone. */
export interface NetworkInfo {
  readonly podGone: 'silence' | 'hostUnreachable';
  /** After how long the network says so: an ARP that nobody answers takes 3 s. */
  readonly podGoneAfter: Micros;
}

export interface ControllerManagerSettings {
  readonly endpointSliceBatchPeriod: Micros;
  readonly maxEndpointsPerSlice: number;
  readonly concurrentServiceEndpointSyncs: number;
  /** Of each controller's client, requests per second. */
  readonly qps: number;
  readonly burst: number;
}

export interface KubeletSettings {
  /** How often a Pod's worker syncs though nothing happened; each time up to half as long again. */
  readonly syncFrequency: Micros;
  /** From the end of one relist of the container runtime to the next. */
  readonly plegRelistPeriod: Micros;
  /** By which share every other Pod that starts on the node at the same time slows a start down. */
  readonly parallelStartSlowdown: number;
}

/** Unrelated changes that keep proxies, controllers and client throttles busy. */
export interface Churn {
  /** EndpointSlice changes of other Services, per second, which every node must program and the controller must write. */
  readonly endpointSliceUpdatesPerSecond: number;
  /** Services that the manifests do not hold, and their endpoints, for the cost of a sync. */
  readonly services: number;
  readonly endpoints: number;
  /** Pod writes of the ReplicaSet controller for other ReplicaSets, per second. */
  readonly podWritesPerSecond: number;
}
