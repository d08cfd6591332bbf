import type { Finding } from '../cluster/finding.ts';
import type { Issue } from '../cluster/issue.ts';
import { formatPath } from '../cluster/issue.ts';
import type {
  HorizontalPodAutoscaler,
  ManifestObject,
  Node,
  PodDisruptionBudget,
  PriorityClass,
} from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { RawObject } from '../cluster/raw-object.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type { Source } from './decode.ts';
import type { Entry, ManifestInput } from './documents.ts';
import { readDocuments, tooManyObjects } from './documents.ts';
import type { Found } from './findings.ts';
import { findingAt, findingsOf, findingsOfDefects } from './findings.ts';
import { isKnativeService, madeByKnative } from './knative.ts';
import { limits } from './limits.ts';
import type { ReadKind } from './read-object.ts';
import { readObject, servedApiVersion } from './read-object.ts';
import { isRoutingKind, servicesNamedBy } from './routers-named.ts';
import { standInOf } from './stand-in.ts';

/** An object of a kind that is not simulated. */
export interface IgnoredObject {
  readonly kind: string;
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  /** Of a kind whose controller sends to Pods: the Services of its namespace that it names; null where it names none. */
  readonly routing?: { readonly namespace: string; readonly services: readonly string[] | null };
  readonly path: readonly (string | number)[];
}

