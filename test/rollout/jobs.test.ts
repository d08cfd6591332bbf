import { describe, expect, it } from 'vitest';
import type { TraceType } from '../../src/cluster/events.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { formatRollout } from '../../src/report/rollout-text.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput, AppInput, ScenarioInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service } from './manifests.ts';

/** Jobs: what their controller does of a run, and which work is lost. */

interface JobOptions {
  readonly spec?: object;
  readonly pod?: object;
  readonly app?: AppInput;
  readonly actions?: readonly ActionInput[];
  readonly version?: string;
}

/** Something has to happen, and this changes nothing. */
const NOTHING: ActionInput = { type: 'uncordonNode', node: 'node-1' };

function input({
  spec = {},
  pod = {},
  app = {},
  actions = [NOTHING],
  version = '1.33',
}: JobOptions): ScenarioInput {
  const template = {
    spec: { restartPolicy: 'Never', containers: [{ name: 'worker', image: 'worker:1' }], ...pod },
  };
  return {
    manifests: [
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'import' }, spec: { template, ...spec } },
    ],
    cluster: { version, nodes: 3 },
    delays: CONSTANT_DELAYS,
    apps: { worker: { completesAfter: '60s', startup: '1s', drain: '5s', exitCode: 143, ...app } },
    actions,
  };
}

const run = (options: JobOptions): Run => simulate(defineScenario(input(options)));
const jobOf = (result: Run) => result.verdict.rollout!.jobs[0]!;

/** `+import-2 61`: a create at 61 s; `-import-0 30`: a DELETE. */
function story(result: Run): readonly string[] {
  return result.trace.flatMap(({ type, pod, data, atMs }) => {
    const at = Math.floor(atMs / 1000);
    if (type === 'createPod') return [`+${pod} ${at}`];
    return type === 'deletePod' && data?.outcome === 'terminating' ? [`-${pod} ${at}`] : [];
  });
}

const deleted = (pod: string, at: Duration = '30s'): ActionInput => ({ type: 'deletePod', pod, at });

