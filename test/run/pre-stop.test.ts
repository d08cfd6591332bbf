import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Run, simulate } from '../../src/index.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { violationText } from '../../src/report/describe-violation.ts';
import {
  campaign,
  inputOf,
  routerInputs,
  type Sketch,
  scenarioOf,
  sketches,
  withExecHook,
} from './scenarios.ts';

const seeds = fc.nat(1_000_000);

function isExposed({ verdict }: Run): boolean {
  return verdict.violations.some(({ kind }) => kind === 'exposed');
}

/** What happens with an exec hook of `ms` in every container that a connection passes. */
function withHook(sketch: Sketch, ms: number, seed: number): Run {
  return simulate(scenarioOf(withExecHook(sketch, ms)), { seed });
}

/** An exec hook whose length the manifest says starts up first; the others are replaced by one that does not. */
const comparable = sketches.filter(
  ({ hook, sidecars }) =>
    hook.kind !== 'execSleep' && sidecars.every((each) => each.hook.kind !== 'execSleep'),
);

describe('requiredPreStopMs', () => {
  it('is enough, and one millisecond less is not', () => {
    const property = fc.property(comparable, seeds, (sketch, seed) => {
      const { requiredPreStopMs } = simulate(scenarioOf(sketch), { seed }).verdict;
      if (requiredPreStopMs === null) return;
      expect(isExposed(withHook(sketch, requiredPreStopMs, seed))).toBe(false);
      if (requiredPreStopMs > 0) expect(isExposed(withHook(sketch, requiredPreStopMs - 1, seed))).toBe(true);
    });
    fc.assert(property, campaign(8));
  });

  it('is the same whatever hook the scenario itself has, where one Pod stops', () => {
    // Several Pods use up each other's syncs, so there more than one length may be enough with 1 ms less not enough.
    const single = comparable.map((sketch) => ({ ...sketch, deletes: sketch.deletes.slice(0, 1) }));
    const property = fc.property(single, seeds, fc.integer({ min: 0, max: 3_000 }), (sketch, seed, ms) => {
      const { requiredPreStopMs, requiredPreStopReason } = withHook(sketch, ms, seed).verdict;
      const other = withHook(sketch, 0, seed).verdict;
      expect(other.requiredPreStopMs).toBe(requiredPreStopMs);
      expect(other.requiredPreStopReason).toBe(requiredPreStopReason);
    });
    fc.assert(property, campaign(5));
  });

  it('is null only where the longest hook that fits is exposed, too', () => {
    const property = fc.property(comparable, seeds, (sketch, seed) => {
      const { requiredPreStopReason: reason } = simulate(scenarioOf(sketch), { seed }).verdict;
      if (reason !== 'routedUntilGone' && reason !== 'graceTooShort') return;
      const graces = sketch.deletes.map(
        ({ gracePeriodSeconds }) => gracePeriodSeconds ?? sketch.graceSeconds,
      );
      expect(isExposed(withHook(sketch, Math.max(...graces) * 1000, seed))).toBe(true);
    });
    fc.assert(property, campaign(6));
  });

  it('is null for want of anything to judge only where nobody was routed to', () => {
    const property = fc.property(sketches, seeds, (sketch, seed) => {
      const { requiredPreStopReason, violations, marginMs } = simulate(scenarioOf(sketch), { seed }).verdict;
      const nothing = violations.some(({ kind }) => kind === 'nothingToJudge');
      expect(requiredPreStopReason === 'nothingToJudge').toBe(nothing);
      if (nothing) expect(marginMs).toBeNull();
    });
    fc.assert(property, campaign(8));
  });
});

describe('a router more', () => {
  it('never makes a run safer', () => {
    const router = fc.record({
      lagMs: fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 5_000 })),
      terminatingFallback: fc.boolean(),
    });
    const property = fc.property(sketches, seeds, router, (sketch, seed, more) => {
      const before = simulate(scenarioOf(sketch), { seed }).verdict;
      const routers = routerInputs([...sketch.routers, more]);
      const after = simulate(scenarioOf(sketch, { routers }), { seed }).verdict;
      expect(after.marginMs ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(
        before.marginMs ?? Number.POSITIVE_INFINITY,
      );
      if (before.requiredPreStopMs !== null && after.requiredPreStopMs !== null) {
        expect(after.requiredPreStopMs).toBeGreaterThanOrEqual(before.requiredPreStopMs);
      }
      const judged = before.violations.every(({ kind }) => kind !== 'nothingToJudge');
      if (judged && !before.safe) expect(after.safe).toBe(false);
    });
    fc.assert(property, campaign(6));
  });
});

