import type { MinorVersion } from '../machinery/version.ts';
import {
  beginKill,
  continueKill,
  type KillInput,
  preStopBudgetSeconds,
  type RuntimeStop,
  runtimeStop,
  timeoutAfterWait,
} from './kill-container.ts';
import { sidecarsWaitForTurn, type Turn, terminationTurns } from './termination-order.ts';

/** `tcpSocket` passes admission but no kubelet can run it: it fails at once. */
export type PreStopKind = 'none' | 'exec' | 'httpGet' | 'sleep' | 'tcpSocket';
/** How a preStop hook ended; `none` where there is none. */
export type KillPreStopOutcome = 'completed' | 'failed' | 'cutOff' | 'none';

/** A container that is running when the kill begins. All times count from that instant. */
export interface ContainerToKill {
  readonly name: string;
  /** A native sidecar: init container with restartPolicy Always, listed in the spec's order. */
  readonly sidecar: boolean;
  /** A plain init container; nobody waits for it and it waits for nobody. */
  readonly init?: boolean;
  readonly preStop: PreStopKind;
  /** How long the hook really takes if nobody cuts it off; null: it never ends. */
  readonly preStopMs: number | null;
  /** The hook ends with a failure (an exit code, a transport error). */
  readonly preStopFails?: boolean;
  /** What the process needs after the stop signal; null: it never exits. */
  readonly exitAfterStopSignalMs: number | null;
  /** When the process ends whatever anyone does; null or absent: never. */
  readonly exitByItselfMs?: number | null;
}

/** The containers of a Pod that ends, and how long they have. */
export interface KillContainersInput {
  readonly containers: readonly ContainerToKill[];
  /** The grace of the kill: the worker's effective grace, or the container's own where one container is killed. */
  readonly graceSeconds: number;
  /** The container's own choice of grace where it differs; matters up to 1.27 only. */
  readonly containerGraceSeconds?: number;
  /** The whole Pod is terminated (default): the grace is an override and sidecars wait for their turn. */
  readonly wholePod?: boolean;
  readonly minor: MinorVersion;
}

/** When each thing happened to a container that was stopped, in ms from the start; null for what did not. */
export interface KilledContainer {
  /** Null where the hook did not run. */
  readonly preStopStartMs: number | null;
  /** When the kubelet went on: the hook was over or its time was. */
  readonly preStopEndMs: number | null;
  readonly preStopOutcome: KillPreStopOutcome;
  /** When an exec hook's process in the container was gone; null for other kinds. */
  readonly preStopProcessEndMs: number | null;
  /** When the stop signal was sent; null where the process had already ended. */
  readonly stopSignalMs: number | null;
  /** The timeout that the runtime was given. */
  readonly stopTimeoutSeconds: number;
  readonly exitMs: number;
  readonly sigkilled: boolean;
}

/** When each container of a Pod was stopped, and when the last one was. */
export interface KillSchedule {
  readonly containers: Readonly<Record<string, KilledContainer>>;
  /** When the last container was stopped and the call returned. */
  readonly allStoppedMs: number;
}

interface Hook {
  readonly startMs: number | null;
  readonly endMs: number;
  readonly outcome: KillPreStopOutcome;
}

interface Stop extends RuntimeStop {
  readonly signalMs: number | null;
  readonly timeoutSeconds: number;
  readonly returnedMs: number;
}

/**
 * The whole schedule of stopping the running containers of a Pod (or one container): all hooks start at 0, each
 * container is stopped when its hook is over and, for a sidecar, its turn has come. Milliseconds since the kill began.
 *
 * Versions: up to 1.27 the stop timeout is the grace whatever the hook used; from 1.28 the hook's whole seconds are
 * deducted, down to 2. From 1.29 sidecars wait for their turn.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainersWithSyncResult, killContainer
 */
