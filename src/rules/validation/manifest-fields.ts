/**
 * The fields of a manifest that defaulting and validation read, as a user may have written them: everything is optional.
 * An absent number or string means what it means to the API server: the zero value of its type.
 */

export type IntOrStringField = number | string;

/** A command, as a manifest may have it. */
export interface ExecActionFields {
  readonly command?: readonly string[] | undefined;
}
/** A header of a request, as a manifest may have it. */
export interface HTTPHeaderFields {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}
/** A request, as a manifest may have it. */
export interface HTTPGetActionFields {
  readonly path?: string | undefined;
  readonly port?: IntOrStringField | undefined;
  readonly host?: string | undefined;
  readonly scheme?: string | undefined;
  readonly httpHeaders?: readonly HTTPHeaderFields[] | undefined;
}
/** A connection to a port, as a manifest may have it. */
export interface TCPSocketActionFields {
  readonly port?: IntOrStringField | undefined;
  readonly host?: string | undefined;
}
/** A gRPC health check, as a manifest may have it. */
export interface GRPCActionFields {
  readonly port?: number | undefined;
}
/** A sleep, as a manifest may have it. */
export interface SleepActionFields {
  readonly seconds?: number | undefined;
}

/** A lifecycle handler, as a manifest may have it. */
export interface LifecycleHandlerFields {
  readonly exec?: ExecActionFields | undefined;
  readonly httpGet?: HTTPGetActionFields | undefined;
  readonly tcpSocket?: TCPSocketActionFields | undefined;
  readonly sleep?: SleepActionFields | undefined;
}
/** A container's `lifecycle`, as a manifest may have it. */
export interface LifecycleFields {
  readonly postStart?: LifecycleHandlerFields | undefined;
  readonly preStop?: LifecycleHandlerFields | undefined;
  readonly stopSignal?: string | undefined;
}

/** A probe, as a manifest may have it. */
export interface ProbeFields {
  readonly exec?: ExecActionFields | undefined;
  readonly httpGet?: HTTPGetActionFields | undefined;
  readonly tcpSocket?: TCPSocketActionFields | undefined;
  readonly grpc?: GRPCActionFields | undefined;
  readonly initialDelaySeconds?: number | undefined;
  readonly periodSeconds?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly successThreshold?: number | undefined;
  readonly failureThreshold?: number | undefined;
  readonly terminationGracePeriodSeconds?: number | undefined;
}

/** A container's port, as a manifest may have it. */
export interface ContainerPortFields {
  readonly name?: string | undefined;
  readonly containerPort?: number | undefined;
  readonly hostPort?: number | undefined;
  readonly hostIP?: string | undefined;
  readonly protocol?: string | undefined;
}

/** An environment variable, as a manifest may have it. */
export interface EnvVarFields {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
  readonly valueFrom?: boolean | undefined;
}

/** A container, as a manifest may have it. */
export interface ContainerFields {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env?: readonly EnvVarFields[] | undefined;
  readonly envFrom?: readonly true[] | undefined;
  readonly ports?: readonly ContainerPortFields[] | undefined;
  readonly lifecycle?: LifecycleFields | undefined;
  readonly livenessProbe?: ProbeFields | undefined;
  readonly readinessProbe?: ProbeFields | undefined;
  readonly startupProbe?: ProbeFields | undefined;
  readonly restartPolicy?: string | undefined;
}

/** A toleration, as a manifest may have it. */
export interface TolerationFields {
  readonly key?: string | undefined;
  readonly operator?: string | undefined;
  readonly value?: string | undefined;
  readonly effect?: string | undefined;
  readonly tolerationSeconds?: number | undefined;
}

/** What a label or field of a node has to be, as a manifest may have it. */
export interface NodeSelectorRequirementFields {
  readonly key?: string | undefined;
  readonly operator?: string | undefined;
  readonly values?: readonly string[] | undefined;
}

/** Requirements of a node that go together, as a manifest may have them. */
export interface NodeSelectorTermFields {
  readonly matchExpressions?: readonly NodeSelectorRequirementFields[] | undefined;
  readonly matchFields?: readonly NodeSelectorRequirementFields[] | undefined;
}

/** A taint, as a manifest may have it. */
export interface TaintFields {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
  readonly effect?: string | undefined;
}

