import { describe, expect, it } from 'vitest';
import { defineScenario, fuzz, parseScenario, simulate } from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';

/** A Service of Knative: its activator stands before Pods in which the queue-proxy takes the connections. */

const knative = (
  over: { readonly annotations?: object; readonly metadata?: object; readonly spec?: object } = {},
) => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'hello', namespace: 'shop' },
  spec: {
    template: {
      metadata: { annotations: over.annotations ?? {}, ...over.metadata },
      spec: { containers: [{ image: 'hello' }], ...over.spec },
    },
  },
});

const containerIn = ({ data }: { readonly data?: unknown }) =>
  (data as { readonly container?: string } | undefined)?.container;

const deletionOf = (object: object, more: object = {}) =>
  defineScenario({
    manifests: [object],
    actions: [{ type: 'deletePod', pod: 'shop/hello-00001-deployment-1-0' }],
    ...more,
  });

describe('a Service of Knative', () => {
  it('is judged as the Deployment that Knative makes of it, behind its activator', () => {
    const { settings, world } = deletionOf(knative());
    expect(settings.routers).toMatchObject([
      { name: 'knative-activator', services: ['shop/hello-00001-private'] },
    ]);
    expect(
      world.templates.map(({ workload, terminationGracePeriodSeconds: grace }) => [workload, grace]),
    ).toEqual([['hello-00001-deployment', 300]]);
    expect(world.templates[0]!.containers.map(({ name }) => name)).toEqual(['user-container', 'queue-proxy']);
  });

  it('the queue-proxy serves for 30 s, and the app has its stop signal only then', () => {
    const run = simulate(deletionOf(knative({ annotations: { 'autoscaling.knative.dev/min-scale': '2' } })));
    const at = (type: string, container: string) =>
      run.trace.find(
        (event) =>
          event.type === type &&
          event.pod === 'shop/hello-00001-deployment-1-0' &&
          (event.data as { readonly container?: string }).container === container,
      )!.atMs / 1000;
    expect(at('stopSignal', 'queue-proxy')).toBeLessThan(1);
    expect(at('listenerClosed', 'queue-proxy') - at('stopSignal', 'queue-proxy')).toBeCloseTo(30, 1);
    expect(at('stopSignal', 'user-container')).toBeGreaterThan(30);
    expect(run.verdict.safe).toBe(true);
  });

  it('needs as long a hook by what is read off a run as by what reruns prove', () => {
    const scenario = deletionOf(knative({ annotations: { 'autoscaling.knative.dev/min-scale': '2' } }));
    const [read, exact] = (['read', 'exact'] as const).map(
      (requirement) => fuzz(scenario, { runs: 2, shrink: false, requirement }).requiredPreStopMs,
    );
    expect(exact!.max).toBeGreaterThan(0);
    expect(read).toEqual(exact);
  });

  /** Requests that come so often from 12 s before the deletion on, until the last one that comes at `until`. */
  const asked = (every: number, until: number, more: object = {}) =>
    simulate(
      deletionOf(knative({ spec: { timeoutSeconds: 120 } }), {
        delays: CONSTANT_DELAYS,
        actions: [{ type: 'deletePod', at: '12s', pod: 'shop/hello-00001-deployment-1-0' }],
        clients: [
          {
            name: 'user',
            service: 'shop/hello-00001-private',
            from: { node: 'node-1' },
            load: { ratePerSecond: 1 / every, arrivals: 'even' },
            connection: { keepAlive: { idleTimeout: '60s' } },
            stop: `${until + 12.5}s`,
            ...more,
          },
        ],
      }),
      { seed: 1 },
    );
  const signalled = (run: ReturnType<typeof asked>) =>
    run.trace.find((each) => each.type === 'stopSignal' && containerIn(each) === 'queue-proxy')!.atMs;
  /** After the stop signal of the queue-proxy. */
  const since = (run: ReturnType<typeof asked>, type: string, container: string) => {
    const of = (event: (typeof run.trace)[number]) => containerIn(event) === container;
    const found = run.trace.find((each) => each.type === type && of(each));
    return found === undefined ? null : (found.atMs - signalled(run)) / 1000;
  };

  it('X9.1: its last request at 12 s after the signal, it is quiet at 42 s, and so is the hook that waits for it', () => {
    const run = asked(2, 12);
    const closed = since(run, 'listenerClosed', 'queue-proxy')!;
    const hookEnded = since(run, 'preStopEnded', 'user-container')!;
    const arrivals = run.trace.filter(
      ({ type, pod }) => type === 'requestArrived' && pod === 'shop/hello-00001-deployment-1-0',
    );
    const last = (arrivals.at(-1)!.atMs - signalled(run)) / 1000;
    expect(last).toBeGreaterThan(10);
    expect(closed).toBeCloseTo(last + 30, 3);
    expect(hookEnded - closed).toBeLessThan(0.05);
    expect(since(run, 'stopSignal', 'user-container')).toBeGreaterThan(hookEnded);
  });

  it('X9.1: without a request it is quiet after 30 s', () => {
    expect(since(asked(1, -1), 'listenerClosed', 'queue-proxy')).toBeCloseTo(30, 1);
  });

  it('X9.2: with requests every 10 s for ever it is cut at the grace period', () => {
    const run = asked(10, 400);
    expect(since(run, 'listenerClosed', 'queue-proxy')).toBeNull();
    expect(since(run, 'sigkill', 'queue-proxy')).toBeCloseTo(120, 0);
    expect(run.verdict.violations.map(({ kind }) => kind)).toContain('preStopCutOff');
  });

  it('#83: a request that is longer than the quiet time is finished, as long as the grace period lasts', () => {
    const run = asked(1000, 0, { request: { duration: '50s' }, start: '11s', requestTimeout: '100s' });
    expect(run.verdict.requests!.failed).toEqual({});
  });

  it('#84: a revision of 20 s is ended before its queue-proxy has drained', () => {
    const { violations } = simulate(deletionOf(knative({ spec: { timeoutSeconds: 20 } }))).verdict;
    expect(violations.map(({ kind }) => kind)).toContain('preStopCutOff');
  });

  it('takes scale and the name of the revision from the template', () => {
    const { world } = deletionOf(
      knative({
        metadata: { name: 'hello-blue' },
        annotations: { 'autoscaling.knative.dev/min-scale': '3' },
      }),
      { actions: [{ type: 'deletePod', pod: 'shop/hello-blue-deployment-1-2' }] },
    );
    expect(world.services.map(({ name }) => name)).toEqual(['shop/hello-blue-private']);
    expect(world.pods).toHaveLength(3);
  });

  it('without containers there is nothing to simulate', () => {
    expect(parseScenario({ manifests: [knative({ spec: { containers: [] } })] })).toMatchObject({
      ok: false,
    });
  });
});
