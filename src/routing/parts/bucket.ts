import { newTokenBucket, type TokenBucket, takeToken } from '../../rules/machinery/rate-limiters.ts';
import * as z from '../../schema/zod.ts';
import { arm, NO_OUTPUTS, type Part, type PartContext, type PartStep, pass } from '../part.ts';
import { changedServices, type Routes, withService } from '../routes.ts';

const schema = z.strictObject({
  /** Calls a second that come back. */
  perSecond: z.number().positive().max(1_000_000),
  /** Calls that may follow one another at once after a rest. */
  burst: z.int().min(1).max(1_000_000),
  /** What one call covers: all routes, or those of one Service (a target group, a pool). */
  per: z.enum(['all', 'service']).default('all'),
});

export type Settings = z.output<typeof schema>;

export interface Bucket {
  readonly tokens: TokenBucket;
  /** The newest routes that came in. */
  readonly newest: Routes;
  /** What the calls so far have handed on. */
  readonly passed: Routes;
  /** Services with a call to come, in their order; -1 stands for all. The first one's call is due at `dueUs`. */
  readonly queue: readonly number[];
  readonly dueUs: number;
}

const ALL = -1;

function call(state: Bucket, service: number): Routes {
  return service === ALL ? state.newest : withService(state.passed, state.newest, service);
}

/** Makes the calls that have a token, one after the other; the next one's token is taken on credit and waited for. */
function drainQueue(state: Bucket, settings: Settings, ctx: PartContext): PartStep<Bucket> {
  const limits = { qps: settings.perSecond, burst: settings.burst };
  let next = state;
  let passed = false;
  while (next.queue.length > 0) {
    const { bucket, waitUs } = takeToken(next.tokens, limits, ctx.nowUs);
    next = { ...next, tokens: bucket };
    if (waitUs > 0) {
      const dueUs = ctx.nowUs + waitUs;
      next = { ...next, dueUs };
      return [next, passed ? [pass(next.passed), arm(dueUs)] : [arm(dueUs)]];
    }
    next = made(next);
    passed = true;
  }
  return [next, passed ? [pass(next.passed)] : NO_OUTPUTS];
}

/** The call at the head of the queue reads what is newest now. */
function made(state: Bucket): Bucket {
  const [service, ...queue] = state.queue;
  return { ...state, passed: call(state, service!), queue };
}

/** A token bucket: a call waits for its token and then takes up what is newest. */
export const bucket: Part<typeof schema, Settings, Bucket> = {
  name: 'bucket',
  cause: 'sync',
  schema,
  sites: () => ({}),
  config: (settings) => settings,
  start: ({ perSecond, burst }, ctx, routes) => ({
    tokens: newTokenBucket({ qps: perSecond, burst }, ctx.nowUs),
    newest: routes,
    passed: routes,
    queue: [],
    dueUs: 0,
  }),
  on(state, input, settings, ctx) {
    switch (input.kind) {
      case 'view': {
        const changed = settings.per === 'all' ? [ALL] : changedServices(state.newest, input.routes);
        const added = changed.filter((service) => !state.queue.includes(service));
        const next = { ...state, newest: input.routes, queue: [...state.queue, ...added] };
        // What waits already holds a token on credit.
        return state.queue.length > 0 ? [next, NO_OUTPUTS] : drainQueue(next, settings, ctx);
      }
      case 'timer': {
        const first = made(state);
        const [next, outputs] = drainQueue(first, settings, ctx);
        return [next, outputs[0]?.kind === 'pass' ? outputs : [pass(first.passed), ...outputs]];
      }
      case 'probe':
        return [state, NO_OUTPUTS];
      default:
        return input satisfies never;
    }
  },
};
