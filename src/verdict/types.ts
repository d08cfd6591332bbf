import type { Requests } from './requests.ts';
import type { RolloutReport } from './rollout.ts';

/** What a run means: the public shape. Times are milliseconds since the start of the run, with three decimals. */

/**
 * | kind | gating | can a preStop value fix it |
 * | --- | --- | --- |
 * | exposed | yes | a longer one, unless the Pod is routed to until it is gone |
 * | cutByKill | yes, where described work was still going on | a shorter one, or a longer grace period |
 * | preStopCutOff | yes | a shorter one, or a longer grace period |
 * | noEndpoints | yes | a longer one, where a replacement takes over |
 * | killedWhileRouted | yes | no: a probe kills a container that is only slow |
 * | nothingToJudge | yes | no: no stopped Pod was ever routed to |
 * | requestFailed | yes | as its attribution says |
 * | preStopFailed | no: what it causes is judged by itself | no: the hook itself is broken |
 * | graceUsedUp | no | a shorter one, or a longer grace period |
 */
export type ViolationKind =
  | 'exposed'
  | 'cutByKill'
  | 'preStopCutOff'
  | 'preStopFailed'
  | 'graceUsedUp'
  | 'noEndpoints'
  | 'requestFailed'
  | 'killedWhileRouted'
  | 'nothingToJudge';

export const GATING: Readonly<Record<ViolationKind, boolean>> = {
  exposed: true,
  cutByKill: true,
  preStopCutOff: true,
  noEndpoints: true,
  requestFailed: true,
  killedWhileRouted: true,
  nothingToJudge: true,
  preStopFailed: false,
  graceUsedUp: false,
};

/** One link of a chain of causes: what happened, where, and how long after its cause. */
export interface CauseLink {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly type: string;
  /** Since the link before it. */
  readonly tookMs: number;
}

export interface Violation {
  readonly kind: ViolationKind;
  /** Whether it makes the run unsafe. */
  readonly gating: boolean;
  /** null where it is about no one Pod. */
  readonly pod: string | null;
  readonly router?: string;
  readonly service?: string;
  readonly port?: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly why: string;
  /** From the request that began it to the event that ended it. */
  readonly culprit: readonly CauseLink[];
  readonly fix: string;
}

/** Of those that make a run unsafe the one that lasts longest; undefined where none does. */
export function gravest(violations: readonly Violation[]): Violation | undefined {
  const [first] = violations
    .filter(({ gating }) => gating)
    .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  return first;
}

/** Why there is no preStop value that would have made this run safe. */
export type NoPreStopReason = 'routedUntilGone' | 'readyTooEarly' | 'graceTooShort' | 'nothingToJudge';

/** What decided `requiredPreStopMs`: the last router to let go of a Pod, and the container that stops accepting first. */
export interface Decision {
  readonly pod: string;
  readonly router: string;
  readonly service: string;
  readonly port: number;
  readonly container: string;
  /** Exact to the microsecond, before rounding; negative where the run would be safe without a hook. */
  readonly exactMs: number;
  /** What it was read off; null where it was found by reruns with hooks of different lengths instead. */
  readonly reading: DecisionReading | null;
}

/**
 * The terms of `exactMs`: `letGoMs` less the end of accepting that a hook of no length would have had, which is
 * `killStartedMs` + `hookStartUpMs` + `signalDelayMs` + `acceptingMs`. Milliseconds with three decimals.
 */
export interface DecisionReading {
  /** `run`: this run. `longestHook`: a rerun of its seed with hooks of `hookMs`, in which routing does not depend on the hook. */
  readonly of: 'run' | 'longestHook';
  /** Length of the hooks of that rerun; null where it was this run. */
  readonly hookMs: number | null;
  /** The event with which the last router let go: its position in the trace of the run that was read. */
  readonly letGoSeq: number;
  /** When that router's last connection reached the Pod: the time of the event, and one way to the Pod. */
  readonly letGoMs: number;
  /** When the kubelet began to stop the Pod. */
  readonly killStartedMs: number;
  /** What the runtime takes to start an exec hook; 0 for any other. */
  readonly hookStartUpMs: number;
  /** From the end of the hook to the stop signal. */
  readonly signalDelayMs: number;
  /** From the stop signal to the end of accepting, after a hook of no length. */
  readonly acceptingMs: number;
  /** What ends the accepting: the app itself, or SIGKILL. */
  readonly endsBy: 'app' | 'sigkill';
}

export interface Grace {
  readonly budgetMs: number;
  readonly usedMs: number;
  readonly sigkilled: boolean;
}

export interface Verdict {
  readonly safe: boolean;
  readonly violations: readonly Violation[];
  /** The least time between a router's letting go and the end of accepting; null where no stopped Pod was routed to. */
  readonly marginMs: number | null;
  /** The smallest preStop duration with which this very run would have no exposure; null where there is none. */
  readonly requiredPreStopMs: number | null;
  readonly requiredPreStopReason?: NoPreStopReason;
  readonly decidedBy: Decision | null;
  readonly assumptions: readonly string[];
  /** What became of the requests of the scenario's clients. */
  readonly requests: Requests;
  readonly grace: Readonly<Record<string, Grace>>;
  /** What the actions did to Deployments and Services; absent where they only delete Pods. */
  readonly rollout?: RolloutReport;
}
