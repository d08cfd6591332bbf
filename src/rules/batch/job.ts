import type { MinorVersion } from '../machinery/version.ts';
import type { IndexedJobFailure, SuccessPolicyRule } from './indexed-job.ts';

/** A Pod of a Job, as its controller looks at it. */
export interface JobPod {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly terminating: boolean;
  readonly ready: boolean;
  readonly assigned: boolean;
  /** Its completion index; null in a Job that has none. */
  readonly index: number | null;
  /** It carries the condition DisruptionTarget: an eviction, a taint or its node's shutdown ended it. */
  readonly disruptionTarget: boolean;
  /** By container, once they have ended. */
  readonly exitCodes: Readonly<Record<string, number>> | null;
}

/** When a Pod that has been deleted is replaced: at once, or once its phase says that it has ended. */
export type PodReplacementPolicy = 'TerminatingOrFailed' | 'Failed';

/** A rule of a Job's `podFailurePolicy`: what to do about a Pod that has failed so. */
export interface PodFailurePolicyRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  /** Of any container where it names none. */
  readonly onExitCodes: {
    readonly containerName: string | null;
    readonly operator: 'In' | 'NotIn';
    readonly values: readonly number[];
  } | null;
  /** It matches a Pod that carries the condition DisruptionTarget; false where it asks for none or another. */
  readonly onDisruptionTarget: boolean;
}

/** What of a Job's spec its controller decides by. */
export interface JobSpec {
  readonly parallelism: number;
  /** Null: any Pod that succeeds completes the work; no other is started then. */
  readonly completions: number | null;
  readonly indexed: boolean;
  readonly backoffLimit: number;
  /** Failures that each completion index may have by itself; null: they count together. */
  readonly backoffLimitPerIndex: number | null;
  /** With more failed indexes than this the Job fails at once; null: it tries all of them. */
  readonly maxFailedIndexes: number | null;
  readonly successPolicy: readonly SuccessPolicyRule[] | null;
  readonly activeDeadlineSeconds: number | null;
  readonly podReplacementPolicy: PodReplacementPolicy;
  readonly podFailurePolicy: readonly PodFailurePolicyRule[] | null;
}

/** How many Pods a sync may create, or delete as surplus. Source: pkg/controller/job/job_controller.go MaxPodCreateDeletePerSync */
export const MAX_POD_CREATE_DELETE_PER_SYNC = 500;

/**
 * Pod events of a Job are taken together for this long.
 * Source: pkg/controller/job/job_controller.go SyncJobBatchPeriod
 */
export const JOB_SYNC_BATCH_SECONDS = 1;

/**
 * Whether a Pod counts as failed: it says so, or it has been deleted and may be replaced at once. One that has succeeded never does.
 * Source: pkg/controller/job/job_controller.go isPodFailed
 */
export function isJobPodFailed(
  { phase, terminating }: Pick<JobPod, 'phase' | 'terminating'>,
  policy: PodReplacementPolicy,
): boolean {
  if (phase === 'Failed') return true;
  return policy === 'TerminatingOrFailed' && terminating && phase !== 'Succeeded';
}

/**
 * When Pods that terminate are replaced: `Failed` where it is said, or where a podFailurePolicy has to see how they end.
 * Versions: up to 1.28 the field is off and terminating Pods are replaced at once, unless there is a podFailurePolicy.
 * Source: pkg/apis/batch/v1/defaults.go SetDefaults_Job; pkg/controller/job/job_controller.go onlyReplaceFailedPods
 */
export function effectivePodReplacementPolicy(
  written: PodReplacementPolicy | null,
  hasPodFailurePolicy: boolean,
  minor: MinorVersion,
): PodReplacementPolicy {
  if (hasPodFailurePolicy) return 'Failed';
  return minor >= 29 ? (written ?? 'TerminatingOrFailed') : 'TerminatingOrFailed';
}

/**
 * What the first rule that matches a failed Pod says: the Job fails, its index does, the failure does not count, or it does, as it does
 * without a rule.
 * Source: pkg/controller/job/pod_failure_policy.go matchPodFailurePolicy
 */
export function matchPodFailurePolicy(
  rules: readonly PodFailurePolicyRule[] | null,
  pod: Pick<JobPod, 'disruptionTarget' | 'exitCodes'>,
): PodFailurePolicyRule['action'] {
  for (const { action, onExitCodes, onDisruptionTarget } of rules ?? []) {
    if (onExitCodes !== null && matchesExitCodes(onExitCodes, pod.exitCodes ?? {})) return action;
    if (onDisruptionTarget && pod.disruptionTarget) return action;
  }
  return 'Count';
}

/** An exit code of 0 is no failure and matches nothing. */
function matchesExitCodes(
  { containerName, operator, values }: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  exitCodes: Readonly<Record<string, number>>,
): boolean {
  return Object.entries(exitCodes).some(
    ([name, code]) =>
      (containerName === null || containerName === name) &&
      code !== 0 &&
      values.includes(code) === (operator === 'In'),
  );
}

