import { chai, describe, expect, it } from 'vitest';
import { chaiPlugin, type PrestopMatchers } from '../../src/matchers/index.ts';
import { deletion, sleep, web } from '../report/scenarios.ts';

/** A chai of its own would be the same: vitest's has no matcher of prestop in this file but through the plugin. */

declare global {
  namespace Chai {
    interface Assertion extends PrestopMatchers {}
  }
}

chai.use(chaiPlugin);
const safe = deletion({ manifests: web({ lifecycle: sleep(5), grace: 8 }) });
const unsafe = deletion({ manifests: web({ grace: 8 }) });

describe('the chai plugin', () => {
  it('passes and fails as the matchers do', () => {
    chai.expect(safe).toBeSafe();
    chai.expect(unsafe).not.toBeSafe();
    chai.expect(safe).toBeSafeWith({ runs: 5 });
    chai.expect(safe).to.toFitTheGracePeriod({ runs: 5 });
    chai.expect(safe).toDropNoRequests({ runs: 5 });
    chai.expect(unsafe).toHaveSafePreStop({ atMostSeconds: 2, runs: 5 });
  });

  it('fails with the same messages', () => {
    expect(() => chai.expect(unsafe).toBeSafe()).toThrow(/^expect\(scenario\)\.toBeSafe\(\)\n\nUNSAFE: /);
    expect(() => chai.expect(safe).not.toBeSafeWith({ runs: 5 })).toThrow(
      /^expect\(scenario\)\.not\.toBeSafeWith\(\{ runs: 5 \}\)\n\nSAFE: /,
    );
    expect(() => chai.expect(42).toBeSafe()).toThrow(/This is no scenario: the number 42/);
    expect(() => chai.expect(42).not.toBeSafe()).toThrow(/This is no scenario: the number 42/);
  });

  it('works with assertions other than its own', () => {
    chai.expect(safe).toBeSafeWith({ runs: 2 });
    chai.expect([1, 2]).to.include(2);
  });
});
