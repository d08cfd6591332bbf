import { describe, expect, it } from 'vitest';
import {
  setDefaultsDeployment,
  setDefaultsPodSpec,
  setDefaultsProbe,
  setDefaultsReplicaSet,
  setDefaultsService,
} from '../../../src/rules/validation/defaults.ts';
import {
  dropDisabledPodFields,
  dropDisabledServiceFields,
} from '../../../src/rules/validation/drop-disabled-fields.ts';
import type { LifecycleFields } from '../../../src/rules/validation/manifest-fields.ts';

describe('defaults', () => {
  it('of a probe replace zeros, but not that of the initial delay', () => {
    expect(setDefaultsProbe({ initialDelaySeconds: 0, periodSeconds: 0, timeoutSeconds: 5 })).toEqual({
      initialDelaySeconds: 0,
      timeoutSeconds: 5,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });

  it('of a probe leave what is written', () => {
    const written = {
      initialDelaySeconds: 7,
      timeoutSeconds: 2,
      periodSeconds: 3,
      successThreshold: 4,
      failureThreshold: 5,
    };
    expect(setDefaultsProbe(written)).toEqual(written);
  });

  it('of a Pod give 30 s of grace only where none is written', () => {
    const options = { minor: 30, resourceIsPod: true };
    expect(setDefaultsPodSpec({}, options).terminationGracePeriodSeconds).toBe(30);
    expect(
      setDefaultsPodSpec({ terminationGracePeriodSeconds: 0 }, options).terminationGracePeriodSeconds,
    ).toBe(0);
  });

  it('of a hook fill in path and scheme', () => {
    const lifecycle = { preStop: { httpGet: { port: 80 } } };
    const spec = setDefaultsPodSpec({ containers: [{ lifecycle }] }, { minor: 30, resourceIsPod: true });
    expect(spec.containers?.[0]?.lifecycle?.preStop?.httpGet).toEqual({
      port: 80,
      path: '/',
      scheme: 'HTTP',
    });
  });

  it.each<[text: string, minor: number, resourceIsPod: boolean, hostPort: number | undefined]>([
    ['of a Pod on the host network fill in host ports', 36, true, 80],
    ['of a template do so up to 1.27', 27, false, 80],
    ['of a template leave them to the Pod since 1.28', 28, false, undefined],
  ])('%s', (_, minor, resourceIsPod, hostPort) => {
    const spec = { hostNetwork: true, containers: [{ ports: [{ containerPort: 80 }] }] };
    const filled = setDefaultsPodSpec(spec, { minor, resourceIsPod });
    expect(filled.containers?.[0]?.ports?.[0]?.hostPort).toBe(hostPort);
  });

  it('of a Deployment fill in half a rolling update', () => {
    const { strategy, replicas } = setDefaultsDeployment(
      { strategy: { rollingUpdate: { maxSurge: 1 } } },
      { minor: 30 },
    );
    expect(strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' },
    });
    expect(replicas).toBe(1);
  });

  it('of a Deployment leave Recreate without parameters', () => {
    expect(setDefaultsDeployment({ strategy: { type: 'Recreate' } }, { minor: 30 }).strategy).toEqual({
      type: 'Recreate',
    });
  });

  it('of a ReplicaSet keep a written zero', () => {
    expect(setDefaultsReplicaSet({ replicas: 0 }, { minor: 30 }).replicas).toBe(0);
  });

  it('of a Service set an external policy only where traffic can come from outside', () => {
    expect(setDefaultsService({ ports: [{ port: 80, targetPort: 0 }] })).toEqual({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
    });
    expect(setDefaultsService({ type: 'NodePort' }).externalTrafficPolicy).toBe('Cluster');
    expect(setDefaultsService({ type: 'ExternalName' }).internalTrafficPolicy).toBeUndefined();
  });

  it('of a Service forget the affinity settings of no affinity', () => {
    const sessionAffinityConfig = { clientIP: { timeoutSeconds: 5 } };
    expect(setDefaultsService({ sessionAffinityConfig })).not.toHaveProperty('sessionAffinityConfig');
    const sticky = setDefaultsService({ sessionAffinity: 'ClientIP' });
    expect(sticky.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } });
  });
});

describe('an API server', () => {
  const sleep = { preStop: { sleep: { seconds: 5 } } };
  it.each<[text: string, minor: number, lifecycle: LifecycleFields, kept: unknown, reasons: string[]]>([
    ['of 1.30 keeps a native sleep', 30, sleep, sleep, []],
    ['of 1.29 drops it with its hook', 29, sleep, undefined, ['gateOff']],
    ['of 1.28 does not know it and leaves an empty hook', 28, sleep, { preStop: {} }, ['unknownField']],
    [
      'of 1.29 keeps what else is in the lifecycle',
      29,
      { ...sleep, postStart: { exec: { command: ['true'] } } },
      { postStart: { exec: { command: ['true'] } } },
      ['gateOff'],
    ],
    ['of 1.36 drops a stop signal', 36, { ...sleep, stopSignal: 'SIGINT' }, sleep, ['gateOff']],
    ['of 1.32 does not know a stop signal', 32, { stopSignal: 'SIGINT' }, undefined, ['unknownField']],
    ['keeps an empty lifecycle as it was', 29, {}, {}, []],
  ])('%s', (_, minor, lifecycle, kept, reasons) => {
    const result = dropDisabledPodFields({ containers: [{ lifecycle }] }, 'spec', minor);
    expect(result.kept.containers?.[0]?.lifecycle).toEqual(kept);
    expect(result.dropped.map(({ reason }) => reason)).toEqual(reasons);
  });

  it('makes a plain init container of a native sidecar before 1.29', () => {
    const spec = { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] };
    const of = (minor: number) => dropDisabledPodFields(spec, 'spec', minor);
    expect(of(29)).toEqual({ kept: spec, dropped: [] });
    expect(of(28).kept.initContainers).toEqual([{ name: 'proxy' }]);
    expect(of(27).dropped).toEqual([
      { field: 'spec.initContainers[0].restartPolicy', reason: 'unknownField', gate: 'SidecarContainers' },
    ]);
  });

  it('keeps trafficDistribution since 1.31', () => {
    const spec = { trafficDistribution: 'PreferClose' };
    expect(dropDisabledServiceFields(spec, 'spec', 31)).toEqual({ kept: spec, dropped: [] });
    expect(dropDisabledServiceFields(spec, 'spec', 30).kept).toEqual({});
    expect(dropDisabledServiceFields(spec, 'spec', 29).dropped[0]?.reason).toBe('unknownField');
  });
});
