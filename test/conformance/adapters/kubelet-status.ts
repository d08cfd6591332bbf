import { syncPodActions } from '../../../src/rules/kubelet/can-be-deleted.ts';
import { isContainerReady } from '../../../src/rules/kubelet/container-readiness.ts';
import { mergePodStatus } from '../../../src/rules/kubelet/merge-pod-status.ts';
import {
  groupByPriority,
  inhibitShutdown,
  migrateShutdownConfig,
  shutdownGraceOverrideSeconds,
  shutdownPodStatus,
} from '../../../src/rules/kubelet/node-shutdown.ts';
import { podPhase } from '../../../src/rules/kubelet/pod-phase.ts';
import { terminatedPodPhase } from '../../../src/rules/kubelet/terminate-pod.ts';
import type { Adapter, Case } from '../types.ts';

const minor = 36;
const sidecar = (name: string) => ({ name, restartable: true });

const inGroup = (group: string) => (testCase: Case) => testCase.group === group;
const withSource = (group: string, test: string) => (testCase: Case) =>
  testCase.group === group && (testCase.source ?? '').includes(test);

/** Equal as data, whatever the order of an object's keys. */
export function same(a: any, b: any): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]));
}

const groupsOf = (groups: readonly any[]) =>
  groups.map(({ priority, shutdownGracePeriodSeconds, pods }) => ({
    priority,
    seconds: shutdownGracePeriodSeconds,
    ...(pods === undefined ? {} : { pods: pods.map(({ name }: any) => name) }),
  }));

const periodsOf = (input: any) =>
  input.shutdownGracePeriodByPodPriority?.map(({ priority, seconds }: any) => ({
    priority,
    shutdownGracePeriodSeconds: seconds,
  })) ?? migrateShutdownConfig(input.shutdownGracePeriod, input.shutdownGracePeriodCriticalPods);

const nodeShutdown: readonly Adapter[] = [
  {
    name: 'migrateShutdownConfig',
    matches: withSource('node-shutdown', 'migrateConfig'),
    actual(input) {
      const periods = periodsOf(input);
      return { groups: periods.length === 0 ? null : groupsOf(periods) };
    },
  },
  {
    name: 'groupByPriority',
    matches: withSource('node-shutdown', 'groupByPriority'),
    actual(input) {
      const pods = Object.entries(input.pods).map(([name, priority]) => ({
        name,
        priority: priority as number,
      }));
      return { groups: groupsOf(groupByPriority(periodsOf(input), pods)) };
    },
  },
  {
    name: 'node shutdown manager',
    matches: inGroup('node-shutdown'),
    actual(input) {
      const periods = periodsOf(input);
      const pods = Object.entries<any>(input.pods).map(([name, pod]) => ({ name, priority: null, ...pod }));
      const { overrides, startError } = inhibitShutdown({
        periods,
        inhibitDelaySeconds: input.systemInhibitDelay,
        afterOverrideSeconds: input.overrideSystemInhibitDelay,
      });
      const killGracePeriodByPod: Record<string, number> = {};
      for (const group of groupByPriority(periods, pods)) {
        for (const { name, tgps } of group.pods) {
          const grace = shutdownGraceOverrideSeconds(group.shutdownGracePeriodSeconds, tgps ?? null);
          killGracePeriodByPod[name] = grace;
        }
      }
      const statuses = pods.map(({ name, phase }) => {
        const { condition, ...status } = shutdownPodStatus(phase ?? 'Running');
        const { type, status: value, reason } = condition;
        return [name, { ...status, conditions: [{ type, status: value, reason }] }] as const;
      });
      return {
        didOverrideInhibitDelay: overrides,
        ...(startError === null ? {} : { startError }),
        killGracePeriodByPod,
        podStatuses: Object.fromEntries(statuses),
      };
    },
    // A manager that did not start kills nothing; the upstream test then checks its error only.
    agrees(actual, expected) {
      if (expected.startError !== undefined) return actual.startError === expected.startError;
      return Object.entries(expected).every(([key, value]) => same(actual[key], value));
    },
  },
];

/** `exit 0`, `waiting, last exit non-zero`, `running (not started)`, `started`, … */
const containerStatusOf = (text: string): any => {
  const exit = /exit (\S+)$/.exec(text)?.[1];
  const exitCode = exit === 'non-zero' ? 1 : Number(exit);
  if (text === 'started') return { state: 'running', started: true };
  if (text.startsWith('running')) return { state: 'running', started: false };
  if (text.startsWith('exit')) return { state: 'terminated', exitCode };
  return exit === undefined ? { state: 'waiting' } : { state: 'waiting', lastExitCode: exitCode };
};

const withChange = (base: any, { addCondition, phase, reason, message, ...conditions }: any) => ({
  ...base,
  ...(phase === undefined ? {} : { phase }),
  ...(reason === undefined ? {} : { reason }),
  ...(message === undefined ? {} : { message }),
  conditions: [
    ...base.conditions.map((condition: any) => ({
      ...condition,
      status: conditions[condition.type] ?? condition.status,
    })),
    ...(addCondition === undefined ? [] : [addCondition]),
  ],
});

const status: readonly Adapter[] = [
  {
    name: 'podPhase',
    matches: inGroup('pod-phase'),
    actual(input) {
      const named: Record<string, string | null> = { ...input.statuses };
      if (input.sidecar !== undefined) named[input.sidecar] = input.sidecarStatus;
      const known = Object.entries(named).filter(([, text]) => text !== null);
      return {
        phase: podPhase({
          restartPolicy: input.restartPolicy,
          containers: input.containers,
          initContainers: input.sidecar === undefined ? [] : [sidecar(input.sidecar)],
          statuses: Object.fromEntries(known.map(([name, text]) => [name, containerStatusOf(text ?? '')])),
          podIsTerminal: input.podIsTerminal,
          podHasInitialized: input.podHasInitialized ?? true,
          minor,
        }),
      };
    },
  },
  {
    name: 'terminatedPodPhase',
    matches: inGroup('status-terminate'),
    actual: (input) => ({ phase: terminatedPodPhase({ phase: input.phase, isStaticPod: false, minor }) }),
  },
  {
    name: 'syncPodActions',
    matches: inGroup('status-delete'),
    actual(input) {
      const pod = {
        deletionTimestampSet: input.deletionTimestampSet,
        mirrorPod: input.mirrorPod ?? false,
        phase: input.statusPhase ?? 'Failed',
        podIsFinished: input.terminatePodCalled ?? true,
        statusChanged: true,
      };
      return { apiActions: syncPodActions(pod, minor) };
    },
  },
  {
    name: 'mergePodStatus',
    matches: inGroup('status-merge'),
    actual: (input) =>
      mergePodStatus(
        withChange(input.base, input.oldStatusChange),
        withChange(input.base, input.newStatusChange),
        input.couldHaveRunningContainers,
      ),
    // The upstream test compares conditions as a set.
    agrees(actual, { conditions, ...expected }) {
      const sameRest = Object.entries(expected).every(([key, value]) => same(actual[key], value));
      const byType = (list: any[]) => [...list].sort((a, b) => (a.type < b.type ? -1 : 1));
      return sameRest && same(byType(actual.conditions), byType(conditions));
    },
  },
  {
    name: 'isContainerReady',
    matches: inGroup('container-readiness'),
    actual: (input) => ({
      ready: isContainerReady(
        { startupProbe: false, startupResult: null, readinessResult: null, ...input },
        minor,
      ),
    }),
  },
];

export const statusAdapters: readonly Adapter[] = [...nodeShutdown, ...status];
