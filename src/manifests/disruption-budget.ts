import type { PodDisruptionBudget } from '../cluster/objects.ts';
import type { ObjectMetaFields } from '../rules/validation/manifest-fields.ts';
import type { DisruptionBudgetFields } from '../rules/validation/validate-disruption-budget.ts';
import type { Field } from './decode.ts';
import { member, optionalIntOrString, optionalMap, optionalString } from './decode.ts';
import { toObjectMeta } from './pod.ts';
import { decodeLabelSelector, toLabelSelector } from './workload.ts';

/** Reads the spec of a PodDisruptionBudget as written. */
export function decodeDisruptionBudgetSpec(field: Field): DisruptionBudgetFields {
  return {
    minAvailable: optionalIntOrString(member(field, 'minAvailable')),
    maxUnavailable: optionalIntOrString(member(field, 'maxUnavailable')),
    selector: optionalMap(member(field, 'selector'), decodeLabelSelector),
    unhealthyPodEvictionPolicy: optionalString(member(field, 'unhealthyPodEvictionPolicy')),
  };
}

const policies = ['IfHealthyBudget', 'AlwaysAllow'] as const;

/** The PodDisruptionBudget as the pipeline takes it, after validation. */
export function toDisruptionBudget(
  metadata: ObjectMetaFields,
  spec: DisruptionBudgetFields,
): PodDisruptionBudget {
  const { minAvailable = null, maxUnavailable = null, selector } = spec;
  return {
    kind: 'PodDisruptionBudget',
    metadata: toObjectMeta(metadata),
    spec: {
      minAvailable,
      maxUnavailable,
      selector: selector === undefined ? null : toLabelSelector(selector),
      unhealthyPodEvictionPolicy:
        policies.find((policy) => policy === spec.unhealthyPodEvictionPolicy) ?? null,
    },
  };
}
