import type { HorizontalPodAutoscaler } from '../cluster/objects.ts';
import {
  KEDA_COOLDOWN_PERIOD_SECONDS,
  KEDA_MAX_REPLICA_COUNT,
  KEDA_POLLING_INTERVAL_SECONDS,
} from '../rules/autoscaling/keda.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type { ObjectMetaFields } from '../rules/validation/manifest-fields.ts';
import type { ScaledObjectFields } from '../rules/validation/validate-scaled-object.ts';
import { decodeBehavior, toAutoscaler } from './autoscaler.ts';
import { type Field, member, optionalInteger, optionalMap, optionalString } from './decode.ts';

/** KEDA's ScaledObject: the HorizontalPodAutoscaler that KEDA makes of it, and what KEDA does itself, from nothing and to nothing. */

/** Reads the spec as written; the triggers are not looked at: a scenario says what they show. */
export function decodeScaledObject(field: Field): ScaledObjectFields {
  const config = optionalMap(member(field, 'advanced'), (advanced) =>
    optionalMap(member(advanced, 'horizontalPodAutoscalerConfig'), (own) =>
      optionalMap(member(own, 'behavior'), decodeBehavior),
    ),
  );
  return {
    scaleTargetRef: optionalMap(member(field, 'scaleTargetRef'), (target) => ({
      kind: optionalString(member(target, 'kind')),
      name: optionalString(member(target, 'name')),
    })),
    minReplicaCount: optionalInteger(member(field, 'minReplicaCount')),
    maxReplicaCount: optionalInteger(member(field, 'maxReplicaCount')),
    idleReplicaCount: optionalInteger(member(field, 'idleReplicaCount')),
    cooldownPeriod: optionalInteger(member(field, 'cooldownPeriod')),
    pollingInterval: optionalInteger(member(field, 'pollingInterval')),
    behavior: config,
  };
}

/** As the pipeline takes it, after validation. */
export function toScaledAutoscaler(
  metadata: ObjectMetaFields,
  spec: ScaledObjectFields,
  minor: MinorVersion,
): HorizontalPodAutoscaler {
  const { minReplicaCount = 0, scaleTargetRef, behavior } = spec;
  const target = { kind: scaleTargetRef?.kind ?? 'Deployment', name: scaleTargetRef?.name };
  const maxReplicas = spec.maxReplicaCount ?? KEDA_MAX_REPLICA_COUNT;
  const bounds = { minReplicas: Math.max(minReplicaCount, 1), maxReplicas };
  const made = toAutoscaler(metadata, { scaleTargetRef: target, ...bounds, behavior }, minor);
  return {
    ...made,
    spec: {
      ...made.spec,
      keda: {
        minReplicaCount,
        idleReplicaCount: spec.idleReplicaCount ?? null,
        cooldownPeriodSeconds: spec.cooldownPeriod ?? KEDA_COOLDOWN_PERIOD_SECONDS,
        pollingIntervalSeconds: spec.pollingInterval ?? KEDA_POLLING_INTERVAL_SECONDS,
      },
    },
  };
}
