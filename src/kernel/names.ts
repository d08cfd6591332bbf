import type { Branded } from './ids.ts';

/** 32 bits that stand for a name, or for a name and a number: what a draw is keyed by, whatever place the name has in any list. */
export type Key = Branded<'Key'>;

/** Of what has no name, or of nothing. */
export const NO_KEY: Key = branded(0);

/** The key of a name. (FNV-1a over its UTF-16 units, mixed as MurmurHash3 ends.) */
export function keyOf(name: string): Key {
  let h = 0x811c9dc5 | 0;
  for (let index = 0; index < name.length; index++) h = Math.imul(h ^ name.charCodeAt(index), 0x01000193);
  return branded(mixed(h));
}

/** The key of a key and a number together: request 7 of a client, say. */
export function withNumber(key: Key, number: number): Key {
  return branded(mixed(Math.imul(key ^ 0x9e3779b9, 0x01000193) ^ number));
}

function mixed(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function branded(word: number): Key {
  return word as Key;
}

/** The key of what has a number and no name. */
export function unnamed(number: number): Key {
  return branded(number);
}

/** The keys of all that draws are for, by their dense numbers. */
export interface DrawKeys {
  readonly sites: readonly Key[];
  readonly actors: readonly Key[];
  /** Of what events are about. A run adds those that it creates. */
  readonly objects: readonly Key[];
}

export function drawKeys(names: { readonly [K in keyof DrawKeys]: readonly string[] }): DrawKeys {
  return {
    sites: names.sites.map(keyOf),
    actors: names.actors.map(keyOf),
    objects: names.objects.map(keyOf),
  };
}
