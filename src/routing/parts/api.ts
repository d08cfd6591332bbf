import type { Endpoint } from '../../cluster/state.ts';
import { delaySchema } from '../../schema/delay-input.ts';
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
import { targetsOf } from '../routes.ts';

const schema = z.strictObject({
  /** How long one call takes, from its request until the operation is done. */
  duration: delaySchema,
});

export interface Call {
  readonly service: number;
  readonly operation: 'attach' | 'detach';
  readonly endpoints: readonly Endpoint[];
}

export interface Api {
  readonly wanted: Routes;
  /** By Service: what the calls that have ended have made of it. */
  readonly attached: readonly (readonly Endpoint[])[];
  /** Calls under way, by the key of their timer. */
  readonly calls: Readonly<Record<number, Call>>;
  readonly nextCall: number;
}

function inForce({ wanted, attached }: Api): Routes {
  return {
    services: wanted.services.map((routes, service) =>
      routes === null ? null : { ...routes, targets: attached[service] ?? [] },
    ),
  };
}

function without(endpoints: readonly Endpoint[], others: readonly Endpoint[]): readonly Endpoint[] {
  const pods = new Set(others.map(({ pod }) => pod));
  return endpoints.filter(({ pod }) => !pods.has(pod));
}

/** One attach and one detach call for each Service that differs; an endpoint with a call under way waits for its end. */
function sync(state: Api, ctx: PartContext): PartStep<Api> {
  const busy = new Set(
    Object.values(state.calls).flatMap(({ endpoints }) => endpoints.map(({ pod }) => pod)),
  );
  const outputs: PartOutput[] = [];
  const calls: Record<number, Call> = { ...state.calls };
  let { nextCall } = state;
  state.wanted.services.forEach((routes, service) => {
    if (routes === null) return;
    const attached = state.attached[service] ?? [];
    const attach = without(routes.targets, attached).filter(({ pod }) => !busy.has(pod));
    const detach = without(attached, routes.targets).filter(({ pod }) => !busy.has(pod));
    for (const [operation, endpoints] of [
      ['attach', attach],
      ['detach', detach],
    ] as const) {
      if (endpoints.length === 0) continue;
      calls[nextCall] = { service, operation, endpoints };
      outputs.push(arm(ctx.nowUs + ctx.delayUs('duration'), nextCall));
      nextCall += 1;
    }
  });
  return [{ ...state, calls, nextCall }, outputs];
}

function ended(state: Api, key: number): Api {
  const { [key]: call, ...calls } = state.calls;
  if (call === undefined) return state;
  const before = state.attached[call.service] ?? [];
  const kept = without(before, call.endpoints);
  const added = call.operation === 'attach' ? call.endpoints : [];
  const attached = state.attached.slice();
  attached[call.service] = [...kept, ...added].sort((a, b) => a.pod - b.pod);
  return { ...state, attached, calls };
}

/** An API that adds and removes endpoints by calls: one for what is new, one for what goes, none for an endpoint that has one already. */
export const api: Part<typeof schema, null, Api> = {
  name: 'api',
  cause: 'sync',
  schema,
  sites: ({ duration }) => ({ duration }),
  config: () => null,
  start: (_config, _ctx, routes) => ({
    wanted: routes,
    attached: routes.services.map((_, service) => targetsOf(routes, service)),
    calls: {},
    nextCall: 0,
  }),
  on(state, input, _config, ctx) {
    switch (input.kind) {
      case 'view':
        return sync({ ...state, wanted: input.routes }, ctx);
      case 'timer': {
        const done = ended(state, input.key);
        const [next, outputs] = sync(done, ctx);
        return [next, [pass(inForce(done)), ...outputs]];
      }
      case 'probe':
        return [state, NO_OUTPUTS];
      default:
        return input satisfies never;
    }
  },
};
