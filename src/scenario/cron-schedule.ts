import type { CronJob } from '../cluster/objects.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { cronJobName } from '../rules/batch/cron-job.ts';
import { nextScheduled, parseSchedule } from '../rules/batch/cron-schedule.ts';

/** A start of a CronJob's: when, from the start of the run, and what its Job is called. */
export interface CronStart {
  readonly name: string;
  readonly at: Micros;
}

/** Thursday, 2026-01-01, 00:00 UTC: each CronJob's first scheduled time after it is when its run begins. */
const EPOCH_SECONDS = 1_767_225_600;

/** Without a horizon so many starts are followed: the first, one that meets what the first began, and one that meets that. */
const STARTS_WITHOUT_HORIZON = 3;
const MOST_STARTS = 1_000;

/** The starts of a CronJob that a run may see, the first at 0; none where it is suspended or never due. */
export function cronStarts({ metadata, cron }: CronJob, horizon: Micros | null): readonly CronStart[] {
  const schedule = parseSchedule(cron.schedule);
  if (cron.suspend || typeof schedule === 'string') return [];
  const starts: CronStart[] = [];
  const first = nextScheduled(schedule, EPOCH_SECONDS - 1);
  const most = horizon === null ? STARTS_WITHOUT_HORIZON : MOST_STARTS;
  for (let next = first; next !== null && starts.length < most; next = nextScheduled(schedule, next)) {
    const at = (next - first!) * MICROS_PER_SECOND;
    if (horizon !== null && at > horizon) break;
    starts.push({ name: cronJobName(metadata.name, next), at });
  }
  return starts;
}
