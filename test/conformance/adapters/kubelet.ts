import { containerGraceSeconds } from '../../../src/rules/kubelet/container-grace-period.ts';
import { calculateEffectiveGracePeriod } from '../../../src/rules/kubelet/effective-grace-period.ts';
import { evictionGraceOverrideSeconds } from '../../../src/rules/kubelet/eviction-grace.ts';
import { isHTTPResponseError } from '../../../src/rules/kubelet/http-get-request.ts';
import {
  hasContainerSpec,
  preStopBudgetSeconds,
  preStopRuns,
} from '../../../src/rules/kubelet/kill-container.ts';
import { killContainers } from '../../../src/rules/kubelet/kill-containers.ts';
import { killPodNow } from '../../../src/rules/kubelet/kill-pod-now.ts';
import { requeueDelay } from '../../../src/rules/kubelet/pod-worker-requeue.ts';
import { runLifecycleHandler } from '../../../src/rules/kubelet/run-lifecycle-handler.ts';
import { terminationTurns } from '../../../src/rules/kubelet/termination-order.ts';
import type { Adapter, Case, Table } from '../types.ts';
import { e2eAdapters } from './kubelet-e2e.ts';
import { probeAdapters } from './kubelet-probes.ts';
import { same, statusAdapters } from './kubelet-status.ts';

const minor = 36;
const sidecar = (name: string) => ({ name, restartable: true });

const inGroup =
  (...groups: string[]) =>
  (testCase: Case, table: Table) =>
    table.file.includes('kubelet') && groups.includes(testCase.group ?? '');
const withSource = (group: string, test: string) => (testCase: Case, table: Table) =>
  inGroup(group)(testCase, table) && (testCase.source ?? '').includes(test);

const real: readonly Adapter[] = [
  {
    name: 'calculateEffectiveGracePeriod',
    matches: (_, table) => table.function === 'effectiveGracePeriod',
    actual(input) {
      const { graceSeconds, gracePeriodShortened } = calculateEffectiveGracePeriod({
        previousGraceSeconds: input.previousGracePeriod,
        deletionGracePeriodSeconds: input.deletionGracePeriodSeconds,
        graceOverrideSeconds: input.killOptionOverride,
        terminationGracePeriodSeconds: input.specTerminationGracePeriodSeconds,
        minor,
      });
      return { gracePeriod: graceSeconds, gracePeriodShortened };
    },
  },
  {
    name: 'killContainers',
    matches: (_, table) => table.function === 'killPod',
    actual(input) {
      const containers = input.containers.map((container: any) => ({
        name: container.name,
        sidecar: container.sidecar,
        preStop: container.preStop,
        preStopMs: container.preStopMs,
        exitAfterStopSignalMs: (container.exitAfterSigtermMs ?? -1) < 0 ? null : container.exitAfterSigtermMs,
      }));
      const schedule = killContainers({ containers, graceSeconds: input.gracePeriodSeconds, minor });
      const observed = containers.map(({ name, preStop }: any) => {
        const killed = schedule.containers[name];
        return [
          name,
          {
            // The fake runtime sees the start of an exec hook only.
            preStopStartMs: preStop === 'exec' ? (killed?.preStopStartMs ?? -1) : -1,
            sigtermMs: killed?.stopSignalMs,
            stopTimeoutSec: killed?.stopTimeoutSeconds,
            exitMs: killed?.exitMs,
            sigkill: killed?.sigkilled,
          },
        ];
      });
      return { allStoppedMs: schedule.allStoppedMs, containers: Object.fromEntries(observed) };
    },
  },
];

/** A world in which every hook succeeds at once. */
const willing = {
  podIP: '127.0.0.1',
  containerPorts: [],
  kubeletVersion: '.',
  exec: () => null,
  http: () => null,
  contextEndsAfterSeconds: null,
};

const handlerOf = (handler: any) => ({
  ...handler,
  ...(handler.exec === undefined ? {} : { exec: { command: handler.exec } }),
});

