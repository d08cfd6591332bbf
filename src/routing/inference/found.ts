import type { RawObject } from '../../cluster/raw-object.ts';
import type { RouterPresetName } from '../presets/index.ts';
import type { RouterInput } from '../router-schema.ts';
import { labelOf } from './raw.ts';

/** A router that an object of the manifests names. */
export interface FoundRouter {
  readonly kind: 'router';
  readonly preset: RouterPresetName;
  /** Qualified names of the Services that it serves. */
  readonly services: readonly string[];
  /** What names it, such as `Ingress/web`. */
  readonly object: string;
  /** Objects that belong to it, such as the Gateway that a route hangs on. */
  readonly with: readonly string[];
  /** What in the object says so: `class alb, target-type ip`. */
  readonly because: string;
  /** Numbers that the manifests set themselves. */
  readonly overrides?: Partial<RouterInput>;
}

/** Something that sends to Pods, recognised and not modelled: what it serves is not judged. */
export interface NotModelled {
  readonly kind: 'notModelled';
  readonly object: string;
  /** What it is, as far as the manifests say. */
  readonly what: string;
  /** The manifests do not say who it is. */
  readonly unnamed: boolean;
  readonly services: readonly string[];
  /** Objects that belong to it, such as the Gateway that a route hangs on. */
  readonly with: readonly string[];
}

/** Something that could be a router and sends through the data plane of the nodes, which is simulated anyway. */
export interface ThroughNodes {
  readonly kind: 'throughNodes';
  readonly object: string;
  readonly with: readonly string[];
  readonly because: string;
  readonly services: readonly string[];
}

/** A proxy in the Pods of a workload that every connection to them passes: a mesh puts it there, or it stands in the manifest. */
export interface FoundSidecar {
  readonly kind: 'sidecar';
  readonly object: string;
  readonly because: string;
  readonly services: readonly string[];
  readonly workload: Pick<RawObject, 'kind' | 'namespace' | 'name'>;
  readonly container: 'istio-proxy' | 'linkerd-proxy' | 'queue-proxy';
  /** Containers whose hooks wait until it has drained. */
  readonly waiting?: readonly string[];
  /** Whether the manifest shows it; else a webhook puts it there. */
  readonly shown: boolean;
  /** What its annotations say of its kind; null: nothing. */
  readonly native: boolean | null;
  /** Its mesh's version where a label says it: `1.20`. */
  readonly version: string | null;
  /** How long it stays after its stop signal (Istio), or before it has one (Linkerd); null: nothing is said. */
  readonly staysSeconds: number | null;
  /** Istio: it stays until no connection is left. */
  readonly untilIdle: boolean;
}

/** A route that its Gateway refuses: nobody is sent to these Services by it. */
export interface Refused {
  readonly kind: 'refused';
  readonly object: string;
  readonly with: readonly string[];
  readonly because: string;
  readonly services: readonly string[];
}

export type Found = FoundRouter | NotModelled | ThroughNodes | Refused | FoundSidecar;

export function router(
  object: RawObject,
  preset: RouterPresetName,
  services: readonly string[],
  because: string,
  overrides?: Partial<RouterInput>,
  others: readonly RawObject[] = [],
): FoundRouter {
  const own = labelOf(object);
  const base = { kind: 'router', preset, services, object: own, with: others.map(labelOf), because } as const;
  return overrides === undefined ? base : { ...base, overrides };
}

export function notModelled(
  object: RawObject,
  what: string,
  services: readonly string[],
  others: readonly RawObject[] = [],
): NotModelled {
  const base = { kind: 'notModelled', object: labelOf(object), what, services } as const;
  return { ...base, unnamed: false, with: others.map(labelOf) };
}

/** The same where nobody can tell who it is: a class that has no controller, a Gateway that is elsewhere. */
export function unnamed(...found: Parameters<typeof notModelled>): NotModelled {
  return { ...notModelled(...found), unnamed: true };
}

export function refused(
  object: RawObject,
  services: readonly string[],
  because: string,
  others: readonly string[],
): Refused {
  return { kind: 'refused', object: labelOf(object), services, because, with: others };
}

export function throughNodes(
  object: RawObject,
  services: readonly string[],
  because: string,
  others: readonly string[] = [],
): ThroughNodes {
  return { kind: 'throughNodes', object: labelOf(object), because, services, with: others };
}

export type Platform = 'gke' | 'eks' | 'aks' | 'openshift' | 'k3s' | 'kind' | 'metal';

/** All that an object is read against. */
export interface Surroundings {
  readonly objects: readonly RawObject[];
  /** Where the cluster runs, where that is known. */
  readonly platform: Platform | null;
  /** What was looked up on the way: it has been read, whatever it said. */
  readonly read: Set<RawObject>;
}

/** `namespace`: null for a kind that has none. */
export function find(
  around: Surroundings,
  kind: string,
  namespace: string | null,
  name: string,
): RawObject | undefined {
  const called = named(around.objects).get(`${kind}/${name}`) ?? [];
  const found = called.find((each) => namespace === null || each.namespace === namespace);
  if (found !== undefined) around.read.add(found);
  return found;
}

const byName = new WeakMap<readonly RawObject[], ReadonlyMap<string, readonly RawObject[]>>();

/** Objects by kind and name: each workload of thousands asks for its namespace. */
function named(objects: readonly RawObject[]): ReadonlyMap<string, readonly RawObject[]> {
  const known = byName.get(objects);
  if (known !== undefined) return known;
  const made = new Map<string, RawObject[]>();
  for (const object of objects) {
    const key = `${object.kind}/${object.name}`;
    const alike = made.get(key);
    if (alike === undefined) made.set(key, [object]);
    else alike.push(object);
  }
  byName.set(objects, made);
  return made;
}

export function findWhere(
  { objects, read }: Surroundings,
  isMeant: (object: RawObject) => boolean,
): RawObject | undefined {
  const found = objects.find(isMeant);
  if (found !== undefined) read.add(found);
  return found;
}
