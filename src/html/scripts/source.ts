import { fileURLToPath } from 'node:url';
import { bundlePageScripts } from './bundle.ts';

/** Stands for `#page-scripts` in a checkout: built from the source when it is first imported, which takes about a second. */
export const { REPORT_SCRIPT, PLAYGROUND_SCRIPT } = bundlePageScripts(
  fileURLToPath(new URL('../page', import.meta.url)),
);
