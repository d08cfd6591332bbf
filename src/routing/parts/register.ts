import { smallest } from '../../kernel/lists.ts';
import { delaySchema } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { arm, NO_OUTPUTS, type Part, type PartContext, type PartStep, pass } from '../part.ts';
import type { Routes, ServiceRoutes } from '../routes.ts';

const schema = z.strictObject({
  /** From its registration until a new target gets its first connection. */
  initial: delaySchema,
});

/** Since when each target of each Service may be sent to. */
type Due = readonly Readonly<Record<number, number>>[];

export interface Registered {
  readonly routes: Routes;
  readonly due: Due;
}

const SINCE_EVER = Number.NEGATIVE_INFINITY;

function dueOf({ services }: Routes, before: Due, newUs: number): Due {
  return services.map((routes, service) => {
    const known = before[service] ?? {};
    return Object.fromEntries((routes?.targets ?? []).map(({ pod }) => [pod, known[pod] ?? newUs] as const));
  });
}

function inService({ routes, due }: Registered, nowUs: number): Routes {
  const services = routes.services.map((own, service): ServiceRoutes | null => {
    if (own === null || own.targets.every(({ pod }) => due[service]![pod]! <= nowUs)) return own;
    return { ...own, targets: own.targets.filter(({ pod }) => due[service]![pod]! <= nowUs) };
  });
  return { services };
}

function handOn(state: Registered, { nowUs }: PartContext): PartStep<Registered> {
  const waits = state.due.flatMap((own) => Object.values(own)).filter((at) => at > nowUs);
  const next = waits.length === 0 ? NO_OUTPUTS : [arm(smallest(waits))];
  return [state, [pass(inService(state, nowUs)), ...next]];
}

/** New targets are `initial` for a while, and nobody is sent to them; a target that leaves is left out at once. */
export const register: Part<typeof schema, null, Registered> = {
  name: 'register',
  cause: 'view',
  schema,
  sites: ({ initial }) => ({ initial }),
  config: () => null,
  start: (_config, _ctx, routes) => ({ routes, due: dueOf(routes, [], SINCE_EVER) }),
  on(state, input, _config, ctx) {
    switch (input.kind) {
      case 'view': {
        const { routes } = input;
        return handOn({ routes, due: dueOf(routes, state.due, ctx.nowUs + ctx.delayUs('initial')) }, ctx);
      }
      case 'timer':
        return handOn(state, ctx);
      case 'probe':
        return [state, NO_OUTPUTS];
      default:
        return input satisfies never;
    }
  },
};
