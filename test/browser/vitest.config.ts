import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** What needs a browser: `npm run test:browser`. One file at a time, since a page's speed is looked at, too. */
export default mergeConfig(
  { resolve: base.resolve ?? {} },
  defineConfig({
    root: new URL('../..', import.meta.url).pathname,
    test: {
      include: ['test/browser/**/*.browser.ts'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      fileParallelism: false,
    },
  }),
);
