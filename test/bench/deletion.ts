import { clusters, defineScenario, fuzz, type Scenario, simulate } from '../../src/index.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { type Contestant, measure, table } from './measure.ts';

/** One Pod of three deleted, verdict included: runs a second, and what an event costs in larger clusters. */

export function deletion(nodes: number, preStop = true): Scenario {
  return defineScenario({
    manifests: [
      deployment({
        ...(preStop ? { preStop: sleeps(5) } : {}),
        readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
      }),
      service(),
    ],
    cluster: clusters.quiet136({ nodes }),
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  });
}

/** Three deletions 400 ms apart, with unrelated changes: the proxies' cool-downs matter. */
export function threeDeletions(): Scenario {
  return defineScenario({
    manifests: [deployment({ preStop: sleeps(5) }), service()],
    cluster: clusters.quiet136({ nodes: 3, churn: { endpointSliceUpdatesPerSecond: 0.5 } }),
    actions: (['0s', '400ms', '800ms'] as const).map((at, index) => ({
      type: 'deletePod' as const,
      at,
      pod: `web-1-${index}`,
    })),
  });
}

/** Counts events, so that a figure is nanoseconds an event. */
function events(name: string, scenario: Scenario, runs: number): Contestant {
  return {
    name,
    prepare: () => () => {
      let count = 0;
      for (let seed = 0; seed < runs; seed++) count += simulate(scenario, { seed, trace: 'none' }).eventCount;
      return count;
    },
  };
}

function runsOf(name: string, runs: number, work: (runs: number) => void): Contestant {
  return {
    name,
    prepare: () => () => {
      work(runs);
      return runs;
    },
  };
}

export const name = 'deletion';

export function run(print: (text: string) => void): void {
  const three = deletion(3);
  const several = threeDeletions();
  const bare = (scenario: Scenario) => (runs: number) => {
    for (let seed = 0; seed < runs; seed++) simulate(scenario, { seed, trace: 'none' });
  };
  const results = measure([
    runsOf('one deletion, preStop 5 s', 1000, bare(three)),
    runsOf('one deletion, no preStop', 1000, bare(deletion(3, false))),
    runsOf('the same, fuzzed', 1000, (runs) => fuzz(three, { runs, shrink: false })),
    runsOf('three deletions with churn', 400, bare(several)),
    runsOf('the same, fuzzed', 400, (runs) => fuzz(several, { runs, shrink: false })),
  ]);
  print(
    table([
      ['3 nodes, 3 Pods, no trace', 'runs/s', 'to the first'],
      ...results.map(({ name, nanoseconds }) => [
        name,
        String(Math.round(1e9 / nanoseconds)),
        (nanoseconds / results[0]!.nanoseconds).toFixed(2),
      ]),
    ]),
  );
  const sizes = [3, 100, 1000, 5000].map((nodes) =>
    events(`${nodes} nodes`, deletion(nodes), Math.max(1, 600 / nodes)),
  );
  const bySize = measure(sizes, { rounds: 5 });
  print('');
  print(
    table([
      ['one deletion', 'ns/event', 'to 3 nodes'],
      ...bySize.map(({ name, nanoseconds }) => [
        name,
        String(Math.round(nanoseconds)),
        (nanoseconds / bySize[0]!.nanoseconds).toFixed(2),
      ]),
    ]),
  );
}
