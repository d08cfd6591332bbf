import { defineActor } from '../../src/actors/define-actor.ts';
import { API, cellsOf, KUBELET, NODE_LIFECYCLE } from '../../src/actors/protocol.ts';
import { actor } from '../../src/actors/roster.ts';
import type { Ctx, Self, Wiring } from '../../src/actors/wiring.ts';
import type { ActionInfo } from '../../src/cluster/actions.ts';
import { SITE } from '../../src/cluster/delay-sites.ts';
import type { EventMap, NodeObserved, OfNode, TraceType } from '../../src/cluster/events.ts';
import { T } from '../../src/cluster/events.ts';
import type { PodObject } from '../../src/cluster/state.ts';
import type { Reducer } from '../../src/kernel/actor.ts';
import { after, arm, cancel, NO_EFFECTS, put, send } from '../../src/kernel/event.ts';
import { unreachable } from '../../src/kernel/unreachable.ts';

/**
 * What the compiler refuses. Each line below an `@ts-expect-error` is a mistake, and `npm run types` fails where one is let through.
 * Nothing here runs.
 */

declare const wiring: Wiring;
declare const ctx: Ctx;

const request = { object: 0, about: 0, data: { gracePeriodSeconds: null } };

/** What is meant, and compiles. */
after({ type: T.deletePod, actor: wiring.apiServer, kind: API.pod, ...request });
after({
  type: T.deletePod,
  actor: wiring.apiServer,
  kind: API.pod,
  ...request,
  delay: 5,
  site: SITE['apiServer.write'],
});
arm({
  timer: 0,
  type: T.podStarted,
  actor: ctx.actor,
  kind: KUBELET.worker,
  object: 0,
  about: 0,
  data: null,
});
cancel({ timer: 0, actor: ctx.actor, kind: KUBELET.worker, object: 0 });

/** Actor and kind are swapped. */
// @ts-expect-error
after({ type: T.deletePod, actor: API.pod, kind: wiring.apiServer, ...request });

/** The kind is another actor's. */
const lost = { type: T.nodeLost, object: 0, about: -1, data: { node: 0 } };
// @ts-expect-error
after({ ...lost, actor: wiring.apiServer, kind: KUBELET.node });

/** A delay stands where a site belongs, and a site where a delay does. */
// @ts-expect-error
after({ type: T.deletePod, actor: wiring.apiServer, kind: API.pod, ...request, site: 5_000 });
const write = SITE['apiServer.write'];
// @ts-expect-error
after({ type: T.deletePod, actor: wiring.apiServer, kind: API.pod, ...request, delay: write });

/** A site stands where a link belongs. */
// @ts-expect-error
send({ type: T.deletePod, actor: wiring.apiServer, kind: API.pod, ...request, site: write, link: write });

/** The payload is that of another event. */
// @ts-expect-error
after({ type: T.bindPod, actor: wiring.apiServer, kind: API.pod, object: 0, about: 0, data: { pod: 1 } });

/** The receiver has no reducer for the event: neither the actor, nor this kind of its cells. */
// @ts-expect-error
after({ type: T.deletePod, actor: wiring.kubelet(0), kind: KUBELET.worker, ...request });
// @ts-expect-error
after({ type: T.deletePod, actor: wiring.apiServer, kind: API.node, ...request });

interface Cells {
  readonly node: { readonly marked: boolean };
}
type Marked = Cells['node'] | undefined;
const CELL = cellsOf<'node-lifecycle-controller', Cells>('node-lifecycle-controller');
const nodeObserved: Reducer<Marked, NodeObserved, Self> = (state) => [state, NO_EFFECTS];
const nodeNotReady: Reducer<Marked, OfNode, Self> = (state) => [state, NO_EFFECTS];
const taintEvictionDue = nodeNotReady;
const all = { nodeObserved, nodeNotReady, taintEvictionDue };

/** A cell is replaced by what another kind holds, and read as it. */
put(CELL.node, 0, { marked: true });
// @ts-expect-error
put(CELL.node, 0, { marked: 'yes' });
// @ts-expect-error
const read: string | undefined = ctx.cell(CELL.node, 0);

const defined = defineActor<'node-lifecycle-controller', Cells>('node-lifecycle-controller', { node: all });

/** A reducer is missing, stands under a wrong name, or takes another event's payload. */
// @ts-expect-error
defineActor<'node-lifecycle-controller', Cells>('node-lifecycle-controller', { node: { nodeObserved } });
defineActor<'node-lifecycle-controller', Cells>('node-lifecycle-controller', {
  // @ts-expect-error
  node: { nodeObserved, taintEvictionDue, nodeIsNotReady: nodeNotReady },
});
defineActor<'node-lifecycle-controller', Cells>('node-lifecycle-controller', {
  // @ts-expect-error
  node: { ...all, nodeObserved: nodeNotReady },
});

/** An actor without one of its cells, with one of another kind, or with a watch that it has no reducer for. */
actor(defined, { node: [] }, { watches: { nodes: { cell: NODE_LIFECYCLE.node, site: 'watch.scheduler' } } });
// @ts-expect-error
actor(defined, {});
// @ts-expect-error
actor(defined, { node: [{ marked: 1 }] });
// @ts-expect-error
actor(defined, { node: [] }, { watches: { pods: { cell: NODE_LIFECYCLE.node, site: 'watch.scheduler' } } });
// @ts-expect-error
actor(defined, { node: [] }, { watches: { nodes: { cell: NODE_LIFECYCLE.node, site: 'watch.nobody' } } });

/** A Pod's place in its list is no node's, and no time is a place. */
declare const pod: PodObject;
wiring.kubelet(pod.node);
// @ts-expect-error
wiring.kubelet(pod.index);
// @ts-expect-error
wiring.podWatches(pod.index);
// @ts-expect-error
wiring.sliceWatches(pod.node);
// @ts-expect-error
wiring.kubelet(ctx.now);
const bound: EventMap['bindPod'] = { node: pod.node };
// @ts-expect-error
const swapped: EventMap['bindPod'] = { node: pod.index };

/** Every event type has a payload, and no payload is without its event type. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
const complete: Same<keyof EventMap, TraceType> = true;

/** A choice over all actions that leaves one out. */
function choose(action: ActionInfo): string {
  switch (action.type) {
    case 'deletePod':
      return 'DELETE';
    default:
      // @ts-expect-error
      return unreachable(action);
  }
}

export { bound, choose, complete, read, swapped };
