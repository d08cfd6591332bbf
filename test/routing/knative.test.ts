import { describe, expect, it } from 'vitest';
import { defineScenario, parseScenario, simulate } from '../../src/index.ts';

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
