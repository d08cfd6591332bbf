import type { LabelSelector } from '../cluster/objects.ts';
import { matchesLabelSelector, matchesServiceSelector } from '../rules/machinery/match-label-selector.ts';

/**
 * Whether labels satisfy a selector: that of a controller (`matchLabels`, `matchExpressions`; an empty one matches everything)
 * or that of a Service (a plain map; an empty one selects nothing).
 */
export function matchesSelector(
  labels: Readonly<Record<string, string>>,
  selector: LabelSelector | Readonly<Record<string, string>>,
): boolean {
  return isLabelSelector(selector)
    ? matchesLabelSelector(labels, selector)
    : matchesServiceSelector(labels, selector);
}

function isLabelSelector(
  selector: LabelSelector | Readonly<Record<string, string>>,
): selector is LabelSelector {
  // A Service may well select by a label called `matchLabels`; its value is then a string.
  return Object.hasOwn(selector, 'matchLabels') && typeof selector.matchLabels === 'object';
}

type Labels = Readonly<Record<string, string>>;

/** What has labels, or a Service's selector, by its namespace and each of its pairs: who selects whom without asking everyone. */
export class LabelIndex<T> {
  private readonly byPair = new Map<string, T[]>();

  add(item: T, namespace: string, labels: Labels): void {
    for (const pair of pairsOf(namespace, labels)) {
      const known = this.byPair.get(pair);
      if (known === undefined) this.byPair.set(pair, [item]);
      else known.push(item);
    }
  }

  /** Those that have all pairs of a selector may be among these, and nobody else: in the order in which they were added. */
  candidates(namespace: string, selector: Labels): readonly T[] {
    let fewest: readonly T[] | undefined;
    for (const pair of pairsOf(namespace, selector)) {
      const having = this.byPair.get(pair) ?? [];
      if (fewest === undefined || having.length < fewest.length) fewest = having;
    }
    return fewest ?? [];
  }

  /** Whether one that has any of these pairs is such a one. */
  some(namespace: string, labels: Labels, holds: (item: T) => boolean): boolean {
    return pairsOf(namespace, labels).some((pair) => this.byPair.get(pair)?.some(holds) === true);
  }
}

function pairsOf(namespace: string, labels: Labels): readonly string[] {
  return Object.entries(labels).map(([key, value]) => JSON.stringify([namespace, key, value]));
}
