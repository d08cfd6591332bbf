import { deflateRawSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** Builds what runs in the pages. Only the build and a checkout's own runs come here: what is installed has its result. */

export interface PageScripts {
  /** Makes a report move; plain JavaScript. */
  readonly REPORT_SCRIPT: string;
  /** The playground with the simulator: deflated and in base64, since the page's own script unpacks it in a few milliseconds. */
  readonly PLAYGROUND_SCRIPT: string;
}

export function bundlePageScripts(folder: string): PageScripts {
  const REPORT_SCRIPT = bundled(`${folder}/report.ts`);
  const playground = bundled(`${folder}/playground.ts`);
  return { REPORT_SCRIPT, PLAYGROUND_SCRIPT: deflateRawSync(playground, { level: 9 }).toString('base64') };
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
  // An end tag within a string would end the script.
  return outputFiles[0]!.text.trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}