export function killContainers(input: KillContainersInput): KillSchedule {
  const { containers, graceSeconds, minor, wholePod = true } = input;
  const graceOverrideSeconds = wholePod ? graceSeconds : null;
  const containerGraceSeconds = input.containerGraceSeconds ?? graceSeconds;
  const budgetSeconds = preStopBudgetSeconds({ containerGraceSeconds, graceOverrideSeconds, minor });
  const kill = { budgetSeconds, graceOverrideSeconds, minor };
  const hooks = new Map(
    containers.map((container) => [container.name, runPreStop(container, kill)] as const),
  );
  const byName = new Map(containers.map((container) => [container.name, container] as const));
  const stops = new Map<string, Stop>();

  const ready = (name: string) => {
    const elapsedMs = hooks.get(name)?.endMs ?? 0;
    const order = continueKill({ ...kill, elapsedMs, waitsForOthers: true });
    return { readyMs: elapsedMs, budgetSeconds: order.step === 'waitForTurn' ? order.budgetSeconds : 0 };
  };
  const stopAtTurn = (name: string, { turnMs, waitedMs }: Turn): number => {
    const timeoutSeconds = timeoutAfterWait({ ...kill, ...ready(name), elapsedMs: waitedMs });
    const stop = stopContainer(byName.get(name), turnMs, timeoutSeconds);
    stops.set(name, stop);
    return stop.returnedMs;
  };
  const ordered = wholePod && sidecarsWaitForTurn(minor);
  const initContainers = containers.filter((container) => isInit(container));
  terminationTurns(
    {
      containers: containers.filter((container) => !isInit(container)).map(({ name }) => name),
      initContainers: initContainers.map(({ name, sidecar }) => ({ name, restartable: ordered && sidecar })),
      running: containers.map(({ name }) => name),
    },
    ready,
    stopAtTurn,
  );
  return scheduleOf(containers, hooks, stops);
}

function isInit(container: ContainerToKill): boolean {
  return container.sidecar || container.init === true;
}

type Kill = Omit<KillInput, 'waitsForOthers'>;

function runPreStop(container: ContainerToKill, kill: Kill): Hook {
  const hasPreStop = container.preStop !== 'none';
  const { budgetSeconds } = kill;
  if (beginKill({ ...kill, hasPreStop, waitsForOthers: true }).step !== 'runPreStop') {
    return { startMs: null, endMs: 0, outcome: 'none' };
  }
  if (container.preStop === 'tcpSocket') return { startMs: 0, endMs: 0, outcome: 'failed' };
  const budgetMs = budgetSeconds * 1000;
  const takesMs = container.preStopMs ?? Number.POSITIVE_INFINITY;
  const exitMs = container.exitByItselfMs ?? Number.POSITIVE_INFINITY;
  // An exec'd process dies with its container; a sleep or a request outlives it.
  const diesWithContainer = container.preStop === 'exec' && exitMs < takesMs;
  const endMs = diesWithContainer ? exitMs : takesMs;
  if (endMs > budgetMs) return { startMs: 0, endMs: budgetMs, outcome: 'cutOff' };
  const failed = diesWithContainer || container.preStopFails === true;
  return { startMs: 0, endMs, outcome: failed ? 'failed' : 'completed' };
}

function stopContainer(container: ContainerToKill | undefined, stopMs: number, timeoutSeconds: number): Stop {
  const ownEndMs = container?.exitByItselfMs ?? Number.POSITIVE_INFINITY;
  // The runtime answers at once for a container that has already ended.
  if (ownEndMs <= stopMs) {
    return { signalMs: null, timeoutSeconds, returnedMs: stopMs, exitMs: ownEndMs, sigkilled: false };
  }
  const exitAfterStopSignalMs = container?.exitAfterStopSignalMs ?? null;
  const stop = runtimeStop({ stopMs, timeoutSeconds, exitAfterStopSignalMs });
  if (ownEndMs < stop.exitMs) {
    return { signalMs: stopMs, timeoutSeconds, returnedMs: ownEndMs, exitMs: ownEndMs, sigkilled: false };
  }
  return { signalMs: stopMs, timeoutSeconds, returnedMs: stop.exitMs, ...stop };
}

function scheduleOf(
  containers: readonly ContainerToKill[],
  hooks: ReadonlyMap<string, Hook>,
  stops: ReadonlyMap<string, Stop>,
): KillSchedule {
  const killed: Record<string, KilledContainer> = {};
  let allStoppedMs = 0;
  for (const { name, preStop, preStopMs } of containers) {
    const hook = hooks.get(name);
    const stop = stops.get(name);
    if (hook === undefined || stop === undefined) continue;
    const ran = hook.startMs !== null;
    allStoppedMs = Math.max(allStoppedMs, stop.returnedMs);
    killed[name] = {
      preStopStartMs: hook.startMs,
      preStopEndMs: ran ? hook.endMs : null,
      preStopOutcome: hook.outcome,
      preStopProcessEndMs:
        ran && preStop === 'exec' ? Math.min(preStopMs ?? Number.POSITIVE_INFINITY, stop.exitMs) : null,
      stopSignalMs: stop.signalMs,
      stopTimeoutSeconds: stop.timeoutSeconds,
      exitMs: stop.exitMs,
      sigkilled: stop.sigkilled,
    };
  }
  return { containers: killed, allStoppedMs };
}
