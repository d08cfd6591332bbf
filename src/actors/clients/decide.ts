import { SITE } from '../../cluster/delay-sites.ts';
import { T } from '../../cluster/events.ts';
import type { Routing, ServiceRules, ServiceVerdict } from '../../cluster/state.ts';
import type { Attempt } from '../../cluster/traffic.ts';
import type { Step } from '../../kernel/actor.ts';
import { RANGE } from '../../kernel/distribution.ts';
import { after, put, type SimEvent } from '../../kernel/event.ts';
import { keyOf } from '../../kernel/names.ts';
import type { Micros } from '../../kernel/time.ts';
import { CONTAINERS, cellsOf, DATA_PLANE, ROUTER } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';
import { failed, lost, type Resend } from './failure.ts';
import { passedOn } from './pass-on.ts';

/**
 * The first packet of a connection at whoever routes it: the data plane of a node, or another router. What it holds at this instant
 * decides; later packets follow the first.
 */

/** The Pod that a client was last sent to by this node, for `sessionAffinity: ClientIP`. */
export interface Affinity {
  readonly pod: number;
  readonly seenAt: Micros;
}

const AFFINITY = cellsOf<'data-plane', { node: Routing; affinity: Affinity; lost: boolean }>(
  'data-plane',
).affinity;

const CHOICE = keyOf('router choice');

export function connectionAttempted<S extends Routing>(
  state: S,
  event: SimEvent<Attempt>,
  ctx: Ctx,
): Step<S> {
  const attempt = event.data;
  const client = ctx.self.world.clients[attempt.client]!;
  const rules = state.rules.services[client.service]!;
  const onward = ctx.self.node < 0 ? passedOn(ctx, attempt, rules) : null;
  if (onward !== null) return [state, [onward]];
  const { verdict, pods } = rulesFor(rules, client.address);
  if (verdict === 'REJECT') {
    const detail = { kind: 'noEndpoints', cause: 'noEndpoints' } as const;
    return [state, [failed(ctx, attempt, detail, attempt.connectBy)]];
  }
  if (verdict === 'DROP') {
    const { actor, self } = ctx;
    const kind = self.node < 0 ? ROUTER.state : DATA_PLANE.node;
    const resend: Resend = (data, delay) =>
      after({ type: T.connectionAttempted, actor, kind, object: 0, about: data.pod, data, delay });
    return [state, [lost(ctx, attempt, 'localPolicy', resend)]];
  }
  const { affinity } = ctx.self.world.services[client.service]!;
  if (affinity === null || ctx.self.node < 0) {
    return [state, [forward(ctx, attempt, rules, choose(ctx, attempt, pods))]];
  }
  const kept = ctx.cell(AFFINITY, attempt.client);
  const holds = kept !== undefined && ctx.now - kept.seenAt < affinity && pods.includes(kept.pod);
  const pod = holds ? kept.pod : choose(ctx, attempt, pods);
  const seen: Affinity = { pod, seenAt: ctx.now };
  return [state, [put(AFFINITY, attempt.client, seen), forward(ctx, attempt, rules, pod)]];
}

function rulesFor(
  rules: ServiceRules,
  address: 'internal' | 'external' | 'externalFromInside',
): { readonly verdict: ServiceVerdict; readonly pods: readonly number[] } {
  switch (address) {
    case 'internal':
      return { verdict: rules.internal, pods: rules.internalPods };
    case 'external':
      return { verdict: rules.external ?? 'REJECT', pods: rules.externalPods };
    case 'externalFromInside':
      return { verdict: rules.externalFromInside ?? 'REJECT', pods: rules.externalPodsFromInside };
  }
}

/** Each with the same probability; the same for one seed, client, request and attempt. */
function choose(ctx: Ctx, { client, request, attempt }: Attempt, pods: readonly number[]): number {
  if (pods.length === 1) return pods[0]!;
  return pods[
    Math.floor(
      (ctx.bits(CHOICE, ctx.actorKey(ctx.self.wiring.client(client)), request, attempt) / RANGE) *
        pods.length,
    )
  ]!;
}

function forward(ctx: Ctx, attempt: Attempt, rules: ServiceRules, pod: number): SimEvent<Attempt> {
  const { wiring, node, router } = ctx.self;
  const site = node >= 0 ? SITE['network.routerToPod'] : wiring.routerSites(router).latency;
  const latency = ctx.fixed(site, pod);
  const home = rules.routedNodes[rules.routed.indexOf(pod)]!;
  const towards: Attempt = { ...attempt, router: ctx.actor, pod, way: attempt.way + latency };
  return after({
    type: T.connectionArrived,
    actor: wiring.containers(home),
    kind: CONTAINERS.connections,
    object: pod,
    about: pod,
    data: towards,
    delay: latency,
  });
}
