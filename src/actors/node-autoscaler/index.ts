import { SITE } from '../../cluster/delay-sites.ts';
import { type EvictionAnswered, type PatchNode, type PodObserved, T } from '../../cluster/events.ts';
import type { NodeRemoval, NodeRemovalEnded } from '../../cluster/node-removal.ts';
import { keyOfObject, type PodObject, requestKey, Transition } from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, type Effect, NO_EFFECTS, type Outbox, put } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Taint } from '../../rules/apiserver/taints.ts';
import { defineActor } from '../define-actor.ts';
import { nodeGoes, nodeIsMissed } from '../node-goes.ts';
import { API, cellsOf } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import type { Asked, SeenPod } from './kind.ts';
import { rulesOf } from './kinds.ts';

/**
 * Takes nodes away: taints and cordons them, drains as many at a time as it may, and lets each go once it is empty. What an autoscaler
 * asks of the Pods stands in its own file.
 */

/** A node that is taken away. */
export interface RemovalSession {
  readonly removal: NodeRemoval;
  readonly state: 'waits' | 'drains' | NodeRemovalEnded['outcome'];
  readonly beganAt: Micros;
  /** When it looks next; null: once a Pod has changed. */
  readonly lookAt: Micros | null;
}

/** What was asked for a Pod. */
export interface Attempt {
  readonly gracePeriodSeconds: number | null;
  readonly refusals: number;
}

export interface NodeAutoscalerCells {
  readonly pod: PodObject;
  readonly session: RemovalSession;
  readonly attempt: Attempt;
}

const CELL = cellsOf<'node-autoscaler', NodeAutoscalerCells>('node-autoscaler');
const LOOK = 0;

function podsOn(ctx: Ctx, node: number): readonly SeenPod[] {
  const { pods, sets, templates } = ctx.self.world;
  return ctx.all(CELL.pod).flatMap((pod) => {
    if (pod === undefined || pod.gone || pod.node !== node) return [];
    const { member, replicaSet, index } = pod;
    const made = replicaSet >= 0 ? 'ReplicaSet' : (pods[index]?.owner ?? 'none');
    const owner = member === null ? made : sets[member.set]!.kind;
    const asked = ctx.cell(CELL.attempt, index) !== undefined;
    return [{ pod, owner, template: templates[pod.template]!, asked }];
  });
}

/** Nodes that cannot go are left alone; all others are tainted at once, and the first ones drained. */
const nodeRemovalRequested: Reducer<RemovalSession | undefined, NodeRemoval, Self> = (_, event, ctx) => {
  const removal = event.data;
  const rules = rulesOf(removal);
  const effects: Effect[] = [];
  let begun = 0;
  let own: RemovalSession | undefined;
  for (const node of new Set(removal.nodes)) {
    const why = rules.refusal({ removal, pods: podsOn(ctx, node) });
    const begins = why === null && begun < removal.atOnce;
    const session: RemovalSession = {
      removal,
      state: why !== null ? 'refused' : begins ? 'drains' : 'waits',
      beganAt: ctx.now,
      lookAt: null,
    };
    if (why !== null) effects.push(ended(ctx, { node, outcome: 'refused', why }));
    else append(effects, taints(ctx, node, rules.taint, true));
    const kept = begins ? looks(ctx, node, session, ctx.now + rules.waits(removal), effects) : session;
    if (begins) begun++;
    if (node === event.object) own = kept;
    else effects.push(put(CELL.session, node, kept));
  }
  return [own, effects];
};

/** Its taint, and a cordon; `on`: they are set, else taken away. */
function taints(ctx: Ctx, node: number, key: string, on: boolean): Effect[] {
  const to = { actor: ctx.self.wiring.apiServer, kind: API.node, object: node, about: -1 } as const;
  const site = SITE['apiServer.write'];
  const { name } = ctx.self.world.nodes[node]!;
  const cordon = keyOfObject(requestKey('cordon', 0), name);
  const status = keyOfObject(requestKey('nodeStatus', 0), name);
  const taint: Taint = { key, value: '', effect: 'NoSchedule' };
  const data: PatchNode = on ? { adds: [taint] } : { removes: [taint] };
  return [
    after({ ...to, type: T.cordonNode, data: { unschedulable: on }, site, transition: cordon }),
    after({ ...to, type: T.patchNode, data, site, transition: status }),
  ];
}

/** Looks at `at`, unless it does so sooner already. */
function looks(ctx: Ctx, node: number, session: RemovalSession, at: Micros, outbox: Outbox): RemovalSession {
  if (session.lookAt !== null && session.lookAt <= at) return session;
  outbox.push(
    arm({
      timer: LOOK,
      type: T.nodeRemovalLooked,
      actor: ctx.actor,
      kind: CELL.session,
      object: node,
      about: -1,
      data: null,
      delay: at - ctx.now,
      transition: keyOfObject(Transition.none, ctx.self.world.nodes[node]!.name),
    }),
  );
  return { ...session, lookAt: at };
}

