import { SITE } from '../cluster/delay-sites.ts';
import { T } from '../cluster/events.ts';
import { type PodObject, type ProgrammedRules, Transition } from '../cluster/state.ts';
import { after, type Effect, send } from '../kernel/event.ts';
import type { Micros } from '../kernel/time.ts';
import { requeuedAtUs } from '../rules/routers/aws.ts';
import { API, ROUTER } from './protocol.ts';
import type { Ctx } from './wiring.ts';

/**
 * Readiness gates that a router sets: its controller registers a Pod whose containers are ready, looks again at times, and once the Pod is
 * sent to writes the condition, which lets the kubelet make the Pod Ready. Looks at which there is nothing to do are left out.
 */

interface GatedPod {
  readonly template: number;
  readonly containersReady: boolean;
  /** Its gate is True, or the write that makes it so is on its way. */
  readonly isSet: boolean;
}

export interface Gates {
  /** Pods that have become known since the run began, and that nobody asked to stop, by number. */
  readonly pods: Readonly<Record<number, GatedPod>>;
  /** Those that are registered for their containers' sake, Ready or not. */
  readonly held: ReadonlySet<number>;
  /** When the controller last looked: later looks are counted from there. */
  readonly lookedAt: Micros;
  /** The next look that there is something to do at; null: none. */
  readonly nextLookAt: Micros | null;
}

export const NO_GATES: Gates = { pods: {}, held: new Set(), lookedAt: 0, nextLookAt: null };

/** What the watch of Pods says of one. */
export function podSeen(gates: Gates, pod: PodObject): Gates {
  const { index, template, containersReady, gone, deletionTimestamp } = pod;
  const { [index]: before, ...others } = gates.pods;
  if (gone || deletionTimestamp !== null) return before === undefined ? gates : { ...gates, pods: others };
  const isSet = (before?.isSet ?? false) || pod.ready;
  return { ...gates, pods: { ...others, [index]: { template, containersReady, isSet } } };
}

/** The controller looks now: whom it registers, and whose gates become True. */
export function looked(gates: Gates, rules: ProgrammedRules, ctx: Ctx): readonly [Gates, readonly Effect[]] {
  const pods = { ...gates.pods };
  const effects: Effect[] = [];
  for (const [index, pod] of listed(pods)) {
    if (pod.isSet || !pod.containersReady || !isSentTo(index, pod, rules, ctx)) continue;
    pods[index] = { ...pod, isSet: true };
    effects.push(gateWrite(index, pod, ctx));
  }
  const held = listed(pods).flatMap(([index, { containersReady }]) => (containersReady ? [index] : []));
  return [{ pods, held: new Set(held), lookedAt: ctx.now, nextLookAt: null }, effects];
}

/** The next look is put down, where there is one at which something is to be done. */
export function withNextLook(
  gates: Gates,
  rules: ProgrammedRules,
  ctx: Ctx,
): readonly [Gates, readonly Effect[]] {
  if (gates.nextLookAt !== null) return [gates, []];
  const due = listed(gates.pods).some(([index, pod]) => {
    if (!pod.containersReady) return gates.held.has(index);
    return !gates.held.has(index) || (!pod.isSet && isSentTo(index, pod, rules, ctx));
  });
  if (!due) return [gates, []];
  const every = ctx.self.world.routers[ctx.self.router]!.gatesEvery!;
  const nextLookAt = requeuedAtUs(gates.lookedAt, every, ctx.now);
  const to = { actor: ctx.actor, kind: ROUTER.state, object: 0, about: -1 };
  const look = after({ ...to, type: T.gatesLookedAt, data: null, delay: nextLookAt - ctx.now });
  return [{ ...gates, nextLookAt }, [look]];
}

function listed(pods: Gates['pods']): readonly (readonly [number, GatedPod])[] {
  return Object.entries(pods).map(([index, pod]) => [Number(index), pod] as const);
}

/** Each of the Services that lead to it by this router has it in force. */
function isSentTo(
  index: number,
  { template }: GatedPod,
  { services }: ProgrammedRules,
  { self }: Ctx,
): boolean {
  const own = self.world.routers[self.router]!.services;
  return self.world.templates[template]!.services.filter((service) => own.includes(service)).every(
    (service) => services[service]!.routed.includes(index),
  );
}

function gateWrite(pod: number, { template }: GatedPod, { self }: Ctx): Effect {
  const { routers } = self.world.templates[template]!.readinessGates;
  return send({
    type: T.patchPodStatus,
    actor: self.wiring.apiServer,
    kind: API.pod,
    object: pod,
    about: pod,
    data: { gate: 2 ** routers.indexOf(self.router) },
    link: self.link,
    site: SITE['apiServer.write'],
    transition: Transition.ready,
  });
}
