/** What is too much to be a set of manifests. Each refusal names the limit. */
export const limits = {
  /** UTF-8 bytes of all texts together: 4 MiB. */
  textBytes: 4 * 1024 * 1024,
  /** Documents, entries of lists and objects together. */
  objects: 5_000,
  /** Maps and lists inside one another. */
  depth: 64,
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

/**
 * Copies a parsed object into plain data: every property is read once, so a getter runs once; prototypes are left behind;
 * `undefined` is absent, as in JSON. Cycles, functions and other things that JSON cannot say are refused.
 */
export function copyPlain(input: unknown): PlainCopy {
  const ancestors = new Set<object>();
  let values = 0;
  let refusal: Refusal | undefined;

  function refuse(path: readonly (string | number)[], rule: string): undefined {
    refusal ??= { ok: false, path, rule };
    return undefined;
  }

  function copy(value: unknown, path: readonly (string | number)[]): unknown {
    if (refusal !== undefined) return undefined;
    values += 1;
    if (values > limits.values)
      return refuse(path, `holds more than ${limits.values} values, which is the limit`);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return value;
    if (typeof value !== 'object') {
      return refuse(path, `is of type ${typeof value}, which JSON does not have`);
    }
    if (ancestors.has(value)) return refuse(path, 'contains itself (a cycle)');
    if (ancestors.size >= limits.depth) {
      return refuse(path, `nests deeper than ${limits.depth} levels, which is the limit`);
    }
    ancestors.add(value);
    const result = Array.isArray(value) ? copyArray(value, path) : copyObject(value, path);
    ancestors.delete(value);
    return result;
  }

  function copyArray(value: readonly unknown[], path: readonly (string | number)[]): unknown {
    const length = value.length;
    if (values + length > limits.values) {
      return refuse(path, `holds more than ${limits.values} values, which is the limit`);
    }
    const items: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      const item = value[index];
      items.push(item === undefined ? null : copy(item, [...path, index]));
    }
    return items;
  }

  function copyObject(value: object, path: readonly (string | number)[]): unknown {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
    if (!isPlain) return refuse(path, 'is an instance of a class, not plain data');
    const entries: [string, unknown][] = [];
    // keys first: entries() would read every getter before the limits can stop it.
    for (const key of Object.keys(value)) {
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
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, path: [], rule: `cannot be read: ${reason}` };
  }
}
