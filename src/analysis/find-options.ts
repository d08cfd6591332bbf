import type { Progress } from './campaign.ts';

/** How many runs each value gets, how sure the answer is to be, and which values are looked at. */
export interface FindOptions {
  /** Runs that each edge is checked with; 1,000 by default. */
  readonly runs?: number;
  readonly seed?: number;
  /** Of the claim that follows from the runs; 0.95 by default. */
  readonly confidence?: number;
  /** No value above this is looked at; the grace period by default. */
  readonly maxSeconds?: number;
  /** Added to the smallest safe value for the recommendation, as a share of it; 0.5 by default, and never less than 1 s. */
  readonly headroom?: number;
  /** Told how far the campaign is that runs at the time: the search takes several, one for each preStop that it tries. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
