import type { Finding } from '../cluster/finding.ts';
import type { Issue } from '../cluster/issue.ts';
import { formatPath, READ_NO_FURTHER } from '../cluster/issue.ts';
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
import type { Entry, ManifestInput, Part } from './documents.ts';
import { entriesOf, isTooLong, partsOf, tooManyDocuments, tooManyObjects } from './documents.ts';
import type { Found } from './findings.ts';
import { findingsOf, findingsOfDefects } from './findings.ts';
import {
  checkApiVersion,
  checkUnique,
  type Identity,
  identify,
  isReadKind,
  own,
  rawObject,
} from './identity.ts';
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

/** How many objects there are at least: a document says its kind at the beginning of a line, which is known before one of them is read. */
function objectsAtLeast(parts: readonly Part[]): number {
  let count = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      for (const [, kind] of part.matchAll(KIND)) if (isReadKind(kind)) count += 1;
    } else if (part.ok) count += objectsIn(part.value);
  }
  return count;
}

function objectsIn(value: unknown): number {
  const items = Array.isArray(value)
    ? value
    : own(value, 'kind') === 'List'
      ? own(value, 'items')
      : undefined;
  if (Array.isArray(items)) return items.reduce<number>((sum, each) => sum + objectsIn(each), 0);
  return isSimulated(value) ? 1 : 0;
}

function isSimulated(value: unknown): boolean {
  return isReadKind(own(value, 'kind')) || standInOf(value) !== undefined;
}

/**
 * Reads manifests as an API server of 1.`minor` would admit them: YAML text of any number of documents, parsed objects,
 * or an array of both. Never throws: whatever is wrong is an issue with its path, and with line and column where it was text. With
 * so many issues that no more are told, it reads no further.
 */
export function readManifests(input: ManifestInput, { minor }: { readonly minor: MinorVersion }): Manifests {
  const reading = new Reading(minor);
  if (isTooLong(input)) return reading.refusedAs(tooManyDocuments());
  const parts = partsOf(input);
  const atLeast = objectsAtLeast(parts);
  if (atLeast > limits.objects) return reading.refusedAs(tooManyObjects(atLeast));
  const mayHoldKinds = parts.some((part) =>
    typeof part === 'string' ? part.includes('kind') : part.ok && objectsIn(part.value) > 0,
  );
  const unread: Issue[] = [];
  let objects = 0;
  let last: Entry | undefined;
  for (const entry of entriesOf(parts, unread)) {
    if (isSimulated(entry.value)) objects += 1;
    if (objects > limits.objects) return reading.refusedAs(tooManyObjects(objects));
    if (reading.hasEnough || (!mayHoldKinds && reading.foreign.length >= limits.issues)) {
      last = entry;
      break;
    }
    reading.take(entry);
    for (const made of madeOf(entry)) reading.take(made);
  }
  // What is too large is not read in part.
  const tooLarge = unread.find(({ code }) => code === 'limitExceeded');
  if (tooLarge !== undefined) return reading.refusedAs(tooLarge);
  return reading.manifests(unread, last);
}

/** What has been read so far. */
class Reading {
  readonly issues: Issue[] = [];
  /** Maps that are no objects: a slip only where nothing else is an object. */
  readonly foreign: Entry[] = [];
  private readonly defects: Finding[] = [];
  private readonly ignored: IgnoredObject[] = [];
  private readonly found: Found[] = [];
  private readonly budgets: PodDisruptionBudget[] = [];
  private readonly priorityClasses: PriorityClass[] = [];
  private readonly autoscalers: HorizontalPodAutoscaler[] = [];
  private readonly nodes: Node[] = [];
  private readonly refused: RefusedObject[] = [];
  private readonly raw: RawObject[] = [];
  private readonly seen = new Map<string, string>();
  /** Objects that others are made of, by their paths. */
  private readonly made = new Set<Entry['path']>();
  private bearsPods = false;

  constructor(private readonly minor: MinorVersion) {}

  get hasEnough(): boolean {
    return this.issues.length >= limits.issues;
  }

