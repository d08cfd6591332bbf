import type { JobInfo } from '../../cluster/sets.ts';
import type { PodObject } from '../../cluster/state.ts';
import { largest, smallest } from '../../kernel/lists.ts';
import type { Micros } from '../../kernel/time.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { indexedJobFailure, isIndexFailed, matchSuccessPolicy } from '../../rules/batch/indexed-job.ts';
import {
  byLeastLost,
  delaysTerminalCondition,
  firstPendingIndexes,
  isJobPodFailed,
  JOB_SYNC_BATCH_SECONDS,
  type JobCounts,
  type JobPod,
  jobBackoffUs,
  jobComplete,
  jobFailure,
  jobPodsWanted,
  matchPodFailurePolicy,
} from '../../rules/batch/job.ts';
import type { JobMemory, NewPod, SetKindRules, SetView } from './kind.ts';

/**
 * Pods that do a piece of work and end. What the controller has counted stands in its memory, where Kubernetes keeps it in finalizers of
 * the Pods and in the status; so a Pod that is counted does not wait for one.
 */
export const job: SetKindRules<JobInfo> = {
  waitsForOwnWrites: true,
  deletesAtOnce: true,
  podEventsWaitUs: JOB_SYNC_BATCH_SECONDS * MICROS_PER_SECOND,
  seesGonePods: true,
  plan(view) {
    const counted = count(view, view.memory?.kind === 'job' ? view.memory : NEW_JOB);
    const counts = countsOf(view, counted);
    const decided = decide(view, counted, counts);
    const work = view.mayWrite ? workOf(view, decided, counts) : NOTHING;
    const { outcome } = decided;
    const finished =
      outcome !== null && (!delaysTerminalCondition(view.minor) || counts.active + counts.terminating === 0);
    const startTime = view.object.suspend ? null : (view.object.status.job?.startTime ?? view.nowUs);
    const ready = view.pods.filter((pod) => isActive(pod) && pod.ready).length;
    return {
      creates: work.creates,
      deletes: work.deletes,
      memory: work.forgets ? forgotten(decided, work.deletes) : decided,
      releases: [],
      status: {
        observedGeneration: view.object.generation,
        replicas: counts.active,
        readyReplicas: ready,
        availableReplicas: ready,
        updatedReplicas: counts.active,
        currentRevision: view.object.revision,
        updateRevision: view.object.revision,
        job: { ...counts, startTime, outcome, finished },
      },
      recheckUs: soonest(work.waitsUs, untilDeadline(view, startTime, outcome !== null)),
    };
  },
};

const NEW_JOB: JobMemory = {
  kind: 'job',
  counted: {},
  failuresInARow: 0,
  lastFailureUs: null,
  failedIndexes: [],
  policyFailsIt: false,
  outcome: null,
};

/** What a sync does to the Pods of a Job. `forgets`: the deleted ones count for nothing. */
interface Work {
  readonly creates: readonly NewPod[];
  readonly deletes: readonly PodObject[];
  readonly forgets: boolean;
  readonly waitsUs: Micros | null;
}

const NOTHING: Work = { creates: [], deletes: [], forgets: false, waitsUs: null };

function isActive({ gone, phase, deletionTimestamp }: PodObject): boolean {
  return !gone && deletionTimestamp === null && phase !== 'Succeeded' && phase !== 'Failed';
}

function isTerminating({ gone, phase, deletionTimestamp }: PodObject): boolean {
  return !gone && deletionTimestamp !== null && phase !== 'Succeeded' && phase !== 'Failed';
}

