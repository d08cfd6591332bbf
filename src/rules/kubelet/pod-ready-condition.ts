/** The status of a condition. */
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A condition of a Pod. */
export interface StatusCondition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason?: string;
  readonly message?: string;
}

/** What a Pod's condition Ready is read off. */
export interface ReadyConditionInput {
  /** Regular containers and sidecars, not plain init containers; `ready` is null where there is no status of it. */
  readonly containers: readonly { readonly name: string; readonly ready: boolean | null }[];
  /** False: the Pod has no container statuses at all. */
  readonly hasContainerStatuses: boolean;
  readonly podPhase: string;
}

/**
 * The Ready or ContainersReady condition of a Pod in a terminal phase: False, for the phase's reason.
 *
 * Source: pkg/kubelet/status/generate.go GeneratePodReadyConditionForTerminalPhase, generateContainersReadyConditionForTerminalPhase
 */
export function terminalPhaseCondition(type: 'Ready' | 'ContainersReady', podPhase: string): StatusCondition {
  return { type, status: 'False', reason: podPhase === 'Failed' ? 'PodFailed' : 'PodCompleted' };
}

/**
 * The condition ContainersReady: True where every container is ready; nothing in it depends on a deletion.
 *
 * Source: pkg/kubelet/status/generate.go GenerateContainersReadyCondition
 */
export function generateContainersReadyCondition(input: ReadyConditionInput): StatusCondition {
  const type = 'ContainersReady';
  if (!input.hasContainerStatuses) return { type, status: 'False', reason: 'UnknownContainerStatuses' };
  const unknown = input.containers.filter(({ ready }) => ready === null);
  const completed = input.podPhase === 'Succeeded' && unknown.length === 0;
  if (completed || input.podPhase === 'Failed') return terminalPhaseCondition(type, input.podPhase);
  if (input.containers.some(({ ready }) => ready !== true)) {
    return { type, status: 'False', reason: 'ContainersNotReady' };
  }
  return { type, status: 'True' };
}

/**
 * The condition Ready: that of the containers, and every readiness gate's condition True. Gates are evaluated here but set
 * by others. The kubelet does not make a Pod unready because it is being deleted.
 *
 * Source: pkg/kubelet/status/generate.go GeneratePodReadyCondition
 */
export function generatePodReadyCondition(
  input: ReadyConditionInput,
  readinessGates: readonly string[],
  conditions: readonly StatusCondition[],
): StatusCondition {
  const containersReady = generateContainersReadyCondition(input);
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const satisfied = readinessGates.every(
    (gate) => conditions.find(({ type }) => type === gate)?.status === 'True',
  );
  if (!satisfied) return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' };
  return { type: 'Ready', status: 'True' };
}
