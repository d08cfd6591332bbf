import type { ProgrammedRules } from '../cluster/state.ts';

/** Whoever routes, as the fold sees it. */
export interface RouterSeen {
  readonly actor: number;
  readonly name: string;
  /** Delay site of one way to a Pod. */
  readonly latencySite: number;
  readonly rules: ProgrammedRules;
}
