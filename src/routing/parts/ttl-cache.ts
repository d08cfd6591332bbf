import { durationSchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { arm, NO_OUTPUTS, type Part, type PartContext, pass } from '../part.ts';
import type { Routes } from '../routes.ts';
import { positiveDuration } from './positive-duration.ts';

const schema = z.strictObject({
  /** The TTL of what it keeps, or, in mode `fixed`, how long it keeps anything. */
  ttl: positiveDuration,
  /** It keeps nothing for less. */
  floor: durationSchema.default('0s'),
  /** `decrement` hands on what is left of the TTL; `fixed` ignores TTLs and keeps all for its own time. */
  mode: z.enum(['decrement', 'fixed']),
});

export type Settings = z.output<typeof schema>;

export interface Config {
  /** How long an entry is kept. */
  readonly lifeUs: number;
  /** How much longer than the cache above it may keep an entry: the floor's excess. null: the cache above says nothing about it. */
  readonly excessUs: number | null;
}

export interface Cache {
  /** What the part above would answer now; null while the entry in the cache says the same. */
  readonly newer: Routes | null;
  /** When the entry in the cache was fetched, where that is known. */
  readonly fetchedUs: number | null;
}

function read({ ttl, floor, mode }: Settings, above: readonly string[]): Config {
  const lifeUs = mode === 'fixed' ? micros(ttl) : Math.max(micros(ttl), micros(floor));
  // A cache hands on what is left of a TTL to the one right below it.
  const chained = mode === 'decrement' && above[above.length - 1] === 'ttlCache';
  return { lifeUs, excessUs: chained ? micros(floor) : null };
}

/** How long the entry is kept after the part above has changed. */
function leftUs(state: Cache, { lifeUs, excessUs }: Config, ctx: PartContext): number {
  // A cache below a decrementing one holds what was left there: it ends with it, unless its floor keeps it.
  if (excessUs !== null) return Math.max(0, excessUs - (lifeUs - ctx.delayUs('left')));
  const { fetchedUs } = state;
  if (fetchedUs !== null && ctx.nowUs < fetchedUs + lifeUs) return fetchedUs + lifeUs - ctx.nowUs;
  return ctx.delayUs('left');
}

/** A cache of addresses: it answers with what it has until that is too old, and then asks again. */
export const ttlCache: Part<typeof schema, Config, Cache> = {
  name: 'ttlCache',
  cause: 'ttl',
  schema,
  // What is left of the entry when the answer changes: anything, since nobody knows when it was fetched.
  sites: ({ ttl, floor, mode }) => ({
    left: { uniform: ['0s', mode === 'decrement' && micros(floor) > micros(ttl) ? floor : ttl] },
  }),
  config: read,
  start: () => ({ newer: null, fetchedUs: null }),
  on(state, input, config, ctx) {
    switch (input.kind) {
      case 'view': {
        if (state.newer !== null) return [{ ...state, newer: input.routes }, NO_OUTPUTS];
        const waitUs = leftUs(state, config, ctx);
        if (waitUs === 0) return [{ newer: null, fetchedUs: ctx.nowUs }, [pass(input.routes)]];
        return [{ ...state, newer: input.routes }, [arm(ctx.nowUs + waitUs)]];
      }
      case 'timer':
        return [{ newer: null, fetchedUs: ctx.nowUs }, [pass(state.newer!)]];
      case 'probe':
        return [state, NO_OUTPUTS];
      default:
        return input satisfies never;
    }
  },
};
