import { changing } from '../kernel/changing.ts';
import type { Micros } from '../kernel/time.ts';
import type { DeploymentStatusCounts } from '../rules/apps/deployment-progress.ts';
import type { RolloutStatus } from './rollouts.ts';

/** Deployments and ReplicaSets as the API server stores them, and what requests and watches say of them. */

/** What becomes of what an object owns when it is deleted: it follows, or it stays (`orphan`). */
export type Cascade = 'background' | 'foreground' | 'orphan';

/** The condition Progressing. */
export interface Progressing {
  readonly status: 'True' | 'False' | 'Unknown';
  /** Kubernetes's own words: NewReplicaSetCreated, ReplicaSetUpdated, NewReplicaSetAvailable, ProgressDeadlineExceeded … */
  readonly reason: string;
  readonly lastUpdateUs: Micros;
  readonly lastTransitionUs: Micros;
}

export interface DeploymentStatus extends DeploymentStatusCounts {
  readonly observedGeneration: number;
  readonly progressing: Progressing | null;
  /** Of an Argo Rollout alone. */
  readonly rollout: RolloutStatus | null;
}

export interface DeploymentObject {
  readonly index: number;
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  /** Counts the writes of this object: a write that names an older one is refused. */
  readonly resourceVersion: number;
  /** Counts the changes of its spec. */
  readonly generation: number;
  readonly replicas: number;
  readonly paused: boolean;
  /** Counts the changes of its Pod template, from 1. */
  readonly revision: number;
  /** Of which world's template its Pods are made, and what sets it apart from others that were made of that one. */
  readonly template: number;
  readonly images: Readonly<Record<string, string>>;
  /** The number of the restart that made it; 0 for none. */
  readonly restart: number;
  /** Name of the ReplicaSet that has this template, or will have it. */
  readonly replicaSet: string;
  /** It was deleted, in this way: nobody acts for it any more. */
  readonly deleted: Cascade | null;
  /** Of an Argo Rollout: somebody promotes this revision as soon as it waits for that. */
  readonly promotes: boolean;
  readonly status: DeploymentStatus;
}

export const changedDeployment = changing<DeploymentObject>((from) => ({
  index: from.index,
  name: from.name,
  resourceVersion: from.resourceVersion,
  generation: from.generation,
  replicas: from.replicas,
  paused: from.paused,
  revision: from.revision,
  template: from.template,
  images: from.images,
  restart: from.restart,
  replicaSet: from.replicaSet,
  deleted: from.deleted,
  promotes: from.promotes,
  status: from.status,
}));

export interface ReplicaSetStatus {
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  /** null where the version does not report it. */
  readonly terminatingReplicas: number | null;
  readonly observedGeneration: number;
}

export interface ReplicaSetObject {
  readonly index: number;
  /** `<deployment>-<revision>`, with its first revision, or its own name; with its namespace outside `default`. Its Pods are `<name>-<ordinal>`. */
  readonly name: string;
  /** -1 for one that no Deployment owns. */
  readonly deployment: number;
  /** The latest of its Deployment's revisions that it stands for. */
  readonly revision: number;
  readonly template: number;
  readonly images: Readonly<Record<string, string>>;
  readonly restart: number;
  readonly minReadySeconds: number;
  readonly createdAt: Micros;
  readonly resourceVersion: number;
  readonly generation: number;
  readonly replicas: number;
  /** What its Deployment noted when it scaled it last: the replicas it wanted then, and the most that it allowed. */
  readonly desiredAnnotation: number | null;
  readonly maxAnnotation: number | null;
  readonly deleted: Cascade | null;
  readonly status: ReplicaSetStatus;
}

export const changedReplicaSet = changing<ReplicaSetObject>((from) => ({
  index: from.index,
  name: from.name,
  deployment: from.deployment,
  revision: from.revision,
  template: from.template,
  images: from.images,
  restart: from.restart,
  minReadySeconds: from.minReadySeconds,
  createdAt: from.createdAt,
  resourceVersion: from.resourceVersion,
  generation: from.generation,
  replicas: from.replicas,
  desiredAnnotation: from.desiredAnnotation,
  maxAnnotation: from.maxAnnotation,
  deleted: from.deleted,
  status: from.status,
}));

/** What a request changes of a Deployment's spec; members that are undefined stay as they are. */
export interface ChangeDeployment {
  readonly deployment: number;
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly deleted?: Cascade;
  /** This template is applied. */
  readonly template?: number;
  /** Another image in one container of the present template. */
  readonly image?: { readonly container: string; readonly image: string };
  /** The present template once more, as `kubectl rollout restart` makes a new one of it. */
  readonly restart?: boolean;
  /** An Argo Rollout goes on past the pause that its controller made. */
  readonly promoted?: boolean;
  /** Somebody promotes the revision that this makes as soon as it waits for that. */
  readonly promotes?: boolean;
  /** Back to an earlier revision; 0: the one before the present. */
  readonly revision?: number;
  /** Nothing is asked of a Deployment that is paused: so does `kubectl rollout restart`. */
  readonly unlessPaused?: boolean;
}
export interface CreateReplicaSet {
  readonly deployment: number;
  readonly revision: number;
  readonly template: number;
  readonly images: Readonly<Record<string, string>>;
  readonly restart: number;
  readonly replicas: number;
  readonly desiredAnnotation: number;
  readonly maxAnnotation: number;
}
/** By a user; a Deployment's controller says more (`ScaleReplicaSet`). */
export interface ResizeReplicaSet {
  readonly replicas: number;
}
export interface DeleteReplicaSet {
  readonly replicaSet: number;
  readonly cascade: Cascade;
}
export interface ScaleReplicaSet {
  readonly resourceVersion: number;
  readonly revision: number;
  readonly replicas: number;
  readonly desiredAnnotation: number;
  readonly maxAnnotation: number;
}
export interface PatchReplicaSetStatus {
  readonly status: ReplicaSetStatus;
}
export interface PatchDeploymentStatus {
  readonly resourceVersion: number;
  readonly status: DeploymentStatus;
}
export interface DeploymentObserved {
  readonly deployment: DeploymentObject;
}
export interface ReplicaSetObserved {
  readonly replicaSet: ReplicaSetObject;
}
/** `conflict`: the object had changed since the writer last saw it, or exists already. */
export interface DeploymentWriteAnswered {
  readonly conflict: boolean;
}
