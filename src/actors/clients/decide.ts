import { SITE } from '../../cluster/delay-sites.ts';
import { T } from '../../cluster/events.ts';
import type { Routing, ServiceRules, ServiceVerdict } from '../../cluster/state.ts';
import { type Attempt, changedAttempt } from '../../cluster/traffic.ts';
import type { Step } from '../../kernel/actor.ts';
import { RANGE } from '../../kernel/distribution.ts';
import { after, type Effect, put, type SimEvent } from '../../kernel/event.ts';
import { keyOf, withNumber } from '../../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import { CONTAINERS, cellsOf, DATA_PLANE, ROUTER } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';
import { failed, lost, type Resend } from './failure.ts';
import { passedOn } from './pass-on.ts';
import { sentOn } from './proxy.ts';

/**
 * The first packet of a connection at whoever routes it: the data plane of a node, or another router. What it holds at this instant
 * decides; later packets follow the first.
 */

/** The Pod that a client was last sent to by this node, for `sessionAffinity: ClientIP`. */
export interface Affinity {
  readonly pod: number;
  readonly seenAt: Micros;
}

/** A UDP flow as conntrack knows it: its packets go to one Pod, whatever the rules say by now. */
export interface Flow {
  readonly pod: number;
  readonly node: number;
  readonly seenAt: Micros;
}

type PlaneCells = { node: Routing; affinity: Affinity; flow: Flow | null; presence: unknown };
const { affinity: AFFINITY, flow: FLOW } = cellsOf<'data-plane', PlaneCells>('data-plane');

/** nf_conntrack_udp_timeout_stream: after how long without a packet conntrack forgets a flow that was answered. */
const UDP_STREAM_TIMEOUT = 120 * MICROS_PER_SECOND;

const CHOICE = keyOf('router choice');

export function connectionAttempted<S extends Routing>(
  state: S,
  event: SimEvent<Attempt>,
  ctx: Ctx,
): Step<S> {
  const attempt = ctx.self.node < 0 ? sentOn(ctx, event.data) : event.data;
  const client = ctx.self.world.clients[attempt.client]!;
  const rules = state.rules.services[client.service]!;
  const onward = ctx.self.node < 0 ? passedOn(ctx, attempt, rules) : null;
  if (onward !== null) return [state, [onward]];
  const flow = client.connection.kind === 'flow' ? (ctx.cell(FLOW, attempt.client) ?? null) : null;
  if (flow !== null && ctx.now - flow.seenAt < UDP_STREAM_TIMEOUT) {
    const seen: Flow = { ...flow, seenAt: ctx.now };
    return [state, [put(FLOW, attempt.client, seen), forward(ctx, attempt, flow)]];
  }
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
  const effects: Effect[] = [];
  const { affinity } = ctx.self.world.services[client.service]!;
  const isSticky = affinity !== null && ctx.self.node >= 0;
  const pod = isSticky ? stickyPod(ctx, attempt, pods, affinity) : choose(ctx, attempt, pods);
  if (isSticky) effects.push(put(AFFINITY, attempt.client, { pod, seenAt: ctx.now }));
  const target = targetOf(rules, pod);
  if (client.connection.kind === 'flow')
    effects.push(put(FLOW, attempt.client, { ...target, seenAt: ctx.now }));
  effects.push(forward(ctx, attempt, target));
  return [state, effects];
}

/** The Pod that the client was last sent to, as long as that holds. */
function stickyPod(ctx: Ctx, attempt: Attempt, pods: readonly number[], affinity: Micros): number {
  const kept = ctx.cell(AFFINITY, attempt.client);
  const holds = kept !== undefined && ctx.now - kept.seenAt < affinity && pods.includes(kept.pod);
  return holds ? kept.pod : choose(ctx, attempt, pods);
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
    default:
      return unreachable(address);
  }
}

/** Each with the same probability; the same for one seed, client, request and attempt. */
function choose(ctx: Ctx, { client, request, attempt, proxied }: Attempt, pods: readonly number[]): number {
  if (pods.length === 1) return pods[0]!;
  const key = ctx.actorKey(ctx.self.wiring.client(client));
  if (proxied === null || proxied.tries === 1)
    return pods[Math.floor((ctx.bits(CHOICE, key, request, attempt) / RANGE) * pods.length)]!;
  const untried = pods.filter((pod) => !proxied.tried.includes(pod));
  const left = untried.length === 0 ? pods : untried;
  const bits = ctx.bits(CHOICE, withNumber(key, proxied.tries), request, attempt);
  return left[Math.floor((bits / RANGE) * left.length)]!;
}

type Target = Pick<Flow, 'pod' | 'node'>;

/** A Pod with its node. */
function targetOf(rules: ServiceRules, pod: number): Target {
  return { pod, node: rules.routedNodes[rules.routed.indexOf(pod)]! };
}

function forward(ctx: Ctx, attempt: Attempt, { pod, node: home }: Target): SimEvent<Attempt> {
  const { wiring, node, router } = ctx.self;
  const site = node >= 0 ? SITE['network.routerToPod'] : wiring.routerSites(router).latency;
  const latency = ctx.fixed(site, pod);
  const towards: Attempt = changedAttempt(attempt, { router: ctx.actor, pod, way: attempt.way + latency });
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
