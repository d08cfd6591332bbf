import * as effects from '../../src/kernel/event.ts';
import { actorId, type CellKind, cellKind, eventType, linkId, siteId } from '../../src/kernel/ids.ts';

/** The kernel's effects by plain numbers: here are no actors, kinds and types whose names would say what fits together. */

type AnyKind = CellKind<string, string, unknown, number>;

const address = (type: number, actor: number, kind: number, object: number, about: number) => ({
  type: eventType<string, unknown>(type),
  actor: actorId<string>(actor),
  kind: cellKind<AnyKind>(kind),
  object,
  about,
});

type Draw = readonly [site?: number, transition?: number];
const draw = ([site, transition = 0]: Draw) => ({
  site: site === undefined ? undefined : siteId(site),
  transition,
});

export function after<D>(
  type: number,
  actor: number,
  kind: number,
  object: number,
  about: number,
  data: D,
  delay: number,
  ...drawn: Draw
) {
  return effects.after({
    ...address(type, actor, kind, object, about),
    data,
    delay,
    ...draw(drawn),
  }) as effects.SimEvent<D>;
}

export function send<D>(
  type: number,
  actor: number,
  kind: number,
  object: number,
  about: number,
  data: D,
  link: number,
  site: number,
  transition = 0,
) {
  return effects.send({
    ...address(type, actor, kind, object, about),
    data,
    link: linkId(link),
    site: siteId(site),
    transition,
  }) as effects.SimEvent<D>;
}

export function arm<D>(
  timer: number,
  type: number,
  actor: number,
  kind: number,
  object: number,
  about: number,
  data: D,
  delay: number,
  ...drawn: Draw
) {
  return effects.arm({
    timer,
    ...address(type, actor, kind, object, about),
    data,
    delay,
    ...draw(drawn),
  }) as effects.SimEvent<D>;
}

export function cancel(timer: number, actor: number, kind: number, object: number) {
  return effects.cancel({ timer, actor: actorId<string>(actor), kind: cellKind<AnyKind>(kind), object });
}

export type Receiver = Readonly<Record<'actor' | 'kind' | 'object' | 'link' | 'site', number>>;

export function fan<D>(
  type: number,
  receivers: readonly Receiver[],
  object: number,
  about: number,
  data: D,
  transition = 0,
) {
  return effects.fan({
    type: eventType<string, unknown>(type),
    receivers: receivers.map((one) => ({
      actor: actorId<string>(one.actor),
      kind: cellKind<AnyKind>(one.kind),
      object: one.object,
      link: linkId(one.link),
      site: siteId(one.site),
    })),
    object,
    about,
    data,
    transition,
  });
}

export function put(kind: number, object: number, state: unknown) {
  return effects.put(cellKind<AnyKind>(kind), object, state);
}
