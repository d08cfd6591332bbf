import { describe, expect, it } from 'vitest';
import { killPodNow, killPodTimeoutSeconds } from '../../../src/rules/kubelet/kill-pod-now.ts';
import {
  podWorkType,
  startsTermination,
  waitsForNewerRuntimeStatus,
} from '../../../src/rules/kubelet/pod-worker.ts';
import {
  minBackoffSeconds,
  requeueDelay,
  type SyncError,
} from '../../../src/rules/kubelet/pod-worker-requeue.ts';
import { shouldContainerBeRestarted } from '../../../src/rules/kubelet/restart-container.ts';
import { effectiveStopSignal } from '../../../src/rules/kubelet/stop-signal.ts';

describe('requeueDelay', () => {
  const network: SyncError = { message: 'network is not ready: cni' };
  const ownBackoff: SyncError = {
    aggregate: [{ message: 'x' }, { aggregate: [{ backoffSecondsFromNow: 4 }] }],
  };
  it.each([
    ['at once after a change of state, error or not', true, { message: 'x' }, 36, 0, 0],
    ['at the resync interval after success', false, null, 36, 60, 90],
    ['at the back-off after an error', false, { message: 'x' }, 36, 10, 15],
    ['soon while the network is not ready', false, network, 36, 1, 1.5],
    ['when the error’s own back-off ends, from 1.35', false, ownBackoff, 35, 4, 6],
    ['at the back-off all the same up to 1.34', false, ownBackoff, 34, 10, 15],
    ['at once where that end has passed', false, { backoffSecondsFromNow: -3 }, 36, 0, 0],
    ['within a resync interval at most', false, { backoffSecondsFromNow: 300 }, 36, 60, 90],
  ] as const)('%s', (_, phaseTransition, syncError, minor, minSeconds, maxSeconds) => {
    const periods = { backOffPeriodSeconds: 10, resyncIntervalSeconds: 60 };
    expect(requeueDelay({ phaseTransition, syncError, minor, ...periods })).toEqual({
      minSeconds,
      maxSeconds,
    });
  });

  it('takes the earliest of several back-offs', () => {
    expect(minBackoffSeconds({ aggregate: [{ backoffSecondsFromNow: 9 }, ownBackoff] })).toBe(4);
    expect(minBackoffSeconds(network)).toBeNull();
  });
});

describe('killPodNow', () => {
  it.each([
    ['at least 10 s', 1, 30, 10],
    ['one and a half times the override', 20, 30, 30],
    ['whole seconds only', 15, 30, 22],
    ['the Pod’s own grace where nothing is asked', null, 30, 45],
    ['at least 10 s without any grace', null, null, 10],
  ] as const)('waits %s', (_, graceOverrideSeconds, terminationGracePeriodSeconds, expected) => {
    expect(killPodTimeoutSeconds({ graceOverrideSeconds, terminationGracePeriodSeconds })).toBe(expected);
  });

  it('stops the containers, then finishes', () => {
    const killed = killPodNow({ graceOverrideSeconds: 1, terminationGracePeriodSeconds: 30, stopMs: 10_001 });
    expect(killed.timedOut).toBe(true);
    expect(killed.updates.map(({ workType }) => workType)).toEqual([
      'SyncTerminatingPod',
      'SyncTerminatedPod',
    ]);
  });
});

describe('a Pod’s worker', () => {
  const update = {
    updateType: 'update',
    deletionTimestampSet: false,
    phase: 'Running',
    isRuntimePod: false,
  } as const;
  it.each([
    ['an ordinary update', {}, false],
    ['a deletionTimestamp', { deletionTimestampSet: true }, true],
    ['a terminal phase', { phase: 'Failed' }, true],
    ['a kill', { updateType: 'kill' }, true],
    ['a Pod that only the runtime knows', { isRuntimePod: true }, true],
  ] as const)('on %s', (_, more, expected) => {
    expect(startsTermination({ ...update, ...more })).toBe(expected);
  });

  it('goes from one state to the next', () => {
    expect(podWorkType({ terminationRequested: false, terminated: false })).toBe('SyncPod');
    expect(podWorkType({ terminationRequested: true, terminated: false })).toBe('SyncTerminatingPod');
    expect(podWorkType({ terminationRequested: true, terminated: true })).toBe('SyncTerminatedPod');
  });

  it('waits for the runtime’s next listing right after a sync only', () => {
    expect(waitsForNewerRuntimeStatus({ lastSyncEndMs: null, lastRelistMs: 0 })).toBe(false);
    expect(waitsForNewerRuntimeStatus({ lastSyncEndMs: 5000, lastRelistMs: 60_000 })).toBe(false);
    expect(waitsForNewerRuntimeStatus({ lastSyncEndMs: 5000, lastRelistMs: 4800 })).toBe(true);
  });
});

describe('shouldContainerBeRestarted', () => {
  it.each([
    ['Always, exited with 0', false, 'Always', 'exited', 0, true],
    ['OnFailure, exited with 0', false, 'OnFailure', 'exited', 0, false],
    ['OnFailure, exited with 1', false, 'OnFailure', 'exited', 1, true],
    ['Never, exited with 1', false, 'Never', 'exited', 1, false],
    ['Never, but it never ran', false, 'Never', null, 0, true],
    ['Never, but it was only created', false, 'Never', 'created', 0, true],
    ['running', false, 'Always', 'running', 0, false],
    ['Always, in a Pod that terminates', true, 'Always', 'exited', 1, false],
  ] as const)('%s', (_, podTerminating, restartPolicy, state, exitCode, expected) => {
    expect(shouldContainerBeRestarted({ podTerminating, restartPolicy, state, exitCode })).toBe(expected);
  });
});

describe('effectiveStopSignal', () => {
  const asked = {
    lifecycleStopSignal: 'SIGUSR1',
    imageStopSignal: 'SIGQUIT',
    containerStopSignalsGate: true,
    runtimeTakesStopSignal: true,
    minor: 33,
  };
  it.each([
    ['the Pod’s own with the gate', {}, 'SIGUSR1'],
    ['the image’s without it', { containerStopSignalsGate: false }, 'SIGQUIT'],
    ['the image’s in a runtime that does not take it', { runtimeTakesStopSignal: false }, 'SIGQUIT'],
    ['the image’s before 1.33', { minor: 32 }, 'SIGQUIT'],
    ['SIGTERM where nobody says anything', { lifecycleStopSignal: null, imageStopSignal: null }, 'SIGTERM'],
  ] as const)('%s', (_, more, expected) => {
    expect(effectiveStopSignal({ ...asked, ...more })).toBe(expected);
  });
});
