import type { PodIndex } from '../kernel/ids.ts';
import type { Micros } from '../kernel/time.ts';
import type { ClaimRetentionPolicy } from '../rules/apps/stateful-set-claims.ts';
import type { JobSpec } from '../rules/batch/job.ts';
import type { Cascade } from './workloads.ts';

/** Sets whose controller makes their Pods itself, as the API server stores them: StatefulSets, DaemonSets and Jobs. */

/** What such a set is. */
export type SetKind = 'StatefulSet' | 'DaemonSet' | 'Job';

interface RolledSetInfo {
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  readonly template: number;
  readonly minReadySeconds: number;
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete';
  readonly maxUnavailable: number | string | null;
}

export interface StatefulSetInfo extends RolledSetInfo {
  readonly kind: 'StatefulSet';
  readonly replicas: number;
  /** The ordinal of the first Pod. */
  readonly start: number;
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly partition: number;
  /** What becomes of its claims; null: it has none, or they are always kept. */
  readonly claims: ClaimRetentionPolicy | null;
}

export interface DaemonSetInfo extends RolledSetInfo {
  readonly kind: 'DaemonSet';
  readonly maxSurge: number | string | null;
}

/** A Job as it takes part in a run. */
export interface JobInfo extends JobSpec {
  readonly kind: 'Job';
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  readonly template: number;
  readonly ttlSecondsAfterFinished: number | null;
  readonly suspend: boolean;
}

export type SetInfo = StatefulSetInfo | DaemonSetInfo | JobInfo;

/** Which Pod of which set: its place is the ordinal of a StatefulSet's Pod, the node of a DaemonSet's, the completion index of a Job's. */
export interface SetMember {
  readonly set: number;
  readonly revision: number;
  readonly place: number;
}

export interface SetStatus {
  readonly observedGeneration: number;
  /** Of a DaemonSet: the nodes that should run one. */
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly updatedReplicas: number;
  /** The revision that was rolled out last, and the one that is wanted. */
  readonly currentRevision: number;
  readonly updateRevision: number;
  /** Of a Job alone. */
  readonly job: JobStatus | null;
}

/** How far a Job is. */
export interface JobStatus {
  readonly active: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Null while it is suspended. */
  readonly startTime: Micros | null;
  /** What it will be once its last Pod has ended, and what it is. */
  readonly outcome: { readonly type: 'Complete' | 'Failed'; readonly reason: string } | null;
  readonly finished: boolean;
}

export interface SetObject {
  readonly index: number;
  readonly name: string;
  readonly generation: number;
  /** Of a DaemonSet: 0; of a Job its parallelism. */
  readonly replicas: number;
  /** A Job's: none of its Pods may run. */
  readonly suspend: boolean;
  /** It was deleted, in this way: nobody acts for it any more. */
  readonly deleted: Cascade | null;
  /** Number of its Pod template, from 1: stands for the template's hash. */
  readonly revision: number;
  /** The template of each revision. */
  readonly templates: readonly number[];
  readonly status: SetStatus;
}

/** What a request changes of a set's spec; members that are undefined stay as they are. */
export interface ChangeSet {
  readonly set: number;
  readonly replicas?: number;
  readonly suspend?: boolean;
  readonly deleted?: Cascade;
  /** A new revision made of this template. */
  readonly template?: number;
  /** Back to the template of an earlier revision; 0: the one before the present. */
  readonly revision?: number;
}
export interface PatchSetStatus {
  readonly status: SetStatus;
}
export interface SetObserved {
  readonly set: SetObject;
}
export interface SetWriteAnswered {
  /** A Pod of that name is still there. */
  readonly conflict: boolean;
}
/** What becomes of the claims of a StatefulSet's Pod that is gone: the garbage collector deletes them, and then they are gone. */
export interface ClaimsChanged {
  readonly ordinal: number;
  readonly pod: PodIndex;
  readonly state: 'deleted' | 'gone';
}
