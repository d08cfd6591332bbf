import type { Finding } from '../cluster/finding.ts';
import type { Issue } from '../cluster/issue.ts';
import { formatPath } from '../cluster/issue.ts';
import type { RawObject } from '../cluster/raw-object.ts';
import type { Source } from './decode.ts';
import type { Entry } from './documents.ts';
import { findingAt } from './findings.ts';
import type { ReadKind } from './read-object.ts';
import { servedApiVersion } from './read-object.ts';

/** Who an entry of the manifests says that it is, and whether an API server would take its word. */

export interface Identity {
  readonly source: Source;
  /** Undefined where the entry is no object; the source then has the issue. */
  readonly kind: string | undefined;
  readonly apiVersion: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

export function identify(entry: Entry): Identity {
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

export function rawObject(
  kind: string,
  { apiVersion = '', namespace, name }: Identity,
  value: unknown,
): RawObject {
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

export function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

export function isReadKind(kind: unknown): kind is ReadKind {
  return typeof kind === 'string' && Object.hasOwn(servedApiVersion, kind);
}

export function checkApiVersion(
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

export function checkUnique(kind: string, identity: Identity, seen: Map<string, string>): void {
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
