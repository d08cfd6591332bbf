import { calculateEffectiveGracePeriod } from '../../../src/rules/kubelet/effective-grace-period.ts';
import {
  type ContainerToKill,
  type KillContainersInput,
  type KillSchedule,
  killContainers,
} from '../../../src/rules/kubelet/kill-containers.ts';
import type { Case } from '../types.ts';

export const minor = 36;
export const DEFAULT_GRACE_SECONDS = 30;
export const inGroup = (group: string) => (testCase: Case) => testCase.group === group;

/** Whether a number of seconds keeps to `{ min, max, lessThan }`. */
export const within = (seconds: number, bounds: any): boolean =>
  seconds >= (bounds.min ?? 0) &&
  seconds <= (bounds.max ?? Number.POSITIVE_INFINITY) &&
  seconds < (bounds.lessThan ?? Number.POSITIVE_INFINITY);

/** `exec 20 s`, `exec that never ends`, `prestop http hook`, nothing. */
export function hookOf(text: string | undefined): Pick<ContainerToKill, 'preStop' | 'preStopMs'> {
  if (text === undefined) return { preStop: 'none', preStopMs: 0 };
  if (/\bhttps? hook/.test(text)) return { preStop: 'httpGet', preStopMs: 0 };
  if (text.includes('never ends')) return { preStop: 'exec', preStopMs: null };
  return { preStop: 'exec', preStopMs: Number(/(\d+) s/.exec(text)?.[1] ?? 0) * 1000 };
}

export function containerOf(name: string, described: any, sidecar: boolean): ContainerToKill {
  return {
    name,
    sidecar,
    ...hookOf(described.preStop),
    exitAfterStopSignalMs: (described.secondsToExitAfterSIGTERM ?? 0) * 1000,
  };
}

export const simple = (more: Partial<ContainerToKill> = {}): ContainerToKill => ({
  name: 'app',
  sidecar: false,
  preStop: 'none',
  preStopMs: 0,
  exitAfterStopSignalMs: 0,
  ...more,
});

/** Grace that reaches the containers when the Pod is deleted with `deleteSeconds` (null: its own grace). */
export const deletionGrace = (
  deleteSeconds: number | null | undefined,
  ownSeconds: number | null | undefined,
) =>
  calculateEffectiveGracePeriod({
    previousGraceSeconds: 0,
    deletionGracePeriodSeconds: deleteSeconds ?? null,
    graceOverrideSeconds: null,
    terminationGracePeriodSeconds: ownSeconds ?? DEFAULT_GRACE_SECONDS,
    minor,
  }).graceSeconds;

export const kill = (
  containers: readonly ContainerToKill[],
  graceSeconds: number,
  more: Partial<KillContainersInput> = {},
): KillSchedule => killContainers({ containers, graceSeconds, minor, ...more });

export const killOne = (
  more: Partial<ContainerToKill>,
  graceSeconds: number,
  how: Partial<KillContainersInput> = {},
) => {
  const schedule = kill([simple(more)], graceSeconds, how);
  const app = schedule.containers.app;
  if (app === undefined) throw new Error('nothing was killed');
  return { ...app, allStoppedMs: schedule.allStoppedMs };
};
