import type { MinorVersion } from './version.ts';

/** `removed`: the gate is gone and its behaviour fixed. `absent`: the version does not know the gate. */
export type FeatureStage = 'absent' | 'alpha' | 'beta' | 'GA' | 'deprecated' | 'removed';

/** From this minor version on: the stage, and whether the feature is on by default. */
type Entry = readonly [since: MinorVersion, stage: FeatureStage, enabled: boolean];

const GATES = {
  ChangeContainerStatusOnKubeletRestart: [[35, 'deprecated', false]],
  ConsistentHTTPGetHandlers: [
    [26, 'GA', true],
    [30, 'removed', true],
  ],
  ContainerStopSignals: [[33, 'alpha', false]],
  DefaultHostNetworkHostPortsInPodTemplates: [
    [28, 'deprecated', false],
    [31, 'removed', false],
  ],
  DeploymentReplicaSetTerminatingReplicas: [
    [33, 'alpha', false],
    [35, 'beta', true],
  ],
  EndpointSliceTerminatingCondition: [
    [20, 'alpha', false],
    [22, 'beta', true],
    [26, 'GA', true],
    [28, 'removed', true],
  ],
  EventedPLEG: [[26, 'alpha', false]],
  HPAConfigurableTolerance: [
    [33, 'alpha', false],
    [35, 'beta', true],
  ],
  HPAScaleToZero: [[16, 'alpha', false]],
  JobBackoffLimitPerIndex: [
    [28, 'alpha', false],
    [29, 'beta', true],
    [33, 'GA', true],
  ],
  JobPodReplacementPolicy: [
    [28, 'alpha', false],
    [29, 'beta', true],
    [34, 'GA', true],
  ],
  JobSuccessPolicy: [
    [30, 'alpha', false],
    [31, 'beta', true],
    [33, 'GA', true],
  ],
  KubeProxyDrainingTerminatingNodes: [
    [28, 'alpha', false],
    [30, 'beta', true],
    [31, 'GA', true],
  ],
  LogarithmicScaleDown: [
    [21, 'alpha', false],
    [22, 'beta', true],
    [31, 'GA', true],
  ],
  // On in 1.35.0 … 1.35.3 only: a regression with podManagementPolicy Parallel turned it off again.
  MaxUnavailableStatefulSet: [
    [24, 'alpha', false],
    [35, 'beta', false],
  ],
  MinimizeIPTablesRestore: [
    [26, 'alpha', false],
    [27, 'beta', true],
    [28, 'GA', true],
  ],
  NFTablesProxyMode: [
    [29, 'alpha', false],
    [31, 'beta', true],
    [33, 'GA', true],
  ],
  NodeOutOfServiceVolumeDetach: [
    [24, 'alpha', false],
    [26, 'beta', true],
    [28, 'GA', true],
  ],
  PDBUnhealthyPodEvictionPolicy: [
    [26, 'alpha', false],
    [27, 'beta', true],
    [31, 'GA', true],
  ],
  PodDeletionCost: [
    [21, 'alpha', false],
    [22, 'beta', true],
  ],
  PodDisruptionConditions: [
    [25, 'alpha', false],
    [26, 'beta', true],
    [31, 'GA', true],
  ],
  PodLifecycleSleepAction: [
    [29, 'alpha', false],
    [30, 'beta', true],
    [34, 'GA', true],
  ],
  PodLifecycleSleepActionAllowZero: [
    [32, 'alpha', false],
    [33, 'beta', true],
    [34, 'GA', true],
  ],
  PodObservedGenerationTracking: [
    [33, 'alpha', false],
    [34, 'beta', true],
    [35, 'GA', true],
  ],
  PreferSameTrafficDistribution: [
    [33, 'alpha', false],
    [34, 'beta', true],
    [35, 'GA', true],
  ],
  ProbeTerminationGracePeriod: [
    [22, 'beta', false],
    [25, 'beta', true],
    [28, 'GA', true],
  ],
  ProxyTerminatingEndpoints: [
    [22, 'alpha', false],
    [26, 'beta', true],
    [28, 'GA', true],
  ],
  SeparateTaintEvictionController: [[29, 'beta', true]],
  ServiceTrafficDistribution: [
    [30, 'alpha', false],
    [31, 'beta', true],
    [33, 'GA', true],
  ],
  SidecarContainers: [
    [28, 'alpha', false],
    [29, 'beta', true],
    [33, 'GA', true],
  ],
  StableLoadBalancerNodeSet: [
    [27, 'beta', true],
    [30, 'GA', true],
  ],
  StaleControllerConsistencyDaemonSet: [[36, 'beta', true]],
  StaleControllerConsistencyJob: [[36, 'beta', true]],
  StaleControllerConsistencyReplicaSet: [[36, 'beta', true]],
  StaleControllerConsistencyStatefulSet: [[36, 'beta', true]],
  StatefulSetAutoDeletePVC: [
    [23, 'alpha', false],
    [27, 'beta', true],
    [32, 'GA', true],
  ],
  StatefulSetStartOrdinal: [
    [26, 'alpha', false],
    [27, 'beta', true],
    [31, 'GA', true],
  ],
  TopologyAwareHints: [
    [21, 'alpha', false],
    [23, 'beta', false],
    [24, 'beta', true],
    [33, 'GA', true],
    [36, 'removed', true],
  ],
} as const satisfies Record<string, readonly Entry[]>;

/** The feature gates that change a termination, named as upstream. */
export type FeatureGate = keyof typeof GATES;

/** All known gates, in alphabetical order. */
export const FEATURE_GATES = Object.keys(GATES) as readonly FeatureGate[];

/**
 * The stage of a gate in a minor version. A gate that has reached GA and was dropped later may still be listed as GA.
 * Source: pkg/features/kube_features.go
 */
export function featureStage(gate: FeatureGate, minor: MinorVersion): FeatureStage {
  return entryOf(gate, minor)?.[1] ?? 'absent';
}

/**
 * Whether a feature is on in a minor version. `featureGates` are what `--feature-gates` sets; they are heeded for
 * alpha, beta and deprecated gates only, since GA locks a gate to its default.
 * Source: pkg/features/kube_features.go; staging/src/k8s.io/component-base/featuregate/feature_gate.go Enabled
 */
export function featureEnabled(
  gate: FeatureGate,
  minor: MinorVersion,
  featureGates: Readonly<Partial<Record<FeatureGate, boolean>>> = {},
): boolean {
  const entry = entryOf(gate, minor);
  if (entry === undefined) return false;
  const [, stage, enabled] = entry;
  if (stage === 'GA' || stage === 'removed') return enabled;
  return featureGates[gate] ?? enabled;
}

function entryOf(gate: FeatureGate, minor: MinorVersion): Entry | undefined {
  const entries: readonly Entry[] = GATES[gate];
  return entries.filter(([since]) => since <= minor).at(-1);
}
