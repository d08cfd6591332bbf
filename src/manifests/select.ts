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
