import type { CST, Node, Pair, ParsedNode, Tags, YAMLMap } from 'yaml';
import {
  Composer,
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  Schema,
} from 'yaml';
import { limits } from './limits.ts';
import { type Place, tooDeep, tooManyAliased, tooManyKeys, type YamlProblem } from './yaml-problem.ts';

/** The door to the package `yaml`: text → plain values with their places. Nothing else imports the package. */

export interface YamlDocument {
  readonly value: unknown;
  /** Nothing but comments between two separators. */
  readonly empty: boolean;
  /** The place of the value at a path, or of the nearest value around it. */
  readonly placeOf: (path: readonly (string | number)[]) => Place | undefined;
  /** The place of the key that a path ends with; undefined where the path does not exist, or ends in a list. */
  readonly placeOfKey: (path: readonly (string | number)[]) => Place | undefined;
}
export interface YamlStream {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
}

/** Kubernetes reads YAML 1.1 (`yes` is true, `0644` is octal) but leaves timestamps and sexagesimal numbers as text. */
const unreadTags: readonly string[] = ['binary', 'omap', 'pairs', 'set', 'timestamp', 'merge', 'time'];
const customTags = (tags: Tags): Tags =>
  tags.filter((tag) => {
    if (typeof tag === 'string') return !unreadTags.includes(tag);
    const name = tag.tag.replace('tag:yaml.org,2002:', '');
    return !unreadTags.includes(name) && !('format' in tag && tag.format === 'TIME');
  });

/** One for all documents: a composer would make a schema for each. */
const SCHEMA = new Schema({ schema: 'yaml-1.1', resolveKnownTags: false, customTags });

/** Reads every document of a YAML (or JSON) text; collects what is wrong instead of throwing, and reads no further than the 100th. */
export function parseYaml(text: string): YamlStream {
  const problems: YamlProblem[] = [];
  const documents = [...documentsOf(text, problems)];
  return { documents, problems };
}

/**
 * The documents of a text one by one, each read when it is asked for: whoever has heard enough stops, and pays for no more. What is
 * wrong is added to `problems` as it is found.
 */
export function* documentsOf(text: string, problems: YamlProblem[]): Generator<YamlDocument, void> {
  const lines = new LineCounter();
  let count = 0;
  for (const { document, refused } of composed(readTokens(text, lines, problems), lines)) {
    // Where a token was one, it stands in the document.
    for (const { pos, message } of document.errors)
      refused.push({ code: 'yamlSyntax', ...placeAt(lines, pos[0]), message: withoutExcerpt(message) });
    for (const each of refused) if (problems.length < limits.issues) problems.push(each);
    if (problems.length >= limits.issues) return;
    if (refused.length > 0) continue;
    const contents: ParsedNode | null = document.contents;
    const empty = contents === null || isImplicitNull(contents);
    const before = problems.length;
    const value = empty ? null : new Converter(lines, problems).convert(contents, 1);
    if (problems.length >= limits.issues) return;
    if (problems.length > before) continue;
    yield {
      value,
      empty,
      placeOf: (path) => placeOf(contents, path, lines),
      placeOfKey: (path) => placeOfKey(contents, path, lines),
    };
    count += 1;
    // One more than the limit is enough for the caller to refuse.
    if (count > limits.documents) return;
  }
}

interface Composed {
  readonly document: Document.Parsed;
  readonly refused: YamlProblem[];
}

/** What tokens come to, with what is wrong with each; the last where there are too many errors in it. */
function* composed(tokens: Iterable<CST.Token>, lines: LineCounter): Generator<Composed, void> {
  const composer = new Composer({ version: '1.1', schema: SCHEMA, uniqueKeys: false, lineCounter: lines });
  let refused: YamlProblem[] = [];
  // A document comes when the next one has been made: what is wrong with that one is not its own.
  let coming: YamlProblem[] = [];
  let makesNext = false;
  tellErrorsTo(composer, (offset, message) => {
    const into = makesNext ? coming : refused;
    if (into.length >= limits.issues) throw new EnoughProblems();
    into.push({ code: 'yamlSyntax', ...placeAt(lines, offset), message: withoutExcerpt(message) });
  });
  const handOver = (document: Document.Parsed): Composed => {
    const own = refused;
    refused = [];
    return { document, refused: own };
  };
  let end = 0;
  let hasDocument = false;
  try {
    for (const token of tokens) {
      end = 'offset' in token ? token.offset : end;
      const isDocument = token.type === 'document';
      makesNext = hasDocument && (isDocument || token.type === 'directive');
      for (const document of composer.next(token)) yield handOver(document);
      if (!isDocument) continue;
      hasDocument = true;
      for (const each of coming) refused.push(each);
      coming = [];
    }
    makesNext = false;
    for (const document of composer.end(true, end)) yield handOver(document);
  } catch (error) {
    if (!(error instanceof EnoughProblems)) throw error;
    yield { document: new Document() as Document.Parsed, refused: [...refused, ...coming] };
  }
}

