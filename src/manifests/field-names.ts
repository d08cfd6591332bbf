/**
 * The fields that the API knows at the places that are read here, whether or not a simulation needs them: what is none of these and
 * nearly one of them is a slip. Source: staging/src/k8s.io/api/core/v1/types.go, apps/v1/types.go (1.36)
 */

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

export const POD_SPEC_FIELDS = words(`
  activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks ephemeralContainers
  hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os
  overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName
  schedulerName schedulingGates schedulingGroup securityContext serviceAccount serviceAccountName setHostnameAsFQDN
  shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes workloadRef
`);

export const CONTAINER_FIELDS = words(`
  args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources restartPolicy
  restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices
  volumeMounts workingDir
`);

export const LIFECYCLE_FIELDS = words('postStart preStop stopSignal');
export const HANDLER_FIELDS = words('exec httpGet sleep tcpSocket');
export const SLEEP_FIELDS = words('seconds');
export const PROBE_FIELDS = words(`
  exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds successThreshold tcpSocket terminationGracePeriodSeconds
  timeoutSeconds
`);

/** Of a Deployment, a ReplicaSet, a StatefulSet and a DaemonSet. */
export const WORKLOAD_SPEC_FIELDS = words(`
  minReadySeconds ordinals paused persistentVolumeClaimRetentionPolicy podManagementPolicy progressDeadlineSeconds replicas
  revisionHistoryLimit selector serviceName strategy template updateStrategy volumeClaimTemplates analysis
  progressDeadlineAbort restartAt rollbackWindow workloadRef
`);

export const JOB_SPEC_FIELDS = words(`
  activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector maxFailedIndexes
  parallelism podFailurePolicy podReplacementPolicy selector successPolicy suspend template ttlSecondsAfterFinished
`);

export const CRON_JOB_SPEC_FIELDS = words(`
  concurrencyPolicy failedJobsHistoryLimit jobTemplate schedule startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone
`);

export const SERVICE_SPEC_FIELDS = words(`
  allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort
  internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports
  publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig topologyKeys trafficDistribution type
`);
