import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defineScenario, type FindOptions, findSafePreStop, OptionsError, routers } from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service } from '../run/manifests.ts';

/** Seconds at which a run fails that few runs do not reach; and the campaigns that were made, as [seconds, runs]. */
const rare = vi.hoisted(() => ({ failing: new Set<number>(), made: [] as (readonly [number, number])[] }));

vi.mock('../../src/analysis/campaign.ts', async (original) => {
  const actual = await original<typeof import('../../src/analysis/campaign.ts')>();
  const firstUnsafeSteps: typeof actual.firstUnsafeSteps = function* (scenario, options) {
    const { hook } = scenario.world.templates[0]!.containers[0]!;
    const seconds = (hook?.duration ?? 0) / 1_000_000;
    rare.made.push([seconds, options.runs]);
    const late = options.runs > 20 && rare.failing.has(seconds);
    return (
      (yield* actual.firstUnsafeSteps(scenario, options)) ??
      (late ? { k: 25, seed: 25, cutShort: false } : null)
    );
  };
  return { ...actual, firstUnsafeSteps };
});

/** Safe from 5 s to 9 s. */
const scenario = defineScenario({
  manifests: [deployment({ terminationGracePeriodSeconds: 30 }), service()],
  cluster: { version: '1.36', nodes: 2 },
  delays: CONSTANT_DELAYS,
  apps: { web: { drain: '20s' } },
  routers: [routers.fixedLag('lb', '4s')],
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});

function found(failing: readonly number[], options: FindOptions = {}) {
  rare.failing = new Set(failing);
  const answer = findSafePreStop(scenario, { runs: 30, headroom: 0.4, ...options });
  if (answer.kind !== 'interval') throw new Error(answer.kind);
  const { minSeconds, maxSeconds, recommendedSeconds, evidence } = answer;
  return { edges: [minSeconds, recommendedSeconds, maxSeconds], between: evidence.interior.seconds };
}

const inFull = () => new Set(rare.made.filter(([, runs]) => runs === 30).map(([seconds]) => seconds));

describe('what a claim for all runs is about was run in full', () => {
  beforeEach(() => {
    rare.made.length = 0;
  });

  it('the edges and the recommendation', () => {
    expect(found([])).toEqual({ edges: [5, 7, 9], between: [6, 7, 8] });
    for (const seconds of [5, 7, 9]) expect(inFull()).toContain(seconds);
  });

  it('a recommendation that fails then is the new end', () => {
    expect(found([7])).toEqual({ edges: [5, 6, 6], between: [] });
    expect(inFull()).toContain(6);
  });

  it('and so on, down to the smallest safe value', () => {
    expect(found([6, 7, 8])).toEqual({ edges: [5, 5, 5], between: [] });
  });
});

describe('options of the search', () => {
  it('are all checked, and all that are wrong are named at once', () => {
    const wrong: readonly [keyof FindOptions, unknown][] = [
      ['runs', 0],
      ['runs', 1.5],
      ['seed', -1],
      ['confidence', 2],
      ['confidence', Number.NaN],
      ['maxSeconds', 5.5],
      ['maxSeconds', -1],
      ['maxSeconds', Number.NaN],
      ['headroom', -3],
      ['headroom', Number.POSITIVE_INFINITY],
      ['headroom', '0.5'],
    ];
    for (const [name, value] of wrong) {
      const search = () => findSafePreStop(scenario, { [name]: value });
      expect(search, name).toThrow(OptionsError);
      const it = typeof value === 'string' ? JSON.stringify(value) : String(value);
      expect(search, name).toThrow(
        new RegExp(`^findSafePreStop: ${name} must be a .+; it is ${it}\\. Use .+\\.$`),
      );
    }
    expect(() =>
      findSafePreStop(scenario, { runs: 0, seed: -1, confidence: 2, maxSeconds: 5.5, headroom: -3 }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [OptionsError: findSafePreStop: runs must be a whole number from 1; it is 0. Use 1 or more.
      findSafePreStop: seed must be a seed; it is -1. Use a whole number from 0 to 2^53 - 1.
      findSafePreStop: confidence must be a share from 0 to below 1; it is 2. Use one like 0.95.
      findSafePreStop: maxSeconds must be a whole number from 0; it is 5.5. Use 0 or more.
      findSafePreStop: headroom must be a share from 0 on; it is -3. Use one like 0.5, for half of the smallest safe value.]
    `);
  });

  it('at their limits are accepted, and the end says which limit it is', () => {
    const limits = { runs: 1, seed: 0, confidence: 0, headroom: 0 };
    expect(findSafePreStop(scenario, { ...limits, maxSeconds: 7 })).toMatchObject({
      maxSeconds: 7,
      decidedAbove: { by: 'maxSeconds', maxSeconds: 7 },
    });
    expect(findSafePreStop(scenario, { ...limits, maxSeconds: 0 })).toMatchObject({ kind: 'none' });
  });
});