  take(entry: Entry): void {
    if (own(entry.value, 'kind') === undefined && isForeign(entry.value)) {
      this.foreign.push(entry);
      this.ignored.push({ kind: NO_OBJECT, name: formatPath(entry.path), path: entry.path });
      return;
    }
    const identity = identify(entry);
    const { source, kind, apiVersion } = identity;
    if (kind === undefined) {
      for (const each of source.issues) this.issues.push(each);
      return;
    }
    this.raw.push(rawObject(kind, identity, entry.value));
    if (madeOf(entry).length > 0) this.made.add(entry.path);
    else if (isReadKind(kind) && isSameGroup(kind, apiVersion) && !isOfAnother(kind, entry.value))
      this.takeObject(kind, entry, identity);
    else this.takeOther(kind, entry, identity);
  }

  private takeObject(kind: ReadKind, { value }: Entry, identity: Identity): void {
    const { source, apiVersion, namespace, name } = identity;
    this.bearsPods ||= !PODLESS.includes(kind);
    checkApiVersion(kind, apiVersion, source, this.defects);
    checkUnique(kind, identity, this.seen);
    const { object, dropped, unread } = readObject(kind, value, source, this.minor);
    for (const each of findingsOfDefects(source, dropped, unread)) this.defects.push(each);
    for (const each of source.issues) this.issues.push(each);
    if (object?.kind === 'PodDisruptionBudget') this.budgets.push(object);
    else if (object?.kind === 'PriorityClass') this.priorityClasses.push(object);
    else if (object?.kind === 'HorizontalPodAutoscaler') this.autoscalers.push(object);
    else if (object?.kind === 'Node') this.nodes.push(object);
    else if (object !== undefined) this.found.push({ object, source });
    if (source.issues.length > 0) this.refused.push({ kind, namespace, name });
  }

  private takeOther(kind: string, entry: Entry, identity: Identity): void {
    const { source, namespace, name } = identity;
    const standIn = readStandIn(kind, entry, identity, this.minor);
    if (standIn !== undefined) {
      this.bearsPods = true;
      checkUnique(kind, identity, this.seen);
      for (const each of source.issues) this.issues.push(each);
      this.found.push(standIn);
      return;
    }
    const routing = { namespace, services: servicesNamedBy(entry.value) };
    const called = name === '' ? '' : qualifiedName(namespace, name);
    this.ignored.push({
      kind,
      name: called,
      path: entry.path,
      ...(isRoutingKind(kind) ? { routing } : {}),
    });
  }

  /** All of it; with what could not be read, and the entry at which reading ended, if it did. */
  manifests(unread: readonly Issue[], end: Entry | undefined): Manifests {
    const { budgets, priorityClasses, autoscalers, nodes, raw, refused, found, made } = this;
    const slips = this.raw.length > 0 ? [] : this.foreign.flatMap((each) => identify(each).source.issues);
    const ignored = slips.length > 0 ? [] : this.ignored;
    const issues = [...unread, ...slips, ...this.issues];
    if (end !== undefined) issues.push(readNoFurther(end));
    else if (!this.bearsPods && issues.length === 0) issues.push(nothingToSimulate(ignored));
    // What a controller makes is not the user's to mend.
    const written = found.filter(({ source }) => !made.has(source.path));
    const findings = [...this.defects, ...findingsOf(written, this.minor)];
    const objects = found.map((each) => each.object);
    return { objects, budgets, priorityClasses, autoscalers, nodes, issues, findings, ignored, raw, refused };
  }

  /** Nothing was read, for one reason. */
  refusedAs(issue: Issue): Manifests {
    return new Reading(this.minor).manifests([issue], undefined);
  }
}

const NO_OBJECT = 'no object';

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

function readNoFurther({ path }: Entry): Issue {
  return {
    code: READ_NO_FURTHER,
    path,
    message: `manifests: with so many problems nothing was read from ${formatPath(path)} on`,
    rule: `At most ${limits.issues} problems are told at once.`,
    fix: 'Mend these first.',
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
