import { buildSync } from 'esbuild';

/** Builds what runs in the pages. Only the build and a checkout's own runs come here: what is installed has its result. */

/** What makes a report move; plain JavaScript. */
export function bundledReport(folder: string): string {
  // An end tag within a string would end the script.
  return bundled(`${folder}/report.ts`).replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

/** The playground with the simulator. */
export function bundledPlayground(folder: string): string {
  return bundled(`${folder}/playground.ts`);
}

function bundled(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.text.trim();
}
