import type { Duration } from '../kernel/time.ts';

/** What was deployed and done in a recording, in one form for every recorder. Times in ms; null: nobody wrote it down. */
export interface RecordedScenario {
  /** `1.36`; null where the recorder did not say. */
  readonly version: string | null;
  /** `other`: its own controller replaces its Pods, in another way than a ReplicaSet. */
  readonly workload: 'Deployment' | 'Pod' | 'other';
  readonly replicas: number;
  readonly nodes: number;
  readonly action: RecordedAction;
  readonly preStop: RecordedHook;
  readonly terminationGracePeriodSeconds: number;
  readonly readinessProbePeriodSeconds: number;
  readonly readinessProbeFailureThreshold: number;
  readonly app: RecordedApp;
  /** What its manifest calls the container that serves. */
  readonly appName: string;
  /** A native sidecar, which starts first and stops last. */
  readonly sidecar: RecordedContainer | null;
  /** Further containers. */
  readonly others: readonly RecordedContainer[];
  /** Of the Deployment's strategy, where the recorder wrote it down. */
  readonly rollout: RecordedRollout;
  readonly readinessInitialDelaySeconds: number;
  readonly publishNotReadyAddresses: boolean;
  readonly internalTrafficPolicy: 'Cluster' | 'Local';
  readonly minSyncPeriod: Duration | null;
  readonly endpointSliceBatchPeriod: Duration | null;
  readonly client: RecordedClient | null;
}

/** A container beside the one that serves. */
export interface RecordedContainer extends RecordedApp {
  readonly name: string;
  readonly isSidecar: boolean;
  readonly preStop: RecordedHook;
}

export interface RecordedRollout {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly minReadySeconds?: number;
}

export type RecordedAction =
  | {
      readonly type: 'deletePod';
      /** How many, one after the other. */
      readonly count: number;
      readonly gapMs: number;
      readonly gracePeriodSeconds: number | null;
    }
  | { readonly type: 'rollingUpdate' }
  | { readonly type: 'scale'; readonly by: number };

/** `durationMs` of a command is null where it is no sleep. */
export type RecordedHook =
  | { readonly kind: 'none' }
  | { readonly kind: 'sleep'; readonly durationMs: number }
  | { readonly kind: 'exec'; readonly durationMs: number | null };

export interface RecordedApp {
  /** `unknown`: nobody described it. */
  readonly atSigterm: 'exits' | 'drains' | 'ignores' | 'unknown';
  /** How long it goes on serving after the stop signal. */
  readonly drainMs: number;
  readonly failsReadiness: boolean;
}

/** A client in a Pod on a node, which sends all the time. */
export interface RecordedClient {
  readonly concurrency: number;
  readonly keepAlive: boolean;
  readonly requestMs: number;
}

export const UNKNOWN_APP: RecordedApp = { atSigterm: 'unknown', drainMs: 0, failsReadiness: false };

/** How long the Pod's hook would last if nothing cut it off, ms; null where there is none, or nobody knows. */
export function hookDurationMs({ preStop, sidecar }: RecordedScenario): number | null {
  if (preStop.kind !== 'none') return preStop.durationMs;
  const other = sidecar?.preStop;
  return other === undefined || other.kind === 'none' ? null : other.durationMs;
}

/** Whether the recorder took a sidecar's hook for the Pod's. */
export function hookIsSidecars({ preStop, sidecar }: RecordedScenario): boolean {
  return preStop.kind === 'none' && sidecar !== null && sidecar.preStop.kind !== 'none';
}

/** The hook of a command line: a sleep as long as it says, anything else for an unknown time. */
export function execHook(command: string): RecordedHook {
  const seconds = /^(?:sleep\s+)?(\d+(?:\.\d+)?)s?$/.exec(command.trim())?.[1];
  return { kind: 'exec', durationMs: seconds === undefined ? null : Number(seconds) * 1000 };
}
