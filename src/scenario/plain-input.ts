import type { Issue } from '../cluster/issue.ts';
import { formatPath } from '../cluster/issue.ts';
import { copyPlain, limits, type PlainCopy } from '../manifests/limits.ts';

/** A copy of whatever a caller hands over: plain, frozen, and independent of what the caller does with the original later. */

export type PlainInput =
  | { readonly ok: true; readonly input: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** A manifest stands two levels deep; all of them together may hold so many values. */
const LIMITS = { depth: limits.depth + 2, values: 20 * limits.values };

export function plainInput(given: unknown): PlainInput {
  const tooMany = countedManifests(given);
  if (tooMany !== null) return { ok: false, issues: [tooMany] };
  const copy = copyPlain(given, LIMITS);
  if (!copy.ok) return { ok: false, issues: [notPlain(copy)] };
  const { value } = copy;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: true, input: value as Readonly<Record<string, unknown>> };
  }
  const proto = pathOfProto(value, []);
  if (proto !== null) return { ok: false, issues: [protoKey(proto)] };
  return { ok: true, input: value as Readonly<Record<string, unknown>> };
}

/** Known before a single one of them is looked at; a length may be anything. */
function countedManifests(given: unknown): Issue | null {
  try {
    const manifests: unknown =
      typeof given === 'object' && given !== null ? Reflect.get(given, 'manifests') : undefined;
    if (!Array.isArray(manifests) || manifests.length <= limits.documents) return null;
    return {
      code: 'limitExceeded',
      path: ['manifests'],
      message: `manifests: ${manifests.length} entries are more than the limit of ${limits.documents} documents and objects`,
      value: manifests.length,
      rule: `at most ${limits.documents} documents and objects`,
      fix: 'Pass only the manifests that take part in the scenario.',
    };
  } catch {
    // It cannot be read; the copy says why.
    return null;
  }
}

function notPlain({ path, rule }: Extract<PlainCopy, { readonly ok: false }>): Issue {
  const name = path.length === 0 ? 'The scenario' : formatPath(path.slice(0, 12));
  return {
    code: rule.includes('the limit') ? 'limitExceeded' : 'notPlainData',
    path,
    message: `${name} ${rule}`,
    rule,
    fix: 'Pass plain data, as JSON.parse would return it.',
  };
}

/** Outside of the manifests, where a key is whatever its author calls it, `__proto__` names nothing. */
function pathOfProto(value: object, path: readonly string[]): readonly string[] | null {
  for (const [key, item] of Object.entries(value)) {
    if (path.length === 0 && key === 'manifests') continue;
    if (key === '__proto__') return [...path, key];
    const found = typeof item === 'object' && item !== null ? pathOfProto(item, [...path, key]) : null;
    if (found !== null) return found;
  }
  return null;
}

function protoKey(path: readonly string[]): Issue {
  return {
    code: 'unknownKey',
    path,
    message: `"__proto__" is no option of ${formatPath(path.slice(0, -1)) || 'a scenario'}.`,
    value: '__proto__',
    rule: 'Options that do not exist are refused, so that a slip is not passed over.',
    fix: 'Remove it.',
  };
}
