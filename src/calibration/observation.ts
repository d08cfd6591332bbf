/** The moments of one repetition, whoever saw them: a recorder, or a simulated run in a recorder's terms. */

/** Moments of a Pod that was stopped, in the order in which they are printed. */
export const POD_MILESTONES = [
  'stoppedAtMs',
  'deleteAnsweredMs',
  'terminatingMs',
  'kubeletObservedMs',
  'killStartedMs',
  'killSeenMs',
  'sliceTerminatingMs',
  'rulesRemovedMs',
  'lastAnswerMs',
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
  'boundMs',
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

/**
 * What only a node shows: logs of its kubelet and its kube-proxy, what its data plane holds, its containers. A recorder in a user's cluster
 * sees none of it.
 */
export const NODE_MILESTONES: readonly (PodMilestone | ReplacementMilestone)[] = [
  'kubeletObservedMs',
  'rulesRemovedMs',
  'preStopStartedMs',
  'preStopEndedMs',
  'sigtermMs',
  'exitedMs',
  'rulesAddedMs',
];

export type Moments<K extends string> = Readonly<Partial<Record<K, number>>>;

export interface ObservedPod {
  readonly name: string;
  readonly node: string | null;
  /** Since the Pod was asked to stop; `stoppedAtMs` since the action. */
  readonly moments: Moments<PodMilestone>;
  readonly outcomes: Readonly<Partial<Record<PodOutcome, string>>>;
  /** How far `killStartedMs` may be off, since two clocks differ: at most so much in either direction, ms. */
  readonly killUncertaintyMs?: number;
  /** How long nothing about it had changed when it was stopped, ms; missing where nothing shows that. */
  readonly steadyMs?: number;
  /** `lastAnswerMs` is the Pod's own end, and not that of its rules: probes failed after it. */
  readonly answersCutOff?: boolean;
  /** A bound on how long after `lastAnswerMs` the rules were gone, on average: endpoints / probes a second, ms. */
  readonly answerGapMs?: number;
}

export interface ObservedReplacement {
  readonly name: string;
  readonly moments: Moments<ReplacementMilestone>;
}

/** Pods by the time they were stopped, replacements by that of their creation. */
export interface Observation {
  /** A PATCH that the recorder sent was answered, ms since it was sent. */
  readonly patchAnsweredMs?: number;
  /** When a watch showed another version of a slice, ms since the action; missing where the recorder did not write that down. */
  readonly sliceChangesMs?: readonly number[];
  readonly pods: readonly ObservedPod[];
  readonly replacements: readonly ObservedReplacement[];
}

/** A hook that ended this much early was cut off: more than any recorder's resolution, less than any hook of use. */
const CUT_OFF_TOLERANCE_MS = 100;

/** How a hook ended, by how long it took; undefined where that was not seen. */
export function hookOutcome(
  { preStopStartedMs, preStopEndedMs }: Moments<PodMilestone>,
  hook: { readonly exists: boolean; readonly durationMs: number | null },
): string | undefined {
  if (!hook.exists) return 'none';
  if (preStopStartedMs === undefined || preStopEndedMs === undefined || hook.durationMs === null)
    return undefined;
  return preStopEndedMs - preStopStartedMs < hook.durationMs - CUT_OFF_TOLERANCE_MS ? 'cutOff' : 'completed';
}
