import {
  type DebounceConfig,
  type DebounceState,
  type DebounceStep,
  debounceEvent,
  debouncePushed,
  debounceTimer,
  IDLE_DEBOUNCE,
} from '../../rules/routers/istio.ts';
import { delaySchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import {
  arm,
  NO_OUTPUTS,
  type Part,
  type PartContext,
  type PartOutput,
  type PartStep,
  pass,
} from '../part.ts';
import type { Routes } from '../routes.ts';
import { positiveDuration } from './positive-duration.ts';

const schema = z
  .strictObject({
    /** How long no change must come. */
    quiet: positiveDuration,
    /** How long the first change waits at most. */
    max: positiveDuration,
    /** How long a push takes; none begins before it has ended. Its routes are in force when it ends. */
    cost: delaySchema.default('0s'),
  })
  .refine(({ quiet, max }) => micros(quiet) <= micros(max), {
    error: 'must not have a quiet above its max; raise max, or lower quiet',
  });

export interface Debounce {
  readonly debounce: DebounceState;
  /** What came in and no push has taken up. */
  readonly waiting: Routes | null;
  /** What the push that is going on carries. */
  readonly pushing: Routes | null;
}

const QUIET = 0;
const PUSHED = 1;

/** Lets a push start, if it does, and arms the quiet timer where it was moved. */
function follow(before: Debounce, step: DebounceStep, ctx: PartContext): PartStep<Debounce> {
  const outputs: PartOutput[] = [];
  let next: Debounce = { ...before, debounce: step.state };
  if (step.push) {
    const routes = before.waiting!;
    next = { ...next, waiting: null, pushing: routes };
    outputs.push(arm(ctx.nowUs + ctx.delayUs('cost'), PUSHED));
  }
  const { timerUs } = next.debounce;
  if (timerUs !== null && timerUs !== before.debounce.timerUs) outputs.push(arm(timerUs, QUIET));
  return [next, outputs];
}

function pushed(config: DebounceConfig, state: Debounce, ctx: PartContext): PartStep<Debounce> {
  const done = { ...state, pushing: null };
  const [next, outputs] = follow(done, debouncePushed(config, state.debounce, ctx.nowUs), ctx);
  return [next, [pass(state.pushing!), ...outputs]];
}

/** Waits until it has been quiet for a while, or until the first change has waited long enough. */
export const debounce: Part<typeof schema, DebounceConfig, Debounce> = {
  name: 'debounce',
  cause: 'sync',
  schema,
  sites: ({ cost }) => ({ cost }),
  config: ({ quiet, max }) => ({ quietUs: micros(quiet), maxUs: micros(max) }),
  start: () => ({ debounce: IDLE_DEBOUNCE, waiting: null, pushing: null }),
  on(state, input, config, ctx) {
    switch (input.kind) {
      case 'view': {
        const next = debounceEvent(config, state.debounce, ctx.nowUs);
        const armed = next.timerUs === state.debounce.timerUs ? NO_OUTPUTS : [arm(next.timerUs!, QUIET)];
        return [{ ...state, debounce: next, waiting: input.routes }, armed];
      }
      case 'timer':
        return input.key === PUSHED
          ? pushed(config, state, ctx)
          : follow(state, debounceTimer(config, state.debounce, ctx.nowUs), ctx);
      case 'probe':
        return [state, NO_OUTPUTS];
      default:
        return input satisfies never;
    }
  },
};
