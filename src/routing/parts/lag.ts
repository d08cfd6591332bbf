import { delaySchema } from '../../schema/delay-input.ts';
import { type Held, hold, NOTHING_HELD, release } from '../hold.ts';
import type { Part } from '../part.ts';

/** A delay of its own for every change; changes keep their order. What is known of a router from outside, or not known better. */
export const lag: Part<typeof delaySchema, null, Held> = {
  name: 'lag',
  cause: 'view',
  schema: delaySchema,
  sites: (settings) => ({ lag: settings }),
  config: () => null,
  start: () => NOTHING_HELD,
  on(state, input, _config, ctx) {
    switch (input.kind) {
      case 'view':
        return hold(state, input.routes, ctx.nowUs + ctx.delayUs('lag'), ctx.nowUs);
      case 'timer':
        return release(state, ctx.nowUs);
      case 'probe':
        return [state, []];
      default:
        return input satisfies never;
    }
  },
};
