import { startsLater } from '../cluster/cron-jobs.ts';
import type { ContainerExited, ContainerStarted, CreatePod, OfNode } from '../cluster/events.ts';
import { T } from '../cluster/events.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { JobInfo, JobStatus, SetMember, SetObject } from '../cluster/sets.ts';
import type { PodObject } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { SimEvent } from '../kernel/event.ts';
import type { Observers } from '../kernel/observers.ts';
import { type Micros, toMs } from '../kernel/time.ts';
import type { JobReport, WorkLost } from './rollout-report.ts';

/** One Pod of a Job. */
interface Worked {
  readonly name: string;
  readonly member: SetMember;
  node: number;
  /** When its process was started; null before. */
  beganAt: Micros | null;
  /** When it was told to stop. */
  signalledAt: Micros | null;
  endedAt: Micros | null;
  ended: WorkLost['ended'] | 'completed' | null;
  succeeded: boolean;
}

/** Follows the work that Jobs do, and what of it is lost. */
export class WorkFold {
  /** By Pod; undefined for one of no Job. */
  private readonly pods: (Worked | undefined)[] = [];
  private readonly created: { readonly set: number; readonly pod: number }[] = [];
  /** By set: the last status that was written, and when it said first that the Job is over. */
  private readonly status = new Map<number, JobStatus>();
  private readonly finishedAt = new Map<number, Micros>();
  private readonly deletedAt = new Map<number, Micros>();
  /** Of Jobs that a CronJob started. */
  private readonly startedAt = new Map<number, Micros>();

  constructor(private readonly world: World) {
    world.pods.forEach(({ name, namespace, member, node }, index) => {
      if (member === null || world.sets[member.set]!.kind !== 'Job') return;
      const called = qualifiedName(namespace, name);
      this.pods[index] = { ...begin(called, member), node, beganAt: 0 };
    });
  }

  observe(observers: Observers): void {
    if (!this.world.sets.some(({ kind }) => kind === 'Job')) return;
    observers.on(T.createPod, (event, before, after) => {
      if (before !== after) this.made(event as SimEvent<CreatePod>, (before as { nextPod: number }).nextPod);
    });
    observers.on(T.bindPod, ({ object }, _, after) => {
      const pod = this.pods[object];
      if (pod !== undefined) pod.node = (after as PodObject).node;
    });
    observers.on(T.containerStarted, (event) => {
      const pod = this.pods[(event as SimEvent<ContainerStarted>).object];
      if (pod !== undefined) pod.beganAt = event.at;
    });
    observers.on(T.stopSignal, ({ object, at }) => {
      const pod = this.pods[object];
      if (pod !== undefined && pod.endedAt === null) pod.signalledAt ??= at;
    });
    observers.on(T.containerExited, (event, before, after) => {
      if (before !== after) this.exited(event as SimEvent<ContainerExited>);
    });
    observers.on(T.sigkill, ({ object, at }, before, after) => {
      if (before !== after) this.ends(this.pods[object], at, 'sigkill');
    });
    observers.on(T.nodeLost, (event) => {
      const { node } = (event as SimEvent<OfNode>).data;
      for (const pod of this.pods) if (pod?.node === node) this.ends(pod, event.at, 'nodeLost');
    });
    observers.on(T.patchPodStatus, ({ object }, _, after) => {
      const pod = this.pods[object];
      if (pod !== undefined) pod.succeeded = (after as PodObject).phase === 'Succeeded';
    });
    observers.on(T.changeSet, ({ object, at }, before, after) => {
      const deleted = (after as SetObject | undefined)?.deleted ?? null;
      if (before !== after && deleted !== null) this.deletedAt.set(object, at);
    });
    observers.on(T.createJob, ({ object, at }, before) => {
      if (before === undefined) this.startedAt.set(object, at);
    });
    observers.on(T.patchSetStatus, ({ object, at }, _, after) => {
      const { job } = (after as SetObject).status;
      if (job === null) return;
      this.status.set(object, job);
      if (job.finished && !this.finishedAt.has(object)) this.finishedAt.set(object, at);
    });
  }

  private made({ data: { name, member } }: SimEvent<CreatePod>, index: number): void {
    if (member === null || this.world.sets[member.set]!.kind !== 'Job') return;
    this.pods[index] = begin(name, member);
    this.created.push({ set: member.set, pod: index });
  }

  private exited({ object, at, data: { exitCode } }: SimEvent<ContainerExited>): void {
    const pod = this.pods[object];
    if (pod === undefined) return;
    if (pod.signalledAt !== null) this.ends(pod, at, 'stopSignal');
    else this.ends(pod, at, exitCode === 0 ? 'completed' : 'failure');
  }

  private ends(pod: Worked | undefined, at: Micros, how: NonNullable<Worked['ended']>): void {
    if (pod === undefined || pod.endedAt !== null) return;
    pod.endedAt = at;
    pod.ended = how;
  }

  report(): readonly JobReport[] {
    return this.world.sets.flatMap((info, set) => {
      const startedAt = startsLater(this.world.cronJobs, set) ? this.startedAt.get(set) : 0;
      return info.kind === 'Job' && startedAt !== undefined ? [this.job(info, set, startedAt)] : [];
    });
  }

  private job({ name, completions }: JobInfo, set: number, startedAt: Micros): JobReport {
    const { succeeded = 0, failed = 0, outcome = null } = this.status.get(set) ?? {};
    const finishedAt = this.finishedAt.get(set);
    const deletedAt = this.deletedAt.get(set);
    const lost = this.pods.flatMap((pod, index) =>
      pod !== undefined && pod.member.set === set ? this.lost(pod, index, outcome?.type === 'Complete') : [],
    );
    const slash = name.indexOf('/');
    return {
      workload: `Job/${name.slice(slash + 1)}`,
      namespace: slash < 0 ? 'default' : name.slice(0, slash),
      completions,
      succeeded,
      failed,
      outcome: outcome?.type ?? null,
      reason: outcome?.reason ?? null,
      startedMs: toMs(startedAt),
      finishedAfterMs: finishedAt === undefined ? null : toMs(finishedAt - startedAt),
      deletedAfterMs: deletedAt === undefined ? null : toMs(deletedAt - startedAt),
      lost,
      lostMs: lost.reduce((sum, { workedMs }) => sum + workedMs, 0),
    };
  }

  private lost(pod: Worked, index: number, complete: boolean): readonly WorkLost[] {
    const { member, ended, beganAt, signalledAt, endedAt, succeeded } = pod;
    if (ended === null || ended === 'completed' || beganAt === null || endedAt === null) return [];
    const { indexed } = this.world.sets[member.set] as JobInfo;
    const again = this.created.some(
      (each) =>
        each.set === member.set &&
        each.pod > index &&
        (!indexed || this.pods[each.pod]!.member.place === member.place),
    );
    return [
      {
        pod: pod.name,
        index: indexed ? member.place : null,
        ended,
        workedMs: toMs((signalledAt ?? endedAt) - beganAt),
        hadMs: signalledAt === null ? null : toMs(endedAt - signalledAt),
        fate: succeeded ? 'countedAsDone' : again || complete ? 'doneAgain' : 'notDone',
      },
    ];
  }
}

function begin(name: string, member: SetMember): Worked {
  return {
    name,
    member,
    node: -1,
    beganAt: null,
    signalledAt: null,
    endedAt: null,
    ended: null,
    succeeded: false,
  };
}
