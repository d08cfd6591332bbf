import { describe, expect, it } from 'vitest';
import type { PartInputObject } from '../../../src/routing/registry.ts';
import { type Happening, mean, play } from '../play.ts';

type Check = Extract<PartInputObject['healthCheck'], object>;

const downAfter = (healthCheck: Check, answer: 'refused' | 'silent', count = 1000): number[] => {
  const parts = [{ healthCheck }];
  const happenings: Happening[] = [{ at: 100, target: 7, answer }];
  return Array.from({ length: count }, (_, seed) => {
    return play(parts, happenings, { seed })[0]!.at - 100;
  }).sort((a, b) => a - b);
};

describe('healthCheck', () => {
  it.each([
    ['X1.5 15 s × 2, refusing', { interval: '15s', timeout: '5s', threshold: 2 }, 'refused', 15, 30],
    ['X1.5 15 s × 2, silent', { interval: '15s', timeout: '5s', threshold: 2 }, 'silent', 20, 35],
    ['X1.5 5 s × 2', { interval: '5s', threshold: 2 }, 'refused', 5, 10],
    ['X1.5 8 s × 3', { interval: '8s', timeout: '1s', threshold: 3 }, 'refused', 16, 24],
    ['X1.5 8 s × 3, silent', { interval: '8s', timeout: '1s', threshold: 3 }, 'silent', 17, 25],
    [
      'X6.3 ALB, Pod killed without deregistration',
      { interval: '15s', timeout: '5s', threshold: 2 },
      'refused',
      15,
      30,
    ],
    ['X6.3 classic load balancer', { interval: '10s', timeout: '5s', threshold: 6 }, 'refused', 50, 60],
    ['X6.5 quay', { interval: '15s', threshold: 2 }, 'refused', 15, 30],
    ['X7.2 GKE L4 Local after its rules', { interval: '3s', timeout: '1s', threshold: 2 }, 'refused', 3, 6],
    ['X7.2 in-tree', { interval: '8s', timeout: '1s', threshold: 3 }, 'refused', 16, 24],
    ['X7.4 Azure LB Local', { interval: '5s', threshold: 2 }, 'refused', 5, 10],
  ] as const)('%s: down after %s %s, between %f and %f s', (_, check, answer, from, to) => {
    const all = downAfter(check, answer);
    expect(all[0]).toBeGreaterThanOrEqual(from);
    expect(all[0]).toBeLessThan(from + (to - from) / 50);
    expect(all.at(-1)).toBeLessThanOrEqual(to);
    expect(all.at(-1)).toBeGreaterThan(to - (to - from) / 50);
    expect(mean(all)).toBeCloseTo((from + to) / 2, 0);
  });

  it('forgets failures when the target answers before the last of them', () => {
    const taken = play(
      [{ healthCheck: { interval: '10s', threshold: 3 } }],
      [
        { at: 0, target: 1, answer: 'refused' },
        { at: 15, target: 1, answer: 'answered' },
      ],
    );
    expect(taken).toEqual([]);
  });

  it('brings a target back after as many successes as it asks for', () => {
    const parts = [{ healthCheck: { interval: '10s', threshold: 1, healthyThreshold: 3 } }] as const;
    const taken = play(
      parts,
      [
        { at: 0, target: 0, answer: 'refused' },
        { at: 12, target: 0, answer: 'answered' },
      ],
      { phases: [0.5] },
    );
    expect(taken.map(({ at, excluded, cause }) => [at, excluded, cause])).toEqual([
      [5, [0], 'health'],
      [35, [], 'health'],
    ]);
  });
});
