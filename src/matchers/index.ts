export { NotSafe } from '../report/assert-safe.ts';

import { type SafePreStopOptions, toHaveSafePreStop } from './pre-stop-matcher.ts';
import type { CampaignTrialOptions } from './trial.ts';
import { toBeSafe, toBeSafeWith, toDropNoRequests, toFitTheGracePeriod } from './verdict-matchers.ts';

export { type ChaiAssertionLike, type ChaiLike, type ChaiUtilsLike, chaiPlugin } from './chai.ts';
export { type SafePreStopOptions, toHaveSafePreStop } from './pre-stop-matcher.ts';
export { timelineSerializer } from './serializer.ts';
export type { CampaignTrialOptions, TrialOptions } from './trial.ts';
export {
  type MatcherContext,
  type MatcherResult,
  toBeSafe,
  toBeSafeWith,
  toDropNoRequests,
  toFitTheGracePeriod,
} from './verdict-matchers.ts';

/** All matchers, for `expect.extend(matchers)` of Jest and vitest. */
export const matchers = {
  /** Every run is safe. */
  toBeSafe,
  /** The same, with options. */
  toBeSafeWith,
  /** Some preStop value is safe in every run. */
  toHaveSafePreStop,
  /** No run cuts a hook off or kills a process that still works. */
  toFitTheGracePeriod,
  /** No run loses a request. */
  toDropNoRequests,
};

/** The matchers as `expect(…)` has them once they are registered: what a test runner's types are to be augmented by. */
export interface PrestopMatchers<R = void> {
  /** Every one of 200 runs (fixed seeds) is safe, or of `runs` from `seed`, within `timeout`. Of a Run: that one. */
  toBeSafe(options?: CampaignTrialOptions): R;
  /** The same as `toBeSafe(options)`. */
  toBeSafeWith(options: CampaignTrialOptions): R;
  /** Some preStop value, in whole seconds and between the bounds that are given, is safe in every run. */
  toHaveSafePreStop(options?: SafePreStopOptions): R;
  /** No run cuts a hook off, kills a process that still works, or leaves the app less than 2 s after its hook. */
  toFitTheGracePeriod(options?: CampaignTrialOptions): R;
  /** No run loses a request: seen by a client, or possible by who routes where and who accepts. */
  toDropNoRequests(options?: CampaignTrialOptions): R;
}

// What chai's `expect(…)` has once the plugin is used.
declare global {
  namespace Chai {
    interface Assertion extends PrestopMatchers {}
  }
}
