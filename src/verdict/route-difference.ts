import type { ServiceRules } from '../cluster/state.ts';

/** Pods that a router no longer sends to, and those that it sends to anew. */
export interface RouteDifference {
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

const known = new WeakMap<
  ServiceRules,
  { readonly before: ServiceRules; readonly difference: RouteDifference }
>();

/** What changed between two versions of a Service's rules. Nodes that go from one to the other together share the answer. */
export function difference(before: ServiceRules, after: ServiceRules): RouteDifference {
  const found = known.get(after);
  if (found !== undefined && found.before === before) return found.difference;
  const result = compare(before.sent, after.sent);
  known.set(after, { before, difference: result });
  return result;
}

/** Both lists ascend. */
function compare(before: readonly number[], after: readonly number[]): RouteDifference {
  const removed: number[] = [];
  const added: number[] = [];
  let b = 0;
  let a = 0;
  while (b < before.length || a < after.length) {
    const was = before[b] ?? Number.POSITIVE_INFINITY;
    const is = after[a] ?? Number.POSITIVE_INFINITY;
    if (was === is) {
      b++;
      a++;
    } else if (was < is) {
      removed.push(was);
      b++;
    } else {
      added.push(is);
      a++;
    }
  }
  return { removed, added };
}
