import { fileURLToPath } from 'node:url';
import { bundledPlayground, bundledReport } from './bundle.ts';
import { packed } from './packed.ts';

/** Stands for `#page-scripts` in a checkout: built from the source when it is first asked for, which takes about a second. */

const folder = fileURLToPath(new URL('../page', import.meta.url));
let playground: string | undefined;

export const REPORT_SCRIPT = bundledReport(folder);

/** The playground with the simulator, packed. */
export function playgroundScript(): string {
  playground ??= packed(bundledPlayground(folder));
  return playground;
}
