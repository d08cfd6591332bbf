// The library in layers: each file holds what its own entry needs and no file further in has. A start pays for every file that it loads,
// and whoever takes the rules or a confidence interval alone loads no more than these. commonjs.mjs makes of them what is shipped.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { BUILT_IN } from './built-in.mjs';

const dist = process.argv[2] ?? 'dist';
const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const loaded = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (name) => !BUILT_IN.includes(name),
);
const src = (path) => resolve('src', path);

const ENTRIES = {
  index: 'index.ts',
  rules: 'rules/index.ts',
  matchers: 'matchers/index.ts',
  'fast-check': 'fast-check/index.ts',
  node: 'node/index.ts',
  html: 'html/index.ts',
  vitest: 'vitest/index.ts',
  jest: 'jest/index.ts',
  cli: 'cli/main.ts',
  worker: 'node/worker.ts',
  page: 'html/page/playground.ts',
};
/** From the innermost out. Where several lists are given, what the modules of each of them need. */
const LAYERS = {
  interval: [['analysis/binomial.ts']],
  terminal: [['cli/main.ts'], ['index.ts']],
  decisions: [['rules/index.ts'], ['run/simulate.ts', 'scenario/scenario.ts']],
  upstream: [['rules/index.ts']],
  simulator: [['run/simulate.ts', 'scenario/scenario.ts']],
  library: [['index.ts']],
};

/** These modules, what they import, and what that imports. */
function needed(paths, context) {
  const seen = new Set();
  const left = paths.map(src);
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...(context.getModuleInfo(id)?.importedIds ?? []));
  }
  return seen;
}

/** The modules that all of these lists need; asked for once the graph is known. */
function layer(name, lists, depth) {
  let sets;
  const nameOf = (id, context) => {
    sets ??= lists.map((paths) => needed(paths, context));
    return sets.every((set) => set.has(id)) ? name : null;
  };
  return { name: nameOf, debugName: name, priority: 100 - depth };
}

if (existsSync(dist))
  for (const name of readdirSync(dist)) if (/\.c?js$/.test(name)) rmSync(join(dist, name));

const bundle = await rolldown({
  input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, src(path)])),
  platform: 'browser',
  external: [/^node:/, '#page-scripts', ...loaded],
  transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
});
await bundle.write({
  dir: dist,
  format: 'esm',
  minify: true,
  comments: false,
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  codeSplitting: {
    groups: Object.entries(LAYERS).map(([name, lists], depth) => layer(name, lists, depth)),
  },
});
await bundle.close();
