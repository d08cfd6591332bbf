import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { repetitionsOf } from '../../../src/calibration/calibrate.ts';
import { holdsRawWatches, replayRawWatches } from '../../../src/node/record/raw-watches.ts';

/** What kubectl printed of its watches, with stamps of `ts '%.s'`: a folder of it is as good as a recording. */

const START = 1_795_450_049;
const labels = { app: 'web' };
const at = (ms: number, text: string) =>
  text
    .split('\n')
    .map((line) => `${(START + ms / 1000).toFixed(6)} ${line}\n`)
    .join('');
const event = (ms: number, type: string, object: object) => at(ms, JSON.stringify({ type, object }, null, 4));
const pod = (name: string, metadata: object, status: object) => ({
  metadata: { name, labels, ...metadata },
  spec: { nodeName: 'n1' },
  status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }], ...status },
});
const going = { deletionTimestamp: '2026-11-23T16:07:25Z' };
const slice = (terminating: boolean) => ({
  metadata: { name: 'web-1' },
  endpoints: [
    {
      addresses: ['10.0.0.1'],
      targetRef: { name: 'web-0' },
      conditions: { ready: !terminating, serving: true, terminating },
    },
  ],
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-raw-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(
    'pods.watch',
    event(-20_000, 'ADDED', pod('web-0', {}, {})) +
      event(6, 'MODIFIED', pod('web-0', going, {})) +
      event(5200, 'MODIFIED', pod('web-0', going, { phase: 'Succeeded' })) +
      event(5900, 'DELETED', pod('web-0', going, { phase: 'Succeeded' })),
  );
  write('endpointslices.watch', event(-20_000, 'ADDED', slice(false)) + event(13, 'MODIFIED', slice(true)));
  const name = `web-0.${(BigInt(START) * 1_000_000_000n + 9_000_000n).toString(16)}`;
  write(
    'events.watch',
    event(21, 'ADDED', {
      metadata: { name },
      reason: 'Killing',
      involvedObject: { kind: 'Pod', name: 'web-0' },
      count: 1,
    }),
  );
  write(
    'delete.log',
    at(
      7,
      'I1123 round_trippers.go:553] DELETE https://x/api/v1/namespaces/d/pods/web-0 200 OK in 7 milliseconds',
    ),
  );
  const template = { metadata: { labels }, spec: { containers: [{ name: 'server', ports: [{}] }] } };
  write(
    'deployment.json',
    JSON.stringify({
      metadata: { name: 'web' },
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    }),
  );
  write(
    'services.json',
    JSON.stringify({ items: [{ metadata: { name: 'web' }, spec: { selector: labels } }] }),
  );
});

describe('a replay of raw watches', () => {
  it('gives the moments, in the time of the DELETE', async () => {
    expect(await holdsRawWatches(folder)).toBe(true);
    const recordings = await replayRawWatches(folder);
    expect(recordings.map(({ meta }) => meta)).toMatchObject([
      { pod: 'web-0', node: 'n1', app: 'server', quietMs: 20_000 },
    ]);
    const [{ scenario, observation }] = repetitionsOf(recordings).repetitions as [
      ReturnType<typeof repetitionsOf>['repetitions'][number],
    ];
    expect(scenario.replicas).toBe(2);
    expect(observation.pods[0]?.moments).toMatchObject({
      deleteAnsweredMs: 7,
      terminatingMs: 6,
      sliceTerminatingMs: 13,
      killSeenMs: 21,
      terminalPhaseMs: 5200,
      podDeletedMs: 5900,
    });
  });

  it.each([
    ['lacks a file', () => rmSync(join(folder, 'services.json')), /lacks services\.json/],
    [
      'has lines without stamps',
      () => writeFileSync(join(folder, 'events.watch'), '{\n'),
      /events\.watch:1: has no stamp/,
    ],
    [
      'has a log without its requests',
      () => writeFileSync(join(folder, 'delete.log'), at(1, 'pod "web-0" deleted')),
      /run kubectl delete with -v=6/,
    ],
    [
      'holds no JSON',
      () => writeFileSync(join(folder, 'deployment.json'), '<html>'),
      /deployment\.json: is no JSON: "<html>"/,
    ],
  ] as const)('that %s is told', async (_, spoil, message) => {
    spoil();
    await expect(replayRawWatches(folder)).rejects.toThrow(message);
  });
});
