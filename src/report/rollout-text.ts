import { qualifiedName } from '../cluster/qualified-name.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { Run } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import type {
  HeldBy,
  JobReport,
  PodCounts,
  ReadyEndpoints,
  RolloutReport,
  WorkLost,
  WorkloadRollout,
} from '../verdict/rollout-report.ts';
import { paragraph } from './wrap.ts';

/**
 * The rollouts of a run in words, within 100 columns: for each workload when `kubectl rollout status` would say that it is done, when its
 * old Pods are gone, and how many Pods there were at the peak; the fewest ready endpoints of each Service; Pods that no node could
 * take and containers that were restarted. Empty for a run whose actions only delete Pods.
 */
export function formatRollout(run: Run): string {
  demand('formatRollout', 'run', run);
  const report = run.verdict.rollout;
  if (report === undefined) return '';
  return [
    ...report.workloads.flatMap(workloadLines),
    ...report.jobs.flatMap(jobLines),
    ...report.readyEndpoints.filter(({ initial }) => initial > 0).map((one) => paragraph(endpoints(one))),
    ...unscheduledLines(report),
    ...report.restarted.map(({ pod, container, restarts, goesOn }) =>
      paragraph(
        `Container ${container} of Pod ${pod} failed its startup or liveness probe: restarted ${times(restarts)}` +
          (goesOn ? ', and then again every 5 min, without an end' : ''),
      ),
    ),
  ].join('\n');
}

function workloadLines(rollout: WorkloadRollout): string[] {
  const { revision, startedMs, peakPods, firstStepPods } = rollout;
  const held = rollout.heldBy === null ? [] : [paragraph(holds(rollout.heldBy), '  held by         ')];
  return [
    paragraph(`Rollout of ${called(rollout)}, revision ${revision}, from ${seconds(startedMs)} on`),
    paragraph(completed(rollout), '  rollout status  '),
    ...held,
    paragraph(oldPodsGone(rollout), '  old Pods gone   '),
    paragraph(counts(firstStepPods), '  first step      '),
    paragraph(counts(peakPods), '  at peak         '),
    paragraph(worst(rollout), '  at worst        '),
  ];
}

function jobLines(job: JobReport): string[] {
  const { completions, succeeded, failed, lost, lostMs, startedMs } = job;
  const since = startedMs === 0 ? '' : `, started at ${seconds(startedMs)}`;
  const of = completions === null ? '' : ` of ${completions}`;
  const more = lost.length - SHOWN;
  return [
    paragraph(`${called(job)}${since}: ${finished(job)}`),
    paragraph(`${succeeded}${of} done, ${failed} failed`, '  completions     '),
    paragraph(
      lost.length === 0 ? 'none' : `${seconds(lostMs)} in ${podsOf(lost.length)}`,
      '  work lost       ',
    ),
    ...lost.slice(0, SHOWN).map((one) => paragraph(lostText(one), '    ')),
    ...(more > 0 ? [paragraph(`and ${more} more`, '    ')] : []),
  ];
}

function finished({ outcome, reason, finishedAfterMs, deletedAfterMs }: JobReport): string {
  if (outcome === null)
    return deletedAfterMs === null ? 'not over when the run ended' : `deleted ${after(deletedAfterMs)}`;
  const how = outcome === 'Complete' ? 'complete' : `failed (${reason})`;
  return finishedAfterMs === null
    ? `${how}, its last Pods still terminating when the run ended`
    : `${how} ${after(finishedAfterMs)}`;
}

const ENDED: Readonly<Record<WorkLost['ended'], string>> = {
  stopSignal: 'ended by the stop signal',
  sigkill: 'cut by SIGKILL',
  nodeLost: 'gone with its node',
  failure: 'failed by itself',
};

const FATES: Readonly<Record<WorkLost['fate'], string>> = {
  doneAgain: 'done again by another Pod',
  notDone: 'done by nobody',
  countedAsDone:
    'counted as done, since it exited with 0: the rest is done by nobody. Let it exit with another code when it is stopped early',
};

