// What is shipped is there once: the code that several entries share is CommonJS, which Node's two systems, Jest and every bundler can
// load, so that a class is one class whoever loads it how. Entries are ES modules and CommonJS, both thin:
//   dist/NAME.cjs          for `require`
//   dist/NAME.js           for `import` in Node: it requires, since Node reads a CommonJS file twice where one is imported (250 ms here)
//   dist/NAME.module.js    for bundlers, which find the way by its imports and leave out what nobody asks for
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

const dist = process.argv[2] ?? 'dist';
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const nameOf = (path) => path.replace(/^\.\/(?:dist\/)?/, '').replace(/\.c?js$/, '');
const entries = Object.values(exports).flatMap((entry) =>
  entry.require === undefined ? [] : [nameOf(entry.require.default)],
);
/** The page of the playground is put together of CommonJS files. */
const PAGE = 'page';

const read = (name) => readFileSync(join(dist, name), 'utf8');
const write = (name, text) => writeFileSync(join(dist, name), text);

const shared = new Set();
const left = [...entries, PAGE];
for (let name = left.pop(); name !== undefined; name = left.pop()) {
  if (shared.has(name)) continue;
  shared.add(name);
  const { code } = transformSync(read(`${name}.js`), {
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    minify: true,
    // Of CommonJS, __filename says where a file is; `import.meta` is never read there.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  const turned = code.replace(/require\("\.\/([^"]+)\.js"\)/g, (_, target) => {
    left.push(target);
    return `require("./${target}.cjs")`;
  });
  write(`${name}.cjs`, turned);
}
for (const name of entries) shared.delete(name);

const IMPORTED = /import(?:\{([^}]*)\}from)?"\.\/([^"]+)\.js";?/g;
const LOADED = /import\("\.\/([^"]+)\.js"\)/g;
const REQUIRE = 'import{createRequire as $create}from"node:module";const $require=$create(import.meta.url);';

/** An ES module that takes by `require` what is CommonJS alone. */
function requiring(text) {
  const [, hashbang, code] = /^(#![^\n]*\n)?(.*)$/s.exec(text);
  const turned = code
    .replace(IMPORTED, (whole, names, target) => {
      if (!shared.has(target)) return whole;
      const taken = names === undefined ? '' : `const{${names.replaceAll(' as ', ':')}}=`;
      return `${taken}$require("./${target}.cjs");`;
    })
    .replace(LOADED, (whole, target) =>
      shared.has(target) ? `Promise.resolve().then(()=>$require("./${target}.cjs"))` : whole,
    );
  return turned === code ? text : `${hashbang ?? ''}${REQUIRE}${turned}`;
}

for (const name of shared) rmSync(join(dist, `${name}.js`));
for (const file of readdirSync(dist).filter((each) => each.endsWith('.js'))) {
  const text = read(file);
  if (entries.includes(nameOf(file))) {
    const named = (whole, _names, target) =>
      shared.has(target) ? whole.replace('.js"', '.cjs"') : whole.replace('.js"', '.module.js"');
    write(file.replace(/\.js$/, '.module.js'), text.replace(IMPORTED, named));
  }
  write(file, requiring(text));
}
