import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundledReport } from './bundle.ts';

/** Writes what an installed package has for `#page-scripts`, into `dist` or the folder named: `npm run build` does it after the modules. */
const dist = process.argv[2] ?? fileURLToPath(new URL('../../../dist', import.meta.url));
const report = bundledReport(fileURLToPath(new URL('../page', import.meta.url)));
buildSync({
  entryPoints: [fileURLToPath(new URL('installed.ts', import.meta.url))],
  outfile: join(dist, 'page-scripts.cjs'),
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'es2022',
  legalComments: 'none',
  define: { REPORT: JSON.stringify(report) },
});
