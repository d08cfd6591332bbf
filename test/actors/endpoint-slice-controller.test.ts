import { describe, expect, it } from 'vitest';
import type { PodObject, SliceObject } from '../../src/cluster/state.ts';
import type { Run, ScenarioInput } from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { barePod, deployment, execSleeps, service, sleeps } from '../run/manifests.ts';
import { deletion, eventsOf, momentsOf, runOf } from '../run/run-of.ts';

/** Pods that nobody replaces and that stop after the test is over: nothing but their deletion makes the Service dirty. */
function deleted(at: Readonly<Record<string, number>>, more: Partial<ScenarioInput> = {}): Run {
  const pods = [...Object.keys(at), 'stays'];
  return runOf({
    manifests: [...pods.map((pod) => barePod({ pod, preStop: execSleeps(30) })), service()],
    actions: Object.entries(at).map(([pod, ms]) => deletion(pod, ms)),
    horizon: '20s',
    ...more,
  });
}

const writes = (run: Run) => momentsOf(run, { type: 'writeEndpointSlice' });
const changes = (run: Run) =>
  eventsOf(run, { type: 'writeEndpointSlice' }).map(({ data }) =>
    (data!.changes as { pod: string; to: string }[]).map(({ pod, to }) => `${pod} ${to}`),
  );

describe('the EndpointSlice controller', () => {
  it('writes a slice after its watch, its sync and the way to the API server', () => {
    const run = deleted({ a: 0 });
    expect(writes(run)).toEqual([5 + 2 + 10 + 5]);
    expect(changes(run)).toEqual([['a serving+terminating']]);
  });

  it('takes both of two Pods that it sees before its sync lists them', () => {
    expect(changes(deleted({ a: 0, b: 5 }))).toEqual([['a serving+terminating', 'b serving+terminating']]);
  });

  it('comes back at once for a Pod that it sees after that', () => {
    const run = deleted({ a: 0, b: 12 });
    // The second sync begins when the first has its answer: a write, 2 ms of response, a sync, a write.
    expect(writes(run)).toEqual([22, 22 + 2 + 10 + 5]);
  });

  describe('whose own writes come back to it slowly', () => {
    const slow = { delays: { ...CONSTANT_DELAYS, 'watch.endpointSliceController': '200ms' } } as const;

    it('refuses to work with a cache older than its own write, and tries again a second later', () => {
      const run = deleted({ a: 0, b: 50 }, slow);
      const [first, second] = writes(run);
      expect(first).toBe(5 + 200 + 10 + 5);
      const syncs = momentsOf(run, { type: 'serviceSyncStarted' });
      expect(syncs).toEqual([215, 265, 1275]);
      expect(second).toBe(265 + 1_000 + 10 + 5);
    });

    it('does not where the write came back in time', () => {
      expect(writes(deleted({ a: 0, b: 300 }, slow))).toEqual([220, 520]);
    });

    it('is woken early by the next event', () => {
      expect(writes(deleted({ a: 0, b: 50, c: 500 }, slow))[1]).toBe(500 + 5 + 200 + 10 + 5);
    });
  });

  describe('with a batch period of 500 ms', () => {
    const cluster = {
      version: '1.30',
      nodes: 3,
      controllerManager: { endpointUpdatesBatchPeriod: '500ms' },
    } as const;

    it('writes once for all that comes within the window', () => {
      const run = deleted({ a: 0, b: 300 }, { cluster });
      expect(writes(run)).toEqual([7 + 500 + 10 + 5]);
      expect(changes(run)[0]).toHaveLength(2);
    });

    it('opens the next window with the first event after it, not with its end', () => {
      expect(writes(deleted({ a: 0, b: 600 }, { cluster }))).toEqual([522, 607 + 500 + 10 + 5]);
    });
  });

  it.each([
    ['1.26', 22],
    ['1.34', 22],
    ['1.35', 23],
    ['1.36', 23],
  ])('passes a second queue from 1.35 on: %s writes at %d ms', (version, atMs) => {
    expect(writes(deleted({ a: 0 }, { cluster: { version, nodes: 3 } }))).toEqual([atMs]);
  });

  it('writes an endpoint that is not ready before one that is', () => {
    const run = runOf({
      manifests: [
        deployment({ replicas: 1, preStop: sleeps(5), readinessProbe: { httpGet: { port: 8080 } } }),
        service(),
      ],
    });
    const story = changes(run)
      .flat()
      .filter((change) => change.startsWith('web-1-1'));
    expect(story).toEqual(['web-1-1 not ready', 'web-1-1 ready']);
  });
});

describe('the slices of a Service', () => {
  /** The ports and the Pods of each slice that the API server holds in the end. */
  const held = (run: Run) => {
    const api = run.snapshotAt(run.endedAtMs).actor('api-server')!;
    const pods = api.pod as readonly PodObject[];
    return (api.endpointSlice as readonly SliceObject[])
      .filter(({ gone }) => !gone)
      .map(({ ports, endpoints }) => [
        ports.map(({ port }) => port),
        endpoints.map(({ pod }) => pods[pod]!.name),
      ]);
  };
  const twice = [
    { type: 'scale', deployment: 'web', replicas: 0 },
    { type: 'scale', deployment: 'web', replicas: 1, at: '60s' },
  ] as const;

  it('of which the last endpoint goes are one empty slice without ports', () => {
    const run = runOf({ manifests: [deployment({ replicas: 3 }), service()], actions: [twice[0]] });
    expect(held(run)).toEqual([[[], []]]);
  });

  it('use that one again', () => {
    const run = runOf({ manifests: [deployment({ replicas: 3 }), service()], actions: twice });
    expect(held(run)).toEqual([[[8080], ['web-1-3']]]);
  });

  it('are deleted where several run empty, and all but one are', () => {
    const cluster = { version: '1.30', nodes: 3, controllerManager: { maxEndpointsPerSlice: 2 } };
    const manifests = [deployment({ replicas: 5 }), service()];
    expect(held(runOf({ cluster, manifests, actions: [twice[0]] }))).toEqual([[[], []]]);
    const later = [{ type: 'scale', deployment: 'web', replicas: 5 }] as const;
    expect(held(runOf({ cluster, manifests, actions: later }))).toHaveLength(3);
  });

  it('are apart for Pods whose named port is another one', () => {
    const named = (pod: string, containerPort: number) => ({
      ...barePod({
        pod,
        containers: [{ name: pod, image: 'x/y:1', ports: [{ name: 'http', containerPort }] }],
      }),
    });
    const run = runOf({
      manifests: [
        named('a', 8080),
        named('b', 9090),
        named('c', 8080),
        service({ ports: [{ port: 80, targetPort: 'http' }] }),
      ],
      actions: [deletion('c')],
    });
    expect(held(run)).toEqual([
      [[8080], ['a']],
      [[9090], ['b']],
    ]);
  });
});