/** Ends the composing of a document that has too many errors. */
class EnoughProblems extends Error {}

/**
 * A composer makes an Error, with its stack, of each problem and goes on to the end of the text: megabytes of errors take minutes. It
 * asks its member `onError` for each of them, which the package does not declare to be public.
 */
function tellErrorsTo(composer: Composer, tell: (offset: number, message: string) => void): void {
  const onError = (source: ErrorSource, _code: string, message: string, warning?: boolean) => {
    if (warning !== true) tell(offsetOf(source), message);
  };
  Object.defineProperty(composer, 'onError', { value: onError });
}

type ErrorSource = number | readonly number[] | { readonly offset: number };

function offsetOf(source: ErrorSource): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : (source[0] ?? 0);
}

/** What a text is refused for before a document is made of it. */
class TokenCounts {
  private directives = 0;
  private errors = 0;
  private aliases = 0;

  /** Whether enough was read to tell what is wrong. */
  areEnoughWith({ type }: CST.Token): boolean {
    if (type === 'error') this.errors += 1;
    else if (type === 'directive') this.directives += 1;
    else if (type === 'document') this.directives = 0;
    return this.errors >= limits.issues || this.directives > limits.issues;
  }

  /** Whether there are more aliases in this document than may be followed. */
  hasTooManyAliases(lexeme: string): boolean {
    const first = lexeme.charCodeAt(0);
    if (first === ASTERISK) this.aliases += 1;
    else if (first === HYPHEN && lexeme === '---') this.aliases = 0;
    return this.aliases > limits.aliasedValues;
  }
}

const ASTERISK = 42;
const HYPHEN = 45;

/**
 * Stops at the first token that nests too deep, so that no later step can run out of stack, and at what is too much of anything, before
 * it takes the memory that it would.
 */
function* readTokens(text: string, lines: LineCounter, problems: YamlProblem[]): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  const counts = new TokenCounts();
  let held: CST.Token | undefined;
  lines.addNewLine(0);
  const refuse = (problem: YamlProblem): void => {
    problems.push({ ...problem, ...placeAt(lines, parser.offset) });
  };
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      // Of empty documents in a row the last is enough: each costs as much as one that says something.
      const isRepeated = token.type === 'document' && held !== undefined && isEmptyDocument(held);
      if (held !== undefined && !isRepeated) yield held;
      held = token;
      if (!counts.areEnoughWith(token)) continue;
      yield held;
      return;
    }
    if (counts.hasTooManyAliases(lexeme)) return refuse(tooManyAliased);
    const { stack } = parser;
    // A document, and for each level a collection; one more for the scalar at the end.
    if (stack.length > limits.depth + 2) return refuse(tooDeep);
    const top = stack.at(-1);
    if (top !== undefined && entriesOf(top) > limits.keys) return refuse(tooManyKeys);
  }
  if (held !== undefined) yield held;
  yield* parser.end();
}

function isEmptyDocument(token: CST.Token): boolean {
  if (token.type !== 'document' || token.value !== undefined) return false;
  return token.start.every(({ type }) => ['doc-start', 'space', 'newline', 'comment'].includes(type));
}

function entriesOf(token: CST.Token): number {
  const isMap =
    token.type === 'block-map' || (token.type === 'flow-collection' && token.start.source === '{');
  return isMap ? token.items.length : 0;
}

/** Turns nodes into plain values. Keys become own properties whatever they are called. */
class Converter {
  private readonly anchors = new Map<string, Node>();
  private aliasedValues = 0;
  private insideAlias = 0;
  private refused = false;

  constructor(
    private readonly lines: LineCounter,
    private readonly problems: YamlProblem[],
  ) {}

  private refuse(problem: YamlProblem, node: Node): undefined {
    if (!this.refused) this.problems.push({ ...problem, ...placeAt(this.lines, node.range?.[0]) });
    this.refused = true;
    return undefined;
  }