/** What counts of a Job's Pods when a sync begins. */
export interface JobCounts {
  /** Neither finished nor terminating. */
  readonly active: number;
  /** Terminating, and not finished. */
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
}

/**
 * How many Pods a Job wants more (or fewer, where it is negative): as many as it may run at a time, and no more than completions are
 * left. Under `Failed` a Pod that terminates holds its place.
 * Source: pkg/controller/job/job_controller.go manageJob
 */
export function jobPodsWanted(
  { parallelism, completions, podReplacementPolicy }: JobSpec,
  { active, terminating, succeeded }: JobCounts,
): number {
  const wantActive =
    completions === null
      ? succeeded > 0
        ? active
        : parallelism
      : Math.min(Math.max(completions - succeeded, 0), parallelism);
  if (active > wantActive) return Math.max(wantActive - active, -MAX_POD_CREATE_DELETE_PER_SYNC);
  const held = podReplacementPolicy === 'Failed' ? terminating : 0;
  return Math.min(Math.max(wantActive - held - active, 0), MAX_POD_CREATE_DELETE_PER_SYNC);
}

/**
 * The completion indexes that the next Pods are for: the lowest that neither succeeded nor have a Pod that holds them.
 * Source: pkg/controller/job/indexed_job_utils.go firstPendingIndexes
 */
export function firstPendingIndexes(
  completions: number,
  done: ReadonlySet<number>,
  held: ReadonlySet<number>,
  count: number,
): readonly number[] {
  const indexes: number[] = [];
  for (let index = 0; index < completions && indexes.length < count; index++) {
    if (!done.has(index) && !held.has(index)) indexes.push(index);
  }
  return indexes;
}

/** Why a Job has failed, as its condition Failed has it. */
export type JobFailure = 'PodFailurePolicy' | 'BackoffLimitExceeded' | 'DeadlineExceeded' | IndexedJobFailure;

/**
 * Why a Job that is not finished fails now; null: it goes on. All its Pods are deleted then, each with its own grace period.
 * Source: pkg/controller/job/job_controller.go syncJob, pastActiveDeadline
 */
export function jobFailure(
  { backoffLimit, activeDeadlineSeconds }: JobSpec,
  { failed }: Pick<JobCounts, 'failed'>,
  state: { readonly policyFailsIt: boolean; readonly suspended: boolean; readonly activeForUs: number },
): JobFailure | null {
  if (state.policyFailsIt) return 'PodFailurePolicy';
  if (failed > backoffLimit) return 'BackoffLimitExceeded';
  const deadlineUs = (activeDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1_000_000;
  return !state.suspended && state.activeForUs >= deadlineUs ? 'DeadlineExceeded' : null;
}

/**
 * Whether a Job's work is done: all completions, or, where it counts none, one success and no Pod that still runs.
 * Source: pkg/controller/job/job_controller.go syncJob
 */
export function jobComplete({ completions }: JobSpec, { succeeded, active }: JobCounts): boolean {
  return completions === null ? succeeded > 0 && active === 0 : succeeded >= completions && active === 0;
}

/**
 * Whether a Job is called Failed or Complete only once none of its Pods is terminating any more; before, it carries FailureTarget.
 * Versions: from 1.31 on.
 * Source: pkg/controller/job/job_controller.go delayTerminalCondition
 */
export function delaysTerminalCondition(minor: MinorVersion): boolean {
  return minor >= 31;
}

/**
 * How long replacements wait after failures in a row: 10 s, doubled each time, at most 10 min, from the end of the last Pod that failed.
 * Versions: up to 1.27 at most 6 min.
 * Source: pkg/controller/job/backoff_utils.go backoffRecord.getRemainingTime
 */
export function jobBackoffUs(
  failuresInARow: number,
  lastFailureUs: number | null,
  nowUs: number,
  minor: MinorVersion,
): number {
  if (failuresInARow === 0 || lastFailureUs === null) return 0;
  const longest = (minor >= 28 ? 600 : 360) * 1_000_000;
  const backoff = Math.min(10_000_000 * 2 ** Math.min(failuresInARow - 1, 30), longest);
  return Math.max(lastFailureUs + backoff - nowUs, 0);
}

/**
 * The order in which surplus Pods of a Job are deleted: first those that lose least, not assigned, pending, not ready.
 * Source: pkg/controller/job/job_controller.go activePodsForRemoval; pkg/controller/controller_utils.go ActivePods.Less
 */
export function byLeastLost(a: JobPod, b: JobPod): number {
  return (
    Number(a.assigned) - Number(b.assigned) ||
    Number(a.phase !== 'Pending') - Number(b.phase !== 'Pending') ||
    Number(a.ready) - Number(b.ready)
  );
}
