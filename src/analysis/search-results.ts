import type { LowerEdge, NoSafePreStop } from './safe-pre-stop.ts';
import type { Tally } from './tally.ts';

/** What the search for a safe preStop hands from one of its steps to the next. */

/** An interval whose edges, and whose recommendation, were safe in all runs. */
export interface Found {
  readonly min: number;
  readonly max: number;
  readonly recommended: number;
  /** The run that required most. */
  readonly slowest: LowerEdge | null;
  readonly between: readonly number[];
}

export type Raised = Pick<
  NoSafePreStop,
  'neededSeconds' | 'preStopSeconds' | 'raiseTerminationGracePeriodSecondsTo'
>;

export const NOT_RAISED: Raised = {
  neededSeconds: null,
  preStopSeconds: null,
  raiseTerminationGracePeriodSecondsTo: null,
};

export interface Measured {
  readonly tally: Tally;
  readonly slowest: LowerEdge | null;
}
