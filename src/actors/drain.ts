import type { DrainNodeAction } from '../cluster/actions.ts';
import { SITE } from '../cluster/delay-sites.ts';
import type { RefusedPod } from '../cluster/disruption.ts';
import {
  type DeletePod,
  type DrainEnded,
  type EvictionAnswered,
  type EvictPod,
  type PodGot,
  type PodsListed,
  T,
} from '../cluster/events.ts';
import { keyOfObject, type PodObject, requestKey, Transition } from '../cluster/state.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, type Outbox, put } from '../kernel/event.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { type DrainPod, drainErrors, drainFilter } from '../rules/kubectl/drain-filters.ts';
import {
  newTokenBucket,
  type TokenBucket,
  type TokenBucketLimits,
  takeToken,
} from '../rules/machinery/rate-limiters.ts';
import { defineActor } from './define-actor.ts';
import { API, cellsOf } from './protocol.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * `kubectl drain`: cordons all nodes, then drains one after the other: evicts every Pod, retries what a budget refuses, and waits
 * until all are gone. It has no timeout unless one is asked for; a run ends where nothing is left that a retry could find changed.
 * Source: kubectl/pkg/drain/drain.go, kubectl/pkg/cmd/drain
 */

/** A node that is to be drained, and as which action says. */
interface Drained {
  readonly action: DrainNodeAction;
  readonly node: number;
}

/** One node that is drained, and those that follow it. */
export interface DrainSession extends Drained {
  readonly following: readonly Drained[];
  /** Counts its lists of Pods: a later drain of the node takes over what an earlier one has not finished. */
  readonly listing: number;
  /** Its list has come. */
  readonly listed: boolean;
  /** Pods of that list that are not gone yet. */
  readonly remaining: number;
  readonly state: 'underWay' | DrainEnded['outcome'];
  /** Pods that kubectl may not delete: one of them keeps all of the node. */
  readonly refused: readonly RefusedPod[];
  /** Evictions that the API server refused for good, in its words. */
  readonly failed: readonly string[];
}

/** A Pod that is drained, by the node it is on and the list that it was in. */
export interface DrainedPod {
  readonly node: number;
  readonly listing: number;
}

export interface DrainCells {
  readonly session: DrainSession;
  readonly pod: DrainedPod;
  readonly client: TokenBucket | null;
}

export const CELL = cellsOf<'kubectl-drain', DrainCells>('kubectl-drain');

/** client-go's defaults, a bucket for each API group: evictions have one, the reads of Pods another. */
const KUBECTL_CLIENT: TokenBucketLimits = { qps: 5, burst: 10 };
const Bucket = { evictions: 0, pods: 1 } as const;
const EVICT_RETRY: Micros = 5 * MICROS_PER_SECOND;
const POLL: Micros = MICROS_PER_SECOND;

class Tokens {
  private bucket: TokenBucket;

  constructor(
    ctx: Ctx,
    private readonly group: number,
  ) {
    this.bucket = ctx.cell(CELL.client, group) ?? newTokenBucket(KUBECTL_CLIENT, ctx.now);
  }

  /** How long a request waits that is made at `at`. */
  next(at: Micros): Micros {
    const { bucket, waitUs } = takeToken(this.bucket, KUBECTL_CLIENT, at);
    this.bucket = bucket;
    return waitUs;
  }

  kept(): Effect {
    return put(CELL.client, this.group, this.bucket);
  }
}

const drainRequested: Reducer<DrainSession | undefined, DrainNodeAction, Self> = (_, event, ctx) => {
  const action = event.data;
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  // A node that is named twice is one node.
  const nodes = [...new Set(action.nodes)];
  const effects: Effect[] = nodes.map((node) => {
    const key = keyOfObject(requestKey('cordon', 0), ctx.self.world.nodes[node]!.name);
    return after({
      type: T.cordonNode,
      actor: to,
      kind: API.node,
      object: node,
      about: -1,
      data: { unschedulable: true },
      site,
      transition: key,
    });
  });
  const [first, ...following] = nodes.map((node) => ({ action, node }));
  return [begin(first!, following, ctx, effects), effects];
};

