/** Sets whose controller makes their Pods itself, as the API server stores them: StatefulSets and DaemonSets. */

export type SetKind = 'StatefulSet' | 'DaemonSet';

interface SetInfoBase {
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  readonly template: number;
  readonly minReadySeconds: number;
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete';
  readonly maxUnavailable: number | string | null;
}

export interface StatefulSetInfo extends SetInfoBase {
  readonly kind: 'StatefulSet';
  readonly replicas: number;
  /** The ordinal of the first Pod. */
  readonly start: number;
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly partition: number;
}

export interface DaemonSetInfo extends SetInfoBase {
  readonly kind: 'DaemonSet';
  readonly maxSurge: number | string | null;
}

export type SetInfo = StatefulSetInfo | DaemonSetInfo;

/** Which Pod of which set: its place is the ordinal of a StatefulSet's Pod, or the node of a DaemonSet's. */
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
}

export interface SetObject {
  readonly index: number;
  readonly name: string;
  readonly generation: number;
  /** Of a DaemonSet: 0. */
  readonly replicas: number;
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
