import { RANGE } from '../kernel/distribution.ts';
import { hash32 } from '../kernel/draws.ts';

/** The seed of run `k` (from 0) in every search and campaign that was given `seed`: simulate with it to repeat that run. */
export function runSeed(seed: number, k: number): number {
  const high = hash32(seed, k, 0) & 0x1fffff;
  return high * RANGE + hash32(seed, k, 1);
}
