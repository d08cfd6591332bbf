import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertSafe,
  checkSafe,
  defineScenario,
  findSafePreStop,
  formatSweep,
  fuzz,
  LimitExceeded,
  NotSafe,
  runSeed,
  simulate,
  sweepPreStop,
  describe as told,
} from '../../src/index.ts';
import { toBeSafe } from '../../src/matchers/index.ts';
import { enter, runHere } from '../cli/run-here.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

const RUNS = 10;
const manifests = [
  deployment({ replicas: 2, preStop: sleeps(5), terminationGracePeriodSeconds: 8 }),
  service(),
];
const limited = (maxEvents?: number) =>
  defineScenario({
    manifests,
    actions: [{ type: 'deletePod', pod: 'web-1-1' }],
    ...(maxEvents !== undefined && { limits: { maxEvents } }),
  });
const events = Array.from({ length: RUNS }, (_, k) => ({
  seed: runSeed(0, k),
  count: simulate(limited(), { seed: runSeed(0, k), trace: 'none' }).eventCount,
}));
/** One event less than the longest run takes. */
const NEARLY_ENOUGH = Math.max(...events.map(({ count }) => count)) - 1;
const longest = events.filter(({ count }) => count > NEARLY_ENOUGH);
const HARDLY_ANY = 5;

describe('a run that meets a limit is counted and its seed named, and the others are kept', () => {
  const scenario = limited(NEARLY_ENOUGH);
  const MET = `${longest.length} ${longest.length === 1 ? 'run' : 'runs'} met a limit`;

  it('by fuzz', () => {
    const { runs, overLimit, firstOverLimit, complete } = fuzz(scenario, { runs: RUNS, shrink: false });
    expect({ runs, overLimit, complete }).toEqual({
      runs: RUNS - longest.length,
      overLimit: longest.length,
      complete: false,
    });
    expect(firstOverLimit?.seed).toBe(longest[0]!.seed);
  });

  it('by checkSafe, which has not shown that all are safe', () => {
    const { safe, claim, tally } = checkSafe(scenario, { runs: RUNS });
    expect(safe).toBe(false);
    expect(claim).toContain(`0 failures in ${RUNS - longest.length} runs`);
    expect(tally).toMatchObject({ overLimit: longest.length, firstOverLimit: { seed: longest[0]!.seed } });
    expect(() => assertSafe(scenario, { runs: RUNS })).toThrow(NotSafe);
    expect(() => assertSafe(scenario, { runs: RUNS })).toThrow(MET);
  });

  it.each([false, true])('by a matcher, which neither holds nor fails to (.not: %s)', (isNot) => {
    const { pass, message } = toBeSafe.call({ isNot }, scenario, { runs: RUNS });
    expect(pass).toBe(isNot);
    expect(message().replace(/\s+/g, ' ')).toContain(`PARTIAL: ${MET}`);
    expect(message()).toContain(`None of the other ${RUNS - longest.length} runs failed.`);
  });

  it('by sweepPreStop, in the row of the preStop that it had', () => {
    const report = sweepPreStop(scenario, { secondsFrom: 5, secondsTo: 5, runs: RUNS });
    const { runs, overLimit, firstOverLimit } = report.rows[0]!;
    expect({ runs, overLimit }).toEqual({ runs: RUNS - longest.length, overLimit: longest.length });
    expect(firstOverLimit).toMatchObject({ seconds: 5, seed: longest[0]!.seed });
    expect(formatSweep(report)).toContain(`preStop 5 s, seed ${longest[0]!.seed}, maxEvents`);
  });

  it('by findSafePreStop, whose interval rests on the others', () => {
    const found = findSafePreStop(scenario, { runs: RUNS });
    expect(found.kind).toBe('interval');
    const { overLimit, firstOverLimit } = found.evidence;
    expect(overLimit).toBeGreaterThan(0);
    const { seconds, seed } = firstOverLimit!;
    const own = defineScenario({
      ...scenario.input,
      manifests: [
        deployment({ replicas: 2, preStop: sleeps(seconds), terminationGracePeriodSeconds: 8 }),
        service(),
      ],
    });
    expect(() => simulate(own, { seed, trace: 'none' })).toThrow(LimitExceeded);
    expect(told(found)).toContain('met a limit');
  });
});

describe('where every run meets a limit nothing is claimed', () => {
  const scenario = limited(HARDLY_ANY);

  it('by checkSafe, which says which limit it was', () => {
    expect(() => checkSafe(scenario, { runs: 3 })).toThrow(LimitExceeded);
  });

  it('by findSafePreStop, sweepPreStop and a matcher', () => {
    expect(findSafePreStop(scenario, { runs: 3 })).toMatchObject({
      kind: 'notJudged',
      notJudged: [],
      evidence: { overLimit: 3 },
    });
    expect(
      sweepPreStop(scenario, { runs: 3, step: 8 }).rows.map(({ runs, overLimit }) => [runs, overLimit]),
    ).toEqual([
      [0, 3],
      [0, 3],
    ]);
    expect(toBeSafe.call({ isNot: false }, scenario, { runs: 3 })).toMatchObject({ pass: false });
  });
});

describe('the command line ends with 4 and keeps what it has', () => {
  let leave = () => {};
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'prestop-limit-'));
    writeFileSync(
      join(folder, 'web.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }),
    );
    leave = enter(folder);
  });
  afterAll(() => leave());

  const few = (maxEvents: number) => [
    'web.json',
    '--delete-pod',
    'web-1-1',
    '--set',
    `limits.maxEvents=${maxEvents}`,
  ];
  test4('check', few(NEARLY_ENOUGH), 'met a limit');
  test4('fuzz', few(NEARLY_ENOUGH), 'met a limit');
  test4('find', few(NEARLY_ENOUGH), 'Use ');
  test4('sweep', [...few(NEARLY_ENOUGH), '--from', '5', '--to', '5'], 'met a limit');
  test4('check', few(HARDLY_ANY), 'NOTHING RUN');
  test4('find', few(HARDLY_ANY), 'met a limit');
  test4('sweep', few(HARDLY_ANY), 'over a limit');

  function test4(command: string, args: readonly string[], text: string) {
    it(`${command} with at most ${args[4]}`, async () => {
      const { code, stdout, stderr } = await runHere([command, ...args, '--runs', String(RUNS)]);
      expect([code, stderr]).toEqual([4, '']);
      expect(stdout).toContain(text);
    });
  }

  it('timeline, of which there is nothing to show, says which limit it met', async () => {
    const { code, stdout, stderr } = await runHere(['timeline', ...few(HARDLY_ANY)]);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('maxEvents: 5 events were handled');
  });
});
