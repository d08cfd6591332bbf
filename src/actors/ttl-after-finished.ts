import { SITE } from '../cluster/delay-sites.ts';
import { T } from '../cluster/events.ts';
import type { SetObject, SetObserved } from '../cluster/sets.ts';
import { keyOfObject, requestKey } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, NO_EFFECTS } from '../kernel/event.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { defineActor } from './define-actor.ts';
import { API, TTL_AFTER_FINISHED } from './protocol.ts';
import { actor, type Registration } from './roster.ts';
import type { SteadyState } from './steady-state.ts';
import type { Self } from './wiring.ts';

/**
 * Deletes a Job so long after it has ended, with its Pods. It stops nothing that runs.
 * Source: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go processJob
 */

export interface TtlCells {
  readonly set: SetObject;
}

const setObserved: Reducer<SetObject | undefined, SetObserved, Self> = (before, event, { self }) => {
  const { set } = event.data;
  const info = self.world.sets[set.index]!;
  const ended = set.status.job?.finished === true && before?.status.job?.finished !== true;
  if (info.kind !== 'Job' || info.ttlSecondsAfterFinished === null || !ended) return [set, NO_EFFECTS];
  const request = after({
    type: T.changeSet,
    actor: self.wiring.apiServer,
    kind: API.set,
    object: set.index,
    about: -1,
    data: { set: set.index, deleted: 'foreground' },
    delay: info.ttlSecondsAfterFinished * MICROS_PER_SECOND,
    site: SITE['apiServer.write'],
    transition: keyOfObject(requestKey('delete', 0), set.name),
  });
  return [set, [request]];
};

const ttlController = defineActor<'ttl-after-finished-controller', TtlCells>(
  'ttl-after-finished-controller',
  {
    set: { setObserved },
  },
);

function isKept({ sets }: World, index: number): boolean {
  const info = sets[index];
  return info?.kind === 'Job' && info.ttlSecondsAfterFinished !== null;
}

/** It takes part where some Job is not kept for ever. */
export function ttlControllers(world: World, { sets }: SteadyState): readonly Registration[] {
  if (!world.sets.some((_, index) => isKept(world, index))) return [];
  return [
    actor(
      ttlController,
      { set: sets },
      {
        watches: {
          sets: {
            cell: TTL_AFTER_FINISHED.set,
            site: 'watch.replicaSetController',
            wants: ({ index }) => isKept(world, index),
          },
        },
      },
    ),
  ];
}
