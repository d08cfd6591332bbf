/** A stream of draws from a seed and an index, so that each input can be made again by itself. */
export interface Random {
  /** From 0 to below `below`, whole. */
  below(below: number): number;
  chance(share: number): boolean;
  of<T>(values: readonly T[]): T;
}

export function randomOf(seed: number, index: number): Random {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  // mulberry32: small, and quite random enough to choose inputs with.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    of: (values) => values[below(values.length)]!,
  };
}
