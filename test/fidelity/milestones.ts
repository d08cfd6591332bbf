import { podTimeline, type Run } from '../../src/run/simulate.ts';
import type { PodTimeline } from '../../src/verdict/pod-timeline.ts';
import type { TraceIteration } from './read-traces.ts';

/** Moments of a Pod that was stopped, in the order in which they are printed. */
export const POD_MILESTONES = [
  'stoppedAtMs',
  'terminatingMs',
  'kubeletObservedMs',
  'sliceTerminatingMs',
  'rulesRemovedMs',
  'preStopStartedMs',
  'preStopEndedMs',
  'sigtermMs',
  'exitedMs',
  'servingFalseMs',
  'terminalPhaseMs',
  'sliceRemovedMs',
  'podDeletedMs',
] as const;
/** Moments of a Pod that took the place of one, since the action. */
export const REPLACEMENT_MILESTONES = [
  'createdMs',
  'runningMs',
  'readyMs',
  'sliceReadyMs',
  'rulesAddedMs',
] as const;
/** What is compared as shares: it either is so or not. */
export const POD_OUTCOMES = ['exitCode', 'preStopOutcome', 'terminalPhase', 'servingFalseSeen'] as const;

export type PodMilestone = (typeof POD_MILESTONES)[number];
export type ReplacementMilestone = (typeof REPLACEMENT_MILESTONES)[number];
export type PodOutcome = (typeof POD_OUTCOMES)[number];

type Moments<K extends string> = Readonly<Partial<Record<K, number>>>;
export interface ObservedPod {
  readonly moments: Moments<PodMilestone>;
  readonly outcomes: Readonly<Partial<Record<PodOutcome, string>>>;
}

/** What one iteration of a set, or one simulated run, showed: Pods by the time they were stopped, replacements by that of their creation. */
export interface Observation {
  readonly pods: readonly ObservedPod[];
  readonly replacements: readonly Moments<ReplacementMilestone>[];
}

/** A hook that ended this much early was cut off: more than the recorder's resolution, less than any hook here. */
const CUT_OFF_TOLERANCE_MS = 100;

/** An iteration of a set. `hookMs`: how long the hook would last; the recorder did not write down how it ended. */
export function observeIteration(iteration: TraceIteration, hookMs: number | null): Observation {
  const pods = [...iteration.pods].sort((a, b) => a.stoppedAtMs - b.stoppedAtMs);
  const replacements = [...(iteration.replacements ?? [])].sort((a, b) => a.createdMs - b.createdMs);
  return {
    pods: pods.map((pod) => {
      const moments = numbers(pod, POD_MILESTONES);
      const outcomes = {
        ...text('exitCode', pod.exitCode),
        ...text('terminalPhase', pod.terminalPhase),
        ...text('preStopOutcome', hookOutcome(moments, hookMs)),
        servingFalseSeen: seen(moments),
      };
      return { moments, outcomes };
    }),
    replacements: replacements.map((replacement) => numbers(replacement, REPLACEMENT_MILESTONES)),
  };
}

function hookOutcome(moments: Moments<PodMilestone>, hookMs: number | null): string | undefined {
  const { preStopStartedMs, preStopEndedMs } = moments;
  if (hookMs === null) return 'none';
  if (preStopStartedMs === undefined || preStopEndedMs === undefined) return undefined;
  return preStopEndedMs - preStopStartedMs < hookMs - CUT_OFF_TOLERANCE_MS ? 'cutOff' : 'completed';
}

function seen({ servingFalseMs }: Moments<PodMilestone>): string {
  return servingFalseMs === undefined ? 'no' : 'yes';
}

function text<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  return value === undefined || value === null ? {} : ({ [name]: String(value) } as Record<K, string>);
}

function numbers<K extends string>(from: Readonly<Record<string, unknown>>, names: readonly K[]): Moments<K> {
  const found: Partial<Record<K, number>> = {};
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

/** A simulated run in the recorder's terms: a Pod's times count from the DELETE, or from its deletionTimestamp where a controller sent it. */
/** `actionMs`: when the action began; what counts from it is told as since then. */
export function observeRun(run: Run, stoppedBy: 'request' | 'controller', actionMs = 0): Observation {
  const stopped = new Set<string>();
  const created = new Set<string>();
  for (const { type, pod, data } of run.trace) {
    if (pod === undefined) continue;
    if (type === 'deletePod' && data?.outcome !== 'unchanged') stopped.add(pod);
    if (type === 'createPod') created.add(pod);
  }
  const pods = [...stopped]
    .map((pod) => simulatedPod(podTimeline(run, pod), stoppedBy, actionMs))
    .sort((a, b) => a.moments.stoppedAtMs! - b.moments.stoppedAtMs!);
  const replacements = [...created]
    .map((pod) => simulatedReplacement(podTimeline(run, pod), actionMs))
    .sort((a, b) => a.createdMs! - b.createdMs!);
  return { pods, replacements };
}

function simulatedPod(
  timeline: PodTimeline,
  stoppedBy: 'request' | 'controller',
  actionMs: number,
): ObservedPod {
  const { deleteRequestedMs, terminatingMs } = timeline;
  const stoppedAtMs = (stoppedBy === 'request' ? deleteRequestedMs : terminatingMs) ?? 0;
  const [rulesRemovedMs] = Object.values(timeline.rulesRemovedMs);
  const times = numbers({ ...timeline, rulesRemovedMs }, POD_MILESTONES);
  const moments: Partial<Record<PodMilestone, number>> = { stoppedAtMs };
  for (const name of POD_MILESTONES) {
    const at = times[name];
    if (at !== undefined) moments[name] = at - stoppedAtMs;
  }
  moments.stoppedAtMs = stoppedAtMs - actionMs;
  const outcomes = {
    ...text('exitCode', timeline.exitCode),
    ...text('terminalPhase', timeline.terminalPhase),
    preStopOutcome: timeline.preStopOutcome,
    servingFalseSeen: seen(moments),
  };
  return { moments, outcomes };
}

function simulatedReplacement(timeline: PodTimeline, actionMs: number): Moments<ReplacementMilestone> {
  const [rulesAddedMs] = Object.values(timeline.rulesAddedMs);
  const moments = numbers({ ...timeline, rulesAddedMs }, REPLACEMENT_MILESTONES);
  const since = Object.entries(moments).map(([name, at]) => [name, at - actionMs]);
  return Object.fromEntries(since) as Moments<ReplacementMilestone>;
}
