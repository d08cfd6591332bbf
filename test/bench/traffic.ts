import { clusters, defineScenario, simulate } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';
import { type Contestant, measure, speedRatio, table } from './measure.ts';

/**
 * Requests of one client without keep-alive while a Pod is deleted, `trace: 'none'`, verdict included. A second scenario has ten times
 * as many requests: an operation must not cost more, and no more memory may be left behind.
 */
function flood(name: string, requests: number, ratePerSecond: number): Contestant {
  const scenario = defineScenario({
    manifests: [deployment({ replicas: 3 }), service()],
    cluster: clusters.quiet136({ nodes: 3 }),
    clients: [{ name: 'flood', from: { node: 'node-2' }, load: { ratePerSecond } }],
    actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
    horizon: `${requests / ratePerSecond}s`,
  });
  let seed = 0;
  return {
    name,
    prepare: () => () => simulate(scenario, { seed: seed++, trace: 'none' }).verdict.requests.sent,
  };
}

export const name = 'traffic';

/** Floor that the issue asks for, on one core: requests (new connections) simulated a second. */
const FLOOR_PER_SECOND = 100_000;

export function run(print: (text: string) => void): void {
  const few = flood('20,000 requests', 20_000, 5_000);
  const many = flood('200,000 requests', 200_000, 5_000);
  const [small, large] = measure([few, many], { rounds: 5 });
  const rows = [['new connections', 'ns a request', 'requests/s', 'of the floor']];
  for (const { name: of, nanoseconds } of [small!, large!]) {
    const perSecond = 1e9 / nanoseconds;
    const ratio = (perSecond / FLOOR_PER_SECOND).toFixed(2);
    rows.push([of, nanoseconds.toFixed(0), Math.round(perSecond).toLocaleString('en'), ratio]);
  }
  print(table(rows));
  print(`ten times as many requests cost ${speedRatio(small!, large!).toFixed(2)} times as much each`);
  print(`heap after 20,000: ${heapAfter(few)} MB; after 200,000: ${heapAfter(many)} MB`);
}

/** Megabytes of heap right after a run, garbage of its last moments included. */
function heapAfter({ prepare }: Contestant): string {
  prepare()();
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed / 1e6).toFixed(0);
}