describe('a Job', () => {
  it('runs as many Pods at a time as it may, until all completions are done', () => {
    const result = run({ spec: { completions: 5, parallelism: 2 } });
    // A second for the kubelet to look, and one in which Pod events are taken together.
    expect(story(result)).toEqual(['+import-2 61', '+import-3 61', '+import-4 124']);
    expect(jobOf(result)).toMatchObject({
      workload: 'Job/import',
      succeeded: 5,
      failed: 0,
      outcome: 'Complete',
      lost: [],
    });
  });

  it('makes a Pod again that is deleted 10 s after it, and its work is done again', () => {
    const result = run({ spec: { completions: 2, parallelism: 2 }, actions: [deleted('import-1')] });
    expect(story(result)).toEqual(['-import-1 30', '+import-2 40']);
    expect(jobOf(result)).toMatchObject({ succeeded: 2, failed: 1, outcome: 'Complete' });
    expect(jobOf(result).lost).toMatchObject([
      { pod: 'import-1', index: null, ended: 'stopSignal', fate: 'doneAgain' },
    ]);
    expect(jobOf(result).lostMs).toBeCloseTo(30_000, -2);
  });

  it('counts a Pod that exits with 0 when it is stopped as done, where it waits for its end', () => {
    const spec = { completions: 2, parallelism: 2, podReplacementPolicy: 'Failed' };
    const result = run({ spec, app: { exitCode: 0 }, actions: [deleted('import-0')] });
    expect(story(result)).toEqual(['-import-0 30']);
    expect(jobOf(result)).toMatchObject({
      succeeded: 2,
      failed: 0,
      lost: [{ pod: 'import-0', fate: 'countedAsDone' }],
    });
    expect(formatRollout(result)).toContain('counted as\n    done, since it exited with 0');
  });

  it.each<[string, string, string]>([
    ['at once', 'TerminatingOrFailed', '+import-2 40'],
    ['once it has failed', 'Failed', '+import-2 54'],
  ])('replaces a Pod that is stopped %s under podReplacementPolicy %s', (_, podReplacementPolicy, create) => {
    const spec = { completions: 2, parallelism: 2, podReplacementPolicy };
    const result = run({ spec, app: { drain: '14s' }, actions: [deleted('import-0')] });
    expect(story(result).filter((each) => each.startsWith('+'))).toEqual([create]);
  });

  it('makes the same index again', () => {
    const spec = { completions: 3, parallelism: 3, completionMode: 'Indexed' };
    const result = run({ spec, actions: [deleted('import-1')] });
    expect(story(result)).toEqual(['-import-1 30', '+import-1-1 40']);
    expect(jobOf(result).lost).toMatchObject([{ pod: 'import-1', index: 1, fate: 'doneAgain' }]);
  });

  it('is stopped at its deadline, and its Pods still get all of their grace period', () => {
    const spec = { completions: 2, parallelism: 2, activeDeadlineSeconds: 20 };
    const result = run({ spec, app: { onStopSignal: 'ignore' } });
    expect([...story(result)].sort()).toEqual(['-import-0 20', '-import-1 20']);
    const job = jobOf(result);
    expect(job).toMatchObject({ outcome: 'Failed', reason: 'DeadlineExceeded', succeeded: 0, failed: 2 });
    for (const lost of job.lost)
      expect(lost).toMatchObject({ ended: 'sigkill', hadMs: 30_000, fate: 'notDone' });
    expect(job.finishedAfterMs).toBeGreaterThan(50_000);
  });

  it('is called failed before its Pods have ended up to 1.30', () => {
    const spec = { completions: 1, activeDeadlineSeconds: 20 };
    expect(jobOf(run({ spec, version: '1.30' })).finishedAfterMs).toBeLessThan(21_000);
    expect(jobOf(run({ spec, version: '1.31' })).finishedAfterMs).toBeGreaterThan(25_000);
  });

  it('tries again after 10 s, 20 s …, and fails with one failure more than backoffLimit', () => {
    const result = run({ spec: { completions: 1, backoffLimit: 2 }, app: { completionExitCode: 1 } });
    const creates = story(result).map((each) => Number(each.split(' ')[1]));
    expect(creates).toHaveLength(2);
    expect(creates[0]).toBe(70);
    expect(creates[1]! - creates[0]!).toBeGreaterThanOrEqual(61 + 20);
    expect(jobOf(result)).toMatchObject({ outcome: 'Failed', reason: 'BackoffLimitExceeded', failed: 3 });
  });

  describe('with a limit for each index', () => {
    const indexed = { completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1 };
    const failing = { completionExitCode: 1 };

    it('tries each index again after its own 10 s, and fails once all have failed for good', () => {
      const result = run({ spec: indexed, app: failing });
      expect(story(result)).toEqual(['+import-0-1 70', '+import-1-1 71', '+import-2-1 71']);
      expect(jobOf(result)).toMatchObject({ outcome: 'Failed', reason: 'FailedIndexes', failed: 6 });
    });

    it('goes on with the other indexes when one has failed for good', () => {
      const spec = { ...indexed, backoffLimitPerIndex: 0 };
      const result = run({ spec, actions: [deleted('import-1')] });
      expect(story(result)).toEqual(['-import-1 30']);
      expect(jobOf(result)).toMatchObject({ reason: 'FailedIndexes', succeeded: 2, failed: 1 });
      expect(jobOf(result).finishedAfterMs).toBeGreaterThan(60_000);
    });

    it('fails at once, and stops what runs, with more failed indexes than maxFailedIndexes', () => {
      const spec = { ...indexed, backoffLimitPerIndex: 0, maxFailedIndexes: 0 };
      const result = run({ spec, actions: [deleted('import-2')] });
      expect(story(result).map((each) => each.split(' ')[0])).toEqual([
        '-import-2',
        '-import-0',
        '-import-1',
      ]);
      expect(jobOf(result)).toMatchObject({ reason: 'MaxFailedIndexesExceeded', succeeded: 0 });
    });

    it('gives up an index by an exit code, however many tries it has', () => {
      const rule = { action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } };
      const spec = { ...indexed, podFailurePolicy: { rules: [rule] } };
      const result = run({ spec, app: { completionExitCode: 42 } });
      expect(story(result)).toEqual([]);
      expect(jobOf(result)).toMatchObject({ reason: 'FailedIndexes', failed: 3 });
    });

    it('knows of no limit for each index up to 1.28', () => {
      const result = run({ spec: { ...indexed, backoffLimit: 1 }, app: failing, version: '1.28' });
      expect(jobOf(result).reason).toBe('BackoffLimitExceeded');
    });
  });

  it.each<[string, string, string | null]>([
    ['once a rule is met, and stops what still runs', '1.31', 'SuccessPolicy'],
    ['no sooner than all its completions up to 1.30', '1.30', 'CompletionsReached'],
  ])('with a successPolicy is done %s', (_, version, reason) => {
    const spec = {
      completions: 4,
      parallelism: 2,
      completionMode: 'Indexed',
      successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] },
    };
    const actions = [deleted('import-1')];
    const result = run({ spec, version, actions });
    expect(jobOf(result)).toMatchObject({ outcome: 'Complete', reason });
    expect(jobOf(result).lost.length).toBe(reason === 'SuccessPolicy' ? 2 : 1);
  });

  describe('with a podFailurePolicy', () => {
    const policy = (rule: object) => ({
      completions: 1,
      backoffLimit: 0,
      podFailurePolicy: { rules: [rule] },
    });
    const ignores = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] };

    it.each<[string, ActionInput, string]>([
      ['does not count an eviction', { type: 'evictPod', pod: 'import-0', at: '30s' }, 'Complete'],
      ['does not count a drain', { type: 'drainNode', node: 'node-1', at: '30s' }, 'Complete'],
      [
        'does not count an eviction by the kubelet',
        { type: 'kubeletEviction', pod: 'import-0', at: '30s' },
        'Complete',
      ],
      ['counts a plain DELETE', deleted('import-0'), 'Failed'],
    ])('that ignores disruptions %s', (_, action, outcome) => {
      expect(jobOf(run({ spec: policy(ignores), actions: [action] })).outcome).toBe(outcome);
    });

    it('fails at once with an exit code that says so', () => {
      const rule = { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } };
      const spec = { ...policy(rule), backoffLimit: 6 };
      const job = jobOf(run({ spec, app: { completionExitCode: 42 } }));
      expect(job).toMatchObject({ outcome: 'Failed', reason: 'PodFailurePolicy', failed: 1 });
    });
  });

  it('is suspended and resumed: its Pods count for nothing and are made again', () => {
    const target = { workload: 'Job/import' };
    const actions = [
      { type: 'suspend', ...target, at: '10s' },
      { type: 'resume', ...target, at: '40s' },
    ] as const;
    const result = run({ spec: { completions: 2, parallelism: 2 }, actions });
    expect(story(result).map((each) => each.split(' ')[0])).toEqual([
      '-import-0',
      '-import-1',
      '+import-2',
      '+import-3',
    ]);
    expect(jobOf(result)).toMatchObject({ failed: 0, succeeded: 2, outcome: 'Complete' });
  });

  it('goes on in the same Pod after a failure under OnFailure', () => {
    const result = run({
      spec: { completions: 1 },
      pod: { restartPolicy: 'OnFailure' },
      app: { completionExitCode: 3 },
    });
    expect(story(result)).toEqual([]);
    expect(result.trace.filter(({ type }) => type === 'containerRestarted').length).toBeGreaterThan(1);
  });

  it.each(['5ms', '5s', '25s'] as const)(
    'waits 0, 10, 20 s before it starts a process again that fails after %s: its back-off counts from each end',
    (completesAfter) => {
      const { trace } = run({
        spec: { completions: 1, backoffLimit: 100 },
        pod: { restartPolicy: 'OnFailure' },
        app: { completesAfter, completionExitCode: 3 },
      });
      const times = (type: TraceType) => trace.filter((event) => event.type === type).map(({ atMs }) => atMs);
      const exits = times('containerExited');
      const waits = times('containerRestarted').map((at, index) => at - exits[index]!);
      expect(waits[0]).toBeLessThan(1_000);
      // A sync that finds the back-off not over is tried again 10-15 s later, from 1.33 on a second later.
      for (const [index, least] of [10_000, 20_000].entries()) {
        expect(waits[index + 1]).toBeGreaterThanOrEqual(least);
        expect(waits[index + 1]).toBeLessThan(least + 15_000);
      }
    },
  );

  it.each<[string, ActionInput, RegExp]>([
    ['rolled', { type: 'rolloutRestart', workload: 'Job/import' }, /cannot be rolled/],
    ['scaled', { type: 'scale', workload: 'Job/import', replicas: 3 }, /cannot be scaled/],
    ['paused', { type: 'rolloutPause', workload: 'Job/import' }, /cannot be paused/],
  ])('cannot be %s', (_, action, message) => {
    const parsed = parseScenario(input({ actions: [action] }));
    expect(parsed.ok ? [] : parsed.issues.map((each) => each.message)).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it.each<[string, object, object, RegExp]>([
    ['whose Pods go on for ever', {}, { restartPolicy: 'Always' }, /restartPolicy: Unsupported value/],
    [
      'with indexes and no number of them',
      { completionMode: 'Indexed', parallelism: 2 },
      {},
      /completions: Required/,
    ],
    [
      'that replaces at once and asks how Pods failed',
      {
        podReplacementPolicy: 'TerminatingOrFailed',
        podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
      },
      {},
      /podReplacementPolicy: Unsupported value/,
    ],
    ['with a limit for indexes that it has not', { backoffLimitPerIndex: 1 }, {}, /requires indexed/],
    [
      'done by an index that it has not',
      {
        completionMode: 'Indexed',
        completions: 2,
        successPolicy: { rules: [{ succeededIndexes: '1,5' }] },
      },
      {},
      /too large index: \\"5\\"|too large index: "5"/,
    ],
  ])('%s is refused', (_, spec, pod, message) => {
    const parsed = parseScenario(input({ spec, pod }));
    expect(parsed.ok ? [] : parsed.issues.map((each) => each.message)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});

it('work that never ends, because its container is started again, is refused', () => {
  const parsed = parseScenario({
    manifests: [deployment(), service()],
    apps: { web: { completesAfter: '1m' } },
  });
  expect(parsed).toMatchObject({
    ok: false,
    issues: [{ code: 'neverCompletes', path: ['apps', 'web', 'completesAfter'] }],
  });
});
