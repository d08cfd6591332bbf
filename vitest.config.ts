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
    testTimeout: 30_000,
  },
});
