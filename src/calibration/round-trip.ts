import {
  type Moments,
  NODE_MILESTONES,
  type Observation,
  type PodMilestone,
  type ReplacementMilestone,
} from './observation.ts';

/** What the recorder's own way to the API server and back adds to what it sees. */

const OWN_CLOCK: readonly (PodMilestone | ReplacementMilestone)[] = [
  ...NODE_MILESTONES,
  'stoppedAtMs',
  'lastAnswerMs',
  'killStartedMs',
];

/**
 * Moments as a recorder right beside the API server has them. A request was there half a round trip after it was sent, and what a watch
 * shows was there half a round trip before; the start of a kill by its Event's name has only the first of the two.
 */
export function withoutWay(observation: Observation, rttMs: number): Observation {
  if (rttMs <= 0) return observation;
  return {
    ...observation,
    pods: observation.pods.map((pod) => ({ ...pod, moments: earlier(pod.moments, rttMs) })),
    replacements: observation.replacements.map((each) => ({
      ...each,
      moments: earlier(each.moments, rttMs),
    })),
    ...(observation.sliceChangesMs !== undefined && {
      sliceChangesMs: observation.sliceChangesMs.map((at) => at - rttMs),
    }),
  };
}

function earlier<K extends PodMilestone | ReplacementMilestone>(
  moments: Moments<K>,
  rttMs: number,
): Moments<K> {
  const less = (milestone: K) =>
    milestone === 'killStartedMs' ? rttMs / 2 : OWN_CLOCK.includes(milestone) ? 0 : rttMs;
  const own: Partial<Record<K, number>> = {};
  for (const [milestone, at] of Object.entries(moments) as [K, number][])
    own[milestone] = Math.max(0, at - less(milestone));
  return own;
}
