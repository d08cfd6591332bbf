import { micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { type Held, hold, NOTHING_HELD, phasesOf, release, slowestTickUs } from '../hold.ts';
import type { Part } from '../part.ts';
import { positiveDuration } from './positive-duration.ts';

const schema = z.strictObject({
  /** From tick to tick. */
  period: positiveDuration,
  /** Independent clocks of the same period, such as workers; a change has come through when the last has ticked. */
  instances: z.int().min(1).max(10_000).default(1),
});

export interface Ticker {
  readonly held: Held;
  /** Where in the period each clock stands, rising; in 1/2³². */
  readonly phases: readonly number[];
}

/** A free-running clock: at each tick all that was collected is handed on. Ticks are computed, not simulated. */
export const ticker: Part<typeof schema, { periodUs: number; instances: number }, Ticker> = {
  name: 'ticker',
  cause: 'sync',
  schema,
  sites: () => ({}),
  config: ({ period, instances }) => ({ periodUs: micros(period), instances }),
  start({ instances }, ctx) {
    const phases = phasesOf(instances * ctx.instances, ctx.phase);
    return { held: NOTHING_HELD, phases };
  },
  on(state, input, { periodUs }, ctx) {
    switch (input.kind) {
      case 'view': {
        const dueUs = slowestTickUs(state.phases, ctx.nowUs, periodUs);
        const [held, outputs] = hold(state.held, input.routes, dueUs, ctx.nowUs);
        return [{ ...state, held }, outputs];
      }
      case 'timer': {
        const [held, outputs] = release(state.held, ctx.nowUs);
        return [{ ...state, held }, outputs];
      }
      case 'probe':
        return [state, []];
      default:
        return input satisfies never;
    }
  },
};
