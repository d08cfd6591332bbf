import {
  doProbe,
  initialProbeResult,
  NEW_PROBE_WORKER,
  type ProbeAttempt,
  type ProbedContainerStatus,
  type ProbeWorkerState,
} from '../../../src/rules/kubelet/probe-worker.ts';
import type { Adapter, Case } from '../types.ts';

const minor = 36;
const inGroup = (group: string) => (testCase: Case) => testCase.group === group;

const RUNNING: ProbedContainerStatus = {
  containerID: 'test://container',
  state: 'running',
  started: true,
  secondsSinceStart: 3600,
};

/** Words of the tables for what the status manager holds. */
const CONTAINERS: Record<string, Partial<ProbedContainerStatus> | null> = {
  running: {},
  'phase Failed, container running': {},
  'status only for another container': null,
  'container neither running nor terminated': { state: 'waiting' },
  'container terminated (restartPolicy Never)': { state: 'terminated', exitCode: 0 },
};

const attemptOf = (input: any, more: Partial<ProbeAttempt>): ProbeAttempt => ({
  probeType: input.probeType,
  initialDelaySeconds: input.probe?.initialDelaySeconds ?? input.initialDelaySeconds ?? 0,
  successThreshold: input.successThreshold ?? 1,
  failureThreshold: input.failureThreshold ?? 1,
  podPhase: 'Running',
  podDeletionTimestampSet: false,
  restartPolicy: 'Never',
  sidecar: false,
  container: { ...RUNNING, started: input.probeType !== 'startup' },
  handler: () => 'Success',
  minor,
  ...more,
});

const ANSWERS = { S: 'Success', F: 'Failure', success: 'Success', failure: 'Failure' } as const;
const answerOf = (text: string) => ANSWERS[text as keyof typeof ANSWERS] ?? 'error';

/** One attempt after the other, each from the state that the one before left. */
function attempts(list: readonly ProbeAttempt[], first: ProbeWorkerState): readonly ProbeWorkerState[] {
  let state = first;
  return list.map((attempt) => {
    state = doProbe(state, attempt).state;
    return state;
  });
}

export const probeAdapters: readonly Adapter[] = [
  {
    name: 'doProbe',
    matches: inGroup('probe-worker'),
    actual(input) {
      const described = input.podStatus === undefined ? {} : CONTAINERS[input.podStatus ?? ''];
      const container = described
        ? {
            ...RUNNING,
            started: input.containerStarted ?? input.probeType !== 'startup',
            secondsSinceStart: input.secondsSinceContainerStart ?? RUNNING.secondsSinceStart,
            ...described,
          }
        : null;
      const podPhase =
        input.podStatus === null ? null : input.podStatus?.startsWith('phase Failed') ? 'Failed' : 'Running';
      const { state, keepGoing } = doProbe(
        NEW_PROBE_WORKER,
        attemptOf(input, {
          container,
          podPhase,
          podDeletionTimestampSet: input.podDeletionTimestampSet ?? false,
          handler: () => answerOf(input.handlerResult),
        }),
      );
      return { workerContinues: keepGoing, resultStored: state.result !== null, result: state.result };
    },
  },
  {
    name: 'doProbe in sequence',
    matches: inGroup('probe-threshold'),
    actual(input) {
      const list = input.handlerSequence.map((text: string) =>
        attemptOf(input, {
          container: {
            ...RUNNING,
            started: input.probeType !== 'startup',
            containerID: text.includes('new container ID') ? 'test://newContainer' : RUNNING.containerID,
          },
          handler: () => answerOf(text.split(' ')[0] ?? ''),
        }),
      );
      const repeated = Array.from({ length: input.repeat ?? 1 }, () => list).flat();
      const states = attempts(repeated, {
        ...NEW_PROBE_WORKER,
        containerID: RUNNING.containerID,
        result: input.initialResult ?? initialProbeResult(input.probeType),
      });
      return {
        rounds: Array.from({ length: input.repeat ?? 1 }, (_, round) =>
          states.slice(round * list.length, (round + 1) * list.length).map(({ result }) => result),
        ),
        onHoldAfter: states.at(-1)?.onHold,
        resultRunAfter: states.at(-1)?.resultRun,
        onHoldAfterEach: states.map(({ onHold }) => onHold),
      };
    },
    agrees(actual, { resultAfterEachProbe, ...expected }) {
      const wanted = JSON.stringify(resultAfterEachProbe);
      const rest = Object.entries(expected).every(
        ([key, value]) => JSON.stringify(actual[key]) === JSON.stringify(value),
      );
      return rest && actual.rounds.every((results: unknown) => JSON.stringify(results) === wanted);
    },
  },
  {
    name: 'doProbe behind the started gate',
    matches: inGroup('probe-gating'),
    actual(input) {
      const list = input.sequence.map((text: string) =>
        attemptOf(input, {
          container: { ...RUNNING, started: text.includes('after started') || text.includes('Started=true') },
          handler: () => answerOf(input.handlerResult ?? text.split(' ')[0]),
        }),
      );
      return { resultAfterEachProbe: attempts(list, NEW_PROBE_WORKER).map(({ result }) => result) };
    },
  },
];
