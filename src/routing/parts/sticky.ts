import type { Endpoint } from '../../cluster/state.ts';
import * as z from '../../schema/zod.ts';
import { NO_OUTPUTS, type Part, pass } from '../part.ts';
import type { ServiceRoutes } from '../routes.ts';

const schema = z.strictObject({
  /** How long a client with a session keeps its Pod: while the Pod still serves, or until it has left the EndpointSlice. */
  until: z.enum(['notServing', 'gone']).default('notServing'),
});

export type Until = z.output<typeof schema>['until'];

function withSessions(routes: ServiceRoutes, until: Until): ServiceRoutes {
  const kept = (endpoint: Endpoint): boolean => until === 'gone' || endpoint.serving;
  return { ...routes, sessions: routes.endpoints.filter(kept) };
}

/** Clients with a session (a cookie) stay with their Pod when new clients are no longer sent there. */
export const sticky: Part<typeof schema, Until, null> = {
  name: 'sticky',
  cause: 'view',
  schema,
  sites: () => ({}),
  config: ({ until }) => until,
  start: () => null,
  on(state, input, until) {
    if (input.kind !== 'view') return [state, NO_OUTPUTS];
    const services = input.routes.services.map((routes) =>
      routes === null ? null : withSessions(routes, until),
    );
    return [state, [pass({ services })]];
  },
};
