import { expect } from 'vitest';
import { matchers, type PrestopMatchers, timelineSerializer } from '../matchers/index.ts';

/** Registers the matchers and the timeline serializer with vitest: `import 'prestop/vitest'` in a test or a setup file. */

expect.extend(matchers);
expect.addSnapshotSerializer(timelineSerializer);

// This pair of augmentations is the one that vitest 4 and 5 both read.
declare global {
  namespace Chai {
    interface Assertion extends PrestopMatchers {}
  }
}
declare module 'vitest' {
  interface AsymmetricMatchersContaining extends PrestopMatchers {}
}

export type { PrestopMatchers } from '../matchers/index.ts';
