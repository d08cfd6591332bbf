import {
  stabilizeRecommendation,
  stabilizeRecommendationWithBehaviors,
} from '../../../src/rules/autoscaling/recommendation.ts';
import {
  calculateScaleDownLimit,
  calculateScaleUpLimit,
  convertDesiredReplicasWithBehaviorRate,
  convertDesiredReplicasWithRules,
  generateHPAScaleDownRules,
  generateHPAScaleUpRules,
  getReplicasChangePerPeriod,
  type ScaleEvent,
  storeScaleEvent,
} from '../../../src/rules/autoscaling/scaling-rules.ts';
import type { Adapter } from '../types.ts';
import { byFunction, US } from './control-plane-table.ts';

const NOW_US = 1_000_000 * US;

const eventsOf = (events: any[]): ScaleEvent[] =>
  events.map(({ change, ageSec }) => ({ change, atUs: NOW_US - ageSec * US, outdated: false }));
const bothOf = (input: any) => ({ up: eventsOf(input.scaleUpEvents), down: eventsOf(input.scaleDownEvents) });
const recommendationsOf = (list: any[]) =>
  list.map(({ replicas, ageSec }) => ({ replicas, atUs: NOW_US - ageSec * US }));

export const autoscalingAdapters: readonly Adapter[] = [
  byFunction('convertDesiredReplicasWithRules (no behavior set)', (input) => {
    const { replicas, reason } = convertDesiredReplicasWithRules(
      input.currentReplicas,
      input.desiredReplicas,
      input,
    );
    return { replicas, condition: reason };
  }),
  byFunction('calculateScaleUpLimitWithScalingRules', (input) => ({
    limit: calculateScaleUpLimit(
      input.currentReplicas,
      bothOf(input),
      generateHPAScaleUpRules(input),
      NOW_US,
    ),
  })),
  byFunction('calculateScaleDownLimitWithBehaviors', (input) => ({
    limit: calculateScaleDownLimit(
      input.currentReplicas,
      bothOf(input),
      generateHPAScaleDownRules(input),
      NOW_US,
    ),
  })),
  byFunction('convertDesiredReplicasWithBehaviorRate (after defaulting of missing rules)', (input) => {
    const behavior = {
      scaleUp: generateHPAScaleUpRules(input.scaleUpRules),
      scaleDown: generateHPAScaleDownRules(input.scaleDownRules),
    };
    const { currentReplicas, desiredReplicas } = input;
    const limited = convertDesiredReplicasWithBehaviorRate(
      currentReplicas,
      desiredReplicas,
      input,
      behavior,
      bothOf(input),
      NOW_US,
    );
    return { replicas: limited.replicas, condition: limited.reason };
  }),
  byFunction('getReplicasChangePerPeriod(60 s) then storeScaleEvent', ({ replicaChange, events, rules }) => {
    const before = eventsOf(events);
    const stored = storeScaleEvent(
      before,
      replicaChange,
      rules === null ? null : generateHPAScaleUpRules(rules),
      NOW_US,
    );
    return {
      replicasChangeInLast60s: getReplicasChangePerPeriod(60, before, NOW_US),
      storedEvents: stored.map(({ change, outdated }) => ({ change, outdated })),
    };
  }),
  byFunction('stabilizeRecommendation (no behavior set)', (input) => {
    const { replicas, recommendations } = stabilizeRecommendation(
      recommendationsOf(input.recommendations),
      input.desiredReplicas,
      input.downscaleStabilizationSeconds,
      NOW_US,
    );
    return { replicas, storedRecommendations: recommendations.length };
  }),
  byFunction('stabilizeRecommendationWithBehaviors', (input) => {
    const { replicas, recommendations } = stabilizeRecommendationWithBehaviors(
      recommendationsOf(input.recommendations),
      input.currentReplicas,
      input.desiredReplicas,
      { upSeconds: input.scaleUpWindowSec, downSeconds: input.scaleDownWindowSec },
      NOW_US,
    );
    return { replicas, storedRecommendations: recommendations.map((each) => each.replicas) };
  }),
  byFunction('GenerateHPAScaleDownRules', (input) => generateHPAScaleDownRules(input)),
  byFunction('GenerateHPAScaleUpRules', (input) => generateHPAScaleUpRules(input)),
];
