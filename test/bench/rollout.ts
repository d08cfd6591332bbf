import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { start } from '../../src/run/observed-loop.ts';
import { clusters } from '../../src/scenario/presets/index.ts';
import { defineScenario, type Scenario } from '../../src/scenario/scenario.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { table } from './measure.ts';

/** One rolling update without a trace: the run alone, without the reruns that say which preStop it would have needed. */

const SIZES = [
  { pods: 10, nodes: 10, runs: 100 },
  { pods: 100, nodes: 1000, runs: 3 },
  { pods: 1000, nodes: 5000, runs: 1 },
] as const;

/** How often the memory is looked at, in events. */
const LOOK = 1 << 18;
const MEBIBYTE = 1 << 20;

export function rollout(pods: number, nodes: number): Scenario {
  const readinessProbe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
  return defineScenario({
    manifests: [deployment({ replicas: pods, preStop: sleeps(5), readinessProbe }), service()],
    cluster: clusters.quiet136({ nodes }),
  });
}

interface Measured {
  readonly events: number;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly simulatedSeconds: number;
}

export function measured(scenario: Scenario, runs: number): Measured {
  const compiled = compiledScenario(scenario);
  let events = 0;
  let simulated = 0;
  let peakBytes = process.memoryUsage().rss;
  const began = process.hrtime.bigint();
  for (let seed = 0; seed < runs; seed++) {
    const { loop, fold } = start(compiled, seed, false);
    while (loop.step() !== undefined) {
      if (loop.handled % LOOK === 0) peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
    }
    fold.finish(loop.now);
    events += loop.handled;
    simulated += loop.now / 1e6;
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  return { events: events / runs, seconds: seconds / runs, peakBytes, simulatedSeconds: simulated / runs };
}

export const name = 'rollout';

export function run(print: (text: string) => void): void {
  const rows = SIZES.map(({ pods, nodes, runs }) => {
    const scenario = rollout(pods, nodes);
    // The first runs compile the code.
    if (runs > 1) measured(scenario, Math.ceil(runs / 10));
    const { events, seconds, peakBytes, simulatedSeconds } = measured(scenario, runs);
    return [
      `${pods} Pods on ${nodes} nodes`,
      String(Math.round(events)),
      String(Math.round(events / seconds)),
      seconds.toFixed(3),
      (1 / seconds).toFixed(2),
      String(Math.round(peakBytes / MEBIBYTE)),
      simulatedSeconds.toFixed(1),
    ];
  });
  print(
    table([
      ['one rolling update, no trace', 'events', 'events/s', 'seconds', 'runs/s', 'peak MiB', 'simulated s'],
      ...rows,
    ]),
  );
}
