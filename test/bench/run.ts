import * as asked from './asked.ts';
import * as deletion from './deletion.ts';
import * as kernel from './kernel.ts';
import * as pages from './pages.ts';
import { quick } from './quick.ts';
import * as rollout from './rollout.ts';
import * as traffic from './traffic.ts';
import * as workers from './workers.ts';
import * as workloads from './workloads.ts';

/** A benchmark prints ratios of what it compared in this process: no figure here is a promise about another machine. */
interface Bench {
  readonly name: string;
  run(print: (text: string) => void): void | Promise<void>;
}

const benches: readonly Bench[] = [asked, kernel, deletion, rollout, workloads, traffic, workers, pages];

const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => word !== '--quick');
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name.includes(name)));
if (unknown.length > 0) {
  console.error(
    `No bench is called ${unknown.join(', ')}. There are: ${benches.map(({ name }) => name).join(', ')}.`,
  );
  process.exitCode = 1;
}
if (isQuick && !quick(console.log)) {
  console.error('Something became slower; npm run bench says what, in full.');
  process.exitCode = 1;
}
for (const bench of isQuick ? [] : benches) {
  if (wanted.length > 0 && !wanted.some((name) => bench.name.includes(name))) continue;
  console.log(`\n${bench.name}`);
  await bench.run((text) => console.log(text));
}