const nodeRemovalLooked: Reducer<RemovalSession | undefined, null, Self> = (session, event, ctx) => {
  if (session?.state !== 'drains') return [session, NO_EFFECTS];
  const node = event.object;
  const { removal } = session;
  const rules = rulesOf(removal);
  // The drain begins with the first look, however long that waited for.
  const first = session.lookAt === session.beganAt + rules.waits(removal);
  const beganAt = first ? ctx.now : session.beganAt;
  const plan = rules.plan({ removal, pods: podsOn(ctx, node), beganAt, nowUs: ctx.now });
  const effects = [
    ...plan.evicts.flatMap((asked) => [
      put(CELL.attempt, asked.pod, { gracePeriodSeconds: asked.gracePeriodSeconds, refusals: 0 }),
      evicts(ctx, asked),
    ]),
    ...plan.deletes.map((asked) => deletes(ctx, asked)),
  ];
  const looked = { ...session, beganAt, lookAt: null };
  if (plan.end !== null) {
    effects.push(ended(ctx, { node, ...plan.end }));
    return [{ ...looked, state: plan.end.outcome }, effects];
  }
  return [plan.lookAt === null ? looked : looks(ctx, node, looked, plan.lookAt, effects), effects];
};

function evicts({ self }: Ctx, { pod, gracePeriodSeconds }: Asked): Effect {
  return after({
    type: T.evictPod,
    actor: self.wiring.apiServer,
    kind: API.pod,
    object: pod,
    about: pod,
    data: { gracePeriodSeconds, asker: 'nodeAutoscaler' },
    site: SITE['apiServer.write'],
    transition: requestKey('eviction', 0),
  });
}

function deletes({ self }: Ctx, { pod, gracePeriodSeconds }: Asked): Effect {
  return after({
    type: T.deletePod,
    actor: self.wiring.apiServer,
    kind: API.pod,
    object: pod,
    about: pod,
    data: { gracePeriodSeconds, disruption: true },
    site: SITE['apiServer.write'],
    transition: Transition.terminating,
  });
}

/** What a budget refuses is asked for again; an eviction that is refused for good is left to the time that the node has. */
const evictionAnswered: Reducer<Attempt | undefined, EvictionAnswered, Self> = (attempt, event, ctx) => {
  const { object } = event;
  const session = sessionOf(ctx, object);
  if (attempt === undefined || session?.state !== 'drains' || event.data.refusal?.code !== 429)
    return [attempt, NO_EFFECTS];
  const refusals = attempt.refusals + 1;
  const retry = after({
    type: T.evictionRetried,
    actor: ctx.actor,
    kind: CELL.attempt,
    object,
    about: object,
    data: null,
    delay: rulesOf(session.removal).retryUs(refusals),
  });
  return [{ ...attempt, refusals }, [retry]];
};

const evictionRetried: Reducer<Attempt | undefined, null, Self> = (attempt, event, ctx) => {
  const { object } = event;
  const stays = ctx.cell(CELL.pod, object)?.deletionTimestamp === null;
  if (attempt === undefined || !stays || sessionOf(ctx, object)?.state !== 'drains')
    return [attempt, NO_EFFECTS];
  return [attempt, [evicts(ctx, { pod: object, gracePeriodSeconds: attempt.gracePeriodSeconds })]];
};

function sessionOf(ctx: Ctx, pod: number): RemovalSession | undefined {
  return ctx.cell(CELL.session, ctx.cell(CELL.pod, pod)?.node ?? -1);
}

/** What changes on a node that is drained is seen when its autoscaler looks next. */
const podObserved: Reducer<PodObject | undefined, PodObserved, Self> = (_, event, ctx) => {
  const { pod } = event.data;
  const session = ctx.cell(CELL.session, pod.node);
  if (session?.state !== 'drains') return [pod, NO_EFFECTS];
  const { pollUs } = rulesOf(session.removal);
  const polls = Math.floor((ctx.now - session.beganAt) / pollUs) + 1;
  const effects: Effect[] = [];
  const kept = looks(ctx, pod.node, session, session.beganAt + polls * pollUs, effects);
  return [pod, [...effects, put(CELL.session, pod.node, kept)]];
};

function ended(ctx: Ctx, data: NodeRemovalEnded): Effect {
  const { actor } = ctx;
  return after({ type: T.nodeRemovalEnded, actor, kind: CELL.session, object: data.node, about: -1, data });
}

/** A node that was drained goes; one that is kept takes Pods again. The next one begins. */
const nodeRemovalEnded: Reducer<RemovalSession | undefined, NodeRemovalEnded, Self> = (
  session,
  event,
  ctx,
) => {
  const { outcome, node } = event.data;
  const { world, wiring } = ctx.self;
  if (session === undefined || outcome === 'refused') return [session, NO_EFFECTS];
  const effects =
    outcome === 'removed'
      ? [...nodeGoes(node, 0, wiring), nodeIsMissed(node, 0, world, wiring)]
      : taints(ctx, node, rulesOf(session.removal).taint, false);
  const { removal } = session;
  const next = removal.nodes.find((each) => {
    const other = ctx.cell(CELL.session, each);
    return other?.removal === removal && other.state === 'waits';
  });
  if (next === undefined) return [session, effects];
  const begins: RemovalSession = { removal, state: 'drains', beganAt: ctx.now, lookAt: null };
  const begun = looks(ctx, next, begins, ctx.now, effects);
  return [session, [...effects, put(CELL.session, next, begun)]];
};

export const nodeAutoscaler = defineActor<'node-autoscaler', NodeAutoscalerCells>('node-autoscaler', {
  pod: { podObserved },
  session: { nodeRemovalRequested, nodeRemovalLooked, nodeRemovalEnded },
  attempt: { evictionAnswered, evictionRetried },
});