/** A node's spec, as a manifest may have it. */
export interface NodeSpecFields {
  readonly taints?: readonly TaintFields[] | undefined;
  readonly unschedulable?: boolean | undefined;
}

/** A Pod's spec, as a manifest may have it. */
export interface PodSpecFields {
  readonly containers?: readonly ContainerFields[] | undefined;
  readonly initContainers?: readonly ContainerFields[] | undefined;
  readonly restartPolicy?: string | undefined;
  readonly terminationGracePeriodSeconds?: number | undefined;
  readonly activeDeadlineSeconds?: number | undefined;
  readonly dnsPolicy?: string | undefined;
  readonly schedulerName?: string | undefined;
  readonly nodeName?: string | undefined;
  readonly hostNetwork?: boolean | undefined;
  readonly hostPID?: boolean | undefined;
  readonly shareProcessNamespace?: boolean | undefined;
  readonly readinessGates?: readonly { readonly conditionType?: string | undefined }[] | undefined;
  readonly os?: { readonly name?: string | undefined } | undefined;
  readonly priority?: number | undefined;
  readonly priorityClassName?: string | undefined;
  readonly tolerations?: readonly TolerationFields[] | undefined;
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  /** `affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`. */
  readonly requiredNodeAffinity?:
    | { readonly nodeSelectorTerms?: readonly NodeSelectorTermFields[] | undefined }
    | undefined;
  readonly volumes?: readonly { readonly emptyDir?: boolean | undefined }[] | undefined;
}

/** An object's metadata, as a manifest may have them. */
export interface ObjectMetaFields {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly finalizers?: readonly string[] | undefined;
}

/** A Pod template, as a manifest may have it. */
export interface PodTemplateSpecFields {
  readonly metadata?: Pick<ObjectMetaFields, 'labels' | 'annotations'> | undefined;
  readonly spec?: PodSpecFields | undefined;
  /** All that it says but the images, to be compared by. */
  readonly content?: string | undefined;
}

/** A requirement of a selector, as a manifest may have it. */
export interface LabelSelectorRequirementFields {
  readonly key?: string | undefined;
  readonly operator?: string | undefined;
  readonly values?: readonly string[] | undefined;
}
/** A selector, as a manifest may have it. */
export interface LabelSelectorFields {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: readonly LabelSelectorRequirementFields[] | undefined;
}

/** A Deployment's `strategy.rollingUpdate`, as a manifest may have it. */
export interface RollingUpdateDeploymentFields {
  readonly maxSurge?: IntOrStringField | undefined;
  readonly maxUnavailable?: IntOrStringField | undefined;
}
/** A Deployment's `strategy`, as a manifest may have it. */
export interface DeploymentStrategyFields {
  readonly type?: string | undefined;
  readonly rollingUpdate?: RollingUpdateDeploymentFields | undefined;
}

/** A Deployment's spec, as a manifest may have it. */
export interface DeploymentSpecFields {
  readonly replicas?: number | undefined;
  readonly selector?: LabelSelectorFields | undefined;
  readonly template?: PodTemplateSpecFields | undefined;
  readonly strategy?: DeploymentStrategyFields | undefined;
  readonly minReadySeconds?: number | undefined;
  readonly progressDeadlineSeconds?: number | undefined;
  readonly revisionHistoryLimit?: number | undefined;
  readonly paused?: boolean | undefined;
  /** Of the internal type only; no served version has it any more. */
  readonly rollbackTo?: { readonly revision?: number | undefined } | undefined;
}

/** A ReplicaSet's spec, as a manifest may have it. */
export interface ReplicaSetSpecFields {
  readonly replicas?: number | undefined;
  readonly selector?: LabelSelectorFields | undefined;
  readonly template?: PodTemplateSpecFields | undefined;
  readonly minReadySeconds?: number | undefined;
}

/** A StatefulSet's spec, as a manifest may have it. */
export interface StatefulSetSpecFields extends ReplicaSetSpecFields {
  readonly serviceName?: string | undefined;
  readonly podManagementPolicy?: string | undefined;
  readonly updateStrategy?: StatefulSetUpdateStrategyFields | undefined;
  readonly ordinals?: { readonly start?: number | undefined } | undefined;
  readonly persistentVolumeClaimRetentionPolicy?:
    | { readonly whenDeleted?: string | undefined; readonly whenScaled?: string | undefined }
    | undefined;
  /** Names alone. */
  readonly volumeClaimTemplates?: readonly { readonly name?: string | undefined }[] | undefined;
}

