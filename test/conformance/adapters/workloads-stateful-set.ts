import {
  computeReplicaStatus,
  endOfStatefulSetSync,
  getParentNameAndOrdinal,
  getStatefulSetMaxUnavailable,
  isRunningAndReady,
  podsToUpdate,
  rollingUpdateCompleted,
  type StatefulPod,
  type StatefulSetSpec,
  updateStatefulSet,
} from '../../../src/rules/apps/stateful-set.ts';
import { claimOwners } from '../../../src/rules/apps/stateful-set-claims.ts';
import type { Adapter } from '../types.ts';
import { byFunction, MINOR, US } from './control-plane-table.ts';

const NOW_US = 100_000 * US;
const CLOCK = { nowUs: NOW_US, minor: MINOR };
const OLD = 1;
const NEW = 2;

type Pod = { -readonly [K in keyof StatefulPod]: StatefulPod[K] };

function pod(ordinal: number, revision: number, readyForSeconds = 1_000): Pod {
  const readyLastTransitionUs = NOW_US - readyForSeconds * US;
  return { ordinal, revision, phase: 'Running', ready: true, readyLastTransitionUs, terminating: false };
}

const ordinals = (count: number) => Array.from({ length: count }, (_, ordinal) => ordinal);

function setOf(input: any, revisions: { current: number; update: number }, gate = false): StatefulSetSpec {
  return {
    replicas: input.replicas ?? input.initialReplicas,
    start: 0,
    podManagementPolicy: input.podManagementPolicy ?? 'OrderedReady',
    updateStrategy: input.updateStrategy ?? 'RollingUpdate',
    partition: input.partition ?? 0,
    maxUnavailable: input.maxUnavailable ?? null,
    honoursMaxUnavailable: gate,
    minReadySeconds: input.minReadySeconds ?? 0,
    currentRevision: revisions.current,
    updateRevision: revisions.update,
  };
}

/** One call of the controller on a cluster where what is deleted is gone at once, and what is created is not up yet. */
function sync(set: StatefulSetSpec, pods: readonly Pod[]) {
  const { creates, deletes } = updateStatefulSet(set, pods, CLOCK);
  const left = pods.filter((each) => !deletes.includes(each));
  const made = creates.map(({ ordinal, revision }): Pod => ({ ...pod(ordinal, revision), ready: false }));
  return { creates, deletes, pods: [...left, ...made].sort((a, b) => a.ordinal - b.ordinal) };
}

const up = (pods: readonly Pod[]) => pods.map((each) => ({ ...each, ready: true }));

/** Calls the controller until it asks for nothing more; Pods become Ready between the calls. */
function driven(set: StatefulSetSpec, pods: readonly Pod[]): readonly Pod[] {
  let now = pods;
  for (let turn = 0; turn < 1000; turn++) {
    const next = sync(set, now);
    if (next.creates.length + next.deletes.length === 0) return now;
    now = up(next.pods);
  }
  return now;
}

const images = (pods: readonly Pod[], input: any) =>
  Object.fromEntries(
    pods.map(({ ordinal, revision }) => [ordinal, revision === OLD ? input.initialImage : input.updateImage]),
  );

function runToCompletion(input: any) {
  if (input.ordinalsStart !== undefined) {
    const set = { ...setOf(input, { current: NEW, update: NEW }), start: input.ordinalsStart };
    const pods = driven(set, []);
    const counts = computeReplicaStatus(pods, set, CLOCK);
    const podOrdinals = pods.map(({ ordinal }) => ordinal);
    return { ...counts, statusReplicas: counts.replicas, podOrdinals };
  }
  const start = ordinals(input.initialReplicas).map((ordinal) => pod(ordinal, OLD));
  const set = { ...setOf(input, { current: OLD, update: NEW }), replicas: input.updateReplicas };
  const after = driven(set, start);
  if (input.updateStrategy !== 'OnDelete') return { imagesByOrdinal: images(after, input) };
  const none = driven({ ...set, replicas: 0 }, after);
  return {
    imagesAfterUpdate: images(after, input),
    imagesAfterScaleToZeroAndBack: images(driven(set, none), input),
  };
}

function invariantEstablished(input: any) {
  const replicas = ordinals(input.replicas).map((ordinal) => ({
    ...pod(ordinal, OLD),
    terminating: input.terminatingOrdinals.includes(ordinal),
  }));
  const set = setOf(input, { current: OLD, update: NEW }, true);
  const deleted = podsToUpdate(set, replicas, CLOCK).length;
  return { podsDeletedThisPass: deleted, podsLeft: input.replicas - deleted };
}

