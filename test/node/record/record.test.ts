import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repetitionsOf } from '../../../src/calibration/calibrate.ts';
import { parseRecording } from '../../../src/calibration/recording.ts';
import { Kubectl } from '../../../src/node/record/kubectl.ts';
import type { RecordOptions } from '../../../src/node/record/options.ts';
import { dryRunText } from '../../../src/node/record/plan.ts';
import { record } from '../../../src/node/record/record.ts';
import { answeredIn } from '../../../src/node/record/request-time.ts';

const kubectl = fileURLToPath(new URL('stand-in-kubectl.mjs', import.meta.url));
const waits = { ready: 30, quiet: 60, jitter: 5, after: 20, whole: 600_000, watchRetry: 10, answer: 600_000 };

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-record-'));
  said = [];
  process.env.STAND_IN = folder;
});
afterEach(() => {
  delete process.env.STAND_IN;
});

function recording(more: Partial<RecordOptions> = {}, trouble: object = {}) {
  writeFileSync(join(folder, 'trouble.json'), JSON.stringify(trouble));
  return record({
    kubectl,
    deployment: 'web',
    repetitions: 2,
    out: join(folder, 'out'),
    confirm: async () => true,
    say: (line) => said.push(line),
    waits,
    ...more,
  });
}

const written = () => readdirSync(join(folder, 'out')).sort();
const readBack = (file: string) => parseRecording(readFileSync(file, 'utf8'), file).recording!;

describe('prestop record, against a stand-in for kubectl', () => {
  it('writes a file for each repetition, in the time of its own DELETE', async () => {
    const { files, lost } = await recording();
    expect([files.length, lost]).toEqual([2, 0]);
    const { repetitions, notes } = repetitionsOf(files.map(readBack));
    expect(notes).toEqual([]);
    const [{ scenario, observation }] = repetitions as [(typeof repetitions)[number]];
    expect(scenario).toMatchObject({
      version: '1.31',
      replicas: 2,
      terminationGracePeriodSeconds: 5,
      readinessProbePeriodSeconds: 2,
      preStop: { kind: 'sleep', durationMs: 1000 },
    });
    const { moments } = observation.pods[0]!;
    // The DELETE took 7 ms, of which 2 are the way there and back.
    expect(readBack(files[0]!).meta).toMatchObject({ rttMs: 2, quietMs: waits.quiet, app: 'app' });
    expect(moments.deleteAnsweredMs).toBe(5);
    for (const name of [
      'terminatingMs',
      'killStartedMs',
      'sliceTerminatingMs',
      'terminalPhaseMs',
      'sliceRemovedMs',
      'podDeletedMs',
    ] as const)
      expect(moments[name], name).toBeDefined();
    expect(moments.podDeletedMs!).toBeGreaterThanOrEqual(moments.terminatingMs!);
    expect(observation.replacements[0]?.moments.readyMs).toBeGreaterThanOrEqual(
      observation.replacements[0]!.moments.createdMs!,
    );
  });

  it.each([
    [
      'a warning on stderr, a bookmark and a watch that is too old (410)',
      { warning: true, bookmark: true, gone: true },
    ],
    ['a watch that breaks in the middle of a repetition', { breaks: 'endpointslices' }],
  ])('goes on after %s', async (_, trouble) => {
    const { files } = await recording({ repetitions: 1 }, trouble);
    expect(files).toHaveLength(1);
    const { moments } = repetitionsOf([readBack(files[0]!)]).repetitions[0]!.observation.pods[0]!;
    expect(moments.sliceTerminatingMs).toBeDefined();
  });

  it.each([
    [
      'a watch is forbidden',
      { forbidden: 'events' },
      /watch of events failed.*Forbidden.*--dry-run prints the Role/s,
    ],
    [
      'a watch sends no JSON, again and again',
      { nonsense: 'pods' },
      /watch of pods failed: a watch sent what is no JSON/,
    ],
    ['the Deployment has one replica', { replicas: 1 }, /one replica: deleting its Pod is an outage/],
    ['a budget allows no disruption', { budget: 0 }, /poddisruptionbudget\/web allows no disruption now/],
  ])('ends in a clear message where %s', async (_, trouble, message) => {
    await expect(recording({}, trouble)).rejects.toThrow(message);
  });

  it('ends in a clear message where the server hangs', async () => {
    await expect(recording({ waits: { ...waits, answer: 500 } }, { hang: true })).rejects.toThrow(
      /has not answered for 0.5 s/,
    );
  });

  it('ends in a clear message without kubectl', async () => {
    await expect(recording({ kubectl: join(folder, 'none') })).rejects.toThrow(/there is no such program/);
  });

  it('deletes nothing where it is not to go on, and says before what it would do', async () => {
    let plan = '';
    const { files } = await recording({
      confirm: async (text) => {
        plan = text;
        return false;
      },
    });
    expect(files).toEqual([]);
    expect(plan).toContain('deletes 2 Pods of deployment/web');
    expect(readFileSync(join(folder, 'calls.log'), 'utf8')).not.toContain('delete');
  });

  it('keeps what was finished when it is ended, and goes on from there', async () => {
    const controller = new AbortController();
    const ended = await recording({
      repetitions: 5,
      signal: controller.signal,
      say: () => controller.abort(),
    });
    expect(ended.files).toHaveLength(1);
    expect(written()).toEqual(['00.jsonl']);
    const { files } = await recording({ repetitions: 2, resume: true });
    expect(files).toHaveLength(1);
    expect(written()).toEqual(['00.jsonl', '01.jsonl']);
  });
});

describe('a dry run', () => {
  it('prints the rights and the commands, and runs nothing', () => {
    const options = { deployment: 'web', repetitions: 60, out: 'r', namespace: 'shop' };
    const text = dryRunText(new Kubectl(options), { ...options, confirm: async () => false, say: () => {} });
    expect(text).toContain('kind: Role');
    expect(text).toContain('verbs: [delete]');
    expect(text).toContain("kubectl --namespace shop delete pod '<a Pod>' --wait=false -v=6   # 60 times");
  });
});

describe("kubectl's own log of a request", () => {
  it.each([
    [
      'older',
      'I1 round_trippers.go:553] DELETE https://x/pods/a 200 OK in 7 milliseconds',
      { sentAtMs: 93, by: 'log' },
    ],
    [
      'newer',
      'I1 round_trippers.go:632] "Response" verb="DELETE" url="x" status="200 OK" milliseconds=7',
      { sentAtMs: 93, by: 'log' },
    ],
    ['none', 'pod "a" deleted', { sentAtMs: 50, by: 'process' }],
  ] as const)('of a %s version says when it was sent', (_, line, expected) => {
    expect(answeredIn([{ atMs: 100, line }], 'DELETE', 50, 120)).toMatchObject(expected);
  });
});
