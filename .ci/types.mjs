// Types once for both module systems: CommonJS's are the ones that hold them, and those of ES modules pass them on, which TypeScript
// allows in this direction alone. So a class has one type, whoever loads it how, and the types are not shipped twice. An entry that
// speaks of another package's classes has a file for each system, as that package has.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OF_OTHERS = /from '(?!\.|zod')/;
const dist = process.argv[2] ?? 'dist';
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).filter((entry) => entry.import !== undefined);
const nameOf = (path) => path.replace('./dist/', '');
const passedOn = new Set(
  entries.filter((entry) => entry.require !== undefined).map((entry) => nameOf(entry.import.types)),
);
const aloneAsModules = new Set(
  entries.filter((entry) => entry.require === undefined).map((entry) => nameOf(entry.import.types)),
);

for (const name of readdirSync(dist)) {
  if (!name.endsWith('.d.ts')) continue;
  const path = join(dist, name);
  const text = readFileSync(path, 'utf8').replace(/(from|import) '(\.\/[^']+)\.js'/g, "$1 '$2.cjs'");
  if (aloneAsModules.has(name)) {
    writeFileSync(path, text);
    continue;
  }
  writeFileSync(path.replace(/\.d\.ts$/, '.d.cts'), text);
  if (OF_OTHERS.test(text)) writeFileSync(path, text);
  else if (passedOn.has(name))
    writeFileSync(path, `export * from './${name.replace(/\.d\.ts$/, '.cjs')}';\n`);
  else rmSync(path);
}
