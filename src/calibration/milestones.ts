import type { DelaySite } from '../cluster/delay-sites.ts';
import type { Observation, PodMilestone, ReplacementMilestone } from './observation.ts';
import type { RecordedScenario } from './recorded-scenario.ts';

/** Which milestone follows which, and whose delay stands between: so that what is late is blamed where it became late. */

export type Milestone = PodMilestone | ReplacementMilestone;

export interface Step {
  /** Those that come right before it, the nearest first: the first that both sides have counts. */
  readonly after: readonly Milestone[];
  readonly site: (scenario: RecordedScenario) => DelaySite | null;
}

const always = (site: DelaySite) => () => site;
const hasHook = ({ preStop, sidecar }: RecordedScenario) =>
  preStop.kind !== 'none' || (sidecar !== null && sidecar.preStop.kind !== 'none');

/** The stop of the Pod is what nothing comes before. */
export const STEPS: Readonly<Record<Milestone, Step>> = {
  stoppedAtMs: { after: [], site: always('deploymentController.sync') },
  deleteAnsweredMs: { after: [], site: always('apiServer.response') },
  terminatingMs: { after: [], site: always('apiServer.write') },
  kubeletObservedMs: { after: ['terminatingMs'], site: always('watch.kubelet') },
  killStartedMs: { after: ['kubeletObservedMs', 'terminatingMs'], site: always('kubelet.podWorker') },
  killSeenMs: { after: ['kubeletObservedMs', 'terminatingMs'], site: always('kubelet.podWorker') },
  sliceTerminatingMs: { after: ['terminatingMs'], site: always('endpointSliceController.sync') },
  rulesRemovedMs: { after: ['sliceTerminatingMs'], site: always('kubeProxy.sync') },
  lastAnswerMs: { after: ['sliceTerminatingMs'], site: always('kubeProxy.sync') },
  preStopStartedMs: {
    after: ['killStartedMs', 'kubeletObservedMs', 'terminatingMs'],
    site: always('kubelet.podWorker'),
  },
  preStopEndedMs: {
    after: ['preStopStartedMs', 'killStartedMs'],
    site: ({ preStop }) => (preStop.kind === 'exec' ? 'runtime.execStart' : 'kubelet.podWorker'),
  },
  sigtermMs: {
    after: ['preStopEndedMs', 'killStartedMs', 'kubeletObservedMs', 'terminatingMs'],
    site: (scenario) => (hasHook(scenario) ? 'runtime.stopSignal' : 'runtime.stopSignalAtOnce'),
  },
  exitedMs: { after: ['sigtermMs', 'preStopEndedMs', 'killStartedMs'], site: always('app.exit') },
  servingFalseMs: {
    after: ['exitedMs', 'sigtermMs', 'killStartedMs', 'terminatingMs'],
    site: ({ app }) => (app.failsReadiness ? 'kubelet.probe' : 'kubelet.statusManager'),
  },
  terminalPhaseMs: {
    after: ['exitedMs', 'killStartedMs', 'terminatingMs'],
    // What an app that nobody described does at its signal is most of it.
    site: ({ app }) => (app.atSigterm === 'unknown' ? 'app.exit' : 'runtime.stopSandbox'),
  },
  sliceRemovedMs: { after: ['terminalPhaseMs'], site: always('endpointSliceController.sync') },
  podDeletedMs: { after: ['terminalPhaseMs'], site: always('kubelet.terminatedPod') },
  createdMs: { after: [], site: always('replicaSetController.sync') },
  boundMs: { after: ['createdMs'], site: always('scheduler.schedule') },
  runningMs: {
    after: ['boundMs', 'createdMs'],
    site: ({ sidecar, others }) =>
      sidecar === null && others.length === 0 ? 'kubelet.startPod' : 'runtime.startContainer',
  },
  readyMs: { after: ['runningMs'], site: always('kubelet.probe') },
  sliceReadyMs: { after: ['readyMs'], site: always('endpointSliceController.sync') },
  rulesAddedMs: { after: ['sliceReadyMs', 'readyMs'], site: always('kubeProxy.sync') },
};

/** Moments of a Pod from the start of its kill on: a wait for a relist moves them all. */
export const AFTER_KILL: readonly PodMilestone[] = [
  'killStartedMs',
  'killSeenMs',
  'preStopStartedMs',
  'preStopEndedMs',
  'sigtermMs',
  'exitedMs',
  'servingFalseMs',
  'terminalPhaseMs',
  'sliceRemovedMs',
  'podDeletedMs',
];

/** Moments of a Pod that come after a hook's end. */
export const AFTER_HOOK: readonly PodMilestone[] = AFTER_KILL.slice(3);

/** The values of a milestone, one for each observation; undefined where it was not seen. */
export type Column = (observation: Observation) => number | undefined;
