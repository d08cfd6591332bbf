/** Compiled, never run: what the registered matchers take, in Jest's types. */

import { expect } from '@jest/globals';
import '../../src/jest/index.ts';
import type { Scenario } from '../../src/index.ts';

declare const scenario: Scenario;

expect(scenario).toBeSafe();
expect(scenario).not.toBeSafe({ runs: 10, seed: 1, timeout: '5s' });
expect(scenario).toHaveSafePreStop({ atLeastSeconds: 2 });
export const awaited: Promise<void> = expect(Promise.resolve(scenario)).resolves.toBeSafe();

// @ts-expect-error Options are named.
expect(scenario).toBeSafe(10);
// @ts-expect-error There is no such matcher.
expect(scenario).toBeSave();