function begin(
  { action, node }: Drained,
  following: readonly Drained[],
  ctx: Ctx,
  outbox: Outbox,
): DrainSession {
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const key = keyOfObject(requestKey('read', 0), ctx.self.world.nodes[node]!.name);
  // The list is asked for once the cordon is answered.
  outbox.push(
    after({
      type: T.listPods,
      actor: to,
      kind: API.counters,
      object: 0,
      about: -1,
      data: { node },
      delay: MICROS_PER_SECOND / 50,
      site,
      transition: key,
    }),
  );
  const before = sessionOf(ctx, node);
  const taken = before?.state === 'underWay' ? before.following : [];
  return {
    action,
    node,
    following: [...following, ...taken.filter((other) => !following.some((own) => own.node === other.node))],
    listing: (before?.listing ?? 0) + 1,
    listed: false,
    remaining: 0,
    state: 'underWay',
    refused: [],
    failed: [],
  };
}

/** One Pod that it may not delete refuses the whole node before anything is evicted. */
const podsListed: Reducer<DrainSession | undefined, PodsListed, Self> = (_, event, ctx) => {
  const session = sessionOf(ctx, event.object);
  // A list that an earlier drain asked for is as good as its own; the second one finds nothing left to decide.
  if (session === undefined || session.state !== 'underWay' || session.listed) return [session, NO_EFFECTS];
  const { disableEviction, gracePeriodSeconds } = session.action;
  const effects: Effect[] = [];
  const chosen: PodObject[] = [];
  const refused: RefusedPod[] = [];
  for (const pod of event.data.pods) {
    const { deletes, refusal } = drainFilter(filteredPod(pod, ctx), session.action);
    if (deletes) chosen.push(pod);
    if (refusal !== null) refused.push({ pod: pod.name, reason: refusal });
  }
  if (refused.length > 0) return [end({ ...session, refused }, ctx, effects), effects];
  const { listing } = session;
  const next: DrainSession = { ...session, listed: true, remaining: chosen.length };
  if (chosen.length === 0) return [end(next, ctx, effects), effects];
  const tokens = new Tokens(ctx, disableEviction ? Bucket.pods : Bucket.evictions);
  for (const { index } of chosen) {
    effects.push(
      put(CELL.pod, index, { node: session.node, listing }),
      disableEviction
        ? deletes(ctx, index, gracePeriodSeconds, tokens.next(ctx.now))
        : evicts(ctx, index, gracePeriodSeconds, tokens.next(ctx.now)),
    );
  }
  effects.push(tokens.kept());
  return [next, effects];
};

/** A Pod as the filters of a drain look at it. */
function filteredPod({ index, phase, member, replicaSet, template }: PodObject, { self }: Ctx): DrainPod {
  const { pods, sets, templates } = self.world;
  const made = replicaSet >= 0 || member !== null;
  return {
    phase,
    owner: member !== null ? sets[member.set]!.kind : made ? 'ReplicaSet' : (pods[index]?.owner ?? 'none'),
    hasEmptyDir: templates[template]!.hasEmptyDir,
  };
}

/** The session of a node: kept in the cell of the node that its drain began with, or of its own. */
function sessionOf(ctx: Ctx, node: number): DrainSession | undefined {
  return ctx.cell(CELL.session, node);
}

function evicts(ctx: Ctx, pod: number, gracePeriodSeconds: number | null, wait: Micros): Effect {
  const data: EvictPod = { gracePeriodSeconds, asker: 'drain' };
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  return after({
    type: T.evictPod,
    actor: to,
    kind: API.pod,
    object: pod,
    about: pod,
    data,
    delay: wait,
    site,
    transition: requestKey('eviction', 0),
  });
}

function deletes(ctx: Ctx, pod: number, gracePeriodSeconds: number | null, wait: Micros): Effect {
  const data: DeletePod = { gracePeriodSeconds, asker: 'drain' };
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  return after({
    type: T.deletePod,
    actor: to,
    kind: API.pod,
    object: pod,
    about: pod,
    data,
    delay: wait,
    site,
    transition: Transition.terminating,
  });
}

