/**
 * The objects of the Kubernetes API, as far as the termination pipeline needs them.
 * Field names and nesting are Kubernetes's own. Every default of the API server is filled in, so nothing that has one is optional.
 */

import type { Taint } from '../rules/apiserver/taints.ts';
import type { Toleration } from '../rules/apiserver/tolerations.ts';
import type { ClaimRetentionPolicy } from '../rules/apps/stateful-set-claims.ts';
import type { RequiredNodeAffinity } from '../rules/scheduler/node-affinity.ts';
import type { AutoscalerInfo } from './autoscaling.ts';
import type { RolloutSpec } from './rollouts.ts';
import type { JobInfo } from './sets.ts';

/** An object's name, namespace, labels and annotations. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
}

/** A number, or a percentage as text. */
export type IntOrString = number | string;

/** A command that runs in a container. */
export interface ExecAction {
  readonly command: readonly string[];
}
/** A request that the kubelet sends to a container. */
export interface HTTPGetAction {
  readonly path: string;
  readonly port: IntOrString;
  readonly host: string;
  readonly scheme: 'HTTP' | 'HTTPS';
}
/** A connection that the kubelet opens to a container. */
export interface TCPSocketAction {
  readonly port: IntOrString;
  readonly host: string;
}
/** A sleep in the kubelet. */
export interface SleepAction {
  readonly seconds: number;
}

/** Exactly one member is set (the API server rejects anything else). */
export interface LifecycleHandler {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
  readonly sleep?: SleepAction;
}

/** A container's hooks, and its stop signal. */
export interface Lifecycle {
  readonly postStart?: LifecycleHandler;
  readonly preStop?: LifecycleHandler;
  readonly stopSignal?: string;
}

/** A probe of a container. */
export interface Probe {
  readonly handler: 'exec' | 'httpGet' | 'tcpSocket' | 'grpc';
  /** Of what it asks: a number, or the name of a container port; null where it runs a command. */
  readonly port: number | string | null;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  readonly terminationGracePeriodSeconds?: number;
}

/** A port of a container. */
export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** A container of a Pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** In their order; null: the value does not stand in the manifest (`valueFrom`). */
  readonly env: readonly { readonly name: string; readonly value: string | null }[];
  /** Further variables come from elsewhere. */
  readonly envFrom: boolean;
  readonly ports: readonly ContainerPort[];
  readonly lifecycle: Lifecycle;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly startupProbe?: Probe;
  /** Only on init containers: `Always` makes one a native sidecar. */
  readonly restartPolicy?: 'Always';
  /** A webhook puts it into the Pod: it stands in no manifest, and no hook of the manifest holds it. */
  readonly injected?: true;
}

/** A Pod's spec, with the API server's defaults. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly terminationGracePeriodSeconds: number;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly nodeName: string;
  readonly hostNetwork: boolean;
  readonly hostPID: boolean;
  readonly shareProcessNamespace: boolean;
  readonly readinessGates: readonly string[];
  /** As written; null where it is left to the class. */
  readonly priority: number | null;
  readonly priorityClassName: string;
  /** As admission stores them: filled in where nothing is said of a node that is gone. */
  readonly tolerations: readonly Toleration[];
  /** On which nodes it may run: `nodeSelector`, and the required terms of `affinity.nodeAffinity`. */
  readonly placement: RequiredNodeAffinity;
  /** Some volume of it is an emptyDir: local storage that goes with the Pod. */
  readonly hasEmptyDir: boolean;
}

/** What Pods of a workload are made from. */
export interface PodTemplateSpec {
  readonly metadata: Pick<ObjectMeta, 'labels' | 'annotations'>;
  readonly spec: PodSpec;
  /** All that it says but the images, also what the pipeline does not read: to be compared by. */
  readonly content: string;
}

/** A Pod, with the API server's defaults. */
export interface Pod {
  readonly kind: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
}

/** Which objects are chosen by their labels. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelSelectorRequirement[];
}
/** What a label has to be. */
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** What a manifest is taken for whose own controller is not simulated. */
export interface StandingIn {
  /** The kind that the manifest has, where it is another: `Rollout`, `CloneSet`. */
  readonly standsFor?: string;
}

/** A Deployment, with the API server's defaults. */
export interface Deployment {
  readonly kind: 'Deployment';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly strategy: {
      readonly type: 'RollingUpdate' | 'Recreate';
      readonly maxSurge: IntOrString;
      readonly maxUnavailable: IntOrString;
    };
    readonly minReadySeconds: number;
    readonly progressDeadlineSeconds: number;
    readonly revisionHistoryLimit: number;
    readonly paused: boolean;
  };
}

