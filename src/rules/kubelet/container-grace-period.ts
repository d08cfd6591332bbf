/** Least time in seconds between the stop signal and SIGKILL. */
export const MINIMUM_GRACE_PERIOD_SECONDS = 2;

/** Why a container is killed, as far as the choice of its grace depends on it. */
export type ContainerKillReason = 'StartupProbe' | 'LivenessProbe' | 'Unknown';

/** Every grace period that somebody has asked for. */
export interface ContainerGraceInput {
  /** `metadata.deletionGracePeriodSeconds`; null while nobody deleted the Pod. */
  readonly deletionGracePeriodSeconds: number | null;
  /** `spec.terminationGracePeriodSeconds`. */
  readonly terminationGracePeriodSeconds: number | null;
  /** `terminationGracePeriodSeconds` of the container's startup probe; null where it or the probe is missing. */
  readonly startupProbeTerminationGracePeriodSeconds: number | null;
  /** `terminationGracePeriodSeconds` of the container's liveness probe; null where it or the probe is missing. */
  readonly livenessProbeTerminationGracePeriodSeconds: number | null;
  readonly reason: ContainerKillReason;
}

/**
 * The grace in seconds that one container's kill starts from while no override is handed down.
 * A Pod that is being deleted uses its deletion grace and ignores what its probes say; otherwise a probe that failed may
 * bring its own value, longer than the Pod's if it likes.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go setTerminationGracePeriod
 */
export function containerGraceSeconds(input: ContainerGraceInput): number {
  if (input.deletionGracePeriodSeconds !== null) return input.deletionGracePeriodSeconds;
  if (input.terminationGracePeriodSeconds === null) return MINIMUM_GRACE_PERIOD_SECONDS;
  return probeGraceSeconds(input) ?? input.terminationGracePeriodSeconds;
}

function probeGraceSeconds(input: ContainerGraceInput): number | null {
  const own: Readonly<Record<ContainerKillReason, number | null>> = {
    StartupProbe: input.startupProbeTerminationGracePeriodSeconds,
    LivenessProbe: input.livenessProbeTerminationGracePeriodSeconds,
    Unknown: null,
  };
  return own[input.reason];
}