/** A 429 is retried for ever; for any other refusal the drain of the node fails once the other Pods are gone. */
const evictionAnswered: Reducer<DrainedPod | undefined, EvictionAnswered, Self> = (pod, event, ctx) => {
  const { refusal } = event.data;
  const { object } = event;
  if (pod === undefined) return [pod, NO_EFFECTS];
  if (refusal !== null && refusal.code === 429) {
    return [
      pod,
      [
        after({
          type: T.evictionRetried,
          actor: ctx.actor,
          kind: CELL.pod,
          object,
          about: object,
          data: null,
          delay: EVICT_RETRY,
        }),
      ],
    ];
  }
  if (refusal !== null) return [undefined, settled(ctx, pod, [refusal.message])];
  return [pod, [poll(ctx, object, 0)].flat()];
};

const evictionRetried: Reducer<DrainedPod | undefined, null, Self> = (pod, event, ctx) => {
  if (pod === undefined) return [pod, NO_EFFECTS];
  const session = sessionOf(ctx, pod.node)!;
  const tokens = new Tokens(ctx, Bucket.evictions);
  const wait = tokens.next(ctx.now);
  return [pod, [evicts(ctx, event.object, session.action.gracePeriodSeconds, wait), tokens.kept()]];
};

function poll(ctx: Ctx, pod: number, delay: Micros): Effect[] {
  const tokens = new Tokens(ctx, Bucket.pods);
  const wait = tokens.next(ctx.now + delay);
  const to = ctx.self.wiring.apiServer;
  const key = requestKey('read', 0);
  const site = SITE['apiServer.response'];
  return [
    after({
      type: T.getPod,
      actor: to,
      kind: API.pod,
      object: pod,
      about: pod,
      data: null,
      delay: delay + wait,
      site,
      transition: key,
    }),
    tokens.kept(),
  ];
}

const podGot: Reducer<DrainedPod | undefined, PodGot, Self> = (pod, event, ctx) => {
  if (pod === undefined) return [pod, NO_EFFECTS];
  if (!event.data.gone) return [pod, poll(ctx, event.object, POLL)];
  return [undefined, settled(ctx, pod, [])];
};

/** One Pod fewer to wait for: it is gone, or it stays for good. */
function settled(ctx: Ctx, { node, listing }: DrainedPod, failed: readonly string[]): Effect[] {
  const session = sessionOf(ctx, node)!;
  // It was in the list of a drain that another one has taken over, and not in that one's.
  if (session.listing !== listing || session.state !== 'underWay') return [];
  const effects: Effect[] = [];
  const next: DrainSession = {
    ...session,
    remaining: session.remaining - 1,
    failed: [...session.failed, ...failed],
  };
  const kept = next.remaining > 0 ? next : end(next, ctx, effects);
  effects.push(put(CELL.session, node, kept));
  return effects;
}

/** Ends the drain of a node and begins with the next: kubectl reports one that it could not drain and goes on. */
function end(session: DrainSession, ctx: Ctx, outbox: Outbox): DrainSession {
  const { refused, failed } = session;
  const outcome = refused.length + failed.length > 0 ? 'refused' : 'drained';
  const why = [...drainErrors(refused), ...failed];
  const data: DrainEnded = { outcome, refused, why: why.length === 0 ? null : why.join('; ') };
  outbox.push(
    after({
      type: T.drainEnded,
      actor: ctx.actor,
      kind: CELL.session,
      object: session.node,
      about: -1,
      data,
    }),
  );
  const [next, ...following] = session.following.filter(({ node }) => node !== session.node);
  if (next !== undefined) {
    outbox.push(put(CELL.session, next.node, begin(next, following, ctx, outbox)));
  }
  return { ...session, state: outcome };
}

const drainEnded: Reducer<DrainSession, DrainEnded, Self> = (session) => [session, NO_EFFECTS];

export const drain = defineActor<'kubectl-drain', DrainCells>('kubectl-drain', {
  session: { drainRequested, podsListed, drainEnded },
  pod: { evictionAnswered, evictionRetried, podGot },
  client: {},
});
