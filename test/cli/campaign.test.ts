import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineScenario, type FuzzReport, fuzz } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { builtDist } from '../node/built-dist.ts';
import { SOMETIMES_UNSAFE, SOMETIMES_UNSAFE_INPUT } from '../node/sometimes-unsafe.ts';
import { binPath, runBin } from './run-bin.ts';
import { enter, runHere } from './run-here.ts';

let folder = '';
let leave = () => {};
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const prestop = (args: readonly string[]) => runHere(args);
const bin = (args: readonly string[], interruptAt?: string) =>
  runBin(args, { cwd: folder, ...(interruptAt !== undefined && { interruptAt }) });
const FUZZ = ['fuzz', 'web.yaml', '--runs', '30'];
/** Where a counterexample is not the question: to find one takes longer than the runs. */
const BARE = [...FUZZ, '--no-shrink'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-campaign-'));
  const { manifests: _manifests, ...config } = SOMETIMES_UNSAFE_INPUT;
  writeFileSync(join(folder, 'web.yaml'), SOMETIMES_UNSAFE);
  writeFileSync(join(folder, 'prestop.config.json'), JSON.stringify(config));
  await builtDist();
  leave = enter(folder);
});
afterAll(() => leave());

describe('fuzz', () => {
  it('prints the campaign in numbers and the worst run', async () => {
    const { code, stdout, stderr } = await bin(FUZZ);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^UNSAFE: \d+ of 30 runs were not safe\./);
    expect(stdout).toMatch(/Required preStop: .* in half of the runs/);
    expect(stdout).toMatch(/Reduced \(seed \d+\): with every other delay at its smallest/);
    expect(stdout).toMatch(/ {2}watch\.kubeProxy: /);
  });

  it('gives the report of the library', async () => {
    const { stdout } = await prestop([...FUZZ, '--json']);
    const expected = fuzz(defineScenario(SOMETIMES_UNSAFE_INPUT), { runs: 30 });
    const { campaign: _campaign, ...report }: FuzzReport = JSON.parse(stdout);
    const { campaign: _other, ...other } = JSON.parse(JSON.stringify(expected)) as FuzzReport;
    expect(report).toEqual(other);
  });

  it('gives the same bytes on two workers', async () => {
    await prestop([...BARE, '--out', 'one.json']);
    await bin([...BARE, '--out', 'two.json', '--workers', '2']);
    expect(read('two.json')).toBe(read('one.json'));
  });

  it('in three shards merges to the bytes of the whole', async () => {
    await prestop([...BARE, '--out', 'whole.json']);
    const shards = [3, 1, 2];
    const ended = await Promise.all(
      shards.map((shard) => prestop([...BARE, '--shard', `${shard}/3`, '--out', `shard-${shard}.json`])),
    );
    expect(ended.map(({ stdout }) => /Shard \d of 3 of 30 runs\./.test(stdout))).toEqual([true, true, true]);
    const files = shards.map((shard) => `shard-${shard}.json`);
    const { code, stdout } = await prestop(['merge', ...files, '--out', 'merged.json']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^UNSAFE: \d+ of 30 runs/);
    expect(read('merged.json')).toBe(read('whole.json'));
    expect((await prestop(['merge', ...files, '--json'])).stdout).toBe(read('whole.json'));
    const partial = await prestop(['merge', 'shard-1.json', 'shard-3.json']);
    expect(partial.stdout).toMatch(/^.*\(partial: 20 of 30 runs\)\.\n/);
    const twice = await prestop(['merge', 'shard-1.json', 'shard-1.json']);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toMatch(
      /^shard-1\.json: shard\.index: shard 1\/3 is there twice\. Leave one out\.\n/,
    );
    const other = await prestop([...BARE, '--seed', '9', '--shard', '2/3', '--out', 'other.json']);
    expect(other.code).toBe(1);
    expect((await prestop(['merge', 'shard-1.json', 'other.json'])).stderr).toContain('different campaigns');
  });

  it('varies what it is told to', async () => {
    const { code, stdout } = await prestop([...BARE, '--vary', 'nodes=[1,4]', '--swarm', '--json']);
    expect(code).toBe(1);
    expect(Object.keys((JSON.parse(stdout) as FuzzReport).decidedBy)).toContain('kube-proxy/node-4');
    const bad = await prestop([...BARE, '--vary', 'nodes=[4,1]']);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('vary.nodes')]);
  });

  it('stops after so many failures', async () => {
    const { stdout } = await prestop([...BARE, '--stop-after-failures', '3', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ failures: 3, complete: false, counterexample: null });
  });
});

describe('progress and interrupts', () => {
  it('progress is on stderr, only where it is asked for', async () => {
    const { stdout, stderr } = await prestop([...BARE, '--json', '--progress']);
    expect(stderr).toMatch(/30 of 30 runs \(100 %\), [\d,.]+ runs\/s, \d+ failures/);
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  it.each(['1', '2'])('Ctrl-C keeps what was done, on %s workers', async (workers) => {
    const args = ['check', 'web.yaml', '--runs', '10000000', '--progress', '--workers', workers];
    const { code, stdout } = await bin(args, ' runs/s');
    expect(code).toBe(/^UNSAFE/.test(stdout) ? 1 : 4);
    expect(stdout).toMatch(/^.*\(partial: [\d,]+ of 10,000,000 runs\)\.\n/);
  });
});

describe('a campaign that is killed, and nobody asks it', () => {
  const runs = ['fuzz', 'web.yaml', '--runs', '60'];

  /** Ends the bin for good once it has written its checkpoint so often; null where it was through before. */
  async function killedAfter(writes: number, out: string): Promise<number | null> {
    const args = [await binPath(), ...runs, '--checkpoint', '1ms', '--out', out];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
    let seen = 0;
    const watcher = watch(folder, (_, name) => {
      if (name === out && ++seen === writes) child.kill('SIGKILL');
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    watcher.close();
    return code;
  }

  it('goes on from what it had written to the bytes of the whole, wherever it was killed', async () => {
    await prestop([...runs, '--out', 'never-killed.json']);
    for (const writes of [2, 1, 3].slice(0, tries(1))) {
      const out = `killed-${writes}.json`;
      if ((await killedAfter(writes, out)) === null)
        expect((JSON.parse(read(out)) as FuzzReport).runs).toBeGreaterThan(0);
      await prestop([...runs, '--resume', out, '--out', out]);
      expect(read(out)).toBe(read('never-killed.json'));
    }
  });
});
