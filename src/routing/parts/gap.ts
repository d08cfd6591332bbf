import { delaySchema, durationSchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { arm, NO_OUTPUTS, type Part, type PartContext, type PartStep, pass } from '../part.ts';
import type { Routes } from '../routes.ts';

const schema = z.strictObject({
  /** What the gap is measured from: the start or the end of the run before. */
  from: z.enum(['start', 'end']),
  period: durationSchema,
  /** How long a run takes: a reload, a sync, a call. Its routes are in force when it ends. */
  cost: delaySchema.default('0s'),
});

export interface Gap {
  /** What the run that is going on has taken up, and when it ends. */
  readonly running: { readonly routes: Routes; readonly endsUs: number } | null;
  /** No run starts before. */
  readonly earliestUs: number;
  /** What waits for the next run. */
  readonly waiting: Routes | null;
}

export interface Config {
  readonly from: 'start' | 'end';
  readonly periodUs: number;
}

/** Starts a run with what waits, or arms what will. Nothing to do while a run is going on: its end comes here. */
function proceed(state: Gap, config: Config, ctx: PartContext): PartStep<Gap> {
  const { waiting, earliestUs } = state;
  if (waiting === null || state.running !== null) return [state, NO_OUTPUTS];
  if (ctx.nowUs < earliestUs) return [state, [arm(earliestUs)]];
  const endsUs = ctx.nowUs + ctx.delayUs('cost');
  const next = (config.from === 'start' ? ctx.nowUs : endsUs) + config.periodUs;
  if (endsUs === ctx.nowUs) return [{ running: null, earliestUs: next, waiting: null }, [pass(waiting)]];
  return [{ running: { routes: waiting, endsUs }, earliestUs: next, waiting: null }, [arm(endsUs)]];
}

/** At least a period between two runs; what comes in meanwhile is taken up together by the next one. */
export const gap: Part<typeof schema, Config, Gap> = {
  name: 'gap',
  cause: 'sync',
  schema,
  sites: ({ cost }) => ({ cost }),
  config: ({ from, period }) => ({ from, periodUs: micros(period) }),
  start: () => ({ running: null, earliestUs: 0, waiting: null }),
  on(state, input, config, ctx) {
    switch (input.kind) {
      case 'view':
        // A timer that is armed for the earliest start stays; what it finds then is the newest.
        return state.waiting === null
          ? proceed({ ...state, waiting: input.routes }, config, ctx)
          : [{ ...state, waiting: input.routes }, NO_OUTPUTS];
      case 'timer': {
        const { running } = state;
        if (running === null) return proceed(state, config, ctx);
        const [next, outputs] = proceed({ ...state, running: null }, config, ctx);
        return [next, [pass(running.routes), ...outputs]];
      }
      case 'probe':
        return [state, NO_OUTPUTS];
      default:
        return input satisfies never;
    }
  },
};
