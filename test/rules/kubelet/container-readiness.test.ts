import { describe, expect, it } from 'vitest';
import {
  type ContainerProbeStatus,
  initContainerLetsNextStart,
  isContainerReady,
  isContainerStarted,
  syncTriggersReadinessProbe,
} from '../../../src/rules/kubelet/container-readiness.ts';
import {
  generateContainersReadyCondition,
  generatePodReadyCondition,
} from '../../../src/rules/kubelet/pod-ready-condition.ts';
import { probesWhileTerminating, readyFalseAt } from '../../../src/rules/kubelet/sync-terminating-pod.ts';

const plain: ContainerProbeStatus = {
  running: true,
  startupProbe: false,
  startupResult: null,
  readinessProbe: false,
  readinessResult: null,
};
const probed = { ...plain, readinessProbe: true };
const starting = { ...plain, startupProbe: true };
const outlived = { ...probed, startedSecondsBeforeKubelet: 60, podWasReady: true };

describe('a container', () => {
  it.each([
    ['without probes is ready as soon as it runs', plain, 36, true, true, false],
    [
      'that does not run is neither',
      { ...probed, running: false, readinessResult: 'Success' },
      36,
      false,
      false,
      false,
    ],
    ['waits for its startup probe', starting, 36, false, false, false],
    ['is started by its startup probe', { ...starting, startupResult: 'Success' }, 36, true, true, false],
    ['is probed at once while not ready', probed, 36, true, false, true],
    ['is probed at once after a failure', { ...probed, readinessResult: 'Failure' }, 36, true, false, true],
    ['is ready by its readiness probe', { ...probed, readinessResult: 'Success' }, 36, true, true, false],
    [
      'stays started over a kubelet restart from 1.35',
      { ...starting, wasStarted: true },
      35,
      true,
      true,
      false,
    ],
    ['does not up to 1.34', { ...starting, wasStarted: true }, 34, false, false, false],
    ['stays ready over a kubelet restart from 1.35', outlived, 35, true, true, true],
    ['does not up to 1.34 either', outlived, 34, true, false, true],
    ['does not stay ready in a Pod that was not', { ...outlived, podWasReady: false }, 35, true, false, true],
  ] as const)('%s', (_, container, minor, started, ready, triggers) => {
    expect(isContainerStarted(container, minor)).toBe(started);
    expect(isContainerReady(container, minor)).toBe(ready);
    expect(syncTriggersReadinessProbe(container, minor)).toBe(triggers);
  });

  it('lets the next of the init list start when it is done, or started if a sidecar', () => {
    expect(initContainerLetsNextStart({ sidecar: true, started: true, exitCode: null })).toBe(true);
    expect(initContainerLetsNextStart({ sidecar: true, started: false, exitCode: null })).toBe(false);
    expect(initContainerLetsNextStart({ sidecar: false, started: true, exitCode: null })).toBe(false);
    expect(initContainerLetsNextStart({ sidecar: false, started: false, exitCode: 0 })).toBe(true);
    expect(initContainerLetsNextStart({ sidecar: false, started: false, exitCode: 1 })).toBe(false);
  });
});

describe('a Pod', () => {
  const pod = (ready: (boolean | null)[], podPhase = 'Running') => ({
    containers: ready.map((value, index) => ({ name: `c${index}`, ready: value })),
    hasContainerStatuses: true,
    podPhase,
  });
  it.each([
    ['with all ready is ready', pod([true, true]), 'True', undefined],
    ['with one unready is not', pod([true, false]), 'False', 'ContainersNotReady'],
    ['with one unknown is not', pod([true, null]), 'False', 'ContainersNotReady'],
    ['that failed is not, whatever its containers say', pod([true], 'Failed'), 'False', 'PodFailed'],
    ['that succeeded is not', pod([false], 'Succeeded'), 'False', 'PodCompleted'],
    [
      'without statuses is not',
      { ...pod([]), hasContainerStatuses: false },
      'False',
      'UnknownContainerStatuses',
    ],
  ] as const)('%s', (_, input, status, reason) => {
    expect(generateContainersReadyCondition(input)).toMatchObject({ type: 'ContainersReady', status });
    expect(generatePodReadyCondition(input, [], [])).toMatchObject({ type: 'Ready', status });
    expect(generatePodReadyCondition(input, [], []).reason).toBe(reason);
  });

  it('needs every readiness gate True', () => {
    const gate = (status: 'True' | 'False') => [{ type: 'lb/attached', status }];
    const ready = (conditions: ReturnType<typeof gate>) =>
      generatePodReadyCondition(pod([true]), ['lb/attached'], conditions);
    expect(ready(gate('True'))).toEqual({ type: 'Ready', status: 'True' });
    expect(ready(gate('False'))).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    expect(ready([])).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
  });

  it('that terminates keeps probing readiness, and liveness of sidecars', () => {
    expect(probesWhileTerminating('readiness', false)).toBe(true);
    expect(probesWhileTerminating('liveness', false)).toBe(false);
    expect(probesWhileTerminating('startup', false)).toBe(false);
    expect(probesWhileTerminating('liveness', true)).toBe(true);
  });

  it('is unready once its containers are stopped from 1.27, one sync later before', () => {
    expect([26, 27].map(readyFalseAt)).toEqual(['syncTerminatedPod', 'containersStopped']);
  });
});
