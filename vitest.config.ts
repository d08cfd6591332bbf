import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^prestop$/, replacement: src('index.ts') },
      { find: /^prestop\/rules$/, replacement: src('rules/index.ts') },
      { find: /^prestop\/matchers$/, replacement: src('matchers/index.ts') },
      { find: /^prestop\/vitest$/, replacement: src('vitest/index.ts') },
      { find: /^prestop\/fast-check$/, replacement: src('fast-check/index.ts') },
      { find: /^prestop\/node$/, replacement: src('node/index.ts') },
      { find: /^prestop\/html$/, replacement: src('html/index.ts') },
      { find: /^#page-scripts$/, replacement: src('html/scripts/source.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Only what hangs is ended by the clock: how long a test takes is the machine's affair.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