function lostText({ pod, ended, workedMs, hadMs, fate }: WorkLost): string {
  const had = hadMs === null ? '' : `, ${seconds(hadMs)} after its stop signal`;
  return `${pod}: ${seconds(workedMs)} of work, ${ENDED[ended]}${had}; ${FATES[fate]}`;
}

function podsOf(count: number): string {
  return count === 1 ? '1 Pod' : `${count} Pods`;
}

/** `Deployment web`; with its namespace outside `default`. */
function called({ workload, namespace }: Pick<WorkloadRollout, 'workload' | 'namespace'>): string {
  const [kind = '', name = ''] = workload.split('/');
  return `${kind} ${qualifiedName(namespace, name)}`;
}

function holds(held: HeldBy): string {
  switch (held.code) {
    case 'paused':
      return 'its pause (rolloutResume)';
    case 'deleted':
      return 'its deletion';
    case 'onDelete':
      return 'updateStrategy OnDelete: a Pod is replaced once somebody deletes it (deletePod)';
    case 'pauseStep':
      return `step ${held.step + 1}, a pause until somebody promotes it (rolloutResume)`;
    case 'promotion':
      return 'its promotion, which is not automatic (rolloutResume)';
    case 'podNotScheduled':
      return `Pod ${held.pod}, which no node could take`;
    case 'podNotReady':
      return `Pod ${held.pod}, which is not Ready`;
    case 'podNotGone':
      return `Pod ${held.pod}, which is not gone`;
    default:
      return unreachable(held);
  }
}

/** `kubectl rollout status` gives up at the deadline, whatever comes of the rollout afterwards. */
function completed(rollout: WorkloadRollout): string {
  const { completedAfterMs, deadlineExceededAfterMs: deadline, supersededAfterMs } = rollout;
  const failed = deadline === null ? '' : `; failed ${after(deadline)}: progressDeadlineSeconds ran out`;
  if (completedAfterMs !== null) return `done ${after(completedAfterMs)}${failed}`;
  if (supersededAfterMs !== null)
    return `superseded by a newer revision ${after(supersededAfterMs)}${failed}`;
  if (deadline === null) return 'not done when the run ended';
  return `never done: progressDeadlineSeconds ran out ${after(deadline)}`;
}

function oldPodsGone({ oldPodsGoneAfterMs, supersededAfterMs }: WorkloadRollout): string {
  if (oldPodsGoneAfterMs === null && supersededAfterMs !== null) return 'not before it was superseded';
  return after(oldPodsGoneAfterMs);
}

function after(ms: number | null): string {
  return ms === null ? 'not when the run ended' : `after ${seconds(ms)}`;
}

function counts({ total, ready, starting, terminating }: PodCounts): string {
  return `${total} Pods: ${ready} ready, ${starting} starting, ${terminating} terminating`;
}

function worst({ unavailableAtWorst: { pods, atMs } }: WorkloadRollout): string {
  if (pods === 0) return 'never fewer ready Pods than wanted';
  return `${pods} ${pods === 1 ? 'ready Pod' : 'ready Pods'} fewer than wanted, first at ${seconds(atMs)}`;
}

function endpoints({ service, initial, lowest, fromMs, forMs, toTheEnd }: ReadyEndpoints): string {
  if (lowest >= initial) return `Ready endpoints of Service ${service}: never fewer than ${initial}`;
  return (
    `Ready endpoints of Service ${service}: ${initial} at first, at fewest ${lowest}, ` +
    `so few from ${seconds(fromMs)} on for ${toTheEnd ? 'the rest of the run' : seconds(forMs)}`
  );
}

/** A Deployment of hundreds is told by its first few. */
const SHOWN = 5;

function unscheduledLines({ unscheduled }: RolloutReport): string[] {
  if (unscheduled.length === 0) return [];
  const more = unscheduled.length - SHOWN;
  const names = unscheduled.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return [paragraph(`Pending for want of a node that could take them: ${names}`)];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
