import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The built JavaScript, for tests that run it: `dist` where it is newer than the sources, else a build of its own. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'prestop-test');
const HOUR_MS = 3_600_000;

/** The folder of the built files. */
export async function builtDist(): Promise<string> {
  const newest = Math.max(
    statSync(join(root, 'package.json')).mtimeMs,
    ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => statSync(join(root, 'src', path)).mtimeMs),
  );
  const dist = join(root, 'dist');
  const built = ['cli.js', 'worker.js', 'node.js', 'node.cjs', 'index.js', 'page-scripts.cjs'].map((name) =>
    join(dist, name),
  );
  if (built.every((path) => existsSync(path) && statSync(path).mtimeMs >= newest)) return dist;
  const folder = join(cache, `${Math.round(newest)}-${root.length}`);
  if (!existsSync(folder)) await build(folder);
  return folder;
}

/** Beside its final place, and then moved there: another test may do the same at the same time. */
async function build(folder: string): Promise<void> {
  removeOld();
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  await promisify(execFile)(process.execPath, [join('.ci', 'javascript.mjs'), draft], { cwd: root });
  await promisify(execFile)(process.execPath, [join('.ci', 'commonjs.mjs'), draft], { cwd: root });
  const tsx = join(root, 'node_modules', '.bin', 'tsx');
  await promisify(execFile)(tsx, [join('src', 'html', 'scripts', 'write.ts'), draft], { cwd: root });
  const text = readFileSync(join(root, 'package.json'), 'utf8').replaceAll('./dist/', './');
  const { type, imports, sideEffects } = JSON.parse(text);
  writeFileSync(join(draft, 'package.json'), `${JSON.stringify({ type, imports, sideEffects })}\n`);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function removeOld(): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > HOUR_MS) rmSync(path, { recursive: true, force: true });
  }
}