/** An Argo Rollout, with the defaults of its controller. */
export interface Rollout {
  readonly kind: 'Rollout';
  readonly metadata: ObjectMeta;
  /** What `strategy` says beside maxSurge and maxUnavailable is `rollout`. */
  readonly spec: Deployment['spec'] & { readonly rollout: RolloutSpec };
}

/** A ReplicaSet, with the API server's defaults. */
export interface ReplicaSet extends StandingIn {
  readonly kind: 'ReplicaSet';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly minReadySeconds: number;
  };
}

/** A port of a Service. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** A number, or the name of a container port. */
  readonly targetPort: IntOrString;
  readonly nodePort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** A Service, with the API server's defaults. */
export interface Service {
  readonly kind: 'Service';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
    /** `None` makes the Service headless. Empty: an address is assigned. */
    readonly clusterIP: string;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly ServicePort[];
    readonly publishNotReadyAddresses: boolean;
    readonly internalTrafficPolicy: 'Cluster' | 'Local';
    readonly externalTrafficPolicy: 'Cluster' | 'Local';
    readonly externalIPs: readonly string[];
    readonly sessionAffinity: 'None' | 'ClientIP';
    readonly sessionAffinityTimeoutSeconds: number;
    readonly trafficDistribution: '' | 'PreferClose' | 'PreferSameZone' | 'PreferSameNode';
  };
}

/** A StatefulSet, with the API server's defaults. */
export interface StatefulSet {
  readonly kind: 'StatefulSet';
  readonly metadata: ObjectMeta;
  readonly spec: ReplicaSet['spec'] & {
    readonly serviceName: string;
    readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete';
      readonly partition: number;
      readonly maxUnavailable: IntOrString | null;
    };
    /** `ordinals.start`. */
    readonly start: number;
    /** `persistentVolumeClaimRetentionPolicy`; null where it has no volumeClaimTemplates. */
    readonly claims: ClaimRetentionPolicy | null;
  };
}

/** A DaemonSet, with the API server's defaults. */
export interface DaemonSet {
  readonly kind: 'DaemonSet';
  readonly metadata: ObjectMeta;
  readonly spec: Omit<ReplicaSet['spec'], 'replicas'> & {
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete';
      readonly maxUnavailable: IntOrString;
      readonly maxSurge: IntOrString;
    };
  };
}

/** A Job, with the API server's defaults. */
export interface Job {
  readonly kind: 'Job';
  readonly metadata: ObjectMeta;
  readonly spec: Omit<JobInfo, 'kind' | 'name' | 'template'> & { readonly template: PodTemplateSpec };
}

/** `spec` is that of its Jobs. */
export interface CronJob {
  readonly kind: 'CronJob';
  readonly metadata: ObjectMeta;
  readonly cron: {
    readonly schedule: string;
    readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
    readonly startingDeadlineSeconds: number | null;
    readonly suspend: boolean;
  };
  readonly spec: Job['spec'];
}

/** A PodDisruptionBudget, with the API server's defaults. */
export interface PodDisruptionBudget {
  readonly kind: 'PodDisruptionBudget';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly minAvailable: IntOrString | null;
    readonly maxUnavailable: IntOrString | null;
    /** null selects nothing, an empty one everything. */
    readonly selector: LabelSelector | null;
    readonly unhealthyPodEvictionPolicy: 'IfHealthyBudget' | 'AlwaysAllow' | null;
  };
}

/** A HorizontalPodAutoscaler, with the API server's defaults. */
export interface HorizontalPodAutoscaler {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
    /** With its defaults; null where it is not set, which is another rule than that of its defaults. */
    readonly behavior: AutoscalerInfo['behavior'];
    readonly tolerance: { readonly up: number; readonly down: number };
    /** What KEDA does beside it; null: it was not made of a ScaledObject. */
    readonly keda: AutoscalerInfo['keda'];
  };
}

/** A PriorityClass. */
export interface PriorityClass {
  readonly kind: 'PriorityClass';
  readonly metadata: ObjectMeta;
  readonly value: number;
  readonly globalDefault: boolean;
}

/** A node, as far as it decides who runs there. */
export interface Node {
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec: { readonly taints: readonly Taint[]; readonly unschedulable: boolean };
}

/** What has Pods, and what routes to them. */
export type ManifestObject =
  | Pod
  | Deployment
  | Rollout
  | ReplicaSet
  | StatefulSet
  | DaemonSet
  | Job
  | CronJob
  | Service;
