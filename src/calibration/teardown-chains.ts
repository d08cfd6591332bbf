import { between, type Chain, hasOneContainer, type Known, ofPods } from './chain-parts.ts';
import { hookDurationMs, type RecordedScenario } from './recorded-scenario.ts';

/** From the hook to the last sync: what a node does with a Pod that ends. */

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

export const TEARDOWN_CHAINS: readonly Chain[] = [
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
];
