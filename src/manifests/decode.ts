import type { Issue } from '../cluster/issue.ts';
import { formatPath } from '../cluster/issue.ts';
import { similarTo } from '../cluster/similar.ts';
import type { IntOrStringField } from '../rules/validation/manifest-fields.ts';
import { limits } from './limits.ts';

/** One object of the manifests while it is read: who it is, where it stands, and what is wrong with it so far. */
export interface Source {
  /** `manifests[0] Deployment/web` */
  readonly label: string;
  /** Of the object, e.g. `['manifests', 0]`. */
  readonly path: readonly (string | number)[];
  readonly issues: Issue[];
  /** Fields that Kubernetes does not know, and that are not taken for another either. */
  readonly unknown: string[];
  /** The line and column of a path within the object, where it came from YAML. */
  readonly placeOf: (path: readonly (string | number)[]) => { line: number; column: number } | undefined;
}

/** A value of an object and its path within it. */
export interface Field {
  readonly value: unknown;
  readonly path: readonly (string | number)[];
  readonly source: Source;
}

type Plain = Readonly<Record<string, unknown>>;

/** Adds an issue; of what comes after the last that is told, no more than that there is one. */
export function addIssue(source: Source, issueOf: () => Issue): void {
  const isTold = source.issues.length < limits.issues;
  source.issues.push(isTold ? issueOf() : { code: 'moreIssues', path: source.path, message: '' });
}

/** Unknown fields of one object that are told. */
const MAX_UNKNOWN = 20;
const MAX_INT32 = 2 ** 31 - 1;

export function fieldOf(source: Source, value: unknown): Field {
  return { value, path: [], source };
}

/** The member of a map. Only own properties count, so a prototype cannot lend one. */
export function member(parent: Field, key: string): Field {
  const value = isPlain(parent.value) && Object.hasOwn(parent.value, key) ? parent.value[key] : undefined;
  return { value, path: [...parent.path, key], source: parent.source };
}

/**
 * Keys that the API does not know at this place and that are taken for others: nearly the spelling of one that it knows, or one of
 * `elsewhere`, which says where it belongs. kubectl refuses every key that is unknown; one that is not taken for another is noted.
 */
export function refuseMistaken(
  field: Field,
  known: readonly string[],
  elsewhere: Readonly<Record<string, string>> = {},
): void {
  const { value, path, source } = field;
  if (!isPlain(value)) return;
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    // Slips come one at a time; a map of thousands of strange keys is another thing.
    const few = source.unknown.length < MAX_UNKNOWN;
    const meant = few ? similarTo(key, known) : undefined;
    const place = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
    if (meant === undefined && place === undefined) {
      if (few) source.unknown.push(formatPath([...path, key]));
      continue;
    }
    addIssue(source, () => ({
      code: 'unknownField',
      path: [...source.path, ...path, key],
      message: `${source.label} ${formatPath([...path, key])}: unknown field`,
      rule: 'must be a field that Kubernetes knows at this place',
      fix: place === undefined ? `Did you mean ${meant}?` : `Move it to ${place}.`,
      ...source.placeOf([...path, key]),
    }));
  }
}

/** Whether a map has this member and no other. */
export function hasOnly({ value }: Field, key: string): boolean {
  return isPlain(value) && Object.keys(value).every((own) => own === key);
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `null` is absent, as it is to the API server. */
function isAbsent(field: Field): boolean {
  return field.value === undefined || field.value === null;
}

function wrongType(field: Field, wanted: string, fix: string): undefined {
  const { source, path, value } = field;
  const rule = `must be ${wanted}`;
  addIssue(source, () => ({
    code: 'wrongType',
    path: [...source.path, ...path],
    message: `${source.label} ${formatPath(path)}: ${describe(value)} ${rule}`,
    rule,
    value,
    fix,
    ...source.placeOf(path),
  }));
  return undefined;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isPlain(value)) return 'a map';
  return typeof value === 'string' ? `the string ${JSON.stringify(value)}` : `${value}`;
}

