import { describe, expect, it } from 'vitest';
import { createSimulation, defineScenario, explain } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import {
  attributionSentences,
  lateArrivalSentences,
  requestsSentence,
} from '../../src/report/requests-text.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service } from '../run/manifests.ts';
import { flood, requestsOf, runWith } from './run.ts';

describe('an explanation', () => {
  const clients = [flood(400), flood(100, { name: 'other', from: { node: 'node-1' } })];

  it('sums failures up by who was late, the most frequent first', () => {
    const sentences = attributionSentences(requestsOf({ seed: 2, clients }));
    expect(sentences[0]).toMatch(
      /^\d+ of \d+ failures \(connectionRefused\): kube-proxy\/node-2 let go of web-1-0 38\.8 ms after container web had stopped accepting\. Set preStop to at least 39 ms/,
    );
    expect(sentences.some((sentence) => sentence.includes('kube-proxy/node-1'))).toBe(true);
  });

  it('says by how much each request missed', () => {
    const { samples } = requestsOf({ clients: [flood(400)] });
    for (const { missedByMs, lateMs } of samples) {
      expect(missedByMs).toBeGreaterThanOrEqual(0);
      expect(missedByMs).toBeLessThan(lateMs!);
    }
  });

  it('says why requests still arrive during preStop over kept connections', () => {
    const requests = requestsOf({
      manifests: [deployment({ preStop: { sleep: { seconds: 10 } } }), service()],
      clients: [
        flood(1, { name: 'kept', load: { concurrency: 9, pause: '30ms' }, connection: { keepAlive: {} } }),
      ],
    });
    expect(lateArrivalSentences(requests)).toEqual([
      expect.stringMatching(
        /^\d+ requests of client kept reached web-1-0 before its stop signal over kept connections, the last one 9\.\d+ s after every router had let go of it\./,
      ),
    ]);
  });

  it('of a run holds both, and nothing of requests where nobody sends any', () => {
    const text = explain(runWith({ clients }));
    expect(text).toContain('\nRequests\n');
    expect(text).toContain('requests sent:');
    expect(explain(runWith({}))).not.toContain('Requests');
    expect(requestsSentence(requestsOf({}))).toBe('');
  });
});

describe('a run with clients', () => {
  const scenario = (horizon?: Duration) =>
    defineScenario({
      manifests: [deployment(), service()],
      cluster: { version: '1.30', nodes: 3 },
      delays: CONSTANT_DELAYS,
      actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
      clients: [flood(100)],
      ...(horizon === undefined ? {} : { horizon }),
    });

  it('ends when the cluster is quiet, though a client would go on for ever', () => {
    const quiet = runWith({}).endedAtMs;
    const busy = runWith({ clients: [flood(100)] });
    expect(busy.endedAtMs).toBeGreaterThanOrEqual(quiet);
    expect(busy.verdict.requests.sent).toBeCloseTo(quiet / 10, -1);
    expect(busy.verdict.requests.open).toBe(0);
  });

  it('goes on to its horizon, with what is open then', () => {
    const { verdict, endedAtMs } = runWith({
      clients: [flood(100, { request: { duration: '500ms' } })],
      horizon: '10s',
    });
    expect(endedAtMs).toBe(10_000);
    expect(verdict.requests.sent).toBe(1000);
    expect(verdict.requests.open).toBeCloseTo(50, -1);
  });

  it('can be stepped, and comes to the same end', () => {
    const simulation = createSimulation(scenario());
    const seen: string[] = [];
    simulation.on('requestFailed', ({ data }) => seen.push(String(data?.kind)));
    simulation.runUntil('1100ms');
    const run = simulation.finish();
    expect(run.verdict.requests).toEqual(runWith({ clients: [flood(100)] }).verdict.requests);
    expect(seen.length).toBe(run.verdict.requests.failed.connectionRefused ?? 0);
  });
});
