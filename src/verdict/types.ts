import type { Assumption } from '../cluster/assumption.ts';
import type { RefusedPod } from '../cluster/disruption.ts';
import type { FailureKind } from '../cluster/traffic.ts';
import { betweenMs } from '../kernel/time.ts';
import type { Fix } from './fix-types.ts';
import type { OutageKind } from './outages.ts';
import type { FailureReason, Requests } from './request-types.ts';
import type { RolloutReport } from './rollout-report.ts';

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
 * | readyTooEarly | yes | no: a new Pod is routed to before it accepts |
 * | requestFailed | yes | as its attribution says |
 * | preStopFailed | no: what it causes is judged by itself | no: the hook itself is broken |
 * | graceUsedUp | only where the hook takes all of the grace period | a shorter one, or a longer grace period |
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
  | 'readyTooEarly'
  | 'nothingToJudge';

export const GATING: Readonly<Record<ViolationKind, boolean>> = {
  exposed: true,
  cutByKill: true,
  preStopCutOff: true,
  noEndpoints: true,
  requestFailed: true,
  killedWhileRouted: true,
  readyTooEarly: true,
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

/** What every violation says. */
export interface ViolationBase {
  /** Whether it makes the run unsafe. */
  readonly gating: boolean;
  /** null where it is about no one Pod. */
  readonly pod: string | null;
  readonly router?: string;
  readonly service?: string;
  readonly port?: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** From the request that began it to the event that ended it. */
  readonly culprit: readonly CauseLink[];
  readonly fix: Fix;
}

/** What is particular to a kind. `describe(violation)` says it in words. */
export type ViolationFacts =
  | {
      readonly kind: 'exposed';
      /** The container that did not accept. */
      readonly container: string;
      /** It had accepted before; else it was stopped before it had begun to. */
      readonly accepted: boolean;
      /** Why the router let go in the end: its view of the endpoints changed, or it found out by itself; null: it did not before the run ended. */
      readonly letGo: LetGoCause | null;
    }
  | {
      readonly kind: 'cutByKill';
      readonly container: string;
      readonly by: 'sigkill' | 'nodeLost';
      /** From the stop signal to the kill. */
      readonly hadMs: number;
      /** From the stop signal on, for what was in flight. */
      readonly neededMs: number;
    }
  | {
      readonly kind: 'preStopCutOff';
      readonly container: string;
      /** How long the hook would have taken. */
      readonly hookMs: number;
      readonly graceSeconds: number;
    }
  | {
      readonly kind: 'graceUsedUp';
      readonly container: string;
      /** How long the hook took. */
      readonly hookMs: number;
      readonly graceSeconds: number;
      /** The hook takes all of the grace period: whether it ends or is cut off is a race. */
      readonly races: boolean;
    }
  | { readonly kind: 'preStopFailed'; readonly container: string }
  | {
      readonly kind: 'noEndpoints';
      /** How many routers had nobody to send to. */
      readonly routers: number;
      /** `dropped`: a node had none of its own under `internalTrafficPolicy: Local`. */
      readonly connections: OutageKind;
      readonly forGood: boolean;
    }
  | {
      readonly kind: 'requestFailed';
      readonly client: string;
      readonly count: number;
      readonly failure: FailureKind;
      /** How the last attempt failed, where `failure` is `retryExhausted`. */
      readonly lastFailure: FailureKind;
      readonly container: string | null;
      readonly reason: FailureReason;
    }
  | {
      readonly kind: 'killedWhileRouted';
      readonly container: string;
      readonly times: number;
      /** New connections were refused for so long in all. */
      readonly totalMs: number;
    }
  | {
      readonly kind: 'readyTooEarly';
      readonly container: string;
      /** New Pods that were routed to before this container accepted; the window is the longest of them. */
      readonly pods: number;
    }
  | { readonly kind: 'nothingToJudge'; readonly reason: NothingToJudge };

/** Something that went wrong in a run, with its window, its causes and its fix. */
export type Violation = ViolationBase & ViolationFacts;

/** What made a router let go of a Pod: a new view of its endpoints, or what it found out about the Pod by itself. */
export type LetGoCause = 'endpoints' | 'health';

/** Why there is nothing to judge. */
export type NothingToJudge =
  /** Only headless Services select what was stopped, and nobody is described who uses their names. */
  | { readonly code: 'headless'; readonly services: readonly string[]; readonly pods: readonly string[] }
  | { readonly code: 'neverReady' | 'noService' | 'noPort'; readonly pods: readonly string[] }
  | { readonly code: 'crashLoop'; readonly pod: string; readonly container: string }
  | { readonly code: 'unscheduled'; readonly pod: string }
  /** `kubectl drain` may not delete some Pod without another flag, and leaves the whole node alone. */
  | { readonly code: 'drainRefused'; readonly refused: readonly RefusedPod[] }
  /** PodDisruptionBudgets refuse every eviction of a drain, which therefore never ends. */
  | { readonly code: 'drainBlocked'; readonly budgets: readonly BlockingBudget[] }
  /** An autoscaler could not take any node away. */
  | { readonly code: 'nodeStays'; readonly reasons: readonly string[] }
  | { readonly code: 'drainStuck' | 'nothingStopped' };

/** A budget that allows no disruption: how many healthy Pods it wants, and how many there are. */
export interface BlockingBudget {
  readonly budget: string;
  readonly needs: number;
  readonly has: number;
}

/** What a run is judged to be. */
export type Outcome = 'safe' | 'unsafe' | 'notJudged';

/** Something that a run leaves open. `describe` says it in words. */
export type NotJudged =
  /** The horizon ended the run before the Pod had stopped, or before every router had let go of it. */
  | { readonly code: 'stillStopping' | 'stillRouted'; readonly gating: true; readonly pod: string }
  /** None of its Pods was stopped; no Pod of the manifests is behind it; its names are used by nobody who is described. */
  | {
      readonly code: 'serviceNotStopped' | 'serviceWithoutPods' | 'headlessWithoutClients';
      readonly gating: boolean;
      readonly service: string;
    }
  | (Doubt & { readonly code: 'routerNotDescribed'; readonly gating: boolean })
  /** No container can be behind the port: all of them are taken off the path. */
  | {
      readonly code: 'portWithoutContainer';
      readonly gating: true;
      readonly service: string;
      readonly port: number;
    }
  /** How long a hook takes is written nowhere, and whether the Pod is safe depends on it. */
  | {
      readonly code: 'hookDurationUnknown';
      readonly gating: true;
      readonly pod: string;
      readonly container: string;
      readonly hook: 'exec' | 'httpGet' | 'sleep' | 'invalid';
      /** Why nobody can say. */
      readonly reason: string;
      /** What its command takes at least. */
      readonly leastMs: number;
      /** The whole seconds between which it is safe; null where none was found. */
      readonly safeSeconds: { readonly from: number; readonly to: number } | null;
    };

/** A router that the manifests name and nobody described: `services` are those it sends to; null: that is not known. */
export interface Doubt {
  readonly kind: string;
  readonly name: string;
  readonly services: readonly string[] | null;
  /** What it is, where that is known and not modelled; null: nobody can say. */
  readonly what: string | null;
}

/** How long a violation lasts. That there is nothing to judge does not count against anything that was judged. */
export function lengthMs({ kind, fromMs, toMs }: Violation): number {
  return kind === 'nothingToJudge' ? -1 : betweenMs(fromMs, toMs);
}

/** The one that lasts longest, the first of equals: the one that every output speaks of. */
export function longest(violations: readonly Violation[]): Violation | undefined {
  return violations.reduce<Violation | undefined>(
    (worst, each) => (worst === undefined || lengthMs(each) > lengthMs(worst) ? each : worst),
    undefined,
  );
}

/** Of those that make a run unsafe the worst; undefined where none does. */
export function gravest(violations: readonly Violation[]): Violation | undefined {
  return longest(violations.filter(({ gating }) => gating));
}

/** Why there is no preStop value that would have made this run safe. */
export type NoPreStopReason =
  /** Nobody else was ready, or the kubelet stopped it: routers let go only because the Pod was gone. */
  | 'routedUntilGone'
  /** A router let go only because it found out by itself, by a health check, that the Pod had stopped accepting. */
  | 'routedUntilUnhealthy'
  | 'readyTooEarly'
  /** A proxy that a webhook puts into the Pod leaves before routers have let go: no hook of the app holds it. */
  | 'sidecarLeavesFirst'
  | 'graceTooShort'
  /** The run ended at its horizon, before the Pod had stopped and was let go of. */
  | 'horizonTooShort'
  | 'nothingToJudge';

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
  /** `run`: this run. `rerun`: a rerun of its seed with hooks of `hookMs`. */
  readonly of: 'run' | 'rerun';
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

/** How long a Pod had to stop, how long it took, and whether it was killed. */
export interface Grace {
  readonly budgetMs: number;
  readonly usedMs: number;
  readonly sigkilled: boolean;
}

/** What a run means: whether it is safe, by how much, what is wrong and what was assumed. */
export interface Verdict {
  /** Whether the outcome is `safe`. */
  readonly safe: boolean;
  readonly outcome: Outcome;
  /** What was not looked at. What is `gating` keeps a run from being safe. */
  readonly notJudged: readonly NotJudged[];
  readonly violations: readonly Violation[];
  /** The least time between a router's letting go and the end of accepting; null where no stopped Pod was routed to. */
  readonly marginMs: number | null;
  /**
   * The smallest preStop duration with which this very run would have no exposure; null where there is none. It may take further runs,
   * which are made when it is first read.
   */
  readonly requiredPreStopMs: number | null;
  readonly requiredPreStopReason?: NoPreStopReason | undefined;
  readonly decidedBy: Decision | null;
  /** What nobody described, and the verdict therefore rests on. `describe(assumption)` says it in words. */
  readonly assumptions: readonly Assumption[];
  /** What became of the requests of the scenario's clients. */
  readonly requests: Requests;
  readonly grace: Readonly<Record<string, Grace>>;
  /** What the actions did to Deployments and Services; absent where they only delete Pods. */
  readonly rollout?: RolloutReport;
}
