import { type ChangeService, type ServiceObserved, T } from '../../cluster/events.ts';
import type { ServiceObject } from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { type Effect, send } from '../../kernel/event.ts';
import { labelsEqual } from '../../rules/machinery/match-label-selector.ts';
import type { Self } from '../wiring.ts';
import { answerDeploymentController } from './workloads.ts';

/** The API server's Services: of them only the selector changes in a run. */

export const changeService: Reducer<ServiceObject, ChangeService, Self> = (stored, event, ctx) => {
  const { selector, rollout } = event.data;
  const answer = rollout === undefined ? [] : [answerDeploymentController(rollout, false, event, ctx)];
  if (labelsEqual(stored.selector, selector)) return [stored, answer];
  const service: ServiceObject = { ...stored, selector };
  const data: ServiceObserved = { service };
  const { about, transition } = event;
  const told: Effect[] = ctx.self.wiring.serviceWatches
    .filter(({ wants }) => wants(service, stored))
    .map(({ actor, kind, object: cell, link, site }) => {
      const object = cell < 0 ? service.index : cell;
      return send({ type: T.serviceObserved, actor, kind, object, about, data, link, site, transition });
    });
  return [service, [...told, ...answer]];
};
