import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { buildSync } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { tryDownloaded } from './downloaded.ts';
import { unnameable } from './nameable.ts';

/**
 * The package as its users get it: packed, unpacked into a project of its own, and used from there as ES modules, as CommonJS, on the
 * command line, in a bundle, and beside versions of TypeScript, Jest, vitest and chai that are downloaded for it. `npm run packed` after
 * `npm run build`; ends with 1 where anything fails.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const MEGABYTE = 1_000_000;
/** What is shipped may be so large, packed and unpacked. */
const LIMITS = { packed: 0.8 * MEGABYTE, unpacked: 4 * MEGABYTE };

let failures = 0;
async function step(name: string, work: () => string | Promise<string>): Promise<void> {
  try {
    console.log(`ok    ${name}: ${await work()}`);
  } catch (error) {
    failures++;
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    console.log(
      `FAILS ${name}: ${error instanceof Error ? error.message : String(error)}\n${stdout}\n${stderr}`,
    );
  }
}

function fail(reason: string): never {
  throw new Error(reason);
}

const scratch = mkdtempSync(join(tmpdir(), 'prestop-packed-'));
const pack = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], {
  cwd: root,
  encoding: 'utf8',
});
const [packed] = JSON.parse(pack) as {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}[];
const tarball = join(scratch, packed!.filename);
const project = join(scratch, 'project');
unpack();

await step('size', () => {
  const { size, unpackedSize, files } = packed!;
  const told = `${(size / MEGABYTE).toFixed(2)} MB packed, ${(unpackedSize / MEGABYTE).toFixed(2)} MB unpacked, ${files.length} files`;
  return size > LIMITS.packed || unpackedSize > LIMITS.unpacked ? fail(told) : told;
});

await step('publint', async () => {
  const pkgDir = join(project, 'node_modules', 'prestop');
  const { messages, pkg } = await publint({ pkgDir, level: 'warning', strict: true, pack: false });
  if (messages.length > 0) fail(messages.map((message) => formatMessage(message, pkg!)).join('\n'));
  return 'nothing to say';
});

/** A runner's own entry is an ES module alone, as the runner is; Node 10 knows no exports. */
const KNOWN = (entry: string, resolution: string) =>
  resolution === 'node10' || (entry === './vitest' && resolution === 'node16-cjs');

await step('are the types wrong', async () => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (result.types === false) fail('no types');
  const problems = result.problems.filter(
    (problem) => !('entrypoint' in problem) || !KNOWN(problem.entrypoint, problem.resolutionKind),
  );
  if (problems.length > 0) fail(JSON.stringify(problems, null, 2));
  return `no, in ${Object.keys(result.entrypoints).length} entries`;
});

await step('declarations of what it gives', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.keys(exports)
    .filter((key) => !key.endsWith('.json'))
    .map((key) => key.replace('.', 'prestop'));
  const { exported, refused } = unnameable(project, entries);
  return refused.length === 0
    ? `${exported} values can be exported, in all their parts`
    : fail([...new Set(refused)].slice(0, 20).join('\n'));
});

const write = (name: string, text: string) => writeFileSync(join(project, name), text);
const run = (command: string, args: readonly string[]) =>
  execFileSync(command, [...args], {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

const MANIFESTS = `{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'i', ports: [{ containerPort: 80 }], lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } }] } }, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }`;
const USE = `
const scenario = defineScenario({ manifests: [${MANIFESTS}], actions: [{ type: 'deletePod', pod: 'web' }] });
console.log(simulate(scenario, { seed: 3, trace: 'none' }).digest);`;

const digests = new Set<string>();
await step('ES modules', () => {
  write(
    'use.mjs',
    `import { defineScenario, simulate } from 'prestop';\nimport 'prestop/rules';\nimport 'prestop/matchers';\nimport 'prestop/node';\nimport 'prestop/html';\nimport 'prestop/fast-check';${USE}`,
  );
  const digest = run(process.execPath, ['use.mjs']);
  digests.add(digest);
  return digest;
});
await step('CommonJS', () => {
  write(
    'use.cjs',
    `const { defineScenario, simulate } = require('prestop');\nfor (const entry of ['rules', 'matchers', 'node', 'html', 'fast-check']) require('prestop/' + entry);${USE}`,
  );
  const digest = run(process.execPath, ['use.cjs']);
  digests.add(digest);
  return digests.size === 1 ? `${digest}, the same` : fail(`${digest} is another`);
});
await step('command line', () =>
  run(process.execPath, [join('node_modules', 'prestop', 'dist', 'cli.js'), '--version']),
);
await step('a campaign in two workers', () => {
  write(
    'workers.mjs',
    `import { fuzzInWorkers } from 'prestop/node';\nconst report = await fuzzInWorkers({ manifests: [${MANIFESTS}], actions: [{ type: 'deletePod', pod: 'web' }] }, { runs: 40, workers: 2, shrink: false });\nconsole.log(report.runs, 'runs');`,
  );
  return run(process.execPath, ['workers.mjs']);
});
await step('a bundle for browsers', () => {
  write('page.mjs', `import { defineScenario, simulate } from 'prestop';${USE}`);
  const entryPoints = [join(project, 'page.mjs')];
  const outfile = join(project, 'bundle.mjs');
  // Whatever needs Node would not be found.
  buildSync({ entryPoints, outfile, bundle: true, minify: true, format: 'esm', platform: 'browser' });
  digests.add(run(process.execPath, ['bundle.mjs']));
  return digests.size === 1
    ? `${Math.round(statSync(outfile).size / 1000)} kB, the same digest`
    : fail('another digest');
});
await tryDownloaded(join(scratch, 'downloaded'), tarball, step);

rmSync(scratch, { recursive: true, force: true });
console.log(failures === 0 ? 'The package is fit to be used.' : `${failures} of these fail.`);
process.exitCode = failures === 0 ? 0 : 1;

/** As npm would put it there, with the dependencies that this project has installed. */
function unpack(): void {
  const modules = join(project, 'node_modules');
  mkdirSync(modules, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', scratch]);
  cpSync(join(scratch, 'package'), join(modules, 'prestop'), { recursive: true });
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (!existsSync(join(root, 'node_modules', name))) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true }); // a scope is a folder of its own
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n');
  if (!readdirSync(modules).includes('prestop') || statSync(join(modules, 'prestop')).size === 0)
    fail('not unpacked');
}
