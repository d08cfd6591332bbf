import { describe, expect, it } from 'vitest';
import { canBeDeleted, syncPodActions } from '../../../src/rules/kubelet/can-be-deleted.ts';
import { mergePodStatus } from '../../../src/rules/kubelet/merge-pod-status.ts';
import { type PodPhaseInput, podPhase } from '../../../src/rules/kubelet/pod-phase.ts';
import { terminatedPodPhase } from '../../../src/rules/kubelet/terminate-pod.ts';

const exit = (exitCode: number) => ({ state: 'terminated', exitCode }) as const;
const RUNNING = { state: 'running', started: true } as const;
const WAITING = { state: 'waiting' } as const;
const CRASHED = { state: 'waiting', lastExitCode: 1 } as const;

describe('podPhase', () => {
  const phase = (more: Partial<PodPhaseInput>) =>
    podPhase({
      restartPolicy: 'Always',
      containers: ['web', 'api'],
      initContainers: [],
      statuses: {},
      podIsTerminal: false,
      podHasInitialized: true,
      minor: 36,
      ...more,
    });
  const done = { web: exit(0), api: exit(0) };
  const half = { web: exit(0), api: exit(137) };
  const running = { web: RUNNING, api: RUNNING };
  const init = (restartable: boolean) => [{ name: 'first', restartable }];

  it.each([
    ['nothing known', {}, 'Pending'],
    ['all running', { statuses: running }, 'Running'],
    ['one of two missing', { statuses: { web: RUNNING } }, 'Pending'],
    ['one waiting for its first start', { statuses: { web: RUNNING, api: WAITING } }, 'Pending'],
    ['one in its crash back-off', { statuses: { web: RUNNING, api: CRASHED } }, 'Running'],
    ['all done, to be restarted', { statuses: done }, 'Running'],
    ['all done under Never', { statuses: done, restartPolicy: 'Never' }, 'Succeeded'],
    ['one failed under Never', { statuses: half, restartPolicy: 'Never' }, 'Failed'],
    ['one failed under OnFailure', { statuses: half, restartPolicy: 'OnFailure' }, 'Running'],
    ['terminal, all 0', { statuses: done, podIsTerminal: true }, 'Succeeded'],
    ['terminal, one killed', { statuses: half, podIsTerminal: true }, 'Failed'],
    ['terminal in 1.26', { statuses: half, podIsTerminal: true, minor: 26 }, 'Running'],
    ['terminal but static', { statuses: half, podIsTerminal: true, isStaticPod: true }, 'Running'],
    [
      'terminal with a killed sidecar',
      { statuses: { ...done, first: exit(137) }, initContainers: init(true), podIsTerminal: true },
      'Succeeded',
    ],
    ['init container running', { statuses: { first: RUNNING }, initContainers: init(false) }, 'Pending'],
    [
      'init container failed under Never',
      { statuses: { first: exit(1) }, initContainers: init(false), restartPolicy: 'Never' },
      'Failed',
    ],
    [
      'init container failed, to be retried',
      { statuses: { first: CRASHED }, initContainers: init(false) },
      'Pending',
    ],
    [
      'init container done',
      { statuses: { ...running, first: exit(0) }, initContainers: init(false) },
      'Running',
    ],
    [
      'sidecar not started before initialisation',
      {
        statuses: { ...running, first: { state: 'running' } },
        initContainers: init(true),
        podHasInitialized: false,
      },
      'Pending',
    ],
    [
      'sidecar restarting after it',
      { statuses: { ...running, first: { state: 'running' } }, initContainers: init(true) },
      'Running',
    ],
  ] as const)('%s', (_, more, expected) => {
    expect(phase(more)).toBe(expected);
  });
});

describe('terminatedPodPhase', () => {
  it.each([
    ['Running becomes Failed', 'Running', false, 36, 'Failed'],
    ['Succeeded stays', 'Succeeded', false, 36, 'Succeeded'],
    ['an unknown phase becomes Failed', 'Odd', false, 27, 'Failed'],
    ['a static Pod keeps its phase', 'Running', true, 36, 'Running'],
    ['1.26 keeps every phase', 'Running', false, 26, 'Running'],
  ] as const)('%s', (_, phase, isStaticPod, minor, expected) => {
    expect(terminatedPodPhase({ phase, isStaticPod, minor })).toBe(expected);
  });
});

describe('mergePodStatus', () => {
  const READY = { type: 'Ready', status: 'True' } as const;
  const GATE = { type: 'lb/attached', status: 'True' } as const;
  const disruption = (reason: string) => ({ type: 'DisruptionTarget', status: 'True', reason }) as const;
  const stored = { phase: 'Running', conditions: [READY, GATE, disruption('EvictionByEvictionAPI')] };
  const failed = {
    phase: 'Failed',
    reason: 'Evicted',
    conditions: [READY, disruption('TerminationByKubelet')],
  };

  it('ends the Pod with Ready and ContainersReady False and its own disruption', () => {
    const merged = mergePodStatus(stored, failed, false);
    expect(merged).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(merged.conditions).toEqual([
      GATE,
      disruption('TerminationByKubelet'),
      { type: 'Ready', status: 'False', reason: 'PodFailed' },
      { type: 'ContainersReady', status: 'False', reason: 'PodFailed' },
    ]);
  });

  it('holds a terminal phase back, and its reason with it, while a container could run', () => {
    const merged = mergePodStatus(stored, failed, true);
    expect(merged).toEqual({
      phase: 'Running',
      conditions: [GATE, disruption('EvictionByEvictionAPI'), READY],
    });
  });

  it('never passes on a change to another’s condition', () => {
    const changed = { phase: 'Running', conditions: [READY, { ...GATE, status: 'False' as const }] };
    expect(mergePodStatus(stored, changed, false).conditions).toContainEqual(GATE);
  });
});

describe('canBeDeleted', () => {
  const finished = { deletionTimestampSet: true, mirrorPod: false, phase: 'Succeeded', podIsFinished: true };
  it.each([
    ['deleted, terminal and finished', {}, 36, true],
    ['nobody deleted it', { deletionTimestampSet: false }, 36, false],
    ['a mirror', { mirrorPod: true }, 36, false],
    ['not terminal in the API yet', { phase: 'Running' }, 27, false],
    ['not terminal in 1.26', { phase: 'Running' }, 26, true],
    ['its worker has not finished', { podIsFinished: false }, 36, false],
  ] as const)('%s', (_, more, minor, expected) => {
    const pod = { ...finished, ...more };
    expect(canBeDeleted(pod, minor)).toBe(expected);
    expect(syncPodActions({ ...pod, statusChanged: true }, minor)).toEqual(
      expected ? ['get', 'patch', 'delete'] : ['get', 'patch'],
    );
  });

  it('patches nothing that has not changed', () => {
    expect(syncPodActions({ ...finished, statusChanged: false }, 36)).toEqual(['get', 'delete']);
  });
});
