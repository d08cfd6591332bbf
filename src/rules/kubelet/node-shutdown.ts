import type { StatusCondition } from './pod-ready-condition.ts';

/** Pods of at least this priority are critical. */
export const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;
/** How often the kubelet looks whether logind took the longer delay. */
export const INHIBIT_DELAY_ATTEMPTS = 5;

/** One group of a graceful node shutdown: the Pods from this priority on, and how long they have. */
export interface ShutdownGracePeriodByPodPriority {
  readonly priority: number;
  readonly shutdownGracePeriodSeconds: number;
}

export interface ShutdownGroup<P> extends ShutdownGracePeriodByPodPriority {
  readonly pods: readonly P[];
}

/**
 * The two groups that shutdownGracePeriod and shutdownGracePeriodCriticalPods (seconds) stand for: all Pods get the
 * difference first, critical ones the rest. Empty where the first is 0 or less than the second: no graceful shutdown.
 *
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go migrateConfig
 */
export function migrateShutdownConfig(
  shutdownGracePeriodSeconds: number,
  criticalPodsSeconds: number,
): readonly ShutdownGracePeriodByPodPriority[] {
  const defaultSeconds = shutdownGracePeriodSeconds - criticalPodsSeconds;
  if (shutdownGracePeriodSeconds === 0 || defaultSeconds < 0 || criticalPodsSeconds < 0) return [];
  return [
    { priority: 0, shutdownGracePeriodSeconds: Math.trunc(defaultSeconds) },
    { priority: SYSTEM_CRITICAL_PRIORITY, shutdownGracePeriodSeconds: Math.trunc(criticalPodsSeconds) },
  ];
}

/**
 * The groups in the order in which they are stopped, lowest priority first, each with its Pods. A Pod belongs to the group
 * of the highest priority that is not above its own; below all groups, to the lowest.
 *
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go groupByPriority
 */
export function groupByPriority<P extends { readonly priority: number | null }>(
  periods: readonly ShutdownGracePeriodByPodPriority[],
  pods: readonly P[],
): readonly ShutdownGroup<P>[] {
  const sorted = [...periods].sort((a, b) => a.priority - b.priority);
  const indexOf = (pod: P): number => {
    const above = sorted.findIndex(({ priority }) => priority > (pod.priority ?? 0));
    return above < 0 ? sorted.length - 1 : Math.max(above - 1, 0);
  };
  return sorted.map((period, index) => ({ ...period, pods: pods.filter((pod) => indexOf(pod) === index) }));
}

/**
 * The grace override in seconds for a Pod of a group: the group's period, or the Pod's own grace where that is shorter.
 *
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go killPods
 */
export function shutdownGraceOverrideSeconds(
  groupSeconds: number,
  terminationGracePeriodSeconds: number | null,
): number {
  return Math.min(groupSeconds, terminationGracePeriodSeconds ?? groupSeconds);
}

/**
 * When each group of a shutdown begins, in milliseconds after the shutdown signal: after the one before, which ends with
 * its period or as soon as all of its Pods are gone. A group without Pods takes no time. `goneAfterMs` says how long after
 * the start of its group a Pod is gone (from 1.32 with its volumes unmounted).
 *
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go killPods
 */
export function shutdownGroupStartsMs<P>(
  groups: readonly ShutdownGroup<P>[],
  goneAfterMs: (pod: P, group: ShutdownGroup<P>) => number,
): { readonly startsMs: readonly number[]; readonly endMs: number } {
  const startsMs: number[] = [];
  let atMs = 0;
  for (const group of groups) {
    startsMs.push(atMs);
    const lastMs = group.pods
      .map((pod) => goneAfterMs(pod, group))
      .reduce((most, each) => Math.max(most, each), 0);
    atMs += Math.min(lastMs, group.shutdownGracePeriodSeconds * 1000);
  }
  return { startsMs, endMs: atMs };
}

/** Whether the kubelet raises logind's inhibit delay, and what keeps it from a start. */
export interface InhibitDelay {
  /** Whether the kubelet rewrites logind's InhibitDelayMaxSec. */
  readonly overrides: boolean;
  /** Null: graceful shutdown is in force; else the kubelet goes on without it. */
  readonly startError: string | null;
}

/**
 * Whether the kubelet gets the time it wants for a graceful shutdown from logind. It raises InhibitDelayMaxSec where that is
 * too short, and gives up on graceful shutdown altogether where that does not help. All in seconds; `afterOverrideSeconds`
 * is what logind says once it was asked to raise it.
 *
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go start
 */
export function inhibitShutdown(input: {
  readonly periods: readonly ShutdownGracePeriodByPodPriority[];
  readonly inhibitDelaySeconds: number;
  readonly afterOverrideSeconds: number;
}): InhibitDelay {
  const wanted = input.periods.reduce((sum, { shutdownGracePeriodSeconds: s }) => sum + s, 0);
  if (wanted <= input.inhibitDelaySeconds) return { overrides: false, startError: null };
  if (input.afterOverrideSeconds >= wanted) return { overrides: true, startError: null };
  const startError =
    `node shutdown manager was timed out after ${INHIBIT_DELAY_ATTEMPTS} attempts waiting for logind InhibitDelayMaxSec ` +
    `to update to ${wanted}s (ShutdownGracePeriod), current value is ${input.afterOverrideSeconds}s`;
  return { overrides: true, startError };
}

/** What a Pod's status says once its node shuts down. */
export interface ShutdownPodStatus {
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly condition: StatusCondition;
}

/**
 * What the kubelet reports of a Pod that it stopped for a node shutdown: Failed, unless it had already succeeded.
 *
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go killPods
 */
export function shutdownPodStatus(phase: string): ShutdownPodStatus {
  const message = 'Pod was terminated in response to imminent node shutdown.';
  return {
    phase: phase === 'Succeeded' ? phase : 'Failed',
    reason: 'Terminated',
    message,
    condition: { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message },
  };
}
