import { describe, expect, it } from 'vitest';
import { apps, clients, type Run } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, runWith, sumOf, type TrafficInput } from './run.ts';

/** HTTP/2: a client's requests share one connection. */

const channel = (over: Partial<ClientInput> = {}) =>
  clients.grpcChannel({
    from: { node: 'node-2' },
    load: { ratePerSecond: 10 },
    request: { duration: '5s', idempotent: false },
    start: '0s',
    stop: '20s',
    ...over,
  });

const longHook = [
  deployment({ preStop: { sleep: { seconds: 5 } }, terminationGracePeriodSeconds: 60 }),
  service(),
];

function play(over: Partial<ClientInput>, input: TrafficInput = {}): Run {
  return runWith({ manifests: longHook, clients: [channel(over)], trace: 'full', ...input });
}

const opened = (run: Run) =>
  run.trace.filter(({ type }) => type === 'connectionArrived').map(({ pod }) => pod);

/** The Pod that a seed's channel leads to while nobody stops it. */
function holderOf(seed: number): string {
  return opened(
    play({ stop: '500ms' }, { seed, actions: [{ type: 'scale', deployment: 'web', replicas: 4 }] }),
  )[0]!;
}

describe('a channel', () => {
  it.each(['1ms', '5s'] as const)('holds one connection, however long its calls take (%s)', (duration) => {
    const run = play({ request: { duration, idempotent: false } });
    expect(opened(run)).toHaveLength(1);
    expect(run.verdict.requests.succeeded).toBe(200);
  });

  it('holds back what comes before the connection is there, and opens no second one', () => {
    const run = play({ load: { ratePerSecond: 1000 }, latency: '40ms', stop: '100ms' });
    expect(opened(run)).toHaveLength(1);
    expect(run.verdict.requests.succeeded).toBe(100);
    const arrived = run.trace.filter(({ type }) => type === 'requestArrived').map(({ atMs }) => atMs);
    // There and back for the handshake, and the way of the request.
    expect(Math.min(...arrived)).toBeGreaterThanOrEqual(120);
  });

  it.each([0, 1, 2, 3])('moves by GOAWAY when its Pod stops, with nothing lost (seed %i)', (seed) => {
    const pod = holderOf(seed);
    const input = { seed, apps: { web: apps.grpcGracefulStop() } };
    const run = play({}, { ...input, actions: [{ type: 'deletePod', pod, at: '5s' }] });
    const pods = opened(run);
    expect(pods[0]).toBe(pod);
    expect(pods).toHaveLength(2);
    expect(pods[1]).not.toBe(pod);
    expect(run.verdict.requests.failed).toEqual({});
  });

  it('is not idle while it carries a call, and is opened anew after it was', () => {
    const keepAlive = (seconds: number) => ({
      keepAlive: { multiplexed: true, idleTimeout: `${seconds}s` as const },
    });
    const over = { load: { ratePerSecond: 0.25 }, stop: '30s' } as const;
    expect(opened(play({ ...over, connection: keepAlive(3) }))).toHaveLength(1);
    const short = { ...over, request: { duration: '10ms', idempotent: false } } as const;
    expect(opened(play({ ...short, connection: keepAlive(3) })).length).toBeGreaterThan(5);
    expect(opened(play({ ...short, connection: keepAlive(5) }))).toHaveLength(1);
  });

  it('lets no more requests at a time through than it has streams; the others wait, as long as their timeout', () => {
    const connection = { keepAlive: { multiplexed: true, maxStreams: 2 } };
    const over = {
      connection,
      load: { ratePerSecond: 4 },
      request: { duration: '1s', idempotent: false },
    } as const;
    const patient = play({ ...over, requestTimeout: '5m' });
    let working = 0;
    for (const { type } of patient.trace) {
      if (type === 'connectionArrived' || type === 'requestArrived') working++;
      if (type === 'requestServed') working--;
      expect(working).toBeLessThanOrEqual(2);
    }
    expect(patient.verdict.requests).toMatchObject({ sent: 80, succeeded: 80 });
    const { sent, succeeded, failed, open } = play({ ...over, requestTimeout: '3s' }).verdict.requests;
    expect(failed.requestTimeout).toBeGreaterThan(10);
    // First come, first served: most have used up their time when their turn comes.
    expect(succeeded).toBeGreaterThan(5);
    expect(sent).toBe(succeeded + sumOf(failed) + open);
  });

  it('that does not come about fails all that wait for it, and each as the first', () => {
    const manifests = [deployment({ replicas: 1 }), service()];
    const over = {
      retry: 'none',
      latency: '30ms',
      load: { ratePerSecond: 100 },
      start: '1900ms',
      stop: '2s',
    } as const;
    const run = play(over, {
      manifests,
      actions: [{ type: 'scale', deployment: 'web', replicas: 0, at: '0s' }],
    });
    expect(opened(run)).toEqual([]);
    expect(run.verdict.requests).toMatchObject({ sent: 10, succeeded: 0, failed: { noEndpoints: 10 } });
  });
});