describe('two preStop values under one seed', () => {
  /** Events before `untilMs`, without how long a hook takes that starts: that is what differs. */
  const untilThen = ({ trace }: Run, untilMs: number) =>
    trace
      .filter(({ atMs }) => atMs < untilMs)
      .map((event) =>
        event.type === 'preStopStarted' ? { ...event, data: { container: event.data.container } } : event,
      );

  const pairs = fc.tuple(fc.integer({ min: 0, max: 8_000 }), fc.integer({ min: 1, max: 6_000 }));

  it('agree event for event until the shorter hook ends', () => {
    const property = fc.property(sketches, seeds, pairs, (sketch, seed, [ms, longer]) => {
      const short = withHook(sketch, ms, seed);
      const long = withHook(sketch, ms + longer, seed);
      const ends = short.trace.find(
        ({ type, data }) => type === 'preStopEnded' && data?.outcome !== 'cutOff',
      );
      const until = ends?.atMs ?? Number.POSITIVE_INFINITY;
      expect(untilThen(long, until)).toEqual(untilThen(short, until));
    });
    fc.assert(property, campaign(8));
  });

  it('with native sleeps as with scripts', () => {
    for (let seed = 0; seed < 6; seed++) {
      const sketch = { ...plain, hook: { ...plain.hook, kind: 'sleep' as const, ms: 5_000 } };
      const five = simulate(scenarioOf(sketch), { seed });
      const ten = simulate(scenarioOf({ ...sketch, hook: { ...sketch.hook, ms: 10_000 } }), { seed });
      expect(untilThen(ten, 5_000)).toEqual(untilThen(five, 5_000));
      expect(untilThen(five, 5_000).length).toBeGreaterThan(25);
      // What does not depend on the hook stays the same after it: the replacement's way to Ready, here.
      expect(ten.verdict.requiredPreStopMs).toBe(five.verdict.requiredPreStopMs);
    }
  });
});

const plain: Sketch = {
  minor: 30,
  nodes: 3,
  replicas: 3,
  bare: false,
  graceSeconds: 30,
  hook: { kind: 'none', ms: 0, effect: 'none', effectAt: 'start', fails: false },
  app: { onStopSignal: 'drain', keepAcceptingMs: 0, drainMs: 0, exitCode: 0, failReadiness: false },
  sidecars: [],
  probe: { periodSeconds: 1, failureThreshold: 1 },
  service: 'plain',
  minSyncPeriodMs: 1_000,
  batchMs: 0,
  churn: 0,
  routers: [],
  deletes: [{ atMs: 0, pod: 0, gracePeriodSeconds: null }],
  delays: 'wide',
  shuffled: false,
};

describe('safe', () => {
  it('says the same as the list of violations', () => {
    const property = fc.property(sketches, seeds, (sketch, seed) => {
      const { safe, violations, marginMs } = simulate(scenarioOf(sketch), { seed }).verdict;
      expect(safe).toBe(!violations.some(({ gating }) => gating));
      const exposed = violations.some(({ kind }) => kind === 'exposed');
      if (marginMs !== null) expect(exposed).toBe(marginMs < 0);
      else expect(exposed).toBe(false);
      for (const violation of violations) {
        const { fromMs, toMs, fix, kind } = violation;
        expect(toMs).toBeGreaterThanOrEqual(fromMs);
        if (kind === 'exposed') expect(toMs).toBeGreaterThan(fromMs);
        expect(violationText(violation)).toMatch(/\.$/);
        expect(fixText(fix)).toMatch(/\.$/);
      }
    });
    fc.assert(property, campaign(6));
  });
});

describe('the chain of causes of a violation', () => {
  it('ends at the event that ended the exposure and adds up to its time, link by link', () => {
    const property = fc.property(sketches, seeds, (sketch, seed) => {
      const { verdict, trace } = simulate(scenarioOf(sketch), { seed });
      for (const { kind, culprit } of verdict.violations) {
        if (kind !== 'exposed') continue;
        const last = culprit[culprit.length - 1]!;
        expect(last.type).toBe('routesChanged');
        expect(trace[culprit[0]!.seq]!.type).toBe('deleteRequested');
        const micros = culprit.reduce((sum, { tookMs }) => sum + Math.round(tookMs * 1000), 0);
        expect(Math.round(culprit[0]!.atMs * 1000) + micros).toBe(Math.round(last.atMs * 1000));
      }
    });
    fc.assert(property, campaign(6));
  });
});

it('the sketches do what they are for: every outcome comes up', () => {
  const reasons = new Set<string>();
  const kinds = new Set<string>();
  const property = fc.property(sketches, seeds, (sketch, seed) => {
    const { verdict } = simulate(scenarioOf(sketch), { seed });
    reasons.add(
      verdict.requiredPreStopReason ?? (verdict.requiredPreStopMs === 0 ? 'none needed' : 'some needed'),
    );
    for (const { kind } of verdict.violations) kinds.add(kind);
    expect(inputOf(sketch).actions.length).toBeGreaterThan(0);
  });
  fc.assert(property, campaign(50));
  expect([...reasons].sort()).toEqual([
    'graceTooShort',
    'none needed',
    'nothingToJudge',
    'routedUntilGone',
    'some needed',
  ]);
  expect([...kinds].sort()).toEqual([
    'cutByKill',
    'exposed',
    'graceUsedUp',
    'noEndpoints',
    'nothingToJudge',
    'preStopCutOff',
    'preStopFailed',
  ]);
});
