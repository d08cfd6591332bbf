import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';
import { type StatusCondition, terminalPhaseCondition } from './pod-ready-condition.ts';

/** What of a Pod's status the kubelet and others both write. */
export interface MergeablePodStatus<P extends string = string> {
  readonly phase: P;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions: readonly StatusCondition[];
}

const CONDITIONS_OF_KUBELET: ReadonlySet<string> = new Set([
  'PodScheduled',
  'Ready',
  'Initialized',
  'ContainersReady',
  'PodReadyToStartContainers',
  'PodResizeInProgress',
  'PodResizePending',
]);

/** Set by others as well; the kubelet touches it only when it ends a Pod. */
const SHARED_CONDITION = 'DisruptionTarget';

/**
 * What the kubelet writes to the API for a Pod: its own conditions and phase over what is stored. Conditions of others are
 * kept; DisruptionTarget is replaced only together with the change to a terminal phase; and that change is held back while
 * a container could still run. A terminal phase always comes with Ready and ContainersReady False.
 *
 * Source: pkg/kubelet/status/status_manager.go mergePodStatus
 */
export function mergePodStatus<P extends string>(
  oldStatus: MergeablePodStatus<P>,
  newStatus: MergeablePodStatus<P>,
  couldHaveRunningContainers: boolean,
): MergeablePodStatus<P> {
  const becomesTerminal = !isPodPhaseTerminal(oldStatus.phase) && isPodPhaseTerminal(newStatus.phase);
  let conditions: readonly StatusCondition[] = oldStatus.conditions.filter(
    ({ type }) => !CONDITIONS_OF_KUBELET.has(type),
  );
  for (const condition of newStatus.conditions) {
    if (CONDITIONS_OF_KUBELET.has(condition.type)) conditions = [...conditions, condition];
    const ends = becomesTerminal && !couldHaveRunningContainers;
    if (condition.type === SHARED_CONDITION && ends) conditions = withCondition(conditions, condition);
  }
  const winner = becomesTerminal && couldHaveRunningContainers ? oldStatus : newStatus;
  const { phase, reason, message } = winner;
  if (isPodPhaseTerminal(phase)) {
    conditions = withCondition(conditions, terminalPhaseCondition('Ready', phase));
    conditions = withCondition(conditions, terminalPhaseCondition('ContainersReady', phase));
  }
  // Most have neither, and to leave something out of an object costs more than all of the above.
  return reason === undefined && message === undefined
    ? { phase, conditions }
    : { ...winner, phase, conditions };
}

function withCondition(
  conditions: readonly StatusCondition[],
  condition: StatusCondition,
): readonly StatusCondition[] {
  if (!conditions.some(({ type }) => type === condition.type)) return [...conditions, condition];
  return conditions.map((present) => (present.type === condition.type ? condition : present));
}
