import { byCreationTimestamp } from './rolling-update.ts';

/** What a Pod template is made of, as far as two of them are compared. */
export interface PodTemplateContent {
  /** All of it but the images, in one form for all ways to write it. */
  readonly content: string;
  /** By container. */
  readonly images: Readonly<Record<string, string>>;
  /** Stands for the annotation kubectl.kubernetes.io/restartedAt: the number of the restart that made it; 0 for none. */
  readonly restart: number;
}

/**
 * Whether two Pod templates are the same but for the label pod-template-hash, which no content holds.
 *
 * Source: pkg/controller/deployment/util/deployment_util.go EqualIgnoreHash
 */
export function equalIgnoreHash(a: PodTemplateContent, b: PodTemplateContent): boolean {
  if (a.restart !== b.restart || a.content !== b.content) return false;
  const names = Object.keys(a.images);
  return (
    names.length === Object.keys(b.images).length && names.every((name) => a.images[name] === b.images[name])
  );
}

/** A ReplicaSet of a Deployment with the template of its Pods. */
export interface TemplatedReplicaSet {
  readonly name: string;
  readonly creationTimestampUs: number;
  readonly template: PodTemplateContent;
}

/**
 * The ReplicaSet that has a Deployment's present template, the oldest where there are several; null where one is to be made. So a
 * template that comes back finds the ReplicaSet that it had, with whatever Pods are left of it.
 *
 * Source: pkg/controller/deployment/util/deployment_util.go FindNewReplicaSet
 */
export function findNewReplicaSet<RS extends TemplatedReplicaSet>(
  template: PodTemplateContent,
  replicaSets: readonly RS[],
): RS | null {
  return (
    [...replicaSets].sort(byCreationTimestamp).find((set) => equalIgnoreHash(set.template, template)) ?? null
  );
}

/**
 * The revision that `kubectl rollout undo` goes back to: the one asked for, or with 0 the highest but one. Null where no ReplicaSet has it.
 *
 * Source: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go deploymentRevision
 */
export function revisionToRollBackTo(revisions: readonly number[], toRevision: number): number | null {
  if (toRevision > 0) return revisions.includes(toRevision) ? toRevision : null;
  return [...revisions].sort((a, b) => b - a)[1] ?? null;
}
