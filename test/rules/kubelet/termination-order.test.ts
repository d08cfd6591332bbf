import { describe, expect, it } from 'vitest';
import {
  sidecarsWaitForTurn,
  terminationPrerequisites,
  terminationTurns,
  waitForTurn,
} from '../../../src/rules/kubelet/termination-order.ts';

const pod = (running: readonly string[]) => ({
  containers: ['web', 'api'],
  initContainers: [
    { name: 'proxy', restartable: true },
    { name: 'migrate', restartable: false },
    { name: 'logs', restartable: true },
    { name: 'mesh', restartable: true },
  ],
  running,
});

describe('terminationPrerequisites', () => {
  it('lets a sidecar wait for all regular containers and the next later sidecar', () => {
    const all = terminationPrerequisites(pod(['web', 'api', 'proxy', 'logs', 'mesh']));
    expect(Object.fromEntries(all)).toEqual({
      web: [],
      api: [],
      mesh: ['web', 'api'],
      logs: ['web', 'api', 'mesh'],
      proxy: ['web', 'api', 'logs'],
    });
  });

  it('lets nobody wait for what did not run, nor for what lies behind it', () => {
    const some = terminationPrerequisites(pod(['api', 'proxy', 'mesh']));
    expect(Object.fromEntries(some)).toEqual({ api: [], mesh: ['api'], proxy: ['api'] });
  });

  it('lets nobody wait for a plain init container', () => {
    const starting = terminationPrerequisites(pod(['proxy', 'migrate']));
    expect(Object.fromEntries(starting)).toEqual({ migrate: [], proxy: [] });
  });
});

describe('waitForTurn', () => {
  it.each([
    ['all are gone already', 4000, 10, [1000, 2000], 4000, 0],
    ['waits for the last of them', 1000, 10, [2000, 5750], 5750, 4],
    ['waits no longer than its budget', 1000, 3, [9000], 4000, 3],
    ['waits its whole budget for what never ends', 0, 2, [Number.POSITIVE_INFINITY], 2000, 2],
    ['waits not at all without budget', 1000, 0, [9000], 1000, 0],
    ['waits not at all with an overdrawn budget', 1000, -1, [9000], 1000, 0],
    ['keeps a whole second that fractions would cost', 974.3, 4, [90_000], 4974.3, 4],
  ] as const)('%s', (_, readyMs, budgetSeconds, prerequisitesTerminatedMs, turnMs, waitSeconds) => {
    expect(waitForTurn({ readyMs, budgetSeconds, prerequisitesTerminatedMs })).toMatchObject({
      turnMs,
      waitSeconds,
    });
  });
});

describe('terminationTurns', () => {
  it('goes from the regular containers back to the first sidecar', () => {
    const turns = terminationTurns(
      pod(['web', 'proxy', 'logs', 'mesh']),
      () => ({ readyMs: 0, budgetSeconds: 3 }),
      (_, { turnMs }) => turnMs + 1250,
    );
    expect([...turns].map(([name, { turnMs }]) => [name, turnMs])).toEqual([
      ['web', 0],
      ['mesh', 1250],
      ['logs', 2500],
      ['proxy', 3000],
    ]);
  });

  it('exists from 1.29', () => {
    expect([28, 29, 36].map(sidecarsWaitForTurn)).toEqual([false, true, true]);
  });
});
