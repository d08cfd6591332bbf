import { expect } from 'vitest';
import { type DaemonPod, rollingUpdateDaemonSet } from '../../src/rules/apps/daemon-set.ts';
import { isUnhealthy, type StatefulPod, updateStatefulSet } from '../../src/rules/apps/stateful-set.ts';
import {
  delaysTerminalCondition,
  effectivePodReplacementPolicy,
  jobBackoffUs,
} from '../../src/rules/batch/job.ts';
import { featureEnabled } from '../../src/rules/machinery/feature-gates.ts';
import { hasOwnTolerance } from '../../src/rules/validation/validate-autoscaler.ts';
import { stepAt } from './step.ts';

/** The rows about StatefulSets, DaemonSets, Jobs and autoscalers. */

const SECOND = 1_000_000;

const member = (own: Partial<StatefulPod>): StatefulPod => ({
  ordinal: 0,
  revision: 1,
  phase: 'Running',
  ready: true,
  readyLastTransitionUs: 0,
  terminating: false,
  ...own,
});

const SET = {
  replicas: 1,
  start: 0,
  podManagementPolicy: 'OrderedReady',
  updateStrategy: 'RollingUpdate',
  partition: 0,
  maxUnavailable: null,
  honoursMaxUnavailable: false,
  minReadySeconds: 0,
  currentRevision: 1,
  updateRevision: 1,
} as const;

const onNode = (node: number, ready: boolean): DaemonPod => ({
  node,
  ready,
  updated: false,
  phase: 'Running',
  readyLastTransitionUs: 0,
  terminating: false,
  createdUs: 0,
});

export const workloadRules: Readonly<Record<string, () => void>> = {
  '1.27 A StatefulSet makes a Pod again that has succeeded': () => {
    const ended = [member({ phase: 'Succeeded', ready: false })];
    const deletes = (minor: number) => updateStatefulSet(SET, ended, { nowUs: SECOND, minor }).deletes.length;
    expect(stepAt(27, deletes)).toEqual([0, 1]);
  },
  '1.34 The update of a StatefulSet waits for minReadySeconds under Parallel, too': () => {
    const unavailable = (minor: number) => isUnhealthy(member({}), 10, { nowUs: 5 * SECOND, minor });
    expect(stepAt(34, unavailable)).toEqual([false, true]);
  },
  '1.29 Old Pods of a DaemonSet that are not available count against maxUnavailable': () => {
    const nodes = [0, 1, 2].map((node) => ({ node, shouldRun: true, shouldContinueRunning: true }));
    const pods = [onNode(0, false), onNode(1, true), onNode(2, true)];
    const set = {
      updateStrategy: 'RollingUpdate',
      maxUnavailable: 1,
      maxSurge: 0,
      minReadySeconds: 0,
    } as const;
    const clock = (minor: number) => ({ nowUs: 100 * SECOND, minor });
    const deletes = (minor: number) => rollingUpdateDaemonSet(set, nodes, pods, clock(minor)).deletes.length;
    expect(stepAt(29, deletes)).toEqual([2, 1]);
  },
  '1.29 A Job heeds its podReplacementPolicy': () => {
    const policy = (minor: number) => effectivePodReplacementPolicy('Failed', false, minor);
    expect(stepAt(29, policy)).toEqual(['TerminatingOrFailed', 'Failed']);
  },
  '1.28 A Job waits up to 10 min between failures': () => {
    expect(stepAt(28, (minor) => jobBackoffUs(20, 0, 0, minor))).toEqual([360 * SECOND, 600 * SECOND]);
  },
  '1.29 A Job heeds backoffLimitPerIndex and maxFailedIndexes': () => {
    const heeded = (minor: number) => featureEnabled('JobBackoffLimitPerIndex', minor);
    expect(stepAt(29, heeded)).toEqual([false, true]);
  },
  '1.31 A Job heeds its successPolicy': () => {
    expect(stepAt(31, (minor) => featureEnabled('JobSuccessPolicy', minor))).toEqual([false, true]);
  },
  '1.31 A Job is called failed or complete once its last Pod has ended': () => {
    expect(stepAt(31, delaysTerminalCondition)).toEqual([false, true]);
  },
  '1.35 An autoscaler may have a tolerance of its own': () => {
    const own = (minor: number) => hasOwnTolerance({ tolerance: 0.05 }, minor);
    expect(stepAt(35, own)).toEqual([false, true]);
  },
};
