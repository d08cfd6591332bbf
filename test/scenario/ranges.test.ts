import { describe, expect, it } from 'vitest';
import { defineScenario, fuzz, parseScenario, simulate } from '../../src/index.ts';
import { container, deployment, execScript, service, sleeps } from '../run/manifests.ts';

/** How long something takes in an app may be a range: each run draws once for a container. */

const web = deployment({ replicas: 2, preStop: sleeps(2) });
const actions = [{ type: 'deletePod', pod: 'web-1-0' }] as const;
const withApps = (apps: object, manifests: readonly object[] = [web, service()]) =>
  defineScenario({ manifests, actions, apps: apps as never });

/** What a run's Pod used of its grace period, in ms. */
const used = (scenario: ReturnType<typeof withApps>, seed: number) =>
  simulate(scenario, { seed, trace: 'none' }).verdict.grace['web-1-0']!.usedMs;

const seeds = [1, 2, 3, 4, 5, 6];

describe('a time that is a range', () => {
  it.each([
    ['drain', { drain: { uniform: ['2s', '9s'] } }],
    [
      'drain, by quantiles',
      {
        drain: {
          quantiles: [
            [0, '2s'],
            [0.5, '3s'],
            [1, '9s'],
          ],
        },
      },
    ],
    ['keepAccepting', { keepAccepting: { uniform: ['2s', '9s'] } }],
    ['maxDrain, of a drain that is longer', { drain: '20s', maxDrain: { uniform: ['2s', '9s'] } }],
  ])('%s: differs between runs, stays within its bounds, and one seed repeats it', (_, web) => {
    const scenario = withApps({ web });
    const all = seeds.map((seed) => used(scenario, seed));
    expect(new Set(all.map((ms) => Math.round(ms / 100))).size).toBeGreaterThan(3);
    for (const ms of all) expect(ms).toSatisfy((own: number) => own > 4_000 && own < 11_500);
    expect(seeds.map((seed) => used(scenario, seed))).toEqual(all);
  });

  it('of a hook that only apps can tell: its end moves, and what it does on the way', () => {
    const script = deployment({ replicas: 2, preStop: execScript });
    const ends = (preStop: object) =>
      seeds.map((seed) => {
        const run = simulate(withApps({ web: { preStop } }, [script, service()]), { seed });
        const [begun, ended] = ['preStopStarted', 'preStopEnded'].map(
          (type) => run.trace.find((event) => event.type === type)!.atMs,
        );
        return ended! - begun!;
      });
    const lasting = ends({ duration: { uniform: ['3s', '8s'] } });
    expect(Math.min(...lasting)).toBeGreaterThan(2_999);
    expect(Math.max(...lasting)).toBeLessThan(8_500);
    expect(new Set(lasting).size).toBe(seeds.length);
  });

  it('is drawn by names: a workload more changes nothing', () => {
    const api = JSON.parse(JSON.stringify([web, service()]).replaceAll('"web"', '"api"'));
    const apps = { web: { drain: { uniform: ['2s', '9s'] } }, api: { drain: { uniform: ['1s', '20s'] } } };
    const alone = withApps({ web: apps.web });
    const both = withApps(apps, [web, service(), ...api]);
    expect(seeds.map((seed) => used(both, seed))).toEqual(seeds.map((seed) => used(alone, seed)));
  });

  it('can be what a campaign varies, by the keys of apps', () => {
    const scenario = withApps({});
    const failures = (apps: object) =>
      fuzz(scenario, { runs: 40, shrink: false, vary: { apps: apps as never } }).failures;
    expect(failures({ web: { drain: ['1s', '20s'] } })).toBe(0);
    const cut = failures({ 'web/web': { drain: { uniform: ['20s', '40s'] } } });
    expect(cut).toBeGreaterThan(8);
    expect(cut).toBeLessThan(36);
    expect(() => failures({ nobody: { drain: ['1s', '2s'] } })).toThrow(
      /no container|which the scenario does not have/,
    );
  });

  it('that is none is refused with what it may be', () => {
    const parsed = parseScenario({
      manifests: [deployment({ containers: [container()] }), service()],
      apps: { web: { drain: { uniform: ['9s', '2s'] }, startup: '5 sec' } },
    });
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path.join('.'))).toEqual([
      'apps.web.drain',
      'apps.web.startup',
    ]);
  });
});
