import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import type { Scenario } from '../../src/index.ts';
import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { ran } from '../../src/run/observed-loop.ts';
import { judgement, simulate } from '../../src/run/simulate.ts';
import { type Alone, alone } from './alone.ts';
import { bare, kernel } from './kernel.ts';
import { type Contestant, measure, speedRatio } from './measure.ts';
import { rolling } from './rolling.ts';

/** What users wait for: what is asked, and what this machine takes, in CPU time. What needs the built package is left out without it. */

const root = fileURLToPath(new URL('../..', import.meta.url));

function cpuSeconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const seconds = (value: number) => `${value.toFixed(2)} s`;
const times = (value: number) => `${value.toFixed(2)} ×`;

function contestant(runs: number, once: (seed: number) => unknown): Contestant {
  const work = () => {
    for (let seed = 0; seed < runs; seed++) once(seed);
    return runs;
  };
  return { name: '', prepare: () => work };
}

/** What a judged run costs beside the plain one, where nobody reads what it needed, and where somebody does. */
function judged(
  scenario: Scenario,
  runs: number,
): readonly [unread: number, read: number, simulated: number] {
  const compiled = compiledScenario(scenario);
  const [plain, unread, read, simulated] = measure(
    [
      contestant(runs, (seed) => ran(scenario, compiled, seed)),
      contestant(runs, (seed) => judgement(scenario, seed).safe),
      contestant(runs, (seed) => judgement(scenario, seed).requiredPreStopMs),
      contestant(runs, (seed) => simulate(scenario, { seed })),
    ],
    { rounds: 3, warmUps: 1 },
  );
  return [1 / speedRatio(unread!, plain!), 1 / speedRatio(read!, plain!), 1 / speedRatio(simulated!, plain!)];
}

/** Microseconds an event of warm code. */
function perEvent(count: number): number {
  const scenario = rolling(count);
  const compiled = compiledScenario(scenario);
  let events = 0;
  const run = (seed: number) => {
    events += ran(scenario, compiled, seed).loop.handled;
  };
  for (let seed = 0; events < 30_000; seed++) run(seed);
  events = 0;
  const took = cpuSeconds(() => {
    for (let seed = 0; events < 60_000; seed++) run(seed);
  });
  return (took * 1e6) / events;
}

function bundleBytes(exported: string): number {
  const { outputFiles } = buildSync({
    stdin: { contents: `export { ${exported} } from './src/index.ts'`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

function packed(): string {
  const args = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const [{ size, unpackedSize }] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
  return `${(size / 1e6).toFixed(2)} / ${(unpackedSize / 1e6).toFixed(2)} MB`;
}

/** How long a process takes beside an empty one, by the best of five. */
function beyondEmpty(args: readonly string[]): number {
  const best = (all: readonly string[]) =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const before = process.hrtime.bigint();
        execFileSync(process.execPath, all, { stdio: 'ignore' });
        return Number(process.hrtime.bigint() - before) / 1e6;
      }),
    );
  return best(args) - best(['-e', '']);
}

type Row = readonly [what: string, before: string, asked: string, measured: string];

/** Row by row, the dearest last: each is measured when it is asked for. */
async function* rows(): AsyncGenerator<Row> {
  const firsts = (runs: number, { cpuSeconds: took }: Alone) => `${Math.round(runs / took)}/s`;
  const deletions = firsts(200, alone('deletions, 200 runs'));
  yield ['the first 200 runs of a process: a deletion', '800/s', '2,000/s', deletions];
  const rollouts = firsts(200, alone('rollouts, 200 runs, requirement read'));
  yield ['the same: a rolling update, what it needed is read', '', '', rollouts];
  const safe = alone('checkSafe, 6 replicas').cpuSeconds;
  yield ['checkSafe on 6 replicas, 200 runs', '6–12 s', '1.5 s', seconds(safe)];
  const both = kilobytes('simulate, defineScenario');
  yield ['bundle of simulate and defineScenario, gzip', '233 kB', '130 kB', both];
  yield ['bundle of rateInterval, gzip', '510 kB', '2 kB', kilobytes('rateInterval')];
  yield* ofTheBuilt();
  const [least, ours] = measure([bare(100_000, 200_000), kernel(100_000, 200_000)], { rounds: 5 });
  const queue = speedRatio(ours!, least!).toFixed(2);
  yield ['the queue with 100,000 pending, to a bare heap', '0.18', '0.45', queue];
  for (const [what, before, scenario, runs] of [
    ['3 Pods', '3.6 ×', rolling(1), 100],
    ['100 Deployments', '7 ×', rolling(100), 1],
  ] as const) {
    const [unread, read, simulated] = judged(scenario, runs);
    yield [`a rolling update of ${what}, to the plain run`, before, '1.15 ×', times(unread)];
    yield ['the same, and what it needed is read', before, '1.6 ×', times(read)];
    yield ['the same, with its trace: simulate', before, '1.6 ×', times(simulated)];
  }
  for (const count of [1, 10, 100, 300])
    yield [`µs an event, ${count} Deployments`, count === 100 ? '12' : '', '3', perEvent(count).toFixed(1)];
  yield* campaigns();
  const { cpuSeconds: took, peakBytes } = alone('1,000 Pods, 5,000 nodes');
  const large = `${took.toFixed(1)} s, ${Math.round(peakBytes / (1 << 20))} MiB`;
  yield ['1,000 Pods on 5,000 nodes', '30–37 s, 1.3 GiB', '15 s, 600 MiB', large];
  yield* inWorkers();
  for (const [what, before, asked] of COMMANDS) yield [what, before, asked, 'by time'];
}

/** Whole commands: measured by running them. */
const COMMANDS = [
  ['npm ci', '145 s', 'no build'],
  ['npm run build', '', '30 s, 1 GB'],
  ['npm test', 'over 38 min', '100 s'],
] as const;

async function* inWorkers(): AsyncGenerator<Row> {
  if (!existsSync(join(root, 'dist', 'worker.js'))) return;
  const { speedup } = await import('./workers.ts');
  yield ['two workers, 100,000 runs, to one', '1.65–1.76 ×', '1.85 ×', times(await speedup())];
}

function* ofTheBuilt(): Generator<Row> {
  const cli = join(root, 'dist', 'cli.js');
  if (!existsSync(cli)) return;
  const version = `${Math.round(beyondEmpty([cli, '--version']))} ms`;
  yield ['prestop --version, beyond an empty Node', '340 ms', '120 ms', version];
  const rules = `${Math.round(beyondEmpty([join(root, 'dist', 'rules.js')]))} ms`;
  yield ["import 'prestop/rules', beyond an empty Node", '', '25 ms', rules];
  yield ['tarball / unpacked', '3.1 / 13.5 MB', '0.8 / 4 MB', packed()];
}

function* campaigns(): Generator<Row> {
  const check = alone('check, 12 Deployments').cpuSeconds;
  yield ['check of twelve Deployments, 200 runs', '25–71 s', '6 s', seconds(check)];
  const find = alone('find, 12 Deployments').cpuSeconds;
  yield ['find on the same, 200 runs', '11 s for 20 runs', '10 s', seconds(find)];
}

export const name = 'asked';

export async function run(print: (text: string) => void): Promise<void> {
  const line = ([what, ...figures]: Row) =>
    what.padEnd(50) + figures.map((figure) => figure.padStart(18)).join('');
  print(line(['what a user does', 'once', 'asked', 'here']));
  for await (const row of rows()) print(line(row));
}

function kilobytes(exported: string): string {
  return `${(bundleBytes(exported) / 1000).toFixed(1)} kB`;
}