/** Takes in Pods that have ended since the last sync. Source: pkg/controller/job/job_controller.go trackJobStatusAndRemoveFinalizers */
function count(view: SetView<JobInfo>, before: JobMemory): JobMemory {
  const { podReplacementPolicy, podFailurePolicy, backoffLimitPerIndex, template } = view.info;
  const counted = { ...before.counted };
  const failedIndexes = new Set(before.failedIndexes);
  let { failuresInARow, lastFailureUs, policyFailsIt } = before;
  for (const pod of view.pods) {
    if (counted[pod.index] !== undefined) continue;
    if (pod.phase === 'Succeeded') {
      counted[pod.index] = 'succeeded';
      failuresInARow = 0;
      continue;
    }
    // An object that went without a word of its end has failed.
    if (!pod.gone && !isJobPodFailed(jobPod(pod, view, template), podReplacementPolicy)) continue;
    const action = matchPodFailurePolicy(podFailurePolicy, jobPod(pod, view, template));
    counted[pod.index] = action === 'Ignore' ? 'ignored' : 'failed';
    if (action === 'FailJob') policyFailsIt = true;
    if (action === 'Ignore') continue;
    const { place } = pod.member!;
    const failures = failuresOf(view.pods, counted, place).length;
    if (isIndexFailed(failures, backoffLimitPerIndex, action === 'FailIndex')) failedIndexes.add(place);
    failuresInARow++;
    lastFailureUs = Math.max(lastFailureUs ?? 0, endedAt(pod));
  }
  return {
    ...before,
    counted,
    failuresInARow,
    lastFailureUs,
    failedIndexes: [...failedIndexes],
    policyFailsIt,
  };
}

/** The Pods of a completion index that count as failed. */
function failuresOf(
  pods: readonly PodObject[],
  counted: JobMemory['counted'],
  place: number,
): readonly PodObject[] {
  return pods.filter(({ index, member }) => member!.place === place && counted[index] === 'failed');
}

/** Source: pkg/controller/job/backoff_utils.go getFinishedTime */
function endedAt({ readyAt, ready, deletionTimestamp, deletionGracePeriodSeconds }: PodObject): Micros {
  const asked =
    deletionTimestamp === null
      ? 0
      : deletionTimestamp - (deletionGracePeriodSeconds ?? 0) * MICROS_PER_SECOND;
  return Math.max(ready ? 0 : readyAt, asked, 0);
}

function jobPod(pod: PodObject, { info, templates }: SetView<JobInfo>, template: number): JobPod {
  const { containers } = templates[template]!;
  const { exitCodes } = pod;
  return {
    phase: pod.phase,
    terminating: pod.deletionTimestamp !== null,
    ready: pod.ready,
    assigned: pod.node >= 0,
    index: info.indexed ? pod.member!.place : null,
    disruptionTarget: pod.disruptionTarget,
    exitCodes:
      exitCodes === null
        ? null
        : Object.fromEntries(containers.map(({ name }, at) => [name, exitCodes[at] ?? 0])),
  };
}

/** With completion indexes each counts once, however many of its Pods succeeded. */
function countsOf(view: SetView<JobInfo>, { counted }: JobMemory): JobCounts {
  const pods = view.pods;
  return {
    active: pods.filter((pod) => isActive(pod)).length,
    terminating: pods.filter((pod) => isTerminating(pod)).length,
    succeeded: view.info.indexed ? doneIndexes(pods, counted).size : amount(counted, 'succeeded'),
    failed: amount(counted, 'failed'),
  };
}

function amount(counted: JobMemory['counted'], as: 'succeeded' | 'failed'): number {
  return Object.values(counted).filter((each) => each === as).length;
}

function doneIndexes(pods: readonly PodObject[], counted: JobMemory['counted']): ReadonlySet<number> {
  return new Set(
    pods.filter(({ index }) => counted[index] === 'succeeded').map(({ member }) => member!.place),
  );
}

/** A Job that has failed or is done stays so. */
function decide(view: SetView<JobInfo>, memory: JobMemory, counts: JobCounts): JobMemory {
  if (memory.outcome !== null) return memory;
  const { suspend, status } = view.object;
  const since = status.job?.startTime ?? view.nowUs;
  const failure = jobFailure(view.info, counts, {
    policyFailsIt: memory.policyFailsIt,
    suspended: suspend,
    activeForUs: view.nowUs - since,
  });
  if (failure !== null) return { ...memory, outcome: { type: 'Failed', reason: failure } };
  const byIndex = decideByIndexes(view, memory);
  if (byIndex !== null) return { ...memory, outcome: byIndex };
  if (suspend || !jobComplete(view.info, counts)) return memory;
  return { ...memory, outcome: { type: 'Complete', reason: 'CompletionsReached' } };
}

function decideByIndexes({ info, pods }: SetView<JobInfo>, memory: JobMemory): JobMemory['outcome'] {
  const { indexed, completions, backoffLimitPerIndex, successPolicy } = info;
  if (!indexed || completions === null) return null;
  const succeeded = doneIndexes(pods, memory.counted);
  const counts = { failed: memory.failedIndexes.length, succeeded: succeeded.size };
  const failure = backoffLimitPerIndex === null ? null : indexedJobFailure({ ...info, completions }, counts);
  if (failure !== null) return { type: 'Failed', reason: failure };
  const early = succeeded.size < completions && matchSuccessPolicy(successPolicy, completions, succeeded);
  return early ? { type: 'Complete', reason: 'SuccessPolicy' } : null;
}

