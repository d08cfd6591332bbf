/** One policy of a HorizontalPodAutoscaler's `behavior`. */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** How fast an autoscaler may scale in one direction. */
export interface ScalingRules {
  readonly policies: readonly ScalingPolicy[];
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  /** Null: the controller's `--horizontal-pod-autoscaler-downscale-stabilization`. */
  readonly stabilizationWindowSeconds: number | null;
}

/** A rule as written: what is null has its default. */
export interface WrittenScalingRules {
  readonly policies?: readonly ScalingPolicy[] | null | undefined;
  readonly selectPolicy?: ScalingRules['selectPolicy'] | null | undefined;
  readonly stabilizationWindowSeconds?: number | null | undefined;
}

/** A change of the size that this autoscaler made. */
export interface ScaleEvent {
  /** By how many replicas, whatever the direction. */
  readonly change: number;
  readonly atUs: number;
  readonly outdated: boolean;
}

/** What an autoscaler has scaled of late, by direction. */
export interface ScaleEvents {
  readonly up: readonly ScaleEvent[];
  readonly down: readonly ScaleEvent[];
}

const US_PER_SECOND = 1_000_000;

/**
 * The rules for scaling down with their defaults: everything that goes may go, every 15 s.
 * Source: pkg/apis/autoscaling/v2/defaults.go GenerateHPAScaleDownRules
 */
export function generateHPAScaleDownRules(written: WrittenScalingRules | null): ScalingRules {
  return {
    policies: written?.policies ?? [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    selectPolicy: written?.selectPolicy ?? 'Max',
    stabilizationWindowSeconds: written?.stabilizationWindowSeconds ?? null,
  };
}

/**
 * The rules for scaling up with their defaults: 4 Pods or twice as many every 15 s, whichever is more, at once.
 * Source: pkg/apis/autoscaling/v2/defaults.go GenerateHPAScaleUpRules
 */
export function generateHPAScaleUpRules(written: WrittenScalingRules | null): ScalingRules {
  return {
    policies: written?.policies ?? [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
    selectPolicy: written?.selectPolicy ?? 'Max',
    stabilizationWindowSeconds: written?.stabilizationWindowSeconds ?? 0,
  };
}

/**
 * By how many replicas events changed the size within the last period.
 * Source: pkg/controller/podautoscaler/horizontal.go getReplicasChangePerPeriod
 */
export function getReplicasChangePerPeriod(
  periodSeconds: number,
  events: readonly ScaleEvent[],
  nowUs: number,
): number {
  const cutoffUs = nowUs - periodSeconds * US_PER_SECOND;
  return events.reduce((sum, { change, atUs }) => (atUs > cutoffUs ? sum + change : sum), 0);
}

/** The size that each policy proposes, counted from the size at the start of its period. */
function proposals(
  currentReplicas: number,
  events: ScaleEvents,
  rules: ScalingRules,
  nowUs: number,
  propose: (atPeriodStart: number, policy: ScalingPolicy) => number,
): readonly number[] {
  return rules.policies.map((policy) => {
    const added = getReplicasChangePerPeriod(policy.periodSeconds, events.up, nowUs);
    const deleted = getReplicasChangePerPeriod(policy.periodSeconds, events.down, nowUs);
    return propose(currentReplicas - added + deleted, policy);
  });
}

/**
 * The most replicas that the rules for scaling up allow now.
 * Source: pkg/controller/podautoscaler/horizontal.go calculateScaleUpLimitWithScalingRules
 */
export function calculateScaleUpLimit(
  currentReplicas: number,
  events: ScaleEvents,
  rules: ScalingRules,
  nowUs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return currentReplicas;
  const proposed = proposals(currentReplicas, events, rules, nowUs, (from, { type, value }) =>
    type === 'Pods' ? from + value : Math.ceil(from * (1 + value / 100)),
  );
  return rules.selectPolicy === 'Min'
    ? proposed.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY)
    : proposed.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
}

/**
 * The fewest replicas that the rules for scaling down allow now. A percentage that is no whole number of replicas is cut off, so
 * that one more may go.
 * Source: pkg/controller/podautoscaler/horizontal.go calculateScaleDownLimitWithBehaviors
 */
export function calculateScaleDownLimit(
  currentReplicas: number,
  events: ScaleEvents,
  rules: ScalingRules,
  nowUs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return currentReplicas;
  const proposed = proposals(currentReplicas, events, rules, nowUs, (from, { type, value }) =>
    type === 'Pods' ? from - value : Math.trunc(from * (1 - value / 100)),
  );
  return rules.selectPolicy === 'Min'
    ? proposed.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY)
    : proposed.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
}

