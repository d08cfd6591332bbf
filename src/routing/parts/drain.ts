import { durationSchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { arm, NO_OUTPUTS, type Part, type PartOutput, pass } from '../part.ts';
import type { Routes } from '../routes.ts';

const schema = z.strictObject({
  /** How long connections that are open at the removal may go on; 0 cuts them at once. */
  timeout: durationSchema,
});

function podsIn(routes: Routes): ReadonlySet<number> {
  return new Set(routes.services.flatMap((service) => service?.targets.map(({ pod }) => pod) ?? []));
}

/** What is open at a removal goes on for a while, and is cut then. */
export const drain: Part<typeof schema, number, Routes> = {
  name: 'drain',
  cause: 'drain',
  schema,
  sites: () => ({}),
  config: ({ timeout }) => micros(timeout),
  start: (_config, _ctx, routes) => routes,
  on(state, input, timeoutUs, ctx) {
    switch (input.kind) {
      case 'view': {
        const before = podsIn(state);
        const after = podsIn(input.routes);
        const outputs: PartOutput[] = [pass(input.routes)];
        for (const pod of before) if (!after.has(pod)) outputs.push(arm(ctx.nowUs + timeoutUs, pod));
        for (const pod of after) {
          if (!before.has(pod)) outputs.push({ kind: 'cancel', key: pod }, { kind: 'include', target: pod });
        }
        return [input.routes, outputs];
      }
      case 'timer':
        return [state, [{ kind: 'exclude', target: input.key, from: 'all' }]];
      case 'probe':
        return [state, NO_OUTPUTS];
      default:
        return input satisfies never;
    }
  },
};
