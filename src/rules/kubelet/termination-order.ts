import type { MinorVersion } from '../machinery/version.ts';
import { wholeSeconds } from './kill-container.ts';

/** The containers of a Pod as far as the order of their stopping depends on them. */
export interface OrderedPod {
  /** Names of the regular containers. */
  readonly containers: readonly string[];
  /** Init containers in the spec's order; `restartable` are the native sidecars. */
  readonly initContainers: readonly { readonly name: string; readonly restartable: boolean }[];
  /** Names of the containers that were running when the kill began. */
  readonly running: readonly string[];
}

/**
 * Whether sidecars wait for their turn when a Pod is terminated.
 * Versions: from 1.29; in 1.28 (with the gate on) they were stopped together with the rest.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainersWithSyncResult
 */
export function sidecarsWaitForTurn(minor: MinorVersion): boolean {
  return minor >= 29;
}

/**
 * For every container that is running, whose end it waits for before it is stopped. A sidecar waits for all regular
 * containers and for the next later sidecar; regular and plain init containers wait for nobody. Nobody waits for a
 * container that was not running; a sidecar that was not running passes no wait on, either, to the ones before it.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go newTerminationOrdering
 */
export function terminationPrerequisites(pod: OrderedPod): ReadonlyMap<string, readonly string[]> {
  const running = new Set(pod.running);
  const prerequisites = new Map<string, readonly string[]>();
  const regular = pod.containers.filter((name) => running.has(name));
  for (const name of regular) prerequisites.set(name, []);
  let laterSidecar: string | null = null;
  for (const { name, restartable } of [...pod.initContainers].reverse()) {
    const waitsFor = restartable ? [...regular] : [];
    if (restartable && laterSidecar !== null && running.has(laterSidecar)) waitsFor.push(laterSidecar);
    if (restartable) laterSidecar = name;
    if (running.has(name)) prerequisites.set(name, waitsFor);
  }
  return prerequisites;
}

/** How long a container waits for its turn to be stopped. */
export interface Turn {
  /** When the container may be stopped. */
  readonly turnMs: number;
  /** How long it waited, not rounded. */
  readonly waitedMs: number;
  /** The wait in whole seconds, as deducted from the grace. */
  readonly waitSeconds: number;
}

/**
 * When a container's turn to be stopped comes: once all it waits for are terminated, at the latest when its budget is
 * used up. `readyMs` is when its own hook was over, `budgetSeconds` what was left of its grace then; without a budget it
 * does not wait. `prerequisitesTerminatedMs` may hold Infinity for what never ends.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go waitForTurn
 */
export function waitForTurn(input: {
  readonly readyMs: number;
  readonly budgetSeconds: number;
  readonly prerequisitesTerminatedMs: readonly number[];
}): Turn {
  const { readyMs, budgetSeconds } = input;
  const deadlineMs = readyMs + Math.max(budgetSeconds, 0) * 1000;
  const allTerminatedMs = input.prerequisitesTerminatedMs.reduce(
    (most, each) => Math.max(most, each),
    readyMs,
  );
  const turnMs = Math.min(allTerminatedMs, deadlineMs);
  const waitedMs = turnMs - readyMs;
  return { turnMs, waitedMs, waitSeconds: wholeSeconds(waitedMs) };
}

/**
 * The turns of all running containers of a Pod, in one go. `ready` says when a container begins to wait and with how
 * many seconds of budget; `terminatedMs` when it has terminated, given its turn.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go waitForTurn, containerTerminated
 */
export function terminationTurns(
  pod: OrderedPod,
  ready: (name: string) => { readonly readyMs: number; readonly budgetSeconds: number },
  terminatedMs: (name: string, turn: Turn) => number,
): ReadonlyMap<string, Turn> {
  const turns = new Map<string, Turn>();
  const endedMs = new Map<string, number>();
  // The map lists whoever is waited for before the ones who wait.
  for (const [name, waitsFor] of terminationPrerequisites(pod)) {
    const prerequisitesTerminatedMs = waitsFor.map((other) => endedMs.get(other) ?? Number.POSITIVE_INFINITY);
    const turn = waitForTurn({ ...ready(name), prerequisitesTerminatedMs });
    turns.set(name, turn);
    endedMs.set(name, terminatedMs(name, turn));
  }
  return turns;
}