/** An autoscaler's smallest and largest number of replicas. */
export interface ScalingBounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** Why an autoscaler did not ask for what its metrics said, as its condition ScalingLimited has it. */
export type ScalingLimitReason =
  | 'DesiredWithinRange'
  | 'TooFewReplicas'
  | 'TooManyReplicas'
  | 'ScaleUpLimit'
  | 'ScaleDownLimit';

/** A number of replicas after a limit, and which limit that was. */
export interface LimitedReplicas {
  readonly replicas: number;
  /** Reason of the condition ScalingLimited. */
  readonly reason: ScalingLimitReason;
}

/**
 * What becomes of the wanted size under `behavior`: the rate limit and the bounds of the direction that it goes in.
 * Source: pkg/controller/podautoscaler/horizontal.go convertDesiredReplicasWithBehaviorRate
 */
export function convertDesiredReplicasWithBehaviorRate(
  currentReplicas: number,
  desiredReplicas: number,
  { minReplicas, maxReplicas }: ScalingBounds,
  behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules },
  events: ScaleEvents,
  nowUs: number,
): LimitedReplicas {
  if (desiredReplicas > currentReplicas) {
    const limit = calculateScaleUpLimit(currentReplicas, events, behavior.scaleUp, nowUs);
    const allowed = Math.max(limit, currentReplicas);
    const most = Math.min(maxReplicas, allowed);
    const reason = maxReplicas > allowed ? 'ScaleUpLimit' : 'TooManyReplicas';
    if (desiredReplicas > most) return { replicas: most, reason };
  } else if (desiredReplicas < currentReplicas) {
    const limit = calculateScaleDownLimit(currentReplicas, events, behavior.scaleDown, nowUs);
    const allowed = Math.min(limit, currentReplicas);
    const fewest = Math.max(minReplicas, allowed);
    const reason = minReplicas < allowed ? 'ScaleDownLimit' : 'TooFewReplicas';
    if (desiredReplicas < fewest) return { replicas: fewest, reason };
  }
  return { replicas: desiredReplicas, reason: 'DesiredWithinRange' };
}

/**
 * The same without `behavior`: at most twice as many at a time (four at least), and no limit downwards but minReplicas.
 * Source: pkg/controller/podautoscaler/horizontal.go convertDesiredReplicasWithRules
 */
export function convertDesiredReplicasWithRules(
  currentReplicas: number,
  desiredReplicas: number,
  { minReplicas, maxReplicas }: ScalingBounds,
): LimitedReplicas {
  const scaleUpLimit = Math.max(2 * currentReplicas, 4);
  const most = Math.min(maxReplicas, scaleUpLimit);
  if (desiredReplicas < minReplicas) return { replicas: minReplicas, reason: 'TooFewReplicas' };
  if (desiredReplicas > most)
    return { replicas: most, reason: maxReplicas > scaleUpLimit ? 'ScaleUpLimit' : 'TooManyReplicas' };
  return { replicas: desiredReplicas, reason: 'DesiredWithinRange' };
}

/**
 * Remembers a change of the size. Events older than the longest period of the policies are outdated, and the last of them makes room
 * for the new one.
 * Source: pkg/controller/podautoscaler/horizontal.go storeScaleEvent, markScaleEventsOutdated
 */
export function storeScaleEvent(
  events: readonly ScaleEvent[],
  change: number,
  rules: ScalingRules | null,
  nowUs: number,
): readonly ScaleEvent[] {
  if (rules === null) return events;
  const longestSeconds = rules.policies
    .map(({ periodSeconds }) => periodSeconds)
    .reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const cutoffUs = nowUs - longestSeconds * US_PER_SECOND;
  const marked = events.map((event) => (event.atUs < cutoffUs ? { ...event, outdated: true } : event));
  return inPlaceOf(marked, ({ outdated }) => outdated, { change, atUs: nowUs, outdated: false });
}

/**
 * The list with an entry more, which takes the place of the last old one, if there is one.
 * Source: pkg/controller/podautoscaler/horizontal.go storeScaleEvent, stabilizeRecommendation
 */
export function inPlaceOf<T>(list: readonly T[], isOld: (entry: T) => boolean, entry: T): readonly T[] {
  const place = list.findLastIndex(isOld);
  return place < 0 ? [...list, entry] : list.with(place, entry);
}
