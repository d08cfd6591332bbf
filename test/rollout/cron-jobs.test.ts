import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/kernel/time.ts';
import { formatRollout } from '../../src/report/rollout-text.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput, ScenarioInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';

/** CronJobs: which Jobs they start, and what becomes of one that still runs. */

interface CronOptions {
  readonly cron?: object;
  readonly worksFor?: Duration;
  readonly horizon?: Duration;
  readonly actions?: readonly ActionInput[];
}

function input({ cron = {}, worksFor = '90s', horizon, actions }: CronOptions): ScenarioInput {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'worker', image: 'worker:1' }] } };
  const jobTemplate = { spec: { template } };
  return {
    manifests: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'sync' },
        spec: { schedule: '* * * * *', jobTemplate, ...cron },
      },
    ],
    cluster: { version: '1.33', nodes: 2 },
    delays: CONSTANT_DELAYS,
    apps: { worker: { completesAfter: worksFor, startup: '1s', drain: '5s', exitCode: 143 } },
    actions: actions === undefined ? [{ type: 'uncordonNode', node: 'node-1' }] : [...actions],
    ...(horizon === undefined ? {} : { horizon }),
  };
}

const run = (options: CronOptions): Run => simulate(defineScenario(input(options)));

/** Minutes since 1970 at the first scheduled time of a run. */
const FIRST = 29_453_760;

/** `+1 60.1`: the Job of the first minute is created at 60.1 s; `-0 60.1`: that of the start of the run is deleted. */
function starts({ trace }: Run): readonly string[] {
  return trace.flatMap(({ type, data, atMs }) => {
    if (type !== 'createJob' && type !== 'changeSet') return [];
    const minute = Number(String(data?.workload).split('-').at(-1)) - FIRST;
    return [`${type === 'createJob' ? '+' : '-'}${minute} ${(atMs / 1000).toFixed(0)}`];
  });
}

describe('a CronJob', () => {
  it('begins with its first Job, and starts the next beside it', () => {
    const result = run({});
    expect(starts(result)).toEqual(['+1 60', '+2 120']);
    expect(result.verdict.rollout!.jobs).toMatchObject([
      { workload: `Job/sync-${FIRST}`, startedMs: 0, outcome: 'Complete' },
      { workload: `Job/sync-${FIRST + 1}`, outcome: 'Complete' },
      { workload: `Job/sync-${FIRST + 2}`, outcome: 'Complete' },
    ]);
  });

  it.each<[string, object, readonly string[]]>([
    // A second to look, one in which Pod events are taken together; the time that was missed is made up for.
    ['waits for a Job that runs', { concurrencyPolicy: 'Forbid' }, ['+1 91', '+2 184']],
    [
      'misses a start for good that its deadline has overtaken',
      { concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 10 },
      ['+2 120'],
    ],
    [
      'puts the new one in the place of the old',
      { concurrencyPolicy: 'Replace' },
      ['-0 60', '+1 60', '-1 120', '+2 120'],
    ],
    ['starts nothing while it is suspended', { suspend: true }, []],
  ])('%s', (_, cron, expected) => {
    expect(starts(run({ cron }))).toEqual(expected);
  });

  it('loses the work of a Job that it replaces, and nobody does it again', () => {
    const result = run({ cron: { concurrencyPolicy: 'Replace' } });
    const [first, , last] = result.verdict.rollout!.jobs;
    expect(first).toMatchObject({ outcome: null, lost: [{ ended: 'stopSignal' }] });
    expect(first!.deletedAfterMs).toBeCloseTo(60_000, -3);
    expect(first!.lostMs).toBeCloseTo(60_000, -3);
    expect(last).toMatchObject({ outcome: 'Complete', lost: [] });
    expect(formatRollout(result)).toContain('deleted after 60.1 s');
  });

  it('is followed to the horizon where there is one', () => {
    expect(starts(run({ cron: { schedule: '*/2 * * * *' }, horizon: '9m' }))).toEqual([
      '+2 120',
      '+4 240',
      '+6 360',
      '+8 480',
    ]);
  });

  it('has Pods that can be deleted and drained', () => {
    const result = run({
      worksFor: '40s',
      actions: [{ type: 'deletePod', pod: `sync-${FIRST}-0`, at: '10s' }],
    });
    expect(result.verdict.rollout!.jobs[0]).toMatchObject({ failed: 1, lost: [{ fate: 'doneAgain' }] });
  });

  it.each<[string, object, RegExp]>([
    ['without a schedule', { schedule: undefined }, /spec.schedule: Required/],
    ['with too few fields', { schedule: '* * *' }, /expected exactly 5 fields, found 3/],
    ['with an hour that no day has', { schedule: '0 24 * * *' }, /hour \\?"24\\?" is not within 0 to 23/],
    ['with a time zone in its schedule', { schedule: 'TZ=UTC * * * * *' }, /spec.timeZone/],
    ['with a policy that does not exist', { concurrencyPolicy: 'Queue' }, /concurrencyPolicy: Unsupported/],
    [
      'whose Pods never end',
      {
        jobTemplate: {
          spec: {
            template: { spec: { restartPolicy: 'Always', containers: [{ name: 'worker', image: 'w' }] } },
          },
        },
      },
      /spec.jobTemplate.spec.template.spec.restartPolicy: Unsupported/,
    ],
  ])('%s is refused', (_, cron, message) => {
    const parsed = parseScenario(input({ cron }));
    expect(parsed.ok ? [] : parsed.issues.map((each) => each.message)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});
