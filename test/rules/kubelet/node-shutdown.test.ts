import { describe, expect, it } from 'vitest';
import {
  groupByPriority,
  inhibitShutdown,
  migrateShutdownConfig,
  SYSTEM_CRITICAL_PRIORITY,
  shutdownGraceOverrideSeconds,
  shutdownGroupStartsMs,
  shutdownPodStatus,
} from '../../../src/rules/kubelet/node-shutdown.ts';

describe('migrateShutdownConfig', () => {
  it.each([
    ['splits the time', 30, 10, [20, 10]],
    ['may leave all of it to critical Pods', 10, 10, [0, 10]],
    ['is off with 0', 0, 0, []],
    ['is off where critical Pods want more than there is', 5, 10, []],
  ] as const)('%s', (_, total, critical, seconds) => {
    expect(migrateShutdownConfig(total, critical).map((group) => group.shutdownGracePeriodSeconds)).toEqual(
      seconds,
    );
  });
});

describe('groupByPriority', () => {
  const periods = [100, 0, 1000].map((priority) => ({ priority, shutdownGracePeriodSeconds: priority }));
  it.each([
    ['below all: the lowest', -5, 0],
    ['on a boundary: its own', 100, 100],
    ['between two: the lower', 999, 100],
    ['above all: the highest', SYSTEM_CRITICAL_PRIORITY, 1000],
    ['without a priority: as 0', null, 0],
  ] as const)('%s', (_, priority, group) => {
    const groups = groupByPriority(periods, [{ priority }]);
    expect(groups.map((each) => each.priority)).toEqual([0, 100, 1000]);
    expect(groups.find(({ pods }) => pods.length > 0)?.priority).toBe(group);
  });
});

describe('a node shutdown', () => {
  it('gives a Pod the shorter of the group’s time and its own grace', () => {
    expect(shutdownGraceOverrideSeconds(20, 30)).toBe(20);
    expect(shutdownGraceOverrideSeconds(20, 5)).toBe(5);
    expect(shutdownGraceOverrideSeconds(20, null)).toBe(20);
  });

  it('goes on to the next group when a group is gone or its time is up, and skips empty ones', () => {
    const group = (shutdownGracePeriodSeconds: number, pods: readonly number[]) => ({
      priority: 0,
      shutdownGracePeriodSeconds,
      pods,
    });
    const groups = [group(20, [3000, 7000]), group(60, []), group(10, [99_000]), group(10, [1000])];
    expect(shutdownGroupStartsMs(groups, (goneMs) => goneMs)).toEqual({
      startsMs: [0, 7000, 7000, 17_000],
      endMs: 18_000,
    });
  });

  it.each([
    ['fits', 40, 40, false, null],
    ['fits after raising the delay', 5, 30, true, null],
    ['does not fit: off', 5, 5, true, 'update to 30s'],
  ] as const)('%s', (_, inhibitDelaySeconds, afterOverrideSeconds, overrides, error) => {
    const periods = migrateShutdownConfig(30, 10);
    const result = inhibitShutdown({ periods, inhibitDelaySeconds, afterOverrideSeconds });
    expect(result.overrides).toBe(overrides);
    if (error === null) expect(result.startError).toBeNull();
    else expect(result.startError).toContain(error);
  });

  it('reports Pods as Failed unless they had succeeded', () => {
    expect(shutdownPodStatus('Running')).toMatchObject({ phase: 'Failed', reason: 'Terminated' });
    expect(shutdownPodStatus('Succeeded').phase).toBe('Succeeded');
    expect(shutdownPodStatus('Running').condition).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
    });
  });
});
