import { describe, expect, it } from 'vitest';
import {
  approximateWeightedCanaryStableReplicaCounts,
  type CanaryReplicaSet,
  type CanaryRollout,
  calculateReplicaCountsForBasicCanary,
  calculateReplicaCountsForTrafficRoutedCanary,
  type OldReplicaSet,
  scaleDownOldReplicaSetsForBlueGreen,
  scaleDownOldReplicaSetsForCanary,
} from '../../../src/rules/index.ts';

const SECOND = 1_000_000;

const rollout = (over: Partial<CanaryRollout>): CanaryRollout => ({
  replicas: 10,
  maxSurge: 1,
  maxUnavailable: 0,
  steps: [{ kind: 'setWeight', weight: 10 }],
  trafficRouting: false,
  dynamicStableScale: false,
  stableWeight: 100,
  minPodsPerReplicaSet: 1,
  stepIndex: 0,
  isStable: false,
  ...over,
});
const up = (count: number): CanaryReplicaSet => {
  return { specReplicas: count, statusReplicas: count, statusAvailableReplicas: count };
};

describe('approximateWeightedCanaryStableReplicaCounts', () => {
  it.each([
    ['a weight that divides', 10, 10, 0, [1, 9]],
    ['less than half a Pod still gets one', 10, 1, 0, [1, 9]],
    ['nearly all still leaves one', 10, 99, 0, [9, 1]],
    ['of two as close the larger canary', 3, 50, 0, [2, 1]],
    ['one more where that is closer', 3, 50, 1, [2, 2]],
    ['one Pod, and none to spare', 1, 50, 0, [1, 0]],
    ['one Pod, and one to spare', 1, 50, 1, [1, 1]],
    ['nothing', 10, 0, 1, [0, 10]],
    ['all', 10, 100, 1, [10, 0]],
    ['no replicas', 0, 50, 1, [0, 0]],
  ] as const)('%s', (_, replicas, weight, maxSurge, [newRS, stableRS]) => {
    expect(approximateWeightedCanaryStableReplicaCounts(replicas, weight, maxSurge)).toEqual({
      newRS,
      stableRS,
    });
  });
});

describe('calculateReplicaCountsForBasicCanary', () => {
  // The examples of upstream's comment; with surge, 1 of 11 is closer to 5 percent than 1 of 10.
  it.each([
    ['replicas 10, weight 10, unavailable 1, surge 1', 10, 10, 1, 1, [1, 9]],
    ['replicas 10, weight 30, unavailable 0, surge 3', 10, 30, 0, 3, [3, 10]],
    ['replicas 10, weight 30, unavailable 5, surge 0', 10, 30, 5, 0, [0, 7]],
    ['replicas 10, weight 5, unavailable 1, surge 1', 10, 5, 1, 1, [1, 10]],
    ['replicas 1, weight 5, unavailable 0, surge 1', 1, 5, 0, 1, [1, 1]],
    ['replicas 1, weight 95, unavailable 0, surge 1', 1, 95, 0, 1, [1, 1]],
  ] as const)('%s', (_, replicas, weight, maxUnavailable, maxSurge, [newRS, stableRS]) => {
    const asked = rollout({ replicas, maxUnavailable, maxSurge, steps: [{ kind: 'setWeight', weight }] });
    const sets = { newRS: up(0), stableRS: up(replicas), otherRSs: [] };
    expect(calculateReplicaCountsForBasicCanary(asked, sets)).toEqual({ newRS, stableRS });
  });

  it('scales no stable Pod down while older revisions are there', () => {
    const sets = { newRS: up(0), stableRS: up(10), otherRSs: [up(1)] };
    expect(calculateReplicaCountsForBasicCanary(rollout({}), sets)).toEqual({ newRS: 0, stableRS: 10 });
  });
});

describe('calculateReplicaCountsForTrafficRoutedCanary', () => {
  const routed = (over: Partial<CanaryRollout>) =>
    rollout({ trafficRouting: true, steps: [{ kind: 'setWeight', weight: 25 }], ...over });
  it.each<[string, Partial<CanaryRollout>, number, number]>([
    ['keeps all stable Pods', {}, 3, 10],
    ['keeps them dynamically as long as they get the requests', { dynamicStableScale: true }, 3, 10],
    ['scales them down once they do not', { dynamicStableScale: true, stableWeight: 75 }, 3, 8],
    ['has so many at least', { minPodsPerReplicaSet: 4 }, 4, 10],
  ])('%s', (_, over, newRS, stableRS) => {
    expect(calculateReplicaCountsForTrafficRoutedCanary(routed(over))).toEqual({ newRS, stableRS });
  });
});

describe('old ReplicaSets', () => {
  const old = (revision: number, over: Partial<OldReplicaSet> = {}): OldReplicaSet => ({
    revision,
    specReplicas: 4,
    statusAvailableReplicas: 4,
    scaleDownAtUs: null,
    referenced: false,
    ...over,
  });
  const sizes = (list: readonly { readonly set: OldReplicaSet; readonly replicas: number }[]) =>
    list.map(({ set, replicas }) => [set.revision, replicas]);
  const delay = { delaySeconds: 30, revisionLimit: 1 };

  it('of a blue-green Rollout keep their Pods for the delay, the newest of them', () => {
    const kept = scaleDownOldReplicaSetsForBlueGreen([old(1), old(2)], 4, delay, 5 * SECOND);
    expect(sizes(kept)).toEqual([
      [2, 4],
      [1, 0],
    ]);
    expect(kept[0]!.scaleDownAtUs).toBe(35 * SECOND);
  });

  it.each([
    ['before its deadline', 34 * SECOND, 4],
    ['at its deadline', 35 * SECOND, 0],
  ])('one that has a deadline, %s', (_, nowUs, replicas) => {
    const set = old(1, { scaleDownAtUs: 35 * SECOND });
    expect(sizes(scaleDownOldReplicaSetsForBlueGreen([set], 4, delay, nowUs))).toEqual([[1, replicas]]);
  });

  it('that a Service selects stay', () => {
    expect(scaleDownOldReplicaSetsForBlueGreen([old(1, { referenced: true })], 4, delay, 0)).toEqual([]);
  });

  const canary = {
    replicas: 10,
    maxUnavailable: 1,
    trafficRouting: false,
    dynamicStableScale: false,
    isFullyPromoted: false,
  };
  it.each([
    ['go as far as maxUnavailable lets', canary, 11, 2],
    ['stay where no Pod may be missing', canary, 9, 4],
    ['of a revision in between go at once beside a mesh', { ...canary, trafficRouting: true }, 14, 0],
    [
      'of the stable revision before are kept beside a mesh',
      { ...canary, trafficRouting: true, isFullyPromoted: true },
      14,
      4,
    ],
  ])('of a canary %s', (_, scaled, available, replicas) => {
    expect(sizes(scaleDownOldReplicaSetsForCanary([old(1)], scaled, available, delay, 0))).toEqual([
      [1, replicas],
    ]);
  });
});
