import type { Random } from './random.ts';

/** Inputs that are nearly right: one to four changes of a value that is, at places that are drawn. */

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'spec',
  'metadata',
  'kind',
  'x'.repeat(300),
];
const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e9',
  '30s',
  '5 sec',
  '100%',
  '101%',
  'null',
  'true',
  '\u001b[31m',
  '\u202e\u2028',
  '\0',
  '::error::x',
  '{{ .Values.x }}',
  'a/b/c',
  '../..',
  'é😀',
  'x'.repeat(5_000),
  '&a',
  '*a',
  '<b>',
  '\ud800',
];
const NUMBERS = [
  0,
  -0,
  -1,
  1,
  0.5,
  1e-9,
  2 ** 31,
  2 ** 31 - 1,
  2 ** 53,
  -(2 ** 53),
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const OTHERS: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => true,
  () => ({}),
  () => [],
  () => [null],
  () => new Date(0),
  () => new Map([['a', 1]]),
  () => () => 1,
  () => Symbol('x'),
  () => 5n,
  () => new Array(4e9),
  () => revoked(),
  () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ),
  () => ({
    get spec() {
      throw new Error('no\u001b[31m');
    },
  }),
  () => JSON.parse('{"__proto__": {"polluted": 1}}') as unknown,
  () => Array.from({ length: 2_000 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index])),
  () => JSON.parse(`${'{"a":'.repeat(80)}1${'}'.repeat(80)}`) as unknown,
];

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

type Container = Record<string | number, unknown>;

interface Place {
  readonly parent: Container;
  readonly key: string;
}

function placesIn(root: unknown): readonly Place[] {
  const places: Place[] = [];
  const waiting = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) {
      places.push({ parent: value as Container, key });
      waiting.push((value as Container)[key]);
    }
  }
  return places;
}

/** A mutated copy. With `plain` it stays what JSON can say, so that it can be written as text. */
export function mutated(input: unknown, random: Random, plain: boolean): unknown {
  const root: Container = { input: structuredClone(input) };
  const values: unknown[] = [];
  const changes = 1 + random.below(4);
  // Places first: what a change brings in may be a proxy that cannot be looked into.
  const places = placesIn(root);
  for (let change = 0; change < changes; change++) {
    const { parent, key } = random.of(places);
    values.push(parent[key]);
    changeAt(parent, key, { random, plain, other: random.of(places), values });
  }
  return root.input;
}

interface Change {
  readonly random: Random;
  readonly plain: boolean;
  readonly other: Place;
  readonly values: readonly unknown[];
}

function changeAt(parent: Container, key: string, { random, plain, other, values }: Change): void {
  const changes: readonly (() => void)[] = [
    () => Reflect.deleteProperty(parent, key),
    () => Reflect.set(parent, key, random.of(TEXTS)),
    () => Reflect.set(parent, key, plain ? random.of(NUMBERS.filter(Number.isFinite)) : random.of(NUMBERS)),
    () => Reflect.set(parent, key, random.of<unknown>([null, true, {}, [], [null]])),
    // A value from elsewhere: the right sort of thing at the wrong place.
    () => Reflect.set(parent, key, structuredCloneOf(other.parent[other.key])),
    () => Reflect.set(parent, key, [parent[key], parent[key]]),
    () => define(parent, random.of(NAMES), structuredCloneOf(parent[key])),
    () => define(parent, swapped(key, random), parent[key]),
    ...(plain
      ? []
      : [
          () => Reflect.set(parent, key, random.of(OTHERS)()),
          // What contains itself.
          () => Reflect.set(parent, key, parent),
          () => Reflect.set(parent, key, values.at(-1)),
        ]),
  ];
  random.of(changes)();
}

function define(parent: Container, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function structuredCloneOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}

/** Two letters of a name change places, as when one types. */
function swapped(name: string, random: Random): string {
  if (name.length < 2) return `${name}x`;
  const at = random.below(name.length - 1);
  return `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
}

const PIECES = [
  '\n',
  '\t',
  ' ',
  ':',
  '- ',
  '---\n',
  '...\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|',
  '>',
  '&a ',
  '*a',
  '!!int ',
  '<<: *a\n',
  '%YAML 1.3\n',
  '#',
  '\0',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\ud800',
  '@',
  '? ',
  ',',
  '\r',
  '\u001b[2J',
];

/** Text of which pieces are missing, doubled, strange or at another place. */
export function mutatedText(text: string, random: Random): string {
  let changed = text;
  for (let change = 0; change < 1 + random.below(6); change++) {
    const at = random.below(changed.length + 1);
    const to = Math.min(changed.length, at + random.below(random.chance(0.5) ? 3 : 80));
    const piece = changed.slice(at, to);
    const into = random.of([
      () => '',
      () => piece + piece,
      () => random.of(PIECES),
      () => random.of(PIECES).repeat(random.chance(0.05) ? 3_000 : 3),
      () => String.fromCharCode(random.below(random.chance(0.5) ? 128 : 65_536)),
      () => [...piece].reverse().join(''),
    ])();
    changed = `${changed.slice(0, at)}${into}${changed.slice(to)}`;
  }
  return changed;
}
