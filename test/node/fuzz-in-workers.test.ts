import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineScenario, type FuzzOptions, fuzz } from '../../src/index.ts';
import type * as Node from '../../src/node/index.ts';
import { builtDist } from './built-dist.ts';
import { SOMETIMES_UNSAFE_INPUT } from './sometimes-unsafe.ts';

let dist = '';
let node: typeof Node;

beforeAll(async () => {
  dist = await builtDist();
  node = (await import(/* @vite-ignore */ pathToFileURL(join(dist, 'node.js')).href)) as typeof Node;
});

const scenario = defineScenario(SOMETIMES_UNSAFE_INPUT);

describe('worker threads give the report of one thread, byte for byte', () => {
  const rows: readonly (readonly [string, FuzzOptions])[] = [
    ['every run, and its counterexample', { runs: 30 }],
    ['stopped at the fourth failure', { runs: 40, stopAfterFailures: 4, shrink: false }],
    ['a shard', { runs: 40, seed: 3, shard: { index: 2, count: 3 }, shrink: false }],
    ['varied, in a swarm', { runs: 12, vary: { nodes: [1, 4] }, swarm: true, shrink: false }],
    ['fewer runs than workers', { runs: 1 }],
  ];
  it.each(rows)('%s', async (_, options) => {
    const expected = JSON.stringify(fuzz(scenario, options));
    const report = await node.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, { ...options, workers: 2 });
    expect(JSON.stringify(report)).toBe(expected);
  });

  it('one of them, too', async () => {
    const options = { runs: 20, shrink: false };
    const report = await node.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, { ...options, workers: 1 });
    expect(JSON.stringify(report)).toBe(JSON.stringify(fuzz(scenario, options)));
  });

  it('from CommonJS, too', async () => {
    const required = createRequire(import.meta.url)(join(dist, 'node.cjs')) as typeof Node;
    const options = { runs: 20, shrink: false };
    const report = await required.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, { ...options, workers: 2 });
    expect(JSON.stringify(report)).toBe(JSON.stringify(fuzz(scenario, options)));
  });
});

describe('a campaign on workers', () => {
  it('keeps what was done when it is aborted', async () => {
    const controller = new AbortController();
    const report = await node.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, {
      runs: 1_000_000,
      workers: 2,
      shrink: false,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done >= 50) controller.abort();
      },
    });
    expect(report.complete).toBe(false);
    expect(report.runs).toBeGreaterThanOrEqual(50);
    expect(report.claim).toContain(' runs: ');
  });

  it.each([0, 1.5])('refuses %d workers', async (workers) => {
    await expect(node.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, { workers })).rejects.toThrow(
      `fuzzInWorkers: workers must be a whole number from 1; it is ${workers}. Use 1 or more.`,
    );
  });

  it('rejects with the issues of a bad scenario', async () => {
    const input = { ...SOMETIMES_UNSAFE_INPUT, actions: [{ type: 'deletePod', pod: 'nope' }] } as const;
    await expect(node.fuzzInWorkers(input, { workers: 2 })).rejects.toThrow('There is no Pod "nope".');
  });

  it('rejects with the issues that only a varied run has', async () => {
    const options: FuzzOptions = { runs: 50, vary: { endpointSliceUpdatesPerSecond: [19, 21] } };
    const running = node.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, { ...options, workers: 2 });
    const error = await running.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ScenarioError', issues: [{ code: 'churnTooHigh' }] });
  });

  it('rejects with the message of an error in a worker', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prestop-'));
    const throws = join(folder, 'throws.mjs');
    const exits = join(folder, 'exits.mjs');
    writeFileSync(throws, "throw new RangeError('out of order');");
    writeFileSync(exits, 'process.exit(3);');
    const run = (workerScript: string) =>
      node.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, { runs: 9, workers: 2, workerScript });
    await expect(run(throws)).rejects.toThrow('out of order');
    await expect(run(exits)).rejects.toThrow('A worker ended early, with code 3.');
    await expect(run(join(folder, 'missing.mjs'))).rejects.toThrow('missing.mjs');
  });

  it('runs a piece again, once, whose worker died, and names it where that one dies, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prestop-'));
    const dying = (times: number) => {
      const script = join(folder, `dies-${times}.mjs`);
      const deaths = join(folder, `deaths-${times}`);
      writeFileSync(deaths, '');
      writeFileSync(
        script,
        `import { appendFileSync, readFileSync } from 'node:fs';
        import { parentPort } from 'node:worker_threads';
        parentPort.once('message', () => {
          if (readFileSync(${JSON.stringify(deaths)}).length >= ${times}) return;
          appendFileSync(${JSON.stringify(deaths)}, 'x');
          process.exit(7);
        });
        await import(${JSON.stringify(pathToFileURL(join(dist, 'worker.js')).href)});`,
      );
      const options = { runs: 9, workers: 1, shrink: false, workerScript: script };
      return node.fuzzInWorkers(SOMETIMES_UNSAFE_INPUT, options);
    };
    expect(JSON.stringify(await dying(1))).toBe(JSON.stringify(fuzz(scenario, { runs: 9, shrink: false })));
    await expect(dying(2)).rejects.toThrow('ended early, with code 7. It was making runs 1 to 4');
  });

  it('leaves no worker behind: the process ends by itself', async () => {
    const script = `
      import { fuzzInWorkers } from ${JSON.stringify(pathToFileURL(join(dist, 'node.js')).href)};
      const input = ${JSON.stringify(SOMETIMES_UNSAFE_INPUT)};
      const report = await fuzzInWorkers(input, { runs: 20, workers: 2, shrink: false });
      const failed = await fuzzInWorkers(input, { runs: 20, workers: 2, workerScript: '/nowhere.mjs' }).catch(() => 'failed');
      console.log(report.runs, failed);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).toBe('20 failed');
  });
});
