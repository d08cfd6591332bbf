import type { Rollout } from '../cluster/objects.ts';
import type { RolloutSpec } from '../cluster/rollouts.ts';
import type { CanaryStep } from '../rules/argo-rollouts/canary.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import { setDefaultsDeployment } from '../rules/validation/defaults.ts';
import type { ObjectMetaFields } from '../rules/validation/manifest-fields.ts';
import {
  type BlueGreenFields,
  type CanaryFields,
  type CanaryStepFields,
  pauseSeconds,
  type RolloutSpecFields,
} from '../rules/validation/validate-rollout.ts';
import {
  type Field,
  member,
  optionalBoolean,
  optionalInteger,
  optionalIntOrString,
  optionalList,
  optionalMap,
  optionalString,
} from './decode.ts';
import { decodeReplicaSetSpec, toDeployment } from './workload.ts';

/** Argo Rollouts: a Deployment with a strategy of its own. */

/** Reads the spec as written; analyses and what a mesh is told are not looked at. */
export function decodeRolloutSpec(field: Field): RolloutSpecFields {
  return {
    ...decodeReplicaSetSpec(field),
    progressDeadlineSeconds: optionalInteger(member(field, 'progressDeadlineSeconds')),
    revisionHistoryLimit: optionalInteger(member(field, 'revisionHistoryLimit')),
    paused: optionalBoolean(member(field, 'paused')),
    strategy: optionalMap(member(field, 'strategy'), (strategy) => ({
      canary: optionalMap(member(strategy, 'canary'), decodeCanary),
      blueGreen: optionalMap(member(strategy, 'blueGreen'), decodeBlueGreen),
    })),
  };
}

function decodeCanary(field: Field): CanaryFields {
  return {
    maxSurge: optionalIntOrString(member(field, 'maxSurge')),
    maxUnavailable: optionalIntOrString(member(field, 'maxUnavailable')),
    stableService: optionalString(member(field, 'stableService')),
    canaryService: optionalString(member(field, 'canaryService')),
    scaleDownDelaySeconds: optionalInteger(member(field, 'scaleDownDelaySeconds')),
    scaleDownDelayRevisionLimit: optionalInteger(member(field, 'scaleDownDelayRevisionLimit')),
    trafficRouting: optionalMap(member(field, 'trafficRouting'), () => true),
    dynamicStableScale: optionalBoolean(member(field, 'dynamicStableScale')),
    minPodsPerReplicaSet: optionalInteger(member(field, 'minPodsPerReplicaSet')),
    steps: optionalList(member(field, 'steps'), decodeStep),
  };
}

const STEPS = ['setWeight', 'pause', 'setCanaryScale'];

function decodeStep(field: Field): CanaryStepFields {
  const names = typeof field.value === 'object' && field.value !== null ? Object.keys(field.value) : [];
  return {
    setWeight: optionalInteger(member(field, 'setWeight')),
    pause: optionalMap(member(field, 'pause'), (pause) => ({
      duration: optionalIntOrString(member(pause, 'duration')),
    })),
    setCanaryScale: optionalMap(member(field, 'setCanaryScale'), (scale) => ({
      replicas: optionalInteger(member(scale, 'replicas')),
      weight: optionalInteger(member(scale, 'weight')),
      matchTrafficWeight: optionalBoolean(member(scale, 'matchTrafficWeight')),
    })),
    others: names.filter((name) => !STEPS.includes(name)),
  };
}

function decodeBlueGreen(field: Field): BlueGreenFields {
  return {
    activeService: optionalString(member(field, 'activeService')),
    previewService: optionalString(member(field, 'previewService')),
    previewReplicaCount: optionalInteger(member(field, 'previewReplicaCount')),
    autoPromotionEnabled: optionalBoolean(member(field, 'autoPromotionEnabled')),
    autoPromotionSeconds: optionalInteger(member(field, 'autoPromotionSeconds')),
    scaleDownDelaySeconds: optionalInteger(member(field, 'scaleDownDelaySeconds')),
    scaleDownDelayRevisionLimit: optionalInteger(member(field, 'scaleDownDelayRevisionLimit')),
    maxUnavailable: optionalIntOrString(member(field, 'maxUnavailable')),
  };
}

/** Fills in what it shares with a Deployment. */
export function setDefaultsRollout(
  { strategy, ...shared }: RolloutSpecFields,
  options: { readonly minor: MinorVersion },
): RolloutSpecFields {
  const { strategy: _, ...filled } = setDefaultsDeployment(shared, options);
  return { ...filled, strategy };
}

/** The Rollout as the pipeline takes it, after validation. */
export function toRollout(metadata: ObjectMetaFields, { strategy, ...shared }: RolloutSpecFields): Rollout {
  const { canary, blueGreen } = strategy ?? {};
  const { maxSurge = '25%' } = canary ?? {};
  const { maxUnavailable = '25%' } = canary ?? blueGreen ?? {};
  const rollingUpdate = { maxSurge, maxUnavailable };
  const { metadata: own, spec } = toDeployment(metadata, {
    ...shared,
    strategy: { type: 'RollingUpdate', rollingUpdate },
  });
  return { kind: 'Rollout', metadata: own, spec: { ...spec, rollout: rolloutSpec(canary ?? {}, blueGreen) } };
}

/** Source: argo-rollouts utils/defaults/defaults.go DefaultScaleDownDelaySeconds */
const SCALE_DOWN_DELAY_SECONDS = 30;
/** Source: argo-rollouts rollout/bluegreen.go GetScaleDownRevisionLimit */
const NO_LIMIT = 2_147_483_647;

function rolloutSpec(canary: CanaryFields, blueGreen: BlueGreenFields | undefined): RolloutSpec {
  if (blueGreen !== undefined) {
    return {
      type: 'blueGreen',
      mainService: blueGreen.activeService ?? null,
      previewService: blueGreen.previewService ?? null,
      previewReplicaCount: blueGreen.previewReplicaCount ?? null,
      autoPromotionEnabled: blueGreen.autoPromotionEnabled ?? true,
      autoPromotionSeconds: blueGreen.autoPromotionSeconds ?? 0,
      scaleDownDelaySeconds: blueGreen.scaleDownDelaySeconds ?? SCALE_DOWN_DELAY_SECONDS,
      scaleDownDelayRevisionLimit: blueGreen.scaleDownDelayRevisionLimit ?? NO_LIMIT,
    };
  }
  return {
    type: 'canary',
    mainService: canary.stableService ?? null,
    previewService: canary.canaryService ?? null,
    steps: (canary.steps ?? []).map(toStep),
    trafficRouting: canary.trafficRouting ?? false,
    dynamicStableScale: canary.dynamicStableScale ?? false,
    minPodsPerReplicaSet: canary.minPodsPerReplicaSet ?? 1,
    scaleDownDelaySeconds: canary.scaleDownDelaySeconds ?? SCALE_DOWN_DELAY_SECONDS,
    scaleDownDelayRevisionLimit: canary.scaleDownDelayRevisionLimit ?? NO_LIMIT,
  };
}

function toStep({ setWeight, pause, setCanaryScale, others }: CanaryStepFields): CanaryStep {
  if (setWeight !== undefined) return { kind: 'setWeight', weight: setWeight };
  if (pause !== undefined)
    return { kind: 'pause', seconds: pause.duration === undefined ? null : pauseSeconds(pause.duration) };
  if (setCanaryScale === undefined) return { kind: 'skipped', what: others[0] ?? '' };
  const { replicas = null, weight = null, matchTrafficWeight = false } = setCanaryScale;
  return { kind: 'setCanaryScale', replicas, weight, matchTrafficWeight };
}
