import { type Effect, put } from '../kernel/event.ts';
import type { CellKind } from '../kernel/ids.ts';
import type { Ctx } from './wiring.ts';

/**
 * The numbers of the Pods, or of the slices, that belong to one thing, ascending: a cell for each thing. A sync looks at its own with it,
 * and not at all that its controller knows, which are many more in a large cluster.
 */
export type Members = readonly number[];

const NOBODY: Members = [];

type MembersKind = CellKind<string, never, Members, number>;

/** By thing: the members at first. */
export function membersBy<T>(
  items: readonly T[],
  numberOf: (item: T) => number,
  thingOf: (item: T) => number,
) {
  const members: number[][] = [];
  for (const item of items) {
    const thing = thingOf(item);
    if (thing < 0) continue;
    const own = members[thing];
    if (own === undefined) members[thing] = [numberOf(item)];
    else own.push(numberOf(item));
  }
  return members;
}

export function membersOf(ctx: Ctx, kind: MembersKind, thing: number): Members {
  return ctx.cell(kind, thing) ?? NOBODY;
}

/** The effects of what comes to be a member, or no longer is one: none where nothing changes. */
export function moved(
  ctx: Ctx,
  kind: MembersKind,
  thing: number,
  member: number,
  { was, is }: { readonly was: boolean; readonly is: boolean },
): Effect[] {
  if (was === is) return [];
  const members = membersOf(ctx, kind, thing);
  return [put(kind, thing, is ? withMember(members, member) : members.filter((other) => other !== member))];
}

function withMember(members: Members, member: number): Members {
  const last = members[members.length - 1];
  if (last === undefined || last < member) return [...members, member];
  return merged(members, [member]);
}

/** Of both, ascending. */
export function merged(a: Members, b: Members): Members {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const all: number[] = [];
  let inA = 0;
  let inB = 0;
  while (inA < a.length || inB < b.length) {
    const fromA = a[inA] ?? Number.POSITIVE_INFINITY;
    const fromB = b[inB] ?? Number.POSITIVE_INFINITY;
    all.push(Math.min(fromA, fromB));
    if (fromA <= fromB) inA++;
    if (fromB <= fromA) inB++;
  }
  return all;
}
