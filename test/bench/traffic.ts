import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { clusters, defineScenario, type Scenario, simulate } from '../../src/index.ts';
import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { horizonOf, start } from '../../src/run/observed-loop.ts';
import { deployment, service } from '../run/manifests.ts';
import { type Contestant, measure, speedRatio, table } from './measure.ts';

const RATE_PER_SECOND = 5_000;

/**
 * Requests of one client without keep-alive while a Pod is deleted, `trace: 'none'`, verdict included. A second scenario has ten times
 * as many requests: an operation must not cost more, and no more memory may be left behind.
 */
function flood(requests: number): Scenario {
  return defineScenario({
    manifests: [deployment({ replicas: 3 }), service()],
    cluster: clusters.quiet136({ nodes: 3 }),
    clients: [{ name: 'flood', from: { node: 'node-2' }, load: { ratePerSecond: RATE_PER_SECOND } }],
    actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
    horizon: `${requests / RATE_PER_SECOND}s`,
  });
}

function timed(name: string, scenario: Scenario): Contestant {
  let seed = 0;
  return {
    name,
    prepare: () => () => simulate(scenario, { seed: seed++, trace: 'none' }).verdict.requests.sent,
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

export const name = 'traffic';

/** Floor that the issue asks for, on one core: requests (new connections) simulated a second. */
const FLOOR_PER_SECOND = 100_000;

export function run(print: (text: string) => void): void {
  const few = flood(20_000);
  const many = flood(200_000);
  const [small, large] = measure([timed('20,000 requests', few), timed('200,000 requests', many)], {
    rounds: 5,
  });
  const rows = [['new connections', 'ns a request', 'requests/s', 'of the floor']];
  for (const { name: of, nanoseconds } of [small!, large!]) {
    const perSecond = 1e9 / nanoseconds;
    const ratio = (perSecond / FLOOR_PER_SECOND).toFixed(2);
    rows.push([of, nanoseconds.toFixed(0), Math.round(perSecond).toLocaleString('en'), ratio]);
  }
  print(table(rows));
  print(`ten times as many requests cost ${speedRatio(small!, large!).toFixed(2)} times as much each`);
  print(`heap in use after 20,000: ${heapAfter(few)} MB; after 200,000: ${heapAfter(many)} MB`);
}

/** Megabytes that are in use at the end of a run, while all that the run holds is still there. */
function heapAfter(scenario: Scenario): string {
  const running = start(compiledScenario(scenario), 1, false);
  running.loop.run(horizonOf(scenario));
  collectGarbage();
  const { heapUsed } = process.memoryUsage();
  running.fold.finish(running.loop.quietAt);
  return (heapUsed / 1e6).toFixed(1);
}