/** A map, decoded by `read`; undefined where it is absent or no map. */
export function optionalMap<T>(field: Field, read: (field: Field) => T): T | undefined {
  if (isAbsent(field)) return undefined;
  if (!isPlain(field.value)) return wrongType(field, 'a map', `Write ${last(field)} as keys and values.`);
  return read(field);
}

/** A list whose entries are decoded by `read`; an entry that is `null` or no map is an issue. */
export function optionalList<T>(field: Field, read: (field: Field) => T): readonly T[] | undefined {
  if (isAbsent(field)) return undefined;
  if (!Array.isArray(field.value)) {
    return wrongType(field, 'a list', `Start each entry of ${last(field)} with a dash.`);
  }
  const items: readonly unknown[] = field.value;
  return items.flatMap((value, index) => {
    const item: Field = { value, path: [...field.path, index], source: field.source };
    if (isPlain(value)) return [read(item)];
    wrongType(item, 'a map', 'Write the entry as keys and values, or remove it.');
    return [];
  });
}

export function optionalStrings(field: Field): readonly string[] | undefined {
  if (isAbsent(field)) return undefined;
  if (!Array.isArray(field.value)) {
    return wrongType(field, 'a list of strings', `Write ${last(field)} as a list: ["…", "…"].`);
  }
  const items: readonly unknown[] = field.value;
  return items.map((value, index) => {
    if (typeof value === 'string') return value;
    const item: Field = { value, path: [...field.path, index], source: field.source };
    return wrongType(item, 'a string', 'Put the entry in quotes.') ?? '';
  });
}

/** Labels and the like: every value a string. */
export function optionalStringMap(field: Field): Readonly<Record<string, string>> | undefined {
  return optionalMap(field, ({ value }) => {
    const entries = Object.entries(isPlain(value) ? value : {}).map(([key, each]): [string, string] => {
      if (typeof each === 'string') return [key, each];
      const isOne = typeof each !== 'object' || each === null;
      const fix = isOne
        ? `Put the value in quotes: ${key}: "${String(each)}".`
        : `Write one string for ${key}.`;
      return [key, wrongType(member(field, key), 'a string', fix) ?? ''];
    });
    return Object.fromEntries(entries);
  });
}

export function optionalString(field: Field): string | undefined {
  if (isAbsent(field)) return undefined;
  if (typeof field.value === 'string') return field.value;
  return wrongType(field, 'a string', `Put ${last(field)} in quotes.`);
}

export function optionalBoolean(field: Field): boolean | undefined {
  if (isAbsent(field)) return undefined;
  if (typeof field.value === 'boolean') return field.value;
  return wrongType(field, 'true or false', `Set ${last(field)} to true or false, without quotes.`);
}

/** A whole number of 32 bits, or of 64 where the API has one. */
export function optionalInteger(field: Field, bits: 32 | 64 = 32): number | undefined {
  if (isAbsent(field)) return undefined;
  const { value } = field;
  const max = bits === 32 ? MAX_INT32 : Number.MAX_SAFE_INTEGER;
  // Written so that NaN fails it.
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= max) return value;
  const quoted = typeof value === 'string' && /^[+-]?\d+$/.test(value);
  const fix = quoted
    ? `Remove the quotes: ${last(field)}: ${value}.`
    : `Set ${last(field)} to a whole number.`;
  return wrongType(field, `a whole number of ${bits} bits`, fix);
}

export function optionalIntegers(field: Field): readonly number[] | undefined {
  if (isAbsent(field)) return undefined;
  if (!Array.isArray(field.value)) {
    return wrongType(field, 'a list of whole numbers', `Write ${last(field)} as a list: [1, 2].`);
  }
  const items: readonly unknown[] = field.value;
  return items.map(
    (value, index) => optionalInteger({ value, path: [...field.path, index], source: field.source }) ?? 0,
  );
}

export function optionalIntOrString(field: Field): IntOrStringField | undefined {
  if (typeof field.value === 'string') return field.value;
  if (isAbsent(field) || typeof field.value === 'number') return optionalInteger(field);
  return wrongType(field, 'a whole number or a string', `Set ${last(field)} to a number or to a name.`);
}

function last(field: Field): string {
  return String(field.path[field.path.length - 1] ?? 'the object');
}
