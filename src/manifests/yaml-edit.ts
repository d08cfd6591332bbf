import { isCollection, isMap, isNode, isSeq, type Pair, parseAllDocuments, type YAMLMap } from 'yaml';

/**
 * The editing half of the door to `yaml`: puts one value into a text, or takes one out, and touches no other character of it,
 * so that comments, order, quotes and spacing stay as they were.
 */

export type Path = readonly (string | number)[];

/** One object of a text, to look at. */
export interface ReadableObject {
  get(path: Path): unknown;
}

/** What to do with one object: set a map or a number at a path (whose parent exists), or remove what is there. */
export type Edit =
  | { readonly path: Path; readonly value: PlainMap | number }
  | { readonly path: Path; readonly value: null };

/** A map of scalars, lists of scalars, and such maps. */
export interface PlainMap {
  readonly [key: string]: string | number | readonly string[] | PlainMap;
}

/** Makes the first edit that `choose` asks for, in any object; null where it asks for none. */
export function editYamlOnce(text: string, choose: (object: ReadableObject) => Edit | null): string | null {
  const parsed = parseAllDocuments(text, { version: '1.1' });
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const items = document.getIn(['items'], true);
    const bases: Path[] = isSeq(items) ? items.items.map((_, index) => ['items', index]) : [[]];
    for (const base of bases) {
      const edit = choose({ get: (path) => plain(document.getIn([...base, ...path], true)) });
      if (edit === null) continue;
      const path = [...base, ...edit.path];
      const parent = document.getIn(path.slice(0, -1), true);
      const key = path[path.length - 1]!;
      if (!isMap(parent)) continue;
      return edit.value === null
        ? withoutMember(text, parent, key)
        : withMember(text, parent, key, edit.value);
    }
  }
  return null;
}

function plain(node: unknown): unknown {
  return isNode(node) ? node.toJSON() : node;
}

type Member = Pair<unknown, unknown>;

function memberOf(map: YAMLMap, key: string | number): Member | undefined {
  return map.items.find((pair) => plain(pair.key) === key);
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = isNode(node) ? node.range : undefined;
  return range === undefined || range === null ? [0, 0] : [range[0], range[1]];
}

function withMember(text: string, map: YAMLMap, key: string | number, value: PlainMap | number): string {
  const existing = memberOf(map, key);
  if (existing !== undefined) return withValue(text, existing, value);
  if (map.flow === true) {
    const close = rangeOf(map)[1] - 1;
    const before = map.items.length === 0 ? ' ' : ', ';
    const head = text.slice(0, close).trimEnd();
    return `${head}${before}${key}: ${flow(value)} ${text.slice(close)}`;
  }
  const indent = columnOf(text, rangeOf(map.items[0]?.key)[0]);
  const at = lineEnd(text, endOf(map));
  const rest = typeof value === 'number' ? ` ${value}` : `\n${block(value, indent + 2)}`;
  const lines = `${' '.repeat(indent)}${key}:${rest}`;
  return `${text.slice(0, at)}\n${lines}${text.slice(at)}`;
}

/** Puts a new value in the place of an old one, in the old one's style. */
function withValue(text: string, member: Member, value: PlainMap | number): string {
  const [from, to] = rangeOf(member.value);
  if (typeof value === 'number' || !isMap(member.value) || member.value.flow === true)
    return text.slice(0, from) + flow(value) + text.slice(to);
  const indent = columnOf(text, from);
  const end = lineEnd(text, endOf(member.value));
  return text.slice(0, from) + block(value, indent).trimStart() + text.slice(end);
}

function withoutMember(text: string, map: YAMLMap, key: string | number): string {
  const member = memberOf(map, key);
  if (member === undefined) return text;
  const index = map.items.indexOf(member as (typeof map.items)[number]);
  const from = rangeOf(member.key)[0];
  if (map.flow === true) {
    const next = map.items[index + 1];
    const previous = map.items[index - 1];
    if (next !== undefined) return text.slice(0, from) + text.slice(rangeOf(next.key)[0]);
    const start = previous === undefined ? from : endOf(previous.value);
    return text.slice(0, start) + text.slice(endOf(member.value));
  }
  const end = lineEnd(text, endOf(member.value));
  // The first member of a list's item shares its line with the dash; what follows takes its place.
  const next = map.items[index + 1];
  if (text.slice(lineStart(text, from), from).trim() !== '' && next !== undefined) {
    return text.slice(0, from) + text.slice(rangeOf(next.key)[0]);
  }
  return text.slice(0, lineStart(text, from)) + text.slice(Math.min(end + 1, text.length));
}

/** Where a value's last character is, however deep its last member lies. */
function endOf(node: unknown): number {
  if (isCollection(node) && node.flow !== true) {
    const last: unknown = node.items[node.items.length - 1];
    const value =
      typeof last === 'object' && last !== null && 'value' in last && 'key' in last ? last.value : last;
    if (isNode(value)) return endOf(value);
  }
  const [from, to] = rangeOf(node);
  // A block scalar's range ends behind its line break.
  return Math.max(to, from);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** The end of the line that holds the last character before `at`, without its line break. */
function lineEnd(text: string, at: number): number {
  const last = at > 0 && text[at - 1] === '\n' ? at - 1 : at;
  const end = text.indexOf('\n', last);
  return end < 0 ? text.length : end;
}

function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

function flow(value: PlainMap | number): string {
  if (typeof value === 'number') return String(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${key}: ${isPlainMap(member) ? flow(member) : scalar(member)}`,
  );
  return `{ ${members.join(', ')} }`;
}

function block(value: PlainMap, indent: number): string {
  return Object.entries(value)
    .map(([key, member]) => {
      const head = `${' '.repeat(indent)}${key}:`;
      return isPlainMap(member) ? `${head}\n${block(member, indent + 2)}` : `${head} ${scalar(member)}`;
    })
    .join('\n');
}

function isPlainMap(value: PlainMap[string]): value is PlainMap {
  return typeof value === 'object' && !Array.isArray(value);
}

function scalar(value: string | number | readonly string[]): string {
  return JSON.stringify(value);
}
