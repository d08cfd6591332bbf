import type { Distribution } from './distribution.ts';
import { RANGE, sample } from './distribution.ts';
import { type DrawKeys, type Key, keyOf, NO_KEY, unnamed } from './names.ts';
import { Occurrences } from './occurrences.ts';
import type { Micros } from './time.ts';

/**
 * Mixes whole numbers into 32 uniformly distributed bits: the same on every engine.
 * (A counter-based generator: the multiply-xorshift rounds of MurmurHash3's 32-bit variant.)
 */
export function hash32(seed: number, a: number, b = 0, c = 0, d = 0, e = 0): number {
  let h = seed | 0;
  h = round(h, (seed / RANGE) | 0);
  h = round(h, a);
  h = round(h, b);
  h = round(h, c);
  h = round(h, d);
  h = round(h, e);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function round(h: number, k: number): number {
  let x = Math.imul(k, 0xcc9e2d51);
  x = (x << 15) | (x >>> 17);
  let y = h ^ Math.imul(x, 0x1b873593);
  y = (y << 13) | (y >>> 19);
  return (Math.imul(y, 5) + 0xe6546b64) | 0;
}

/** Which of `count` alternatives a seed draws for a whole run, apart from every other draw. */
export function alternativeOf(seed: number, count: number): number {
  return hash32(seed, ALTERNATIVE) % count;
}

const ALTERNATIVE = -5;

/**
 * Random draws that depend on what is drawn for and on nothing else: (seed, site, receiver, object, transition, occurrence of that
 * transition), the first three by their names. So one seed is one weather, whatever else a scenario changes. Without names their
 * numbers stand for themselves.
 */
export class Draws {
  /** Keys of what events are about; it grows with what is created. */
  readonly objects: Key[];
  private readonly sites: readonly Key[];
  private readonly actors: readonly Key[];
  private readonly occurrences = new Occurrences();

  constructor(
    readonly seed: number,
    private readonly distributions: readonly Distribution[],
    { sites, actors, objects }: DrawKeys = UNNAMED,
  ) {
    this.sites = sites;
    this.actors = actors;
    this.objects = objects.slice();
  }

  /** What `object` is called, before anything is drawn for it. */
  name(object: number, name: string): void {
    this.objects[object] = keyOf(name);
  }

  /** The next delay of `site` for this receiver, object and transition. */
  delay(site: number, receiver: number, object: number, transition: number): Micros {
    const distribution = this.distributions[site]!;
    if (distribution.kind === 'constant') return distribution.micros;
    const occurrence = this.occurrences.next(site, receiver, object, transition | 0);
    return sample(distribution, this.hash(site, receiver, object, transition, occurrence));
  }

  /** What `delay` answers at its first call with these arguments, without counting as one. */
  first(site: number, receiver: number, object: number, transition: number): Micros {
    return this.fixed(site, receiver, object, transition);
  }

  /** A delay that does not count as an occurrence: the same each time it is asked for. */
  fixed(site: number, receiver: number, object: number, transition = -1, occurrence = 0): Micros {
    const distribution = this.distributions[site]!;
    if (distribution.kind === 'constant') return distribution.micros;
    return sample(distribution, this.hash(site, receiver, object, transition, occurrence));
  }

  actorKey(actor: number): Key {
    return this.actors[actor] ?? unnamed(actor);
  }

  objectKey(object: number): Key {
    return this.objects[object] ?? (object < 0 ? NO_KEY : unnamed(object));
  }

  private hash(
    site: number,
    receiver: number,
    object: number,
    transition: number,
    occurrence: number,
  ): number {
    const siteKey = this.sites[site] ?? site;
    return hash32(
      this.seed,
      siteKey,
      this.actorKey(receiver),
      this.objectKey(object),
      transition,
      occurrence,
    );
  }
}

const UNNAMED: DrawKeys = { sites: [], actors: [], objects: [] };
