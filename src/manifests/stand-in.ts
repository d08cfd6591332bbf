import type { ManifestObject } from '../cluster/objects.ts';

/** Kinds that are not simulated themselves, and whose Pods can be: what is read in their place. */

export interface StandIn {
  readonly kind: 'ReplicaSet';
  readonly value: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Their Pods stand behind Services that no manifest shows. */
const ELSEWHERE = ['serving.knative.dev/'];

/**
 * For anything with a Pod template at `spec.template` (an Argo Rollout, a CloneSet, a ReplicationController) a ReplicaSet of so many
 * Pods. undefined: it has no Pods as far as can be seen.
 */
export function standInOf(value: unknown): StandIn | undefined {
  const object = fields(value);
  const spec = fields(object.spec);
  const template = fields(spec.template);
  const labels = fields(template.metadata).labels;
  const apiVersion = String(object.apiVersion ?? '');
  if (
    !Array.isArray(fields(template.spec).containers) ||
    ELSEWHERE.some((group) => apiVersion.startsWith(group))
  )
    return undefined;
  const replicas = Number.isInteger(spec.replicas) ? spec.replicas : 1;
  const selector = { matchLabels: labels };
  return { kind: 'ReplicaSet', value: { ...object, spec: { replicas, selector, template } } };
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The kind that a manifest has, whatever it is simulated as. */
export function kindOf(object: ManifestObject): string {
  return ('standsFor' in object ? object.standsFor : undefined) ?? object.kind;
}
