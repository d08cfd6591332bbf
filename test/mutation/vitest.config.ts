import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/**
 * What says of a behaviour that it is wrong: without the digests and printed pictures, which only say that something has changed, and
 * without what runs the program from outside.
 */
export default defineConfig({
  resolve: base.resolve ?? {},
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [
      'test/{actors,kernel,rollout,routing,rules,run,traffic,versions}/**/*.test.ts',
      'test/analysis/{simulation,fuzz}.test.ts',
      'test/scenario/{causes,told,hook-waits,apply-pre-stop,by-workload}.test.ts',
      'test/report/{timeline,critical-path,explain}.test.ts',
    ],
    // They read the source as text, which a mutated one no longer is.
    exclude: ['test/versions/rules-page.test.ts'],
    isolate: false,
    // Only what hangs is ended by the clock, as in the suite; a mutant that hangs is ended by Stryker.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