function workOf(view: SetView<JobInfo>, memory: JobMemory, counts: JobCounts): Work {
  const { info, object, nowUs, minor } = view;
  const active = view.pods.filter((pod) => isActive(pod));
  if (memory.outcome !== null) return { ...NOTHING, deletes: active };
  if (object.suspend) return { ...NOTHING, deletes: active, forgets: true };
  const wanted = jobPodsWanted({ ...info, parallelism: object.replicas }, counts);
  if (wanted < 0) {
    const surplus = active
      .map((pod) => ({ pod, seen: jobPod(pod, view, info.template) }))
      .sort((a, b) => byLeastLost(a.seen, b.seen) || b.pod.readyAt - a.pod.readyAt)
      .slice(0, -wanted);
    return { ...NOTHING, deletes: surplus.map(({ pod }) => pod), forgets: true };
  }
  if (wanted === 0) return NOTHING;
  if (info.backoffLimitPerIndex !== null) return byOwnBackoff(view, memory, newPods(view, memory, wanted));
  const waitsUs = jobBackoffUs(memory.failuresInARow, memory.lastFailureUs, nowUs, minor);
  return waitsUs > 0 ? { ...NOTHING, waitsUs } : { ...NOTHING, creates: newPods(view, memory, wanted) };
}

/**
 * Each index waits for its own failures alone.
 * Source: pkg/controller/job/job_controller.go getPodCreationInfoForIndependentIndexes
 */
function byOwnBackoff(
  { pods, nowUs, minor }: SetView<JobInfo>,
  { counted }: JobMemory,
  news: readonly NewPod[],
): Work {
  const waits = news.map(({ place }) => {
    const ends = failuresOf(pods, counted, place).map(endedAt);
    return jobBackoffUs(ends.length, ends.length === 0 ? null : largest(ends), nowUs, minor);
  });
  const creates = news.filter((_, at) => waits[at] === 0);
  return { ...NOTHING, creates, waitsUs: creates.length > 0 ? null : soonest(...waits) };
}

/** Kubernetes ends these names with random letters; here they are numbered: the index first, then the attempt. */
function newPods(
  view: SetView<JobInfo>,
  { counted, failedIndexes }: JobMemory,
  wanted: number,
): readonly NewPod[] {
  const { info, object } = view;
  const pods = view.pods;
  const { revision, name } = object;
  if (!info.indexed)
    return Array.from({ length: wanted }, (_, more) => {
      const place = pods.length + more;
      return { name: `${name}-${place}`, revision, place };
    });
  const held = new Set([
    ...failedIndexes,
    ...pods
      .filter((pod) => isActive(pod) || (info.podReplacementPolicy === 'Failed' && isTerminating(pod)))
      .map(({ member }) => member!.place),
  ]);
  return firstPendingIndexes(info.completions!, doneIndexes(pods, counted), held, wanted).map((place) => {
    const attempts = pods.filter(({ member }) => member!.place === place).length;
    return { name: attempts === 0 ? `${name}-${place}` : `${name}-${place}-${attempts}`, revision, place };
  });
}

/** Their finalizers are taken off before they are deleted. Source: pkg/controller/job/job_controller.go deleteJobPods */
function forgotten(memory: JobMemory, deleted: readonly PodObject[]): JobMemory {
  const ignored = Object.fromEntries(deleted.map(({ index }) => [index, 'ignored' as const]));
  return { ...memory, counted: { ...ignored, ...memory.counted } };
}

function untilDeadline(
  { info: { activeDeadlineSeconds }, nowUs }: SetView<JobInfo>,
  startTime: Micros | null,
  over: boolean,
): Micros | null {
  if (over || activeDeadlineSeconds === null || startTime === null) return null;
  return Math.max(startTime + activeDeadlineSeconds * MICROS_PER_SECOND - nowUs, 0);
}

function soonest(...waits: readonly (Micros | null)[]): Micros | null {
  const known = waits.filter((wait) => wait !== null);
  return known.length === 0 ? null : smallest(known);
}
