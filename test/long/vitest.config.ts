import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** The same tests with forty times as many cases: `npm run test:long`. */
export default mergeConfig(
  base,
  defineConfig({
    root: new URL('../..', import.meta.url).pathname,
    test: { env: { TEST_EFFORT: '40' }, testTimeout: 7_200_000, hookTimeout: 7_200_000 },
  }),
);
