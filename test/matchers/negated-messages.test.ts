import { describe, expect, it } from 'vitest';
import '../../src/vitest/index.ts';
import { simulate } from '../../src/run/simulate.ts';
import { deletion, sleep, web } from '../report/scenarios.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { messageOf } from './message-of.ts';

const noHook = deletion({ manifests: web(), delays: CONSTANT_DELAYS });
const fiveSeconds = deletion({ manifests: web({ lifecycle: sleep(5) }), delays: CONSTANT_DELAYS });

describe('.not has a message of its own', () => {
  it('not.toBeSafe', () => {
    expect(messageOf(() => expect(fiveSeconds).not.toBeSafe())).toMatchInlineSnapshot(`
      "expect(scenario).not.toBeSafe()

      SAFE: 0 failures in 200 runs: fewer than 1.5 % fail, at 95 %.
      The smallest margin of all (run 0) is 4.96 s. Expected at least one run in which this is not so.
      Replay: simulate(scenario, { seed: 3028758061568409 })"
    `);
  });

  it('not.toBeSafe of one run', () => {
    expect(messageOf(() => expect(simulate(fiveSeconds)).not.toBeSafe())).toMatchInlineSnapshot(`
      "expect(run).not.toBeSafe()

      SAFE in this run (seed 0), which is one sample of the delays.
      Its margin is 4.96 s. Expected this not to be so.
      Replay: simulate(run.scenario, { seed: 0 })"
    `);
  });

  it('not.toFitTheGracePeriod', () => {
    expect(messageOf(() => expect(fiveSeconds).not.toFitTheGracePeriod({ runs: 10 }))).toMatchInlineSnapshot(`
      "expect(scenario).not.toFitTheGracePeriod({ runs: 10 })

      FITS THE GRACE PERIOD: 0 failures in 10 runs: fewer than 26 % fail, at 95 %.
      The smallest margin of all (run 0) is 4.96 s. Expected at least one run in which this is not so.
      Replay: simulate(scenario, { seed: 3028758061568409 })"
    `);
  });

  it('not.toDropNoRequests', () => {
    expect(messageOf(() => expect(fiveSeconds).not.toDropNoRequests({ runs: 10 }))).toMatchInlineSnapshot(`
      "expect(scenario).not.toDropNoRequests({ runs: 10 })

      DROPS NO REQUESTS: 0 failures in 10 runs: fewer than 26 % fail, at 95 %.
      The smallest margin of all (run 0) is 4.96 s. Expected at least one run in which this is not so.
      Replay: simulate(scenario, { seed: 3028758061568409 })"
    `);
  });

  it('not.toHaveSafePreStop', () => {
    expect(messageOf(() => expect(noHook).not.toHaveSafePreStop({ runs: 5 }))).toMatchInlineSnapshot(`
      "expect(scenario).not.toHaveSafePreStop({ runs: 5 })

      SAFE preStop: 1 s to 29 s, 2 s recommended. Expected no value to be safe.
      0 failures in 5 runs: fewer than 45 % fail, at 95 %."
    `);
  });
});

describe('a message', () => {
  it('holds no colour', () => {
    const failing = [
      () => expect(noHook).toBeSafeWith({ runs: 3 }),
      () => expect(fiveSeconds).not.toBeSafeWith({ runs: 3 }),
      () => expect('kind: Deployment').toBeSafe(),
    ];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a colour.
    for (const assertion of failing) expect(messageOf(assertion)).not.toMatch(/\u001b/);
  });

  it('names a seed that repeats what it shows', () => {
    const text = messageOf(() => expect(noHook).toBeSafeWith({ runs: 5 }));
    const seed = Number(/Replay: simulate\(scenario, \{ seed: (\d+) \}\)/.exec(text)?.[1]);
    expect(simulate(noHook, { seed })).not.toBeSafe();
  });
});
