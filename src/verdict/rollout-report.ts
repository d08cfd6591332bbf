/** How many Pods there were at an instant, by what they were doing. Pods whose phase is terminal are not counted. */
export interface PodCounts {
  readonly total: number;
  /** Ready, and nobody has asked for their end. */
  readonly ready: number;
  /** Not Ready yet, or no longer, and nobody has asked for their end. */
  readonly starting: number;
  readonly terminating: number;
}

/** What keeps a rollout from its end. `step` counts an Argo Rollout's from 0. */
export type HeldBy =
  /** It, or the Rollout, is paused, was deleted, or replaces Pods only when somebody deletes them. */
  | { readonly code: 'paused' | 'deleted' | 'onDelete' }
  /** A canary waits at this step; a blue-green revision waits for its promotion. `rolloutResume` promotes both. */
  | { readonly code: 'pauseStep'; readonly step: number }
  | { readonly code: 'promotion' }
  /** One of its Pods: no node took it, it does not become Ready, or it does not go. */
  | { readonly code: 'podNotScheduled' | 'podNotReady' | 'podNotGone'; readonly pod: string };

/** One workload's rollout. Durations count from its change at the API server; null: not within the run. */
export interface WorkloadRollout {
  /** `kind/name`: `StatefulSet/db`. */
  readonly workload: string;
  readonly namespace: string;
  readonly revision: number;
  readonly startedMs: number;
  /** How often Pods were made or taken away, each time after one of the new ones had become Ready: n of a StatefulSet of n. */
  readonly steps: number;
  /** Until `kubectl rollout status` would say that it is done. Old Pods may still be terminating then. */
  readonly completedAfterMs: number | null;
  /** Until the last Pod of an older revision is gone from the API server. */
  readonly oldPodsGoneAfterMs: number | null;
  /** Until its progressDeadlineSeconds ran out; null where they did not. Nothing stops because of it. */
  readonly deadlineExceededAfterMs: number | null;
  /** Until a newer revision took its place before it was done; null where none did. What is null above never came about then. */
  readonly supersededAfterMs: number | null;
  /** What kept it from its end when the run ended; null: nothing, or it had come to its end. */
  readonly heldBy: HeldBy | null;
  /** The most Pods at one time, and what they were doing then. */
  readonly peakPods: PodCounts & { readonly atMs: number };
  /** The same before the first new Pod was Ready: what the rollout does at once. */
  readonly firstStepPods: PodCounts & { readonly atMs: number };
  /** The most Pods that were missing to the wanted number of ready ones, and since when. */
  readonly unavailableAtWorst: { readonly pods: number; readonly atMs: number };
}

/** The same of a Deployment, by its name: `name`, or `namespace/name` outside `default`. */
export type DeploymentRollout = Omit<WorkloadRollout, 'workload' | 'namespace'> & {
  readonly deployment: string;
};

/** The fewest ready endpoints that a Service's EndpointSlices showed. */
export interface ReadyEndpoints {
  readonly service: string;
  readonly initial: number;
  readonly lowest: number;
  /** When there were so few first, and for how long in all. */
  readonly fromMs: number;
  readonly forMs: number;
  /** There were still so few when the run ended. */
  readonly toTheEnd: boolean;
}

/** Work that a Pod of a Job had done when something ended it before it was through. */
export interface WorkLost {
  readonly pod: string;
  /** Its completion index; null in a Job without them. */
  readonly index: number | null;
  /** How it ended: by the stop signal, by SIGKILL, with its node, or by an error of its own. */
  readonly ended: 'stopSignal' | 'sigkill' | 'nodeLost' | 'failure';
  /** From the start of its process until it was told to stop, or ended. What it had saved by then nobody knows. */
  readonly workedMs: number;
  /** From the stop signal to its end; null without one. */
  readonly hadMs: number | null;
  /**
   * `doneAgain`: another Pod does the same work. `notDone`: nobody does. `countedAsDone`: it exited with 0 after the stop signal, and the
   * Job takes that for a success (podReplacementPolicy: Failed), so that nobody does the rest.
   */
  readonly fate: 'doneAgain' | 'notDone' | 'countedAsDone';
}

/** What became of a Job. */
export interface JobReport {
  /** `Job/import`. */
  readonly workload: string;
  readonly namespace: string;
  readonly completions: number | null;
  readonly succeeded: number;
  readonly failed: number;
  readonly outcome: 'Complete' | 'Failed' | null;
  /** As its condition says: CompletionsReached, SuccessPolicy; BackoffLimitExceeded, FailedIndexes, DeadlineExceeded, PodFailurePolicy … */
  readonly reason: string | null;
  /** 0 where it began with the run; else when its CronJob started it. */
  readonly startedMs: number;
  /** Since it began; null where it was not over. */
  readonly finishedAfterMs: number | null;
  /** Since it began; null where nobody deleted it. */
  readonly deletedAfterMs: number | null;
  readonly lost: readonly WorkLost[];
  readonly lostMs: number;
}

/** What became of the workloads while the run lasted. */
export interface RolloutReport {
  readonly workloads: readonly WorkloadRollout[];
  /** Those of Deployments among them. */
  readonly deployments: readonly DeploymentRollout[];
  readonly jobs: readonly JobReport[];
  readonly readyEndpoints: readonly ReadyEndpoints[];
  /** Pods that no node could take when the run ended. */
  readonly unscheduled: readonly string[];
  /** Containers that failed their startup or liveness probe, and how often they were started again. */
  readonly restarted: readonly RestartedContainer[];
}

/** A container that was started again during a run. */
export interface RestartedContainer {
  readonly pod: string;
  readonly container: string;
  readonly restarts: number;
  /** It never got up for good: a crash loop, which a run follows up to its longest back-off. */
  readonly goesOn: boolean;
}
