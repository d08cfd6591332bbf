import { expect } from '@jest/globals';
import { matchers, type PrestopMatchers, timelineSerializer } from '../matchers/index.ts';

/** Registers the matchers and the timeline serializer with Jest: `import 'prestop/jest'` in a test, or in `setupFilesAfterEnv`. */

expect.extend(matchers);
expect.addSnapshotSerializer(timelineSerializer);

// `expect` of @jest/globals, and the global one that @types/jest declares.
declare module '@jest/expect' {
  interface Matchers<R extends void | Promise<void>> extends PrestopMatchers<R> {}
}
declare global {
  namespace jest {
    interface Matchers<R> extends PrestopMatchers<R> {}
  }
}

export type { PrestopMatchers } from '../matchers/index.ts';
