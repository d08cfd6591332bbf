import { describe, expect, it } from 'vitest';
import { compose, routesArrived, startRouter } from '../../../src/routing/compose.ts';
import { pickService } from '../../../src/routing/pick.ts';
import { partSchema } from '../../../src/routing/registry.ts';
import { endpoint, routesTo } from '../play.ts';

const here = { nowUs: 0, instances: 1, delayUs: () => 0, phase: () => 0 };

const sessions = (until: 'notServing' | 'gone', ...endpoints: readonly ReturnType<typeof endpoint>[]) => {
  const parts = compose([partSchema.parse({ sticky: { until } })]);
  const routes = { services: [pickService('readyOnly', endpoints)] };
  const [state] = routesArrived(
    parts,
    startRouter(parts, routesTo(), () => here),
    routes,
    () => here,
  );
  const [service] = state.routes.services;
  return { new: service!.targets.map(({ pod }) => pod), sessions: service!.sessions!.map(({ pod }) => pod) };
};

describe('sticky', () => {
  const terminating = endpoint(2, { ready: false, terminating: true });
  const notServing = endpoint(3, { ready: false, serving: false, terminating: true });

  it('lets a session keep a Pod that terminates and still serves', () => {
    expect(sessions('notServing', endpoint(1), terminating, notServing)).toEqual({
      new: [1],
      sessions: [1, 2],
    });
  });

  it('lets a session keep its Pod until it has left the slice where told so', () => {
    expect(sessions('gone', endpoint(1), terminating, notServing)).toEqual({ new: [1], sessions: [1, 2, 3] });
  });
});
