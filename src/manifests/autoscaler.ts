import type { HorizontalPodAutoscaler } from '../cluster/objects.ts';
import { HPA_TOLERANCE } from '../rules/autoscaling/recommendation.ts';
import { generateHPAScaleDownRules, generateHPAScaleUpRules } from '../rules/autoscaling/scaling-rules.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type { ObjectMetaFields } from '../rules/validation/manifest-fields.ts';
import {
  type AutoscalerFields,
  hasOwnTolerance,
  type ScalingRulesFields,
  writtenScalingRules,
} from '../rules/validation/validate-autoscaler.ts';
import { type Field, member, optionalInteger, optionalList, optionalMap, optionalString } from './decode.ts';
import { toObjectMeta } from './pod.ts';

/** Reads the spec of a HorizontalPodAutoscaler as written; the metrics are not looked at: a scenario says what they show. */
export function decodeAutoscalerSpec(field: Field): AutoscalerFields {
  return {
    scaleTargetRef: optionalMap(member(field, 'scaleTargetRef'), (target) => ({
      kind: optionalString(member(target, 'kind')),
      name: optionalString(member(target, 'name')),
    })),
    minReplicas: optionalInteger(member(field, 'minReplicas')),
    maxReplicas: optionalInteger(member(field, 'maxReplicas')),
    behavior: optionalMap(member(field, 'behavior'), decodeBehavior),
  };
}

/** Reads the rules of both directions as written. */
export function decodeBehavior(behavior: Field): NonNullable<AutoscalerFields['behavior']> {
  return {
    scaleUp: optionalMap(member(behavior, 'scaleUp'), decodeRules),
    scaleDown: optionalMap(member(behavior, 'scaleDown'), decodeRules),
  };
}

function decodeRules(field: Field): ScalingRulesFields {
  return {
    stabilizationWindowSeconds: optionalInteger(member(field, 'stabilizationWindowSeconds')),
    selectPolicy: optionalString(member(field, 'selectPolicy')),
    policies: optionalList(member(field, 'policies'), (policy) => ({
      type: optionalString(member(policy, 'type')),
      value: optionalInteger(member(policy, 'value')),
      periodSeconds: optionalInteger(member(policy, 'periodSeconds')),
    })),
    tolerance: quantity(member(field, 'tolerance').value),
  };
}

/** A quantity as a fraction: `0.05`, `"0.05"`, `"50m"`. */
function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const [, number, milli] = /^([0-9.]+)(m?)$/.exec(value) ?? [];
  return number === undefined ? undefined : Number(number) / (milli === 'm' ? 1000 : 1);
}

/** The HorizontalPodAutoscaler as the pipeline takes it, after defaulting and validation. */
export function toAutoscaler(
  metadata: ObjectMetaFields,
  { scaleTargetRef, minReplicas = 1, maxReplicas = 1, behavior }: AutoscalerFields,
  minor: MinorVersion,
): HorizontalPodAutoscaler {
  const own = (rules: ScalingRulesFields | undefined) =>
    hasOwnTolerance(rules, minor) ? rules!.tolerance! : HPA_TOLERANCE;
  return {
    kind: 'HorizontalPodAutoscaler',
    metadata: toObjectMeta(metadata),
    spec: {
      scaleTargetRef: { kind: scaleTargetRef?.kind ?? '', name: scaleTargetRef?.name ?? '' },
      minReplicas,
      maxReplicas,
      behavior:
        behavior === undefined
          ? null
          : {
              scaleUp: generateHPAScaleUpRules(writtenScalingRules(behavior.scaleUp)),
              scaleDown: generateHPAScaleDownRules(writtenScalingRules(behavior.scaleDown)),
            },
      tolerance: { up: own(behavior?.scaleUp), down: own(behavior?.scaleDown) },
      keda: null,
    },
  };
}
