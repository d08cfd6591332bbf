import type { CanaryStep } from './canary.ts';

/** How long an Argo Rollout waits by itself. */

const US_PER_SECOND = 1_000_000;

/** What the status of a Rollout says of its pause. */
export interface RolloutPause {
  /** Since when it has been paused by its controller; null: it is not, or somebody took that away. */
  readonly pausedAtUs: number | null;
  /** Its controller paused it, at this step or before this promotion. */
  readonly controllerPause: boolean;
}

/** When a blue-green Rollout sends requests to its new revision. */
export interface BlueGreenPromotion {
  readonly autoPromotionEnabled: boolean;
  readonly autoPromotionSeconds: number;
}

/**
 * Whether a pause step is over: its time has passed, or, where it has none, somebody promoted the Rollout.
 *
 * Source: argo-rollouts rollout/pause.go CompletedCanaryPauseStep
 */
export function completedCanaryPauseStep(
  { seconds }: Extract<CanaryStep, { readonly kind: 'pause' }>,
  { pausedAtUs, controllerPause }: RolloutPause,
  nowUs: number,
): boolean {
  if (controllerPause && pausedAtUs === null) return true;
  return seconds !== null && pausedAtUs !== null && nowUs >= pausedAtUs + seconds * US_PER_SECOND;
}

/**
 * Whether the controller itself holds a blue-green Rollout back before its active Service changes.
 *
 * Source: argo-rollouts rollout/bluegreen.go needsBlueGreenControllerPause
 */
export function needsBlueGreenControllerPause(promotion: BlueGreenPromotion): boolean {
  return !promotion.autoPromotionEnabled || promotion.autoPromotionSeconds > 0;
}

/**
 * Whether it may go on: at once where nothing holds it, after autoPromotionSeconds, or once somebody promoted it. Without
 * autoPromotionEnabled only a promotion counts.
 *
 * Source: argo-rollouts rollout/pause.go CompletedBlueGreenPause
 */
export function completedBlueGreenPause(
  promotion: BlueGreenPromotion,
  { pausedAtUs, controllerPause }: RolloutPause,
  nowUs: number,
): boolean {
  if (!needsBlueGreenControllerPause(promotion)) return true;
  if (controllerPause && pausedAtUs === null) return true;
  const { autoPromotionEnabled, autoPromotionSeconds } = promotion;
  if (!autoPromotionEnabled || pausedAtUs === null) return false;
  return nowUs >= pausedAtUs + autoPromotionSeconds * US_PER_SECOND;
}
