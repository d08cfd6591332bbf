import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtDist } from '../node/built-dist.ts';

/** What is shipped: how the files hang together, and how large they are. */

let dist = '';
beforeAll(async () => {
  dist = await builtDist();
});

const ENTRIES = ['index', 'rules', 'matchers', 'fast-check', 'node'];

type Module = Readonly<Record<string, unknown>>;
const esm = async (entry: string): Promise<Module> => import(pathToFileURL(join(dist, `${entry}.js`)).href);
const cjs = async (entry: string): Promise<Module> =>
  createRequire(join(dist, 'index.cjs'))(`./${entry}.cjs`);

const ANY_IMPORT = /(?:from|import|require)\s*\(?\s*["']\.\/([^"']+)["']/g;

/** A built file with those that it imports, and those that they import. */
function chunksOf(file: string, imports = ANY_IMPORT, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, target] of readFileSync(join(dist, file), 'utf8').matchAll(imports))
    chunksOf(target!, imports, seen);
  return seen;
}

describe.each([
  ['ES modules', esm, '.js'],
  ['CommonJS', cjs, '.cjs'],
] as const)('as %s', (_, load, extension) => {
  it('every entry has the same NotSafe, and the same library behind it', async () => {
    const [library, matchers] = await Promise.all([load('index'), load('matchers')]);
    expect(library.NotSafe).toBeTypeOf('function');
    expect(matchers.NotSafe).toBe(library.NotSafe);
    const shared = (entry: string) => chunksOf(`${entry}${extension}`);
    const largest = [...shared('index')].sort((a, b) => sizeOf(b) - sizeOf(a))[0]!;
    for (const entry of ['matchers', 'node', 'fast-check']) expect([...shared(entry)]).toContain(largest);
  });

  it.each(ENTRIES)('%s exports something', async (entry) => {
    expect(Object.keys(await load(entry)).length).toBeGreaterThan(0);
  });
});

function sizeOf(file: string): number {
  return statSync(join(dist, file)).size;
}

describe('what a user loads', () => {
  it('holds no rule twice: all files together are little larger than the largest entry with its chunks', () => {
    const of = (extension: string) =>
      readdirSync(dist).filter((name) => name.endsWith(extension) && name !== 'cli.js');
    for (const extension of ['.js', '.cjs']) {
      const all = of(extension).reduce((sum, name) => sum + sizeOf(name), 0);
      const library = [...chunksOf(`node${extension}`), ...chunksOf(`index${extension}`)];
      const used = [...new Set(library)].reduce((sum, name) => sum + sizeOf(name), 0);
      // The pages of prestop/html hold a second, deflated copy, which runs in a browser.
      expect(all).toBeLessThan(1.5 * used);
    }
  });

  it('prints its version without the simulator', () => {
    const loaded = [...chunksOf('cli.js', /(?:from|import)\s*["']\.\/([^"']+)["']/g)];
    expect(loaded.reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(100_000);
  });

  it('speaks no language but its own: zod comes without its translations', () => {
    const texts = readdirSync(dist).filter((name) => name.endsWith('.js'));
    for (const name of texts)
      expect(readFileSync(join(dist, name), 'utf8'), name).not.toMatch(/Ung\xFCltig|Ungültig/);
  });

  it('takes an interval of a rate without the simulator', () => {
    const text = readFileSync(join(dist, 'index.js'), 'utf8');
    const chunk = /["']\.\/(interval-[\w-]+\.js)["']/.exec(text)![1]!;
    expect(sizeOf(chunk)).toBeLessThan(2_000);
    expect([...chunksOf(chunk)]).toEqual([chunk]);
  });
});
