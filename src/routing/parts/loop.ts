import { delaySchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { type Held, hold, NOTHING_HELD, phasesOf, release, slowestTickUs } from '../hold.ts';
import type { Part } from '../part.ts';
import { positiveDuration } from './positive-duration.ts';

const schema = z.strictObject({
  /** How long it sleeps after a round. */
  period: positiveDuration,
  /** How long a round takes; the same for all rounds of a run. */
  cost: delaySchema.default('0s'),
});

export interface Loop {
  readonly held: Held;
  readonly costUs: number;
  readonly phases: readonly number[];
}

/** Round, sleep, round: what has come in when a round starts is in force when it ends. Rounds are computed, not simulated. */
export const loop: Part<typeof schema, { periodUs: number }, Loop> = {
  name: 'loop',
  cause: 'sync',
  schema,
  sites: ({ cost }) => ({ cost }),
  config: ({ period }) => ({ periodUs: micros(period) }),
  start: (_config, ctx) => ({
    held: NOTHING_HELD,
    costUs: ctx.delayUs('cost'),
    phases: phasesOf(ctx.instances, ctx.phase),
  }),
  on(state, input, { periodUs }, ctx) {
    switch (input.kind) {
      case 'view': {
        const roundUs = slowestTickUs(state.phases, ctx.nowUs, periodUs + state.costUs);
        const [held, outputs] = hold(state.held, input.routes, roundUs + state.costUs, ctx.nowUs);
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