export interface Manifests {
  /** The objects without issues, with all defaults filled in, in the order of the input. */
  readonly objects: readonly ManifestObject[];
  readonly budgets: readonly PodDisruptionBudget[];
  readonly priorityClasses: readonly PriorityClass[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  readonly nodes: readonly Node[];
  /** What an API server would refuse, or what cannot be read: all of it. */
  readonly issues: readonly Issue[];
  /** What is accepted and probably not meant. */
  readonly findings: readonly Finding[];
  /** Objects of kinds that are not simulated. */
  readonly ignored: readonly IgnoredObject[];
  /** Every object of whatever kind, as written: who sends to Pods is said by kinds that are not simulated, too. */
  readonly raw: readonly RawObject[];
  /** Objects with issues, as far as they say who they are: they are missing from `objects`. */
  readonly refused: readonly RefusedObject[];
}

export interface RefusedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const KIND = /^kind:[ \t]*["']?(\w+)/gm;

/** A document says its kind at the beginning of a line: so many are there at least, which is known before one of them is read. */
function objectsAtLeast(input: ManifestInput): number {
  let count = 0;
  for (const part of Array.isArray(input) ? input : [input]) {
    if (typeof part !== 'string') continue;
    for (const [, kind] of part.matchAll(KIND)) if (isReadKind(kind)) count += 1;
  }
  return count;
}

/**
 * Reads manifests as an API server of 1.`minor` would admit them: YAML text of any number of documents, parsed objects,
 * or an array of both. Never throws: whatever is wrong is an issue with its path, and with line and column where it was text.
 */
export function readManifests(input: ManifestInput, options: { readonly minor: MinorVersion }): Manifests {
  const atLeast = objectsAtLeast(input);
  const documents =
    atLeast > limits.objects ? { entries: [], issues: [tooManyObjects(atLeast)] } : readDocuments(input);
  const read = { ...documents, entries: documents.entries.flatMap((each) => [each, ...madeOf(each)]) };
  const count = read.entries.filter(
    ({ value }) => isReadKind(own(value, 'kind')) || standInOf(value) !== undefined,
  ).length;
  const entries = count > limits.objects ? [] : read.entries;
  const issues: Issue[] = [...read.issues, ...(count > limits.objects ? [tooManyObjects(count)] : [])];
  const defects: Finding[] = [];
  const ignored: IgnoredObject[] = [];
  const found: Found[] = [];
  const budgets: PodDisruptionBudget[] = [];
  const priorityClasses: PriorityClass[] = [];
  const autoscalers: HorizontalPodAutoscaler[] = [];
  const nodes: Node[] = [];
  const refused: RefusedObject[] = [];
  const raw: RawObject[] = [];
  const seen = new Map<string, string>();
  const othersAreObjects = entries.some(({ value }) => typeof own(value, 'kind') === 'string');
  /** Objects that others are made of, by their paths. */
  const made = new Set<Entry['path']>();
  let bearsPods = false;
  for (const entry of entries) {
    const identity = identify(entry);
    const { source, kind, apiVersion } = identity;
    if (kind !== undefined) raw.push(rawObject(kind, identity, entry.value));
    if (kind === undefined && othersAreObjects && isForeign(entry.value))
      ignored.push({ kind: 'no object', name: formatPath(entry.path), path: entry.path });
    else if (kind === undefined) for (const each of source.issues) issues.push(each);
    else if (madeOf(entry).length > 0) made.add(entry.path);
    else if (!isReadKind(kind) || !isSameGroup(kind, apiVersion) || isOfAnother(kind, entry.value)) {
      const { namespace, name } = identity;
      const standIn = readStandIn(kind, entry, identity, options.minor);
      if (standIn !== undefined) {
        bearsPods = true;
        checkUnique(kind, identity, seen);
        for (const each of source.issues) issues.push(each);
        found.push(standIn);
        continue;
      }
      const routing = { namespace, services: servicesNamedBy(entry.value) };
      const called = name === '' ? '' : qualifiedName(namespace, name);
      ignored.push({ kind, name: called, path: entry.path, ...(isRoutingKind(kind) ? { routing } : {}) });
    } else {
      bearsPods ||= !PODLESS.includes(kind);
      checkApiVersion(kind, apiVersion, source, defects);
      checkUnique(kind, identity, seen);
      const { object, dropped, unread } = readObject(kind, entry.value, source, options.minor);
      for (const each of findingsOfDefects(source, dropped, unread)) defects.push(each);
      for (const each of source.issues) issues.push(each);
      if (object?.kind === 'PodDisruptionBudget') budgets.push(object);
      else if (object?.kind === 'PriorityClass') priorityClasses.push(object);
      else if (object?.kind === 'HorizontalPodAutoscaler') autoscalers.push(object);
      else if (object?.kind === 'Node') nodes.push(object);
      else if (object !== undefined) found.push({ object, source });
      if (source.issues.length > 0)
        refused.push({ kind, namespace: identity.namespace, name: identity.name });
    }
  }
  if (!bearsPods && issues.length === 0) issues.push(nothingToSimulate(ignored));
  // What a controller makes is not the user's to mend.
  const written = found.filter(({ source }) => !made.has(source.path));
  const findings = [...defects, ...findingsOf(written, options.minor)];
  const objects = found.map((each) => each.object);
  return { objects, budgets, priorityClasses, autoscalers, nodes, issues, findings, ignored, raw, refused };
}

/** What stands in for an object of a kind that is not simulated; undefined where it has no Pods that could be. Its own server says what it admits. */
function readStandIn(
  kind: string,
  { value }: Entry,
  { source }: Identity,
  minor: MinorVersion,
): Found | undefined {
  const standIn = standInOf(value);
  if (standIn === undefined) return undefined;
  const trial: Source = { ...source, issues: [], unknown: [] };
  const { object } = readObject(standIn.kind, standIn.value, trial, minor);
  if (object?.kind !== 'ReplicaSet') return undefined;
  return { object: { ...object, standsFor: kind }, source };
}

/** Objects that a controller makes of this one, whose Pods are simulated in its place. */
function madeOf(entry: Entry): readonly Entry[] {
  return isKnativeService(entry.value) ? madeByKnative(entry) : [];
}

/** Values of a chart, anchors for other documents: a map that has nothing of an object. */
function isForeign(value: unknown): boolean {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap && ['kind', 'apiVersion', 'metadata', 'spec'].every((key) => own(value, key) === undefined);
}

const PODLESS: readonly ReadKind[] = [
  'Service',
  'PodDisruptionBudget',
  'PriorityClass',
  'Node',
  'HorizontalPodAutoscaler',
  'ScaledObject',
];

interface Identity {
  readonly source: Source;
  /** Undefined where the entry is no object; the source then has the issue. */
  readonly kind: string | undefined;
  readonly apiVersion: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

function identify(entry: Entry): Identity {
  const { value, path, placeOf } = entry;
  const metadata = own(value, 'metadata');
  const text = (parent: unknown, key: string) => {
    const each = own(parent, key);
    return typeof each === 'string' && each !== '' ? each : undefined;
  };
  const kind = text(value, 'kind');
  const name = text(metadata, 'name') ?? '';
  const where = formatPath(path);
  const label = kind === undefined ? where : `${where} ${kind}/${name || '(no name)'}`;
  const source: Source = { label, path, issues: [], unknown: [], placeOf };
  if (kind === undefined) source.issues.push(notAnObject(value, source));
  const namespace = text(metadata, 'namespace') ?? 'default';
  return { source, kind, apiVersion: text(value, 'apiVersion'), namespace, name };
}

function rawObject(kind: string, { apiVersion = '', namespace, name }: Identity, value: unknown): RawObject {
  const metadata = own(value, 'metadata');
  return {
    kind,
    apiVersion,
    namespace,
    name,
    labels: textsIn(own(metadata, 'labels')),
    annotations: textsIn(own(metadata, 'annotations')),
    value,
  };
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

function isReadKind(kind: unknown): kind is ReadKind {
  return typeof kind === 'string' && Object.hasOwn(servedApiVersion, kind);
}

/** A Service of Knative is not a Service. Groups that once served the kind count as its own. */
function isSameGroup(kind: ReadKind, apiVersion: string | undefined): boolean {
  if (apiVersion === undefined || apiVersion === servedApiVersion[kind]) return true;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const own = servedApiVersion[kind].includes('/') ? servedApiVersion[kind].split('/')[0]! : '';
  const served = own === 'apps' ? ['apps', 'extensions'] : [own];
  return served.includes(group);
}

/** A Rollout that takes its template from a Deployment (workloadRef): what it would do to that one is not simulated. */
function isOfAnother(kind: ReadKind, value: unknown): boolean {
  const spec = own(value, 'spec');
  return kind === 'Rollout' && own(spec, 'workloadRef') !== undefined && own(spec, 'template') === undefined;
}

function checkApiVersion(
  kind: ReadKind,
  apiVersion: string | undefined,
  source: Source,
  defects: Finding[],
): void {
  const served = servedApiVersion[kind];
  if (apiVersion === served) return;
  if (apiVersion === undefined) {
    defects.push(findingAt(source, 'apiVersion', { code: 'apiVersionMissing', severity: 'warning', served }));
    return;
  }
  source.issues.push({
    code: 'notServed',
    path: [...source.path, 'apiVersion'],
    message: `${source.label} apiVersion: ${JSON.stringify(apiVersion)} does not serve ${kind}`,
    rule: `must be ${served}`,
    value: apiVersion,
    fix: `Set apiVersion: ${served}.`,
    ...source.placeOf(['apiVersion']),
  });
}

function checkUnique(kind: string, identity: Identity, seen: Map<string, string>): void {
  const { source, name, namespace } = identity;
  if (name === '') return;
  const key = `${kind}/${namespace}/${name}`;
  const first = seen.get(key);
  seen.set(key, first ?? formatPath(source.path));
  if (first === undefined) return;
  const path = ['metadata', 'name'];
  source.issues.push({
    code: 'duplicateObject',
    path: [...source.path, ...path],
    message: `${source.label} metadata.name: namespace ${namespace} has this ${kind} already, from ${first}`,
    rule: 'must be unique among the objects of its kind and namespace',
    value: name,
    fix: 'Rename one of the two, or remove it.',
    ...source.placeOf(path),
  });
}

function notAnObject(value: unknown, source: Source): Issue {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const what = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  return {
    code: isMap ? 'kindMissing' : 'notAnObject',
    path: isMap ? [...source.path, 'kind'] : source.path,
    message: isMap
      ? `${source.label} kind: every object says what it is`
      : `${source.label} is ${what}, not a Kubernetes object`,
    rule: isMap ? 'must be a non-empty string' : 'must be a map with apiVersion, kind and metadata',
    ...(isMap ? {} : { value }),
    fix: isMap ? 'Set kind, e.g. kind: Deployment.' : 'Remove it, or write an object in its place.',
    ...source.placeOf([]),
  };
}

function nothingToSimulate(ignored: readonly IgnoredObject[]): Issue {
  const names = ignored.slice(0, 5).map(({ kind, name }) => `${kind}/${name}`);
  const hint = names.length === 0 ? '' : ` (not simulated: ${names.join(', ')})`;
  return {
    code: 'nothingToSimulate',
    path: ['manifests'],
    message: `manifests: no object has Pods${hint === '' ? ', or there is none' : hint}`,
    rule: 'must hold at least one Pod, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job or CronJob',
    fix: 'Add the Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob or Pod whose termination is to be simulated.',
  };
}
