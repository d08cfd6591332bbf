import { SITE } from '../cluster/delay-sites.ts';
import { T } from '../cluster/events.ts';
import type { SetObject, SetObserved } from '../cluster/sets.ts';
import { keyOfObject, requestKey, Transition } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS } from '../kernel/event.ts';
import type { Micros } from '../kernel/time.ts';
import { cronJobStarts, mostRecentScheduleTime, NEXT_SCHEDULE_DELTA_US } from '../rules/batch/cron-job.ts';
import { defineActor } from './define-actor.ts';
import { API, CRON_JOB_CONTROLLER, cellsOf } from './protocol.ts';
import { actor, type Registration } from './roster.ts';
import type { SteadyState } from './steady-state.ts';
import type { Ctx, Self, Wiring } from './wiring.ts';

/**
 * Starts Jobs when they are due, and deletes or waits for those that still run. Source: pkg/controller/cronjob/cronjob_controllerv2.go
 */

/** What it has done for one CronJob. */
export interface CronJobWork {
  /** Jobs that it has started and not deleted, by their number. */
  readonly started: readonly number[];
  readonly lastScheduledUs: Micros;
}

export interface CronJobCells {
  readonly cronJob: CronJobWork;
  readonly set: SetObject;
}

const CELL = cellsOf<'cronjob-controller', CronJobCells>('cronjob-controller');

const cronJobSynced: Reducer<CronJobWork, null, Self> = (work, event, ctx) => {
  const info = ctx.self.world.cronJobs[event.object]!;
  const { concurrencyPolicy, startingDeadlineSeconds, times, jobs } = info;
  const { lastScheduledUs } = work;
  const due = mostRecentScheduleTime(times, { lastScheduledUs, nowUs: ctx.now, startingDeadlineSeconds });
  if (due === null) return [work, NO_EFFECTS];
  const active = work.started.filter((set) => isActive(ctx, set));
  const { starts, replaces } = cronJobStarts(concurrencyPolicy, active.length);
  if (!starts) return [work, NO_EFFECTS];
  const set = jobs[times.indexOf(due)]!;
  const deletes = replaces ? active.map((each) => deletesJob(ctx, each)) : [];
  const kept = replaces ? [] : active;
  return [{ started: [...kept, set], lastScheduledUs: due }, [...deletes, startsJob(ctx, set)]];
};

/** What was asked for counts before its watch has shown it. */
function isActive(ctx: Ctx, set: number): boolean {
  const seen = ctx.cell(CELL.set, set);
  return seen === undefined || (seen.deleted === null && seen.status.job?.outcome == null);
}

function startsJob(ctx: Ctx, set: number): Effect {
  return after({ ...requestAbout(ctx, set, 'createJob'), type: T.createJob, data: { set } });
}

function deletesJob(ctx: Ctx, set: number): Effect {
  return after({
    ...requestAbout(ctx, set, 'delete'),
    type: T.changeSet,
    data: { set, deleted: 'background' },
  });
}

function requestAbout({ self }: Ctx, set: number, request: 'createJob' | 'delete') {
  return {
    actor: self.wiring.apiServer,
    kind: API.set,
    object: set,
    about: -1,
    site: SITE['apiServer.write'],
    transition: keyOfObject(requestKey(request, 0), self.world.sets[set]!.name),
  } as const;
}

/** The end of a Job may be what a start has waited for. */
const setObserved: Reducer<SetObject | undefined, SetObserved, Self> = (before, event, ctx) => {
  const { set } = event.data;
  const ended = set.status.job?.finished === true && before?.status.job?.finished !== true;
  if (!ended) return [set, NO_EFFECTS];
  const cronJob = ctx.self.world.cronJobs.findIndex(({ jobs }) => jobs.includes(set.index));
  return [set, [syncs(ctx.self.world, ctx.self.wiring, cronJob, 0)]];
};

function syncs(world: World, wiring: Wiring, object: number, delay: Micros): Effect {
  return after({
    type: T.cronJobSynced,
    actor: wiring.cronJobController(),
    kind: CRON_JOB_CONTROLLER.cronJob,
    object,
    about: -1,
    data: null,
    delay,
    transition: keyOfObject(Transition.none, world.cronJobs[object]!.name),
  });
}

const cronJobController = defineActor<'cronjob-controller', CronJobCells>('cronjob-controller', {
  cronJob: { cronJobSynced },
  set: { setObserved },
});

/** Each scheduled time but the first, with whose Job the run begins. */
export function scheduled(world: World, wiring: Wiring): readonly Effect[] {
  return world.cronJobs.flatMap(({ times }, object) =>
    times.slice(1).map((time) => syncs(world, wiring, object, time + NEXT_SCHEDULE_DELTA_US)),
  );
}

/** It takes part where there are CronJobs. */
export function cronJobControllers(world: World, { sets }: SteadyState): readonly Registration[] {
  const { cronJobs } = world;
  if (cronJobs.length === 0) return [];
  const isOwn = (set: number) => cronJobs.some(({ jobs }) => jobs.includes(set));
  const begun = cronJobs.map(({ jobs }) => ({ started: jobs.slice(0, 1), lastScheduledUs: 0 }));
  return [
    actor(
      cronJobController,
      { cronJob: begun, set: sets },
      {
        watches: {
          // Its watches are the controller manager's, as the ReplicaSet controller's are.
          sets: {
            cell: CRON_JOB_CONTROLLER.set,
            site: 'watch.replicaSetController',
            wants: ({ index }) => isOwn(index),
          },
        },
      },
    ),
  ];
}
