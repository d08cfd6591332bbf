import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** They register matchers and a serializer: among themselves, not where others would meet them. */
const MATCHERS = ['test/matchers/**/*.test.ts', 'examples/**/*.test.ts'];
/** They replace a module, or must not meet what others register: each by itself. */
const APART = ['test/**/*.apart.test.ts'];

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
    // All cores, and the sources loaded once for all files that one of them runs: no test leaves anything behind that another sees.
    maxWorkers: availableParallelism(),
    // What the three projects share is transformed once, and again only when it has changed.
    experimental: { fsModuleCache: true },
    // Only what hangs is ended by the clock: how long a test takes is the machine's affair.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...MATCHERS, ...APART],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'matchers', include: MATCHERS, exclude: APART, isolate: false } },
      { extends: true, test: { name: 'apart', include: APART } },
    ],
  },
});
