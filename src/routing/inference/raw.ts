import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';

/** Ways into an object that nobody has checked: what is missing or of another type is undefined, or an empty list. */

export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** JSON in an annotation; undefined where it is none. */
export function jsonIn(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `key=value,key=value`, as AWS annotations have it. */
export function pairsIn(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? '').split(',').map((pair) => pair.split('=', 2));
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key.trim(), value.trim()]));
}

export function groupOf({ apiVersion }: RawObject): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** An object as sentences name it. */
export function labelOf({ kind, namespace, name }: RawObject): string {
  return `${kind}/${qualifiedName(namespace, name)}`;
}

export function hasPrefix(annotations: Readonly<Record<string, string>>, prefix: string): boolean {
  return Object.keys(annotations).some((key) => key.startsWith(prefix));
}
