import type { DelaySite } from '../cluster/delay-sites.ts';
import type { ObservedPod, ObservedReplacement } from './observation.ts';
import { hookDurationMs, type RecordedScenario } from './recorded-scenario.ts';
import { isAlone, type Repetition } from './repetition.ts';

/**
 * What two recorded moments have between them: delay sites, and rules. All sites but one are taken for known, so a chain gives the
 * table of that one. The order is that of the solution: what a chain knows was found by one before it, or is a default.
 */
export interface Chain {
  readonly id: string;
  /** In words, from what to what. */
  readonly spans: string;
  /** The site whose table it gives. */
  readonly site: DelaySite;
  /** The others, and the recorder's own watch. */
  readonly known: readonly Known[];
  /** Values of one repetition, ms. */
  readonly values: (repetition: Repetition) => readonly number[];
  /** The chain in one repetition; by default the sum of all. */
  readonly sum?: (remainder: number, draw: (known: Known) => number) => number;
  /** Values of a second mode that a rule makes, and that the simulation makes again: they are taken out. */
  readonly mode?: 'staleSlice' | 'relistWait';
  /** The part that the rest of the chain is supposed to have, where only the sum is seen. */
  readonly assumed: string;
}

/**
 * `recorder`: its own watch. `relist`: the wait for the kubelet's next relist of the runtime, up to its period; `startRelist`: the same
 * after a start, which 1.36 and newer do not wait for.
 */
export type Known = DelaySite | 'recorder' | 'relist' | 'startRelist';

/** One value, where all its moments were seen. */
function between(from: number | undefined, to: number | undefined, less = 0): readonly number[] {
  return from === undefined || to === undefined ? [] : [to - from - less];
}

function ofPods(
  { observation, scenario }: Repetition,
  value: (pod: ObservedPod, scenario: RecordedScenario) => readonly number[],
): readonly number[] {
  return observation.pods.flatMap((pod) => value(pod, scenario));
}

function ofReplacements(
  { observation, scenario }: Repetition,
  value: (replacement: ObservedReplacement, scenario: RecordedScenario) => readonly number[],
): readonly number[] {
  return observation.replacements.flatMap((each) => value(each, scenario));
}

/** Endpoints that leave no gap behind: others are ready, so the rules change with the first slice. */
function hasOthers({ scenario }: Repetition): boolean {
  const { replicas, publishNotReadyAddresses, internalTrafficPolicy, nodes } = scenario;
  return replicas > 1 && !publishNotReadyAddresses && (internalTrafficPolicy === 'Cluster' || nodes === 1);
}

/** Of a probe's answers: the first one is right after the start, or a period later. */
const FIRST_PROBE_SHARE = 0.3;

export function cameAtOnce({ moments }: ObservedReplacement, scenario: RecordedScenario): boolean {
  const { runningMs, readyMs } = moments;
  if (runningMs === undefined || readyMs === undefined) return false;
  return readyMs - runningMs < FIRST_PROBE_SHARE * 1000 * scenario.readinessProbePeriodSeconds;
}

function hasOneContainer({ sidecar }: RecordedScenario): boolean {
  return sidecar === null;
}

/** Between two looks for mounted volumes, ms. Source: pkg/kubelet/volumemanager/volume_manager.go podAttachAndMountRetryInterval */
const UNMOUNT_POLL_MS = 300;

/** What a hook and a drain take of the time until the exit, ms; null where nobody knows, or SIGKILL decides. */
function lifeAfterKillMs(scenario: RecordedScenario): number | null {
  const { app, preStop, action, terminationGracePeriodSeconds } = scenario;
  if (action.type === 'deletePod' && action.gracePeriodSeconds !== null) return null;
  if (app.atSigterm === 'unknown' || app.atSigterm === 'ignores') return null;
  const hook = preStop.kind === 'none' ? 0 : hookDurationMs(scenario);
  if (hook === null || hook + app.drainMs >= terminationGracePeriodSeconds * 1000) return null;
  return hook + app.drainMs;
}

