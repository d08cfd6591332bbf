import type { RecordingLine } from '../../calibration/recording.ts';
import type { KubectlOptions } from './kubectl.ts';

export interface RecordOptions extends KubectlOptions {
  readonly deployment: string;
  readonly repetitions: number;
  readonly out: string;
  /** One Pod at a time, or the whole Deployment; `delete` by default. */
  readonly mode?: 'delete' | 'rollout';
  /** How many Pods may be away at a time, the deleted one counted; 1 by default, which waits until the Deployment is whole. */
  readonly maxUnavailable?: number;
  /** Goes on even where it makes an outage. */
  readonly allowOutage?: boolean;
  /** Goes on after the recordings that `out` holds. */
  readonly resume?: boolean;
  /** Ends it; finished repetitions stay. */
  readonly signal?: AbortSignal;
  /** Whether to go on, once it is said what will be done. */
  readonly confirm: (plan: string) => Promise<boolean>;
  /** Takes each line that is for the user. */
  readonly say: (line: string) => void;
  /** Further lines of a repetition, with absolute times: a prober's. */
  readonly others?: () => readonly (RecordingLine & { readonly atMs: number })[];
  readonly waits?: Partial<Waits>;
}

/** All in ms. */
export interface Waits {
  /** All Pods have been Ready for so long, and nothing has changed for so long. */
  readonly ready: number;
  readonly quiet: number;
  /** Up to so much more, at random, so that nothing goes in step with a ticker of a second. */
  readonly jitter: number;
  /** After the end of a repetition. */
  readonly after: number;
  /** For the Deployment to be whole, and for a repetition to end, beyond its grace period. */
  readonly whole: number;
  readonly watchRetry: number;
  readonly answer: number;
}
