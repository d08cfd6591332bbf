import type { Issue } from '../cluster/issue.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { kindOf } from '../manifests/stand-in.ts';
import { type Scenario, ScenarioError } from '../scenario/scenario.ts';

/** An entry of `accept` in a scenario file: what need not be judged, and why. */
export interface Accepted {
  /** `Deployment/web`, or the name of a Service. */
  readonly what: 'workload' | 'service';
  readonly name: string;
  readonly reason: string;
}

/** Reads `accept: [{ workload | service, reason }]`. Throws a ScenarioError for an entry that is none, or that nothing matches. */
export function readAccepted(value: unknown, scenario: Scenario): readonly Accepted[] {
  if (value === undefined) return [];
  const entries = Array.isArray(value) ? value : [value];
  const issues: Issue[] = [];
  const accepted = entries.flatMap((entry: unknown, index) => {
    const found = entryOf(entry);
    if (found === null) issues.push(noEntry(entry, index));
    else if (!exists(found, scenario)) issues.push(matchesNothing(found, index));
    return found === null ? [] : [found];
  });
  if (issues.length > 0) throw new ScenarioError(issues);
  return accepted;
}

function entryOf(entry: unknown): Accepted | null {
  const { workload, service, reason, ...others } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const name = workload ?? service;
  const both = workload !== undefined && service !== undefined;
  if (typeof name !== 'string' || typeof reason !== 'string' || reason.trim() === '') return null;
  if (both || Object.keys(others).length > 0) return null;
  return { what: workload === undefined ? 'service' : 'workload', name, reason };
}

function exists({ what, name }: Accepted, { objects }: Scenario): boolean {
  return objects.some((object) => {
    const { metadata } = object;
    const kind = kindOf(object);
    const own = qualifiedName(metadata.namespace, metadata.name);
    return what === 'service' ? kind === 'Service' && own === name : [own, `${kind}/${own}`].includes(name);
  });
}

function noEntry(entry: unknown, index: number): Issue {
  return {
    code: 'invalid',
    path: ['accept', index],
    message: `accept[${index}] is no entry: ${JSON.stringify(entry)}.`,
    rule: 'An entry names one workload or one service, and the reason why it need not be judged.',
    fix: "Write { service: db, reason: 'is restarted by hand' } or { workload: StatefulSet/db, reason: … }.",
  };
}

function matchesNothing({ what, name }: Accepted, index: number): Issue {
  return {
    code: 'unknownName',
    path: ['accept', index, what],
    message: `accept[${index}]: the manifests hold no ${what} "${name}".`,
    value: name,
    rule: 'What is excused has to exist, so that an entry does not outlive it.',
    fix: 'Correct the name (outside the namespace default: namespace/name), or remove the entry.',
  };
}