/** A StatefulSet's `updateStrategy`, as a manifest may have it. */
export interface StatefulSetUpdateStrategyFields {
  readonly type?: string | undefined;
  readonly rollingUpdate?:
    | { readonly partition?: number | undefined; readonly maxUnavailable?: IntOrStringField | undefined }
    | undefined;
}

/** A DaemonSet's spec, as a manifest may have it. */
export interface DaemonSetSpecFields extends Omit<ReplicaSetSpecFields, 'replicas'> {
  readonly updateStrategy?: DaemonSetUpdateStrategyFields | undefined;
}

/** A DaemonSet's `updateStrategy`, as a manifest may have it. */
export interface DaemonSetUpdateStrategyFields {
  readonly type?: string | undefined;
  readonly rollingUpdate?: RollingUpdateDeploymentFields | undefined;
}

/** A Job's spec, as a manifest may have it. */
export interface JobSpecFields {
  readonly parallelism?: number | undefined;
  readonly completions?: number | undefined;
  readonly completionMode?: string | undefined;
  readonly backoffLimit?: number | undefined;
  readonly backoffLimitPerIndex?: number | undefined;
  readonly maxFailedIndexes?: number | undefined;
  readonly successPolicy?: { readonly rules: readonly SuccessPolicyRuleFields[] } | undefined;
  readonly activeDeadlineSeconds?: number | undefined;
  readonly ttlSecondsAfterFinished?: number | undefined;
  readonly suspend?: boolean | undefined;
  readonly podReplacementPolicy?: string | undefined;
  readonly podFailurePolicy?: { readonly rules: readonly PodFailurePolicyRuleFields[] } | undefined;
  readonly template?: PodTemplateSpecFields | undefined;
}

/** What a CronJob says beside its Jobs. */
export interface CronJobSpecFields {
  readonly schedule?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly concurrencyPolicy?: string | undefined;
  readonly startingDeadlineSeconds?: number | undefined;
  readonly suspend?: boolean | undefined;
  readonly successfulJobsHistoryLimit?: number | undefined;
  readonly failedJobsHistoryLimit?: number | undefined;
}

/** A rule of a Job's `successPolicy`, as a manifest may have it. */
export interface SuccessPolicyRuleFields {
  readonly succeededIndexes?: string | undefined;
  readonly succeededCount?: number | undefined;
}

/** A rule of a Job's `podFailurePolicy`, as a manifest may have it. */
export interface PodFailurePolicyRuleFields {
  readonly action?: string | undefined;
  readonly onExitCodes?:
    | {
        readonly containerName?: string | undefined;
        readonly operator?: string | undefined;
        readonly values?: readonly number[] | undefined;
      }
    | undefined;
  readonly onPodConditions?:
    | readonly { readonly type?: string | undefined; readonly status?: string | undefined }[]
    | undefined;
}

/** A Service's port, as a manifest may have it. */
export interface ServicePortFields {
  readonly name?: string | undefined;
  readonly port?: number | undefined;
  readonly targetPort?: IntOrStringField | undefined;
  readonly nodePort?: number | undefined;
  readonly protocol?: string | undefined;
}
/** A Service's spec, as a manifest may have it. */
export interface ServiceSpecFields {
  readonly type?: string | undefined;
  readonly clusterIP?: string | undefined;
  readonly externalName?: string | undefined;
  readonly selector?: Readonly<Record<string, string>> | undefined;
  readonly ports?: readonly ServicePortFields[] | undefined;
  readonly publishNotReadyAddresses?: boolean | undefined;
  readonly internalTrafficPolicy?: string | undefined;
  readonly externalTrafficPolicy?: string | undefined;
  readonly externalIPs?: readonly string[] | undefined;
  readonly sessionAffinity?: string | undefined;
  readonly sessionAffinityConfig?:
    | { readonly clientIP?: { readonly timeoutSeconds?: number | undefined } | undefined }
    | undefined;
  readonly trafficDistribution?: string | undefined;
}
