import { type Labels, requirementMatches } from '../machinery/match-label-selector.ts';

/** What a label or a field of a node has to be. */
export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** All of its requirements have to be met. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
  readonly matchFields: readonly NodeSelectorRequirement[];
}

/** Which nodes a Pod may run on: `nodeSelector`, and the required part of its node affinity; null where it has none. */
export interface RequiredNodeAffinity {
  readonly nodeSelector: Labels;
  readonly terms: readonly NodeSelectorTerm[] | null;
}

/**
 * Whether a node is one that a Pod may run on: it has all labels of the nodeSelector, and meets one term of the required affinity. A term
 * without requirements matches nothing.
 *
 * Source: staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go RequiredNodeAffinity.Match
 */
export function matchesRequiredNodeAffinity(
  { nodeSelector, terms }: RequiredNodeAffinity,
  node: { readonly name: string; readonly labels: Labels },
): boolean {
  const selected = Object.entries(nodeSelector).every(([key, value]) => labelOf(node.labels, key) === value);
  if (!selected || terms === null) return selected;
  return terms.some(
    ({ matchExpressions, matchFields }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((each) => meets(labelOf(node.labels, each.key), each)) &&
      matchFields.every((each) => meets(each.key === 'metadata.name' ? node.name : undefined, each)),
  );
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** Of nodes two more operators compare numbers. Source: staging/src/k8s.io/apimachinery/pkg/labels/selector.go Requirement.Matches */
function meets(value: string | undefined, { operator, values }: NodeSelectorRequirement): boolean {
  if (operator !== 'Gt' && operator !== 'Lt') return requirementMatches(value, operator, values);
  const [own, bound] = [integerOf(value), integerOf(values[0])];
  if (own === null || bound === null) return false;
  return operator === 'Gt' ? own > bound : own < bound;
}

function integerOf(text: string | undefined): number | null {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : null;
}
