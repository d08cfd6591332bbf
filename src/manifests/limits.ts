import { MAX_ISSUES } from '../cluster/issue.ts';

/** What is too much to be a set of manifests. Each refusal names the limit. */
export const limits = {
  /** UTF-8 bytes of all texts together: 32 MiB. */
  textBytes: 32 * 1024 * 1024,
  /** Objects of kinds that are read; others cost a look at their kind. */
  objects: 50_000,
  /** Documents, entries of lists and objects together, of whatever kind. */
  documents: 500_000,
  /** Problems that are told of one input; a text that is no YAML is read no further than that. */
  issues: MAX_ISSUES,
  /** Maps and lists inside one another. */
  depth: 64,
  /** Keys of one map in a text. An object has at most 1.5 MiB in etcd. */
  keys: 50_000,
  /** Values that YAML aliases stand for, within one document. */
  aliasedValues: 10_000,
  /** Values within one parsed object, each counted as often as it is reached. */
  values: 1_000_000,
} as const;

/** Length of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0xd800 && code <= 0xdfff) bytes += 1;
    else if (code > 0x7ff) bytes += 2;
    else if (code > 0x7f) bytes += 1;
  }
  return bytes;
}

export type PlainCopy =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly path: readonly (string | number)[]; readonly rule: string };

type Refusal = Extract<PlainCopy, { ok: false }>;

/** What was copied already: frozen, it needs no second copy. */
const copies = new WeakSet<object>();

/**
 * Copies a parsed object into plain data: every property is read once, so a getter runs once; prototypes are left behind;
 * `undefined` is absent, as in JSON. The copy is deeply frozen. Cycles, functions and other things that JSON cannot say are refused.
 */
export function copyPlain(
  input: unknown,
  { depth, values: most }: { readonly depth: number; readonly values: number } = limits,
): PlainCopy {
  const ancestors = new Set<object>();
  let values = 0;
  let refusal: Refusal | undefined;
  /** Where a getter or a proxy throws. */
  let reading: readonly (string | number)[] = [];

  function refuse(path: readonly (string | number)[], rule: string): undefined {
    refusal ??= { ok: false, path, rule };
    return undefined;
  }

  function copy(value: unknown, path: readonly (string | number)[]): unknown {
    if (refusal !== undefined) return undefined;
    values += 1;
    reading = path;
    if (values > most) return refuse(path, `holds more than ${most} values, which is the limit`);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return value;
    if (typeof value !== 'object') {
      return refuse(path, `is of type ${typeof value}, which JSON does not have`);
    }
    if (copies.has(value)) return value;
    if (ancestors.has(value)) return refuse(path, 'contains itself (a cycle)');
    if (ancestors.size >= depth) {
      return refuse(path, `nests deeper than ${depth} levels, which is the limit`);
    }
    ancestors.add(value);
    const result = Array.isArray(value) ? copyArray(value, path) : copyObject(value, path);
    ancestors.delete(value);
    if (result === undefined) return undefined;
    copies.add(result);
    return Object.freeze(result);
  }

  function copyArray(value: readonly unknown[], path: readonly (string | number)[]): object | undefined {
    const length = value.length;
    if (values + length > most) {
      return refuse(path, `holds more than ${most} values, which is the limit`);
    }
    const items: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      const item = value[index];
      items.push(item === undefined ? null : copy(item, [...path, index]));
    }
    return items;
  }

  function copyObject(value: object, path: readonly (string | number)[]): object | undefined {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
    if (!isPlain) return refuse(path, 'is an instance of a class, not plain data');
    const entries: [string, unknown][] = [];
    // keys first: entries() would read every getter before the limits can stop it.
    for (const key of Object.keys(value)) {
      reading = [...path, key];
      const item: unknown = Reflect.get(value, key);
      if (item !== undefined) entries.push([key, copy(item, [...path, key])]);
    }
    return Object.fromEntries(entries);
  }

  try {
    const value = copy(input, []);
    return refusal ?? { ok: true, value };
  } catch (error) {
    // A getter or a proxy of the user's threw.
    return { ok: false, path: reading, rule: `cannot be read${reasonOf(error)}` };
  }
}

/** What was thrown may be anything, a revoked proxy included. */
function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `: ${String(thrown.message).slice(0, 200)}` : '';
  } catch {
    return '';
  }
}
