/** Compiled, never run: what the registered matchers take, in the types of the test runner. */

import { expect } from 'vitest';
import '../../src/vitest/index.ts';
import type { Run, Scenario } from '../../src/index.ts';
import { matchers, type PrestopMatchers, timelineSerializer } from '../../src/matchers/index.ts';

declare const scenario: Scenario;
declare const run: Run;

expect(scenario).toBeSafe();
expect(run).not.toBeSafe();
expect('kind: Pod').toBeSafeWith({ runs: 10, seed: 1 });
expect([{ kind: 'Pod' }]).toHaveSafePreStop();
expect(scenario).toHaveSafePreStop({ atLeastSeconds: 2, atMostSeconds: 10, runs: 50, seed: 3 });
expect(scenario).toFitTheGracePeriod({ runs: 10 });
expect(scenario).not.toDropNoRequests();
expect.soft(scenario).toBeSafe();
expect({ scenario }).toEqual({ scenario: expect.toBeSafe() });
expect({ scenario }).toEqual({ scenario: expect.not.toHaveSafePreStop({ atMostSeconds: 1 }) });
export const awaited: Promise<void> = expect(Promise.resolve(scenario)).resolves.toBeSafe();

expect(scenario).toBeSafe({ runs: 10, timeout: '5s' });
// @ts-expect-error Options are named.
expect(scenario).toBeSafeWith(10);
// @ts-expect-error The bound's name says its unit.
expect(scenario).toHaveSafePreStop({ atLeast: 2 });
// @ts-expect-error There is no such matcher.
expect(scenario).toBeSave();

expect.extend(matchers);
expect.addSnapshotSerializer(timelineSerializer);
export const typed: PrestopMatchers<Promise<void>>['toBeSafe'] = () => Promise.resolve();
