import { toHaveSafePreStop } from './pre-stop-matcher.ts';
import {
  type MatcherContext,
  type MatcherResult,
  toBeSafe,
  toBeSafeWith,
  toDropNoRequests,
  toFitTheGracePeriod,
} from './verdict-matchers.ts';

/** The part of chai that the plugin reaches. */
export interface ChaiLike {
  readonly Assertion: {
    /** Adds a method to every assertion. */
    addMethod(name: string, method: (this: ChaiAssertionLike, options?: object) => void): void;
  };
}

/** A chai assertion under way. */
export interface ChaiAssertionLike {
  readonly _obj: unknown;
  /** Fails with the first message where it does not pass, with the second where it should not have. */
  assert(passes: boolean, message: string, negatedMessage: string): void;
}

/** chai's own reader of what an assertion has noted: `negate` where `.not` was written. */
export interface ChaiUtilsLike {
  /** What is noted under a name. */
  flag(assertion: object, name: string): unknown;
}

type Matcher = (this: MatcherContext | undefined, received: unknown, options?: object) => MatcherResult;

const METHODS: Readonly<Record<string, Matcher>> = {
  toBeSafe,
  toBeSafeWith: toBeSafeWith as Matcher,
  toHaveSafePreStop,
  toFitTheGracePeriod,
  toDropNoRequests,
};

/** A chai plugin with the same matchers: `chai.use(chaiPlugin)`, then `expect(scenario).toBeSafe()` and `.not.toBeSafe()`. */
export function chaiPlugin(chai: ChaiLike, utils: ChaiUtilsLike): void {
  for (const [name, matcher] of Object.entries(METHODS)) {
    chai.Assertion.addMethod(name, function (options) {
      const isNot = utils.flag(this, 'negate') === true;
      const { pass, message } = matcher.call({ isNot }, this._obj, options);
      // A message is costly to make, so only where the assertion fails.
      const text = pass === isNot ? message() : '';
      this.assert(pass, text, text);
    });
  }
}
