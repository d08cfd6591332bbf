import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { FuzzReport } from '../../src/index.ts';
import { binPath, runProcess } from './run-bin.ts';
import { runHere } from './run-here.ts';

/** The example's Job and workflow, as far as they can be run without a cluster: their very commands, with their environment. */

const example = fileURLToPath(new URL('../../examples/07-fuzz-on-a-cluster', import.meta.url));
const RUNS = '6';

function documents(name: string): unknown[] {
  return parseAllDocuments(readFileSync(join(example, name), 'utf8')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}

interface Job {
  readonly kind: string;
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly parallelism: number;
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly containers: readonly {
          readonly command: readonly string[];
          readonly args: readonly string[];
          readonly env: readonly { readonly name: string; readonly value: string }[];
        }[];
      };
    };
  };
}

interface Workflow {
  readonly env: Readonly<Record<string, string | number>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
        readonly steps: readonly { readonly name?: string; readonly run?: string }[];
      }
    >
  >;
}

let folder = '';
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-job-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'results'));
  mkdirSync(join(folder, 'k8s'));
  cpSync(join(example, 'web.yaml'), join(folder, 'k8s', 'web.yaml'));
  // Stands for npx, so that nothing is asked of a registry.
  const npx = `#!/bin/sh\n[ "$1" = --yes ] && shift\n[ "$1" = prestop ] || exit 97\nshift\nexec "${process.execPath}" "${await binPath()}" "$@"\n`;
  writeFileSync(join(folder, 'bin', 'npx'), npx);
  chmodSync(join(folder, 'bin', 'npx'), 0o755);
  env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
});

const at = (name: string) => join(folder, name);
const report = (name: string): FuzzReport => JSON.parse(readFileSync(at(name), 'utf8'));

describe('the Indexed Job', () => {
  const [job] = documents('job.yaml') as Job[];
  const { completionMode, completions, parallelism, template } = job!.spec;
  const [container] = template.spec.containers;

  it('runs a Pod for each shard', () => {
    const total = container?.env.find(({ name }) => name === 'SHARD_TOTAL')?.value;
    expect([job?.kind, completionMode, template.spec.restartPolicy]).toEqual(['Job', 'Indexed', 'Never']);
    expect([completions, parallelism]).toEqual([Number(total), Number(total)]);
  });

  it('names a command whose shards merge to the whole', async () => {
    const [command, ...args] = [...container!.command, ...container!.args];
    const own = { RUNS, MANIFESTS: join(folder, 'k8s'), RESULTS: join(folder, 'results'), SHARD_TOTAL: '3' };
    for (const index of ['0', '1', '2']) {
      const given = { ...env, ...own, JOB_COMPLETION_INDEX: index };
      const { code, stderr } = await runProcess(command!, args, { cwd: folder, env: given });
      expect([code, stderr]).toEqual([0, '']);
    }
    expect(report('results/shard-2.json').shard).toEqual({ index: 2, count: 3 });
    const shards = [1, 2, 3].map((shard) => `results/shard-${shard}.json`);
    await runHere(['merge', ...shards.map(at), '--out', at('merged.json')]);
    await runHere(['fuzz', at('k8s'), '--cluster', 'gke', '--runs', RUNS, '--out', at('whole.json')]);
    expect(report('merged.json')).toMatchObject({ complete: true, runs: Number(RUNS) });
    expect(readFileSync(join(folder, 'merged.json'), 'utf8')).toBe(
      readFileSync(join(folder, 'whole.json'), 'utf8'),
    );
  });

  it('fails for bad manifests, and not for failures that a shard has found', async () => {
    const [command, ...args] = [...container!.command, ...container!.args];
    const own = { RUNS, RESULTS: join(folder, 'results'), SHARD_TOTAL: '1', JOB_COMPLETION_INDEX: '0' };
    const text = readFileSync(join(folder, 'k8s', 'web.yaml'), 'utf8');
    const unsafe = text.replace(/ {10}lifecycle:[\s\S]*?seconds: 5\n/, '');
    writeFileSync(join(folder, 'unsafe.yaml'), unsafe);
    const run = (manifests: string) =>
      runProcess(command!, args, {
        cwd: folder,
        env: { ...env, ...own, MANIFESTS: join(folder, manifests) },
      });
    expect((await run('missing.yaml')).code).not.toBe(0);
    expect((await run('unsafe.yaml')).code).toBe(0);
    expect(report('results/shard-1.json').failures).toBeGreaterThan(0);
  });
});

describe('the CI matrix', () => {
  const [workflow] = documents('workflow.yaml') as Workflow[];

  it('has a job for each shard', () => {
    const shards = workflow?.jobs.fuzz?.strategy?.matrix.shard ?? [];
    expect(shards).toEqual(
      Array.from({ length: Number(workflow?.env.SHARD_TOTAL) }, (_, index) => index + 1),
    );
  });

  it('names commands that run and merge', async () => {
    const fuzzing = workflow?.jobs.fuzz?.steps.find(({ run }) => run !== undefined)?.run ?? '';
    const merging = workflow?.jobs.merge?.steps.find(({ run }) => run !== undefined)?.run ?? '';
    for (const shard of ['1', '2']) {
      const command = fuzzing.replaceAll(/\$\{\{ *matrix\.shard *\}\}/g, shard).replace('1000000', RUNS);
      const given = { ...env, SHARD_TOTAL: '2' };
      const { code, stderr } = await runProcess('bash', ['-e', '-c', command], { cwd: folder, env: given });
      expect([code, stderr]).toEqual([0, '']);
    }
    const merged = await runProcess('bash', ['-e', '-c', merging], { cwd: folder, env });
    expect(merged.stdout).toMatch(new RegExp(`^(UN)?SAFE: .* ${RUNS} runs`));
    expect(merged.stdout).toMatch(/^::(error|notice) title=prestop%3A /m);
    expect(merged.code).toBe(merged.stdout.startsWith('SAFE') ? 0 : 1);
  });
});
