import type { ManifestObject } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import type { Run } from '../run/simulate.ts';
import { defaultActions } from '../scenario/compile-actions.ts';

import { formatIssues, parseScenario, type Scenario } from '../scenario/scenario.ts';
import type { ActionInput, ScenarioInput } from '../scenario/schema.ts';

/** What a matcher was handed, as a scenario. */
export interface Subject {
  readonly scenario: Scenario;
  /** Where a run was handed over: that one. */
  readonly run: Run | null;
  /** What it is called in a message: `scenario`, `run`, `input` or `manifests`. */
  readonly noun: string;
  /** An expression that makes the scenario again, for replay lines. */
  readonly source: string;
  /** What was taken for granted because the input did not say it, as a sentence; null for nothing. */
  readonly assumed: string | null;
}

export type SubjectReading =
  | { readonly ok: true; readonly subject: Subject }
  | { readonly ok: false; readonly problem: string };

const HAND_OVER =
  'Hand over a Scenario, a Run, a ScenarioInput, or manifests: YAML text, a parsed object, or an array of both.';

/** Reads a Scenario, a Run, a ScenarioInput or manifests. Never throws: what is wrong comes back as text. */
export function readSubject(received: unknown): SubjectReading {
  if (typeof received === 'string' || Array.isArray(received)) return ofManifests(received);
  if (typeof received !== 'object' || received === null) {
    return { ok: false, problem: `This is no scenario: ${described(received)}.\nFix: ${HAND_OVER}` };
  }
  if (isRun(received)) {
    return found({ scenario: received.scenario, run: received, noun: 'run', source: 'run.scenario' });
  }
  if (isScenario(received)) {
    return found({ scenario: received, run: null, noun: 'scenario', source: 'scenario' });
  }
  if ('manifests' in received) return ofInput(received, 'input', '...input', 'input');
  if ('kind' in received || 'apiVersion' in received) return ofManifests(received);
  return {
    ok: false,
    problem: `This is no scenario: an object with ${keysOf(received)}.\nFix: ${HAND_OVER}`,
  };
}

function found(subject: Omit<Subject, 'assumed'>, deletions: string | null = null): SubjectReading {
  return { ok: true, subject: { ...subject, assumed: deletions ?? assumedRollout(subject.scenario) } };
}

/** What happens in a scenario that was defined without actions. */
function assumedRollout({ settings, world }: Scenario): string | null {
  if (settings.actions !== undefined) return null;
  const [rollout] = defaultActions(world);
  return rollout?.type === 'rollingUpdate'
    ? `Deployment ${rollout.deployment} gets a new revision at 0 s (a rolling update), since no actions are given.`
    : null;
}

function isRun(value: object): value is Run {
  return 'verdict' in value && 'scenario' in value && 'digest' in value;
}

function isScenario(value: object): value is Scenario {
  return 'world' in value && 'settings' in value;
}

function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const text = typeof value === 'function' ? value.name || 'without a name' : String(value);
  return `the ${typeof value} ${text}`;
}

function keysOf(value: object): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return 'no fields';
  const shown = keys.slice(0, 5).map((key) => `"${key}"`);
  return shown.join(', ') + (keys.length > shown.length ? ' …' : '');
}

function ofManifests(manifests: string | object): SubjectReading {
  return ofInput({ manifests }, 'manifests', 'manifests', '{ manifests }');
}

/**
 * An input without actions, and without the one Deployment whose rolling update would be the default, gets deletions: nothing that
 * happens can be judged otherwise.
 */
function ofInput(input: object, noun: string, spread: string, whole: string): SubjectReading {
  const plain = parseScenario(input);
  if (plain.ok) {
    return found({ scenario: plain.scenario, run: null, noun, source: `defineScenario(${whole})` });
  }
  const lacksActions = !('actions' in input) && plain.issues.some(({ code }) => code === 'noActions');
  const pods = lacksActions ? firstPods(input) : [];
  if (pods.length === 0) return { ok: false, problem: formatIssues(plain.issues) };
  const actions = pods.map((pod): ActionInput => ({ type: 'deletePod', pod }));
  const full = parseScenario({ ...input, actions });
  if (!full.ok) return { ok: false, problem: formatIssues(full.issues) };
  const listed = pods.map((pod) => `{ type: 'deletePod', pod: '${pod}' }`).join(', ');
  const source = `defineScenario({ ${spread}, actions: [${listed}] })`;
  return found({ scenario: full.scenario, run: null, noun, source }, assumedDeletions(pods));
}

function assumedDeletions(pods: readonly string[]): string {
  const names =
    pods.length > 4 ? `${pods.slice(0, 4).join(', ')} and ${pods.length - 4} more` : pods.join(', ');
  return pods.length === 1
    ? `Pod ${names} is deleted at 0 s, since no actions are given.`
    : `Pods ${names} are deleted at 0 s (the first of each workload), since no actions are given.`;
}

/** The first Pod of each workload that has one. */
function firstPods(input: object): readonly string[] {
  const { manifests, cluster } = input as Partial<ScenarioInput>;
  const minor = parseMinorVersion(cluster?.version ?? '') ?? 30;
  return readManifests(manifests ?? [], { minor }).objects.flatMap(firstPod);
}

function firstPod(object: ManifestObject): readonly string[] {
  const { name, namespace } = object.metadata;
  switch (object.kind) {
    case 'Pod':
      return [qualifiedName(namespace, name)];
    case 'Deployment':
    case 'Rollout':
      return object.spec.replicas > 0 ? [qualifiedName(namespace, `${name}-1-0`)] : [];
    case 'ReplicaSet':
      return object.spec.replicas > 0 ? [qualifiedName(namespace, `${name}-0`)] : [];
    default:
      return [];
  }
}
