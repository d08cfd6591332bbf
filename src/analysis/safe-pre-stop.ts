import type { Issue } from '../cluster/issue.ts';
import type { NotJudged, Violation } from '../verdict/types.ts';
import type { OverLimitAt } from './over-limit.ts';

/** Which preStop values are safe: the public shape. `describe(answer)` of the package is its text. */

/** A run that shows an edge: repeat it with `simulate(applyPreStop(scenario, seconds), { seed })`. */
export interface Replay {
  readonly seconds: number;
  readonly seed: number;
  readonly safe: boolean;
  /** The worst that makes it unsafe. */
  readonly violation: Violation | null;
}

/** What an answer rests on: runs, seeds to repeat them with, and what they allow to claim. */
export interface Evidence {
  readonly runs: number;
  readonly seed: number;
  readonly confidence: number;
  /** What may be said of the failure rate after these runs. */
  readonly claim: string;
  readonly replays: readonly Replay[];
  /** Seconds between the edges that were run, too, and with how many runs each. */
  readonly interior: { readonly seconds: readonly number[]; readonly runsEach: number };
  /** Runs that met a limit and have no verdict: a value counts as safe by its other runs. */
  readonly overLimit: number;
  /** The first of them, and its preStop. */
  readonly firstOverLimit: OverLimitAt | null;
}

/** Why no preStop is safe. */
export type NoneReason =
  /** No hook that fits the grace period is long enough for the slowest router. */
  | 'graceTooShort'
  /** No other endpoint takes over before the Pod is gone. */
  | 'noOtherEndpoint'
  /** A router lets go only once its health check has found the Pod closed. */
  | 'routedUntilUnhealthy'
  /** A Pod was routed to before it had begun to accept. */
  | 'readyTooEarly'
  /** A proxy that a webhook puts into the Pod leaves before routers have let go. */
  | 'sidecarLeavesFirst'
  /** What the app has to finish does not fit beside the hook that routing needs. */
  | 'drainTooLong'
  /** A container's hook does something else, so no sleep can take its place. */
  | 'hookDoesMore'
  | 'unsafeAtEveryValue';

/** What decides the lower end: the router that let go last, in the slowest run. */
export interface LowerEdge {
  readonly router: string;
  readonly requiredPreStopMs: number;
  readonly seed: number;
}

/** What decides the upper end. */
export type UpperEdge =
  /** One second more is not safe. */
  | { readonly by: 'violation'; readonly violation: Violation }
  /** No higher value was looked at, since `maxSeconds` allows none. */
  | { readonly by: 'maxSeconds'; readonly maxSeconds: number }
  /** With a second more a run ends at its horizon before it can be judged. */
  | { readonly by: 'horizon' }
  /** With a second more each run meets a limit. */
  | { readonly by: 'overLimit' }
  /** The grace period: from `lastSeconds` on the app has only the least that the kubelet grants after a hook. */
  | { readonly by: 'grace'; readonly lastSeconds: number };

/** The whole seconds of preStop that are safe. */
export interface SafeInterval {
  readonly kind: 'interval';
  readonly minSeconds: number;
  readonly maxSeconds: number;
  readonly recommendedSeconds: number;
  /** From the recommended value to each edge. Both are above 0 unless the interval has no more than two values. */
  readonly slackSeconds: { readonly below: number; readonly above: number };
  /** The share of the smallest safe value that was added for the recommendation. */
  readonly headroom: number;
  readonly decidedBelow: LowerEdge | null;
  readonly decidedAbove: UpperEdge;
  readonly evidence: Evidence;
}

/** No preStop is safe, and why. */
export interface NoSafePreStop {
  readonly kind: 'none';
  readonly reason: NoneReason;
  /** What was looked at: names of the workloads whose Pods serve. */
  readonly workloads: readonly string[];
  /** The largest value that was looked at. */
  readonly limitSeconds: number;
  /** In how many of the runs no value helps; null where that is not what was counted. */
  readonly affectedRuns: number | null;
  /** The worst of the run that shows it. */
  readonly violation: Violation | null;
  /** What speaks against a sleep in this scenario at all. */
  readonly issue: Issue | null;
  /** Whole seconds that routing needs, where that is known. */
  readonly neededSeconds: number | null;
  /** The smallest grace period with which a preStop of `preStopSeconds` was safe in every run; null where none was found. */
  readonly raiseTerminationGracePeriodSecondsTo: number | null;
  readonly preStopSeconds: number | null;
  readonly evidence: Evidence;
}

/** What it would take is not known: something was not looked at or is not described. */
export interface PreStopNotJudged {
  readonly kind: 'notJudged';
  readonly notJudged: readonly NotJudged[];
  /** Where nothing was there to judge: why. */
  readonly violation: Violation | null;
  readonly evidence: Evidence;
}

/** Which preStop values are safe: an interval, none, or not judged. */
export type SafePreStop = SafeInterval | NoSafePreStop | PreStopNotJudged;

/** Values of preStop of which a search that was broken off had shown something. */
export interface KnownSeconds {
  /** Safe in all runs. */
  readonly safeSeconds: readonly number[];
  /** Not safe in some run. */
  readonly unsafeSeconds: readonly number[];
}
