import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePageScripts } from './bundle.ts';

/** Writes what an installed package has for `#page-scripts`, into `dist` or the folder named: `npm run build` does it after the modules. */
const dist = process.argv[2] ?? fileURLToPath(new URL('../../../dist', import.meta.url));
const entries = Object.entries(bundlePageScripts(fileURLToPath(new URL('../page', import.meta.url))));
// As CommonJS alone, which both systems can load: it is the largest file of all.
const lines = entries.map(([name, text]) => `exports.${name} = ${JSON.stringify(text)};\n`);
writeFileSync(join(dist, 'page-scripts.cjs'), lines.join(''));