  convert(node: unknown, depth: number): unknown {
    if (this.refused || node === null || node === undefined) return null;
    if (this.insideAlias > 0) this.aliasedValues += 1;
    if (isAlias(node)) return this.follow(node.source, node, depth);
    if (isScalar(node)) {
      if (node.anchor !== undefined && this.insideAlias === 0) this.anchors.set(node.anchor, node);
      return node.value ?? null;
    }
    if (!isMap(node) && !isSeq(node)) return null;
    if (depth > limits.depth) return this.refuse(tooDeep, node);
    if (this.aliasedValues > limits.aliasedValues) return this.refuse(tooManyAliased, node);
    const value = isSeq(node)
      ? node.items.map((item) => this.convert(item, depth + 1))
      : this.convertMap(node.items, depth);
    // Only now: an alias inside its own anchor would never end.
    if (node.anchor !== undefined && this.insideAlias === 0) this.anchors.set(node.anchor, node);
    return value;
  }

  private follow(name: string, alias: Node, depth: number): unknown {
    const target = this.anchors.get(name);
    if (target === undefined) {
      return this.refuse(
        { code: 'yamlSyntax', message: `the alias *${name} has no anchor before it` },
        alias,
      );
    }
    if (this.insideAlias === 0) this.aliasedValues += 1;
    if (this.aliasedValues > limits.aliasedValues) return this.refuse(tooManyAliased, alias);
    this.insideAlias += 1;
    const value = this.convert(target, depth);
    this.insideAlias -= 1;
    return value;
  }

  private convertMap(pairs: readonly { key: unknown; value: unknown }[], depth: number): unknown {
    const entries = new Map<string, unknown>();
    const merged: unknown[] = [];
    for (const { key, value } of pairs) {
      if (this.problems.length >= limits.issues) return null;
      if (key !== null && !isScalar(key)) {
        const place = placeAt(this.lines, rangeStart(key));
        this.problems.push({ code: 'yamlSyntax', ...place, message: 'a key must be a string' });
        continue;
      }
      const name = keyText(key);
      if (name === '<<') {
        merged.push(this.convert(value, depth + 1));
        continue;
      }
      if (entries.has(name)) {
        const place = placeAt(this.lines, rangeStart(key));
        const fix = 'Remove one of the two; Kubernetes refuses both.';
        this.problems.push({
          code: 'duplicateKey',
          ...place,
          message: `the key "${name}" appears twice`,
          fix,
        });
      }
      entries.set(name, this.convert(value, depth + 1));
    }
    for (const source of merged.flat()) {
      if (typeof source !== 'object' || source === null) continue;
      for (const [name, value] of Object.entries(source)) if (!entries.has(name)) entries.set(name, value);
    }
    // fromEntries defines own properties, so a key such as __proto__ stays a key.
    return Object.fromEntries(entries);
  }
}

function rangeStart(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyText(key: unknown): string {
  if (!isScalar(key)) return String(key);
  // `y:` and `1:` are keys with these very letters, whatever they would be as values.
  return key.source ?? String(key.value);
}

function isImplicitNull(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '' && node.type === 'PLAIN';
}

type AnyMap = YAMLMap<unknown, unknown>;
/** The pairs of large maps by their keys, made when somebody first asks for a place in one. */
const pairsByKey = new WeakMap<AnyMap, ReadonlyMap<string, Pair<unknown, unknown>>>();

function pairAt(map: AnyMap, key: string): Pair<unknown, unknown> | undefined {
  let pairs = pairsByKey.get(map);
  if (pairs === undefined) {
    // The first of two with one key is the one that counts.
    pairs = new Map([...map.items].reverse().map((pair) => [keyText(pair.key), pair]));
    pairsByKey.set(map, pairs);
  }
  return pairs.get(key);
}

function placeOf(
  root: Node | null,
  path: readonly (string | number)[],
  lines: LineCounter,
): Place | undefined {
  let node: unknown = root;
  let found = root?.range?.[0];
  for (const part of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = pairAt(node, String(part));
      // A value that is missing after its key is shown at the key.
      next = pair === undefined ? undefined : (pair.value ?? pair.key);
    } else if (isSeq(node)) next = node.items[Number(part)];
    if (!isMap(next) && !isSeq(next) && !isScalar(next) && !isAlias(next)) break;
    node = next;
    found = next.range?.[0] ?? found;
  }
  return placeAt(lines, found);
}

function placeOfKey(
  root: ParsedNode | null,
  path: readonly (string | number)[],
  lines: LineCounter,
): Place | undefined {
  let node: unknown = root;
  for (const [depth, part] of path.entries()) {
    if (isMap(node)) {
      const pair = pairAt(node, String(part));
      if (depth === path.length - 1) return placeAt(lines, rangeStart(pair?.key));
      node = pair?.value;
    } else if (isSeq(node)) node = node.items[Number(part)];
    else return undefined;
  }
  return undefined;
}

function placeAt(lines: LineCounter, offset: number | undefined): Place | undefined {
  if (offset === undefined) return undefined;
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** The first line says what is wrong; the package appends an excerpt of the text. */
function withoutExcerpt(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}
