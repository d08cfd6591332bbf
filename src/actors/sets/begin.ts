import { startsLater } from '../../cluster/cron-jobs.ts';
import { T } from '../../cluster/events.ts';
import { keyOfObject, Transition } from '../../cluster/state.ts';
import type { World } from '../../cluster/world.ts';
import { after, type Effect } from '../../kernel/event.ts';
import { CONTAINERS, SET_CONTROLLER } from '../protocol.ts';
import type { Wiring } from '../wiring.ts';

/** Jobs begin with the run: their controller looks at them, and the work of their first Pods goes on from there. */
export function begun(world: World, wiring: Wiring): Effect[] {
  const jobs = world.sets.flatMap((info, object) =>
    info.kind === 'Job' && !startsLater(world.cronJobs, object) ? [{ info, object }] : [],
  );
  const looks = jobs.map(({ info, object }) =>
    after({
      type: T.setEnqueued,
      actor: wiring.setController('Job'),
      kind: SET_CONTROLLER.work,
      object,
      about: -1,
      data: null,
      transition: keyOfObject(Transition.none, info.name),
    }),
  );
  // They are up: what they do next follows from that.
  const ups = world.pods.flatMap(({ template, node }, pod) =>
    world.templates[template]!.containers.flatMap(({ app }, container) =>
      app.completes === null
        ? []
        : after({
            type: T.listenerOpened,
            actor: wiring.containers(node),
            kind: CONTAINERS.pod,
            object: pod,
            about: pod,
            data: { container },
          }),
    ),
  );
  return [...looks, ...ups];
}