function stepByStep(input: any, expected: any) {
  const set = setOf(input, { current: OLD, update: NEW }, true);
  let pods: readonly Pod[] = ordinals(input.replicas).map((ordinal) => pod(ordinal, OLD));
  return {
    steps: expected.steps.map((step: any) => {
      const named = /set pods? ([\d,]+) Running/.exec(step.do)?.[1]?.split(',').map(Number) ?? [];
      const raised = pods.map((each) => (named.includes(each.ordinal) ? { ...each, ready: true } : each));
      // A sync with the list from before the change does not see it.
      const next = sync(set, step.do.includes('from before that change') ? pods : raised);
      pods = next.pods;
      return {
        do: step.do,
        podsAfter: pods.map(({ ordinal }) => ordinal),
        podCountAfter: pods.length,
        deleted: next.deletes.map(({ ordinal }) => ordinal),
        created: next.creates.map(({ ordinal }) => ordinal),
        podsChanged: next.deletes.length + next.creates.length > 0,
      };
    }),
  };
}

function status(input: any) {
  const update = input.imageChanged === true ? NEW : OLD;
  const set = setOf(input, { current: OLD, update });
  const pods = ordinals(input.initialReplicas ?? input.replicas).map((ordinal) =>
    pod(ordinal, OLD, input.readyForSeconds),
  );
  const { availableReplicas } = computeReplicaStatus(pods, set, CLOCK);
  const podsLeft = sync(set, pods).pods.length;
  return { availableReplicas, podsLeft, updateRevisionSet: update === NEW };
}

function parallelScale(input: any) {
  const set = { ...setOf(input, { current: OLD, update: OLD }), replicas: input.desiredReplicas };
  let pods: readonly Pod[] = ordinals(input.replicas).map((ordinal) => pod(ordinal, OLD));
  let loops = 0;
  let creates = input.replicas;
  for (; loops < 100; loops++) {
    const next = sync(set, pods);
    if (next.creates.length + next.deletes.length === 0) break;
    creates = Math.max(creates, next.creates.length);
    pods = up(next.pods);
  }
  const statusNow = computeReplicaStatus(pods, set, CLOCK);
  const completed = rollingUpdateCompleted(statusNow, set, MINOR);
  return { statusReplicas: statusNow.replicas, loops, creates, completed };
}

function ends({ podCreateFails, statusWriteFails }: any) {
  const { statusWrites, error } = endOfStatefulSetSync({
    sync: podCreateFails,
    statusWrite: statusWriteFails,
  });
  return { statusWriteAttempts: statusWrites, returnedError: error };
}

export const statefulSetAdapters: readonly Adapter[] = [
  byFunction('getStatefulSetMaxUnavailable', ({ maxUnavailable, replicaCount }) => ({
    maxUnavailable: getStatefulSetMaxUnavailable(maxUnavailable, replicaCount),
  })),
  byFunction('getParentNameAndOrdinal', ({ podName }) => getParentNameAndOrdinal(podName)),
  byFunction('isRunningAndReady', ({ phase, ready }) => ({
    runningAndReady: isRunningAndReady({ phase, ready: ready === true }),
  })),
  byFunction('ascendingOrdinal sort', ({ ordinalsInAnyOrder }) => {
    // The order in which a sync sees to its replicas.
    const set = setOf(
      { replicas: ordinalsInAnyOrder.length, podManagementPolicy: 'Parallel' },
      { current: 1, update: 1 },
    );
    const { creates } = updateStatefulSet(set, [], CLOCK);
    return { sorted: creates.map(({ ordinal }) => ordinal) };
  }),
  {
    name: 'isClaimOwnerUpToDate',
    matches: (testCase) => testCase.function?.startsWith('isClaimOwnerUpToDate') === true,
    actual: (input) => claimOwners(input, input.ordinal >= input.replicas),
  },
  byFunction('UpdateStatefulSet run to completion', runToCompletion),
  byFunction(
    'updateStatefulSetAfterInvariantEstablished (gate MaxUnavailableStatefulSet on)',
    invariantEstablished,
  ),
  {
    name: 'UpdateStatefulSet, one call per step',
    matches: (testCase) => testCase.function?.startsWith('UpdateStatefulSet, one call per step') === true,
    actual: (input, testCase) => stepByStep(input, testCase.expected),
  },
  byFunction('UpdateStatefulSet status', status),
  byFunction('UpdateStatefulSet, Parallel', parallelScale, (actual, expected) =>
    [
      actual.statusReplicas === expected.statusReplicas,
      actual.completed,
      actual.loops <= expected.maxLoops,
      actual.creates >= expected.minConcurrentPodCreatesSeen,
    ].every(Boolean),
  ),
  {
    name: 'UpdateStatefulSet',
    matches: (testCase) => testCase.function === 'UpdateStatefulSet',
    actual: (input) => ('podCreateFails' in input ? ends(input) : status(input)),
  },
];
