import type { Issue } from '../cluster/issue.ts';
import { formatPath } from '../cluster/issue.ts';
import type { Source } from './decode.ts';
import { copyPlain, limits, type PlainCopy, utf8Bytes } from './limits.ts';
import { documentsOf } from './yaml.ts';
import type { YamlProblem } from './yaml-problem.ts';

/** One object of the input, whatever it was written in. */
export interface Entry {
  readonly value: unknown;
  readonly path: readonly (string | number)[];
  readonly placeOf: Source['placeOf'];
}

export type ManifestInput = string | object | readonly (string | object)[];

/** Texts as they are, parsed objects as plain copies: an element that is a getter runs once. */
export type Part = string | PlainCopy;

export function partsOf(input: ManifestInput): readonly Part[] {
  const parts: readonly unknown[] = Array.isArray(input) ? [...input] : [input];
  return parts.map((part) => (typeof part === 'string' ? part : copyPlain(part)));
}

/** Reads the input into single objects: texts into their documents, lists into their items. */
export function readDocuments(input: ManifestInput): {
  readonly entries: readonly Entry[];
  readonly issues: readonly Issue[];
} {
  if (isTooLong(input)) return { entries: [], issues: [tooManyDocuments()] };
  const issues: Issue[] = [];
  const entries = [...entriesOf(partsOf(input), issues)];
  return { entries, issues };
}

export function isTooLong(input: ManifestInput): boolean {
  return Array.isArray(input) && input.length > limits.documents;
}

/** The objects one by one, each read when it is asked for; what keeps a part from being read is added to `issues`. */
export function* entriesOf(parts: readonly Part[], issues: Issue[]): Generator<Entry, void> {
  const texts = parts.filter((part): part is string => typeof part === 'string');
  const bytes = texts.reduce((sum, text) => sum + utf8Bytes(text), 0);
  if (bytes > limits.textBytes) {
    issues.push(tooLarge(`${bytes} bytes of text`, `${limits.textBytes} bytes (32 MiB)`));
    return;
  }
  const separators = texts.reduce((sum, text) => sum + timesIn(text, SEPARATOR), 0);
  let index = 0;
  let count = separators > limits.documents ? separators : 0;
  for (const part of parts) {
    const documents = typeof part === 'string' ? inText(part, index, issues) : inParsed(part, index, issues);
    let next = index + 1;
    for (const document of count > limits.documents ? [] : documents) {
      next = Number(document.path[1]) + 1;
      const entries: Entry[] = [];
      expandList(document, [], entries);
      count += entries.length;
      if (count > limits.documents) break;
      yield* entries;
    }
    index = next;
  }
  if (count > limits.documents) issues.push(tooManyDocuments());
}

/** Begins a document wherever a line begins with it. */
const SEPARATOR = /^---(?=\s|$)/gm;

function timesIn(text: string, pattern: RegExp): number {
  let times = 0;
  for (const _ of text.matchAll(pattern)) times += 1;
  return times;
}

function* inText(text: string, from: number, issues: Issue[]): Generator<Entry, void> {
  let index = from;
  const problems: YamlProblem[] = [];
  try {
    for (const { empty, value, placeOf } of documentsOf(text, problems)) {
      // kubectl, too, passes over what is only a separator or a comment.
      if (!empty) yield { value, path: ['manifests', index++], placeOf };
    }
  } finally {
    // Also where nobody wants to hear of the documents that are left.
    for (const each of textIssues(problems, text, from)) issues.push(each);
  }
}

function textIssues(problems: readonly YamlProblem[], text: string, from: number): readonly Issue[] {
  const isTemplate = text.includes('{{');
  const template = isTemplate ? 'Render the template first, e.g. with helm template.' : undefined;
  // Of a template everything is wrong; its first place says enough.
  const told = isTemplate ? problems.slice(0, 1) : onceEach(problems);
  return told.map((problem) => {
    const { code, message, line, column } = problem;
    const place =
      line === undefined || message.includes(`line ${line}`) ? '' : ` at line ${line}, column ${column}`;
    return {
      code,
      path: ['manifests', from],
      message: `manifests[${from}]: ${message}${place}`,
      rule: code === 'limitExceeded' ? message : 'must be YAML that Kubernetes reads',
      fix: problem.fix ?? template ?? fixOf(problem),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    };
  });
}

function fixOf({ fix, message }: YamlProblem): string {
  return fix ?? (message.startsWith('Tabs') ? 'Indent with spaces.' : 'Correct the text at this place.');
}

/** The same slip on many lines is one: its first place, and how many there are. */
function onceEach(problems: readonly YamlProblem[]): readonly YamlProblem[] {
  const alike = new Map<string, YamlProblem[]>();
  // A text is read no further than its last problem that is told.
  const atLeast = problems.length >= limits.issues ? ', at least' : '';
  for (const each of problems) {
    const known = alike.get(each.message);
    if (known === undefined) alike.set(each.message, [each]);
    else known.push(each);
  }
  return [...alike.values()].map(([first, ...others]) =>
    others.length === 0
      ? first!
      : { ...first!, fix: `${fixOf(first!)} The same stands at ${others.length} more${atLeast}.` },
  );
}

function inParsed(copy: PlainCopy, index: number, issues: Issue[]): readonly Entry[] {
  const path = ['manifests', index];
  if (copy.ok) return [{ value: copy.value, path, placeOf: () => undefined }];
  const full = [...path, ...copy.path];
  issues.push({
    code: copy.rule.includes('the limit') ? 'limitExceeded' : 'notPlainData',
    path: full,
    message: `${shortPath(full)} ${copy.rule}`,
    rule: copy.rule,
    fix: 'Pass plain data, as JSON.parse would return it.',
  });
  return [];
}

/** `kind: List` is how kubectl writes several objects into one document. */
function expandList(entry: Entry, within: readonly (string | number)[], entries: Entry[]): void {
  const { value } = entry;
  if (Array.isArray(value) && within.length === 0 && value.every(isMap)) {
    value.forEach((item: unknown, index) => {
      const placeOf: Entry['placeOf'] = (path) => entry.placeOf([index, ...path]);
      expandList({ value: item, path: [...entry.path, index], placeOf }, [index], entries);
    });
    return;
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    entries.length <= limits.documents
  ) {
    const isList = Reflect.get(value, 'kind') === 'List' && Object.hasOwn(value, 'items');
    const items: unknown = isList ? Reflect.get(value, 'items') : undefined;
    if (Array.isArray(items)) {
      items.forEach((item: unknown, index) => {
        const inner = [...within, 'items', index];
        const path = [...entry.path, 'items', index];
        expandList(
          { value: item, path, placeOf: (each) => entry.placeOf(['items', index, ...each]) },
          inner,
          entries,
        );
      });
      return;
    }
  }
  entries.push(entry);
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep paths would make a message of hundreds of characters. */
function shortPath(path: readonly (string | number)[]): string {
  return path.length <= 12 ? formatPath(path) : `${formatPath(path.slice(0, 12))}…`;
}

function tooLarge(found: string, limit: string): Issue {
  return {
    code: 'limitExceeded',
    path: ['manifests'],
    message: `manifests: ${found} are more than the limit of ${limit}`,
    rule: `at most ${limit}`,
    fix: 'Pass only the manifests that take part in the scenario.',
  };
}

export function tooManyDocuments(): Issue {
  return tooLarge('the documents and objects', `${limits.documents} documents and objects`);
}

/** Of kinds that are read. */
export function tooManyObjects(count: number): Issue {
  return tooLarge(`${count} objects of kinds that are simulated`, `${limits.objects} objects`);
}
