import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { gzipSync, inflateRawSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Html from '../../src/html/index.ts';
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

/** Without what is loaded later, when a command asks for it. */
const AT_ONCE = /(?:from|import|(?<!=>\$?)require\()["']\.\/([^"']+)["']/g;

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

it('is the same NotSafe, whoever loads the library how', async () => {
  expect((await esm('matchers')).NotSafe).toBe((await cjs('index')).NotSafe);
});

/** What a bundler makes of a use of the library. */
function bundleOf(names: string): Uint8Array {
  const contents = `export { ${names} } from './index.module.js';`;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: dist },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]!.contents;
}

describe('what a user loads', () => {
  it('holds the library once: all files together are little larger than what is required of it', () => {
    const sum = (names: readonly string[]) => names.reduce((total, name) => total + sizeOf(name), 0);
    const all = sum(readdirSync(dist).filter((name) => /\.c?js$/.test(name)));
    const library = sum([...new Set([...chunksOf('node.cjs'), ...chunksOf('index.cjs')])]);
    // Beside it stand the command line, the pages and the thin entries.
    expect(all).toBeLessThan(1.4 * library);
  });

  it('prints its version without the simulator', () => {
    const loaded = [...chunksOf('cli.js', AT_ONCE)];
    expect(loaded.reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(100_000);
  });

  it('speaks no language but its own: zod comes without its translations', () => {
    const texts = readdirSync(dist).filter((name) => /\.c?js$/.test(name));
    for (const name of texts)
      expect(readFileSync(join(dist, name), 'utf8'), name).not.toMatch(/Ung\xFCltig|Ungültig/);
  });

  it('takes an interval of a rate without the simulator', () => {
    expect(bundleOf('rateInterval').length).toBeLessThan(2_000);
  });

  it('takes the simulator without searches, calibration, reports and pages', () => {
    expect(gzipSync(bundleOf('simulate, defineScenario')).length).toBeLessThan(335_000);
    expect(bundleOf('simulate, defineScenario').length).toBeLessThan(
      0.85 * bundleOf('simulate, explain').length,
    );
  });
});

describe('the page of the playground', () => {
  const codeOf = (page: string) => {
    const [, code] = /id="prestop-code">([^<]+)</.exec(page)!;
    return inflateRawSync(Buffer.from(code!, 'base64')).toString('utf8');
  };

  it('holds every file of the package that it needs, as one script', () => {
    const { toPlayground } = createRequire(join(dist, 'html.cjs'))('./html.cjs') as typeof Html;
    const text = codeOf(toPlayground());
    expect(() => new Script(text)).not.toThrow();
    const held = new Set(
      [...text.matchAll(/"(\.\/[\w-]+\.cjs)"\(exports,require,module\)/g)].map(([, name]) => name),
    );
    const needed = [...chunksOf('page.cjs')].map((name) => `./${name}`);
    expect(held).toEqual(new Set(needed));
  });
});
