/** What a run means: the public shape. Times are milliseconds since the start of the run, with three decimals. */

/**
 * | kind | gating | can a preStop value fix it |
 * | --- | --- | --- |
 * | exposed | yes | a longer one, unless the Pod is routed to until it is gone |
 * | cutByKill | yes, where described work was still going on | a shorter one, or a longer grace period |
 * | preStopCutOff | yes | a shorter one, or a longer grace period |
 * | noEndpoints | yes | a longer one, where a replacement takes over |
 * | nothingToJudge | yes | no: no stopped Pod was ever routed to |
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
  | 'nothingToJudge';

export const GATING: Readonly<Record<ViolationKind, boolean>> = {
  exposed: true,
  cutByKill: true,
  preStopCutOff: true,
  noEndpoints: true,
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

export type FailureKind = 'connectionRefused' | 'connectTimeout';

/** Why there is no preStop value that would have made this run safe. */
export type NoPreStopReason = 'routedUntilGone' | 'graceTooShort' | 'nothingToJudge';

/** What decided `requiredPreStopMs`: the last router to let go of a Pod, and the container that stops accepting first. */
export interface Decision {
  readonly pod: string;
  readonly router: string;
  readonly service: string;
  readonly port: number;
  readonly container: string;
  /** Exact to the microsecond, before rounding; negative where the run would be safe without a hook. */
  readonly exactMs: number;
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
  readonly requests: {
    readonly sent: number;
    readonly succeeded: number;
    readonly failed: Partial<Record<FailureKind, number>>;
  };
  readonly grace: Readonly<Record<string, Grace>>;
}
