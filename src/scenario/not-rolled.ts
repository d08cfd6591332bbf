/** Why an action on a workload does not exist for kinds that have no controller which could be told it. */

export interface Refusal {
  readonly message: string;
  readonly rule: string;
  readonly fix: string;
}

/** `kubectl rollout` knows three kinds. */
const ROLLOUT =
  'kubectl rollout knows Deployments, StatefulSets and DaemonSets (kubectl/pkg/polymorphichelpers)';

export function notRolled(action: string, kind: string, called: string): Refusal {
  const message = `${called} cannot be ${DONE[action] ?? 'told that'}.`;
  switch (kind) {
    case 'Pod':
      return {
        message,
        rule: `Nobody makes a bare Pod again, and nobody replaces it: ${ROLLOUT}.`,
        fix: `Delete it: { type: 'deletePod', pod: '${called.slice('Pod/'.length)}' }. Or put a Deployment in its place.`,
      };
    case 'ReplicaSet':
      return {
        message,
        rule: `A ReplicaSet keeps the Pods that it has when its template changes: ${ROLLOUT}.`,
        fix: 'Delete its Pods (deletePod), scale it, or put a Deployment in its place.',
      };
    case 'CronJob':
      return {
        message,
        rule: 'A CronJob has no Pods: it starts Jobs, whose templates are immutable.',
        fix: 'Stop the Pods of its first Job with deletePod or drainNode; or set suspend in the manifest.',
      };
    default:
      return {
        message,
        rule: `${kind} has a controller of its own, which is not simulated: its Pods are, as those of a ReplicaSet.`,
        fix: 'Delete its Pods (deletePod), or drain a node (drainNode).',
      };
  }
}

const DONE: Readonly<Record<string, string>> = {
  rollingUpdate: 'rolled',
  rolloutRestart: 'rolled',
  setImage: 'rolled',
  rollback: 'rolled back',
  scale: 'scaled',
  rolloutPause: 'paused',
  rolloutResume: 'resumed',
  suspend: 'suspended',
  resume: 'resumed',
};