const grace: readonly Adapter[] = [
  {
    name: 'containerGraceSeconds',
    matches: inGroup('grace-selection'),
    actual: (input) => ({
      gracePeriodSeconds: containerGraceSeconds({
        deletionGracePeriodSeconds: input.podDeletionGracePeriodSeconds,
        terminationGracePeriodSeconds: input.podTerminationGracePeriodSeconds,
        startupProbeTerminationGracePeriodSeconds: input.startupProbeTGPS,
        livenessProbeTerminationGracePeriodSeconds: input.livenessProbeTGPS,
        reason: input.killReason,
      }),
    }),
  },
  {
    name: 'hasContainerSpec',
    matches: inGroup('kill-container'),
    actual: (input) => ({ succeed: hasContainerSpec(input.podContainers, input.containerName) }),
  },
  {
    name: 'preStopRuns and runLifecycleHandler',
    matches: inGroup('lifecycle-hook'),
    actual(input) {
      const hook = handlerOf(input.preStop ?? input.postStart);
      const budgetSeconds = preStopBudgetSeconds({
        containerGraceSeconds:
          input.podDeletionGracePeriodSeconds ?? input.podTerminationGracePeriodSeconds ?? 0,
        graceOverrideSeconds: input.gracePeriodOverride ?? null,
        minor,
      });
      const hookInvoked = input.postStart !== undefined || preStopRuns({ hasPreStop: true, budgetSeconds });
      const run = runLifecycleHandler(hook, willing, minor);
      return {
        hookInvoked,
        executedCommandFirstArg: run.executedCommand?.[0],
        requestUrlContains: run.requests[0]?.url,
        error: run.error,
      };
    },
    agrees(actual, { requestUrlContains, ...expected }) {
      const rest = Object.entries(expected).every(([key, value]) => actual[key] === value);
      return rest && (actual.requestUrlContains ?? '').includes(requestUrlContains ?? '');
    },
  },
  {
    name: 'terminationTurns',
    matches: inGroup('termination-order'),
    actual(input) {
      const delaySeconds = input.everyContainerExitsSecondsAfterItsTurn ?? input.mainExitsAfterSeconds ?? 0;
      const turns = terminationTurns(
        {
          containers: input.containers,
          initContainers: input.sidecars.map(sidecar),
          running: [...input.containers, ...input.sidecars],
        },
        () => ({ readyMs: 0, budgetSeconds: input.waiterGraceSeconds }),
        (_, { turnMs }) => turnMs + delaySeconds * 1000,
      );
      return { waitSecondsTruncated: turns.get(input.waiter)?.waitSeconds };
    },
  },
  {
    name: 'calculateEffectiveGracePeriod',
    matches: inGroup('effective-grace'),
    actual: (input) => ({
      gracePeriodSeconds: calculateEffectiveGracePeriod({
        previousGraceSeconds: input.priorEffectiveGraceSeconds,
        deletionGracePeriodSeconds: input.podDeletionGracePeriodSeconds,
        graceOverrideSeconds: input.gracePeriodOverride,
        terminationGracePeriodSeconds: input.podSpecTerminationGracePeriodSeconds,
        minor,
      }).graceSeconds,
    }),
  },
  {
    name: 'evictionGraceOverrideSeconds',
    matches: inGroup('eviction-grace'),
    actual: (input) => ({
      gracePeriodOverride: evictionGraceOverrideSeconds({
        threshold: input.threshold.startsWith('local storage')
          ? 'localStorageLimit'
          : input.threshold.split(',')[0],
        evictionMaxPodGracePeriodSeconds: input.maxPodGracePeriodSeconds ?? 0,
        terminationGracePeriodSeconds: input.podTGPS ?? null,
        minor,
      }),
    }),
  },
];

const syncErrorOf = (error: any): any =>
  typeof error === 'string'
    ? { message: error }
    : error?.aggregate === undefined
      ? error
      : { aggregate: error.aggregate.map(syncErrorOf) };

const worker: readonly Adapter[] = [
  {
    name: 'requeueDelay',
    matches: inGroup('pod-worker-requeue'),
    actual(input) {
      const delay = requeueDelay({ ...input, syncError: syncErrorOf(input.syncError), minor });
      return { delaySecondsMin: delay.minSeconds, delaySecondsMax: delay.maxSeconds };
    },
  },
  {
    name: 'killPodNow',
    matches: inGroup('kill-pod-now'),
    actual(input) {
      const killed = killPodNow({
        graceOverrideSeconds: input.gracePeriodOverride,
        terminationGracePeriodSeconds: null,
        stopMs: 0,
      });
      return {
        error: killed.timedOut ? 'timeout' : null,
        workerUpdatesProcessed: killed.updates.length,
        firstUpdateType: killed.updates[0]?.updateType,
        secondUpdateTerminated: killed.updates[1]?.workType === 'SyncTerminatedPod',
      };
    },
  },
];

/** Port of the test's own server, where the table names none. */
const SERVER_PORT = 12345;
const HTTP_ANSWER = 'http: server gave HTTP response to HTTPS client';

const handlers: readonly Adapter[] = [
  {
    name: 'isHTTPResponseError',
    matches: withSource('handler', 'TestIsHTTPResponseError'),
    actual: () => ({ isHTTPResponseError: isHTTPResponseError(HTTP_ANSWER) }),
  },
  {
    name: 'runLifecycleHandler',
    matches: inGroup('handler'),
    actual(input) {
      const plainServer = input.server === 'plain HTTP server';
      const handler = handlerOf(input.handler);
      if (handler.httpGet !== undefined) handler.httpGet = { port: SERVER_PORT, ...handler.httpGet };
      const run = runLifecycleHandler(
        handler,
        {
          podIP: input.podIP ?? '',
          containerPorts: input.containerPorts ?? [],
          kubeletVersion: '.',
          exec: () => input.runtimeError ?? null,
          http: ({ url }) =>
            plainServer && url.startsWith('https:') ? HTTP_ANSWER : (input.transportError ?? null),
          contextEndsAfterSeconds: input.contextTimeoutSeconds ?? null,
        },
        minor,
      );
      const last = run.requests.at(-1);
      return {
        error: run.error,
        executedCommand: run.executedCommand,
        url: last?.url ?? '',
        headers: last?.headers,
        headerFoo: last?.headers.Foo?.[0],
        message: run.error ?? '',
        authorizationHeaderOnRetry: run.requests[1]?.headers.Authorization?.[0] ?? '',
        httpFallbackMetricIncrement: run.event === 'LifecycleHTTPFallback' ? 1 : 0,
        event: run.event,
      };
    },
    agrees(actual, { error, ...expected }) {
      const failed =
        typeof error === 'boolean' ? (actual.error !== null) === error : actual.error === (error ?? null);
      return failed && Object.entries(expected).every(([key, value]) => same(actual[key], value));
    },
  },
];

export const adapters: readonly Adapter[] = [
  ...real,
  ...grace,
  ...worker,
  ...handlers,
  ...probeAdapters,
  ...statusAdapters,
  ...e2eAdapters,
];