/** Until the phase is terminal, by what stands between: one chain each for no hook, a sleep and a command. */
function untilTerminal(kind: 'none' | 'sleep' | 'exec'): Chain {
  const before: readonly Known[] =
    kind === 'exec' ? ['runtime.execStart'] : kind === 'none' ? ['runtime.stopSignalAtOnce'] : [];
  const known: readonly Known[] = [
    'watch.kubelet',
    'kubelet.podWorker',
    ...before,
    'runtime.stopSignal',
    'app.exit',
    'runtime.containerExit',
    'kubelet.statusManager',
  ];
  return {
    id: `deletion to terminal phase, ${kind === 'none' ? 'no hook' : kind}`,
    spans: `deletion seen until the terminal phase was seen, less the hook (${kind})`,
    site: 'runtime.stopSandbox',
    known,
    mode: 'relistWait',
    values: (repetition) =>
      ofPods(repetition, ({ moments }, scenario) => {
        const less = lifeAfterKillMs(scenario);
        if (less === null || scenario.preStop.kind !== kind || !hasOneContainer(scenario)) return [];
        return between(moments.terminatingMs, moments.terminalPhaseMs, less);
      }),
    assumed: 'stop signal, exit of the app and status patch as by default; the rest is the sandbox',
  };
}

export const CHAINS: readonly Chain[] = [
  {
    id: 'slice',
    spans: 'change of a Pod seen until its slice was seen (deleted, Ready, terminal)',
    site: 'endpointSliceController.sync',
    known: ['watch.endpointSliceController', 'endpointSliceController.podQueue', 'apiServer.write'],
    mode: 'staleSlice',
    values: (repetition) =>
      isAlone(repetition)
        ? [
            ...ofPods(repetition, ({ moments }) => [
              ...between(moments.terminatingMs, moments.sliceTerminatingMs),
              ...between(moments.terminalPhaseMs, moments.sliceRemovedMs),
            ]),
            ...ofReplacements(repetition, ({ moments }, scenario) =>
              scenario.publishNotReadyAddresses ? [] : between(moments.readyMs, moments.sliceReadyMs),
            ),
          ]
        : [],
    assumed:
      'the controller sees Pods as the recorder does, its write takes what a DELETE takes; the rest is its sync',
  },
  {
    id: 'hook, by the kubelet',
    spans: "deletion in the kubelet's log until its hook",
    site: 'kubelet.podWorker',
    known: [],
    mode: 'relistWait',
    values: (repetition) =>
      ofPods(repetition, ({ moments }, { preStop }) =>
        preStop.kind === 'none' ? [] : between(moments.kubeletObservedMs, moments.preStopStartedMs),
      ),
    assumed: '',
  },
  {
    id: 'kill',
    spans: "DELETE sent until the kubelet began to stop the Pod, by its Event's name",
    site: 'kubelet.podWorker',
    known: ['apiServer.write', 'watch.kubelet'],
    mode: 'relistWait',
    values: (repetition) =>
      isAlone(repetition) ? ofPods(repetition, ({ moments }) => between(0, moments.killStartedMs)) : [],
    assumed: 'the kubelet sees the deletion as the recorder does',
  },
  {
    id: 'rules',
    spans: "slice seen until the node's rules lacked the Pod",
    site: 'kubeProxy.sync',
    known: ['watch.kubeProxy', 'recorder'],
    sum: (sync, draw) => draw('watch.kubeProxy') + sync - draw('recorder'),
    values: (repetition) =>
      isAlone(repetition) && hasOthers(repetition)
        ? ofPods(repetition, ({ moments }) => between(moments.sliceTerminatingMs, moments.rulesRemovedMs))
        : [],
    assumed: 'kube-proxy sees slices as the recorder does; the rest is its sync',
  },
  {
    id: 'last answer',
    spans: "slice seen until the deleted Pod's last answer, plus the mean gap between probes",
    site: 'kubeProxy.sync',
    known: ['watch.kubeProxy', 'recorder'],
    sum: (sync, draw) => draw('watch.kubeProxy') + sync - draw('recorder'),
    values: (repetition) =>
      isAlone(repetition) && hasOthers(repetition)
        ? ofPods(repetition, ({ moments, answerGapMs = 0 }) =>
            between(moments.sliceTerminatingMs, moments.lastAnswerMs, -answerGapMs),
          )
        : [],
    assumed:
      'kube-proxy sees slices as the recorder does; the last answer is a lower bound, set right by endpoints / probes a second',
  },
  {
    id: 'replacement',
    spans: 'deletion seen until the replacement was seen',
    site: 'replicaSetController.sync',
    known: ['watch.replicaSetController', 'apiServer.write'],
    values: (repetition) =>
      isAlone(repetition)
        ? ofPods(repetition, ({ moments }) =>
            between(moments.terminatingMs, repetition.observation.replacements[0]?.moments.createdMs),
          )
        : [],
    assumed:
      'the controller sees Pods as the recorder does, its write takes what a DELETE takes; the rest is its sync',
  },
  {
    id: 'binding',
    spans: 'replacement seen until it was bound to a node',
    site: 'scheduler.schedule',
    known: ['watch.scheduler'],
    values: (repetition) =>
      isAlone(repetition)
        ? ofReplacements(repetition, ({ moments }) => between(moments.createdMs, moments.boundMs))
        : [],
    assumed: 'the scheduler sees Pods as the recorder does',
  },
  {
    id: 'start',
    spans: 'replacement bound until its phase Running was seen',
    site: 'kubelet.startPod',
    known: ['watch.kubelet', 'kubelet.plegRelist', 'startRelist', 'kubelet.statusManager'],
    values: (repetition) =>
      isAlone(repetition)
        ? ofReplacements(repetition, ({ moments }, scenario) =>
            hasOneContainer(scenario) ? between(moments.boundMs, moments.runningMs) : [],
          )
        : [],
    assumed: 'watch, relist and status patch as elsewhere; the rest is sandbox, network and processes',
  },
  {
    id: 'start, from the creation',
    spans: 'replacement seen until its phase Running was seen',
    site: 'kubelet.startPod',
    known: [
      'watch.scheduler',
      'scheduler.schedule',
      'watch.kubelet',
      'kubelet.plegRelist',
      'startRelist',
      'kubelet.statusManager',
    ],
    values: (repetition) =>
      isAlone(repetition)
        ? ofReplacements(repetition, ({ moments }, scenario) =>
            hasOneContainer(scenario) ? between(moments.createdMs, moments.runningMs) : [],
          )
        : [],
    assumed:
      'scheduler, watch, relist and status patch as elsewhere; the rest is sandbox, network and processes',
  },
  {
    id: 'readiness',
    spans: 'phase Running seen until Ready was seen, where the first probe succeeded',
    site: 'kubelet.probe',
    known: ['kubelet.statusManager', 'watch.kubelet'],
    sum: (probe, draw) => {
      const first = draw('kubelet.statusManager');
      // The second status waits until the first one has come back.
      return Math.max(probe, first + draw('watch.kubelet')) + draw('kubelet.statusManager') - first;
    },
    values: (repetition) =>
      ofReplacements(repetition, (replacement, scenario) =>
        !scenario.publishNotReadyAddresses && cameAtOnce(replacement, scenario)
          ? between(replacement.moments.runningMs, replacement.moments.readyMs)
          : [],
      ),
    assumed: 'the status patch as by default',
  },
  {
    id: 'signal after a hook',
    spans: "end of the hook in the kubelet's log until the process had its signal",
    site: 'runtime.stopSignal',
    known: [],
    values: (repetition) =>
      ofPods(repetition, ({ moments }, { preStop }) =>
        preStop.kind === 'none' ? [] : between(moments.preStopEndedMs, moments.sigtermMs),
      ),
    assumed: '',
  },
  {
    id: 'signal at once',
    spans: "deletion in the kubelet's log until the process had its signal, without a hook",
    site: 'runtime.stopSignalAtOnce',
    known: ['kubelet.podWorker', 'runtime.stopSignal'],
    mode: 'relistWait',
    values: (repetition) =>
      ofPods(repetition, ({ moments }, { preStop, sidecar }) =>
        preStop.kind === 'none' && (sidecar?.preStop.kind ?? 'none') === 'none'
          ? between(moments.kubeletObservedMs, moments.sigtermMs)
          : [],
      ),
    assumed: 'worker and signal as after a hook; the rest is the work that the deletion itself makes',
  },
  {
    id: 'start of a command',
    spans: 'time of an exec hook beyond its sleep',
    site: 'runtime.execStart',
    known: [],
    values: (repetition) =>
      ofPods(repetition, ({ moments, outcomes }, scenario) => {
        const { preStop } = scenario;
        if (preStop.kind !== 'exec' || preStop.durationMs === null || outcomes.preStopOutcome !== 'completed')
          return [];
        return between(moments.preStopStartedMs, moments.preStopEndedMs, preStop.durationMs);
      }),
    assumed: '',
  },
  {
    id: 'exit',
    spans: 'signal until the process had exited, less its drain',
    site: 'app.exit',
    known: [],
    values: (repetition) =>
      ofPods(repetition, ({ moments }, { app }) =>
        app.atSigterm === 'exits' || app.atSigterm === 'drains'
          ? between(moments.sigtermMs, moments.exitedMs, app.drainMs)
          : [],
      ),
    assumed: '',
  },
  {
    id: 'exit to terminal phase',
    spans: 'exit of the process until the terminal phase was seen',
    site: 'runtime.stopSandbox',
    known: ['runtime.containerExit', 'kubelet.statusManager', 'recorder'],
    values: (repetition) =>
      ofPods(repetition, ({ moments }, scenario) =>
        hasOneContainer(scenario) ? between(moments.exitedMs, moments.terminalPhaseMs) : [],
      ),
    assumed: 'stop call and status patch as by default; the rest is the sandbox',
  },
  untilTerminal('sleep'),
  untilTerminal('none'),
  untilTerminal('exec'),
  {
    id: 'last sync',
    spans: 'terminal phase seen until the Pod was gone',
    site: 'kubelet.terminatedPod',
    known: ['relist', 'kubelet.statusManager', 'watch.kubelet', 'apiServer.write'],
    sum: (unmounted, draw) => {
      const status = draw('kubelet.statusManager');
      const relist = draw('relist');
      const polls = Math.max(0, Math.ceil((unmounted - relist) / UNMOUNT_POLL_MS));
      const synced = relist + polls * UNMOUNT_POLL_MS + draw('kubelet.statusManager');
      const seen = status + draw('watch.kubelet');
      return Math.max(synced, seen) + 2 * draw('apiServer.write') - status;
    },
    values: (repetition) =>
      ofPods(repetition, ({ moments }, { action }) =>
        action.type === 'deletePod' && action.gracePeriodSeconds === 0
          ? []
          : between(moments.terminalPhaseMs, moments.podDeletedMs),
      ),
    assumed:
      'the wait for a relist, the poll for volumes and two writes are rules or known; the rest is the unmounting',
  },
  {
    id: 'second container',
    spans: 'replacement seen until its phase Running was seen, with a sidecar',
    site: 'runtime.startContainer',
    known: [
      'watch.scheduler',
      'scheduler.schedule',
      'watch.kubelet',
      'kubelet.startPod',
      'kubelet.plegRelist',
      'startRelist',
      'kubelet.statusManager',
    ],
    values: (repetition) =>
      isAlone(repetition)
        ? ofReplacements(repetition, ({ moments }, scenario) =>
            hasOneContainer(scenario) ? [] : between(moments.createdMs, moments.runningMs),
          )
        : [],
    assumed: 'all but the second container as with one',
  },
];
