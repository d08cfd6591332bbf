// The library once more as CommonJS: the same files, each turned by itself, so that entries share one copy of each class there, too.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

const dist = process.argv[2] ?? 'dist';
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const left = Object.values(exports).flatMap((entry) =>
  entry.require === undefined ? [] : [entry.import.default],
);
const done = new Set();
for (let path = left.pop(); path !== undefined; path = left.pop()) {
  const name = path.replace(/^\.\/(?:dist\/)?/, '');
  if (done.has(name)) continue;
  done.add(name);
  const text = readFileSync(join(dist, name), 'utf8');
  const { code } = transformSync(text, {
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    minify: true,
    // Of CommonJS, __filename says where a file is; `import.meta` is never read there.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  const turned = code.replace(/require\("(\.\/[^"]+)\.js"\)/g, (_, target) => {
    left.push(`${target}.js`);
    return `require("${target}.cjs")`;
  });
  writeFileSync(join(dist, name.replace(/\.js$/, '.cjs')), turned);
}
