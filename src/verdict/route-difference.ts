import type { ServiceRules } from '../cluster/state.ts';

/** Pods that a router no longer sends to, and those that it sends to anew. */
export interface RouteDifference {
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

interface Known {
  readonly before: ServiceRules;
  readonly difference: RouteDifference;
}

/** So many versions of rules are remembered; a cluster's nodes are fewer apart. */
const MOST_KNOWN = 128;

/**
 * What changed between two versions of a Service's rules, for one run: nodes that go from one to the other together share the answer.
 * A weak map for all runs would keep what it holds from being collected early, since the engine moves its entries to the old generation.
 */
export class RouteDifferences {
  private readonly known = new Map<ServiceRules, Known>();

  between(before: ServiceRules, after: ServiceRules): RouteDifference {
    const found = this.known.get(after);
    if (found !== undefined && found.before === before) return found.difference;
    const difference = compare(before.sent, after.sent);
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(after, { before, difference });
    return difference;
  }
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
