import type { Issue } from '../cluster/issue.ts';
import { formatPath } from '../cluster/issue.ts';
import type { Source } from './decode.ts';
import { copyPlain, limits, utf8Bytes } from './limits.ts';
import { parseYaml } from './yaml.ts';

/** One object of the input, whatever it was written in. */
export interface Entry {
  readonly value: unknown;
  readonly path: readonly (string | number)[];
  readonly placeOf: Source['placeOf'];
}

export type ManifestInput = string | object | readonly (string | object)[];

/** Reads the input into single objects: texts into their documents, lists into their items. */
export function readDocuments(input: ManifestInput): {
  readonly entries: readonly Entry[];
  readonly issues: readonly Issue[];
} {
  if (Array.isArray(input) && input.length > limits.documents)
    return { entries: [], issues: [tooManyDocuments()] };
  // Copied, so that an element that is a getter runs once.
  const parts: readonly unknown[] = Array.isArray(input) ? [...input] : [input];
  const issues: Issue[] = [];
  const entries: Entry[] = [];
  const texts = parts.filter((part): part is string => typeof part === 'string');
  const bytes = texts.reduce((sum, text) => sum + utf8Bytes(text), 0);
  if (bytes > limits.textBytes) {
    return { entries, issues: [tooLarge(`${bytes} bytes of text`, `${limits.textBytes} bytes (32 MiB)`)] };
  }
  const separators = texts.reduce((sum, text) => sum + timesIn(text, SEPARATOR), 0);
  if (separators > limits.documents) return { entries, issues: [tooManyDocuments()] };
  let index = 0;
  for (const part of parts) {
    if (typeof part === 'string') index = readText(part, index, entries, issues);
    else {
      readParsed(part, index, entries, issues);
      index += 1;
    }
    if (entries.length > limits.documents) return { entries: [], issues: [tooManyDocuments()] };
  }
  return { entries, issues };
}

/** Begins a document wherever a line begins with it. */
const SEPARATOR = /^---(?=\s|$)/gm;

function timesIn(text: string, pattern: RegExp): number {
  let times = 0;
  for (const _ of text.matchAll(pattern)) times += 1;
  return times;
}

function readText(text: string, from: number, entries: Entry[], issues: Issue[]): number {
  let index = from;
  const { documents, problems } = parseYaml(text);
  const template = text.includes('{{') ? 'Render the template first, e.g. with helm template.' : undefined;
  // Of a template everything is wrong; its first place says enough.
  const told = text.includes('{{') ? problems.slice(0, 1) : onceEach(problems);
  for (const problem of told) {
    const { code, message, line, column } = problem;
    const place =
      line === undefined || message.includes(`line ${line}`) ? '' : ` at line ${line}, column ${column}`;
    issues.push({
      code,
      path: ['manifests', from],
      message: `manifests[${from}]: ${message}${place}`,
      rule: code === 'limitExceeded' ? message : 'must be YAML that Kubernetes reads',
      fix: problem.fix ?? template ?? fixOf(problem),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    });
  }
  for (const document of documents) {
    // kubectl, too, passes over what is only a separator or a comment.
    if (document.empty) continue;
    const { value, placeOf } = document;
    expandList({ value, path: ['manifests', index], placeOf }, [], entries);
    index += 1;
  }
  return Math.max(index, from + 1);
}

function fixOf({ fix, message }: ReturnType<typeof parseYaml>['problems'][number]): string {
  return fix ?? (message.startsWith('Tabs') ? 'Indent with spaces.' : 'Correct the text at this place.');
}

/** The same slip on many lines is one: its first place, and how many there are. */
function onceEach(problems: ReturnType<typeof parseYaml>['problems']): typeof problems {
  const alike = new Map<string, (typeof problems)[number][]>();
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

function readParsed(part: unknown, index: number, entries: Entry[], issues: Issue[]): void {
  const copy = copyPlain(part);
  const path = ['manifests', index];
  if (copy.ok) {
    expandList({ value: copy.value, path, placeOf: () => undefined }, [], entries);
    return;
  }
  const full = [...path, ...copy.path];
  issues.push({
    code: copy.rule.includes('the limit') ? 'limitExceeded' : 'notPlainData',
    path: full,
    message: `${shortPath(full)} ${copy.rule}`,
    rule: copy.rule,
    fix: 'Pass plain data, as JSON.parse would return it.',
  });
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

function tooManyDocuments(): Issue {
  return tooLarge('the documents and objects', `${limits.documents} documents and objects`);
}

/** Of kinds that are read. */
export function tooManyObjects(count: number): Issue {
  return tooLarge(`${count} objects of kinds that are simulated`, `${limits.objects} objects`);
}
