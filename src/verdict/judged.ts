import type { World } from '../cluster/world.ts';
import type { Micros } from '../kernel/time.ts';
import type { Fix } from './fix-types.ts';
import type { RunFold } from './fold.ts';
import type { Requirement } from './required.ts';
import { GATING, type NoPreStopReason, type Violation, type ViolationKind } from './types.ts';

/** The preStop that a run would have needed: what a longer hook would do, and why none would do; null where that could not be read. */
export interface Needed {
  readonly requirement: Requirement | null;
  readonly reason: NoPreStopReason | undefined;
}

/** A run that is over. */
export interface Judged {
  readonly fold: RunFold;
  readonly world: World;
  readonly endedAt: Micros;
  /** Looked for when it is first asked for, since it may take more runs. */
  readonly needed: () => Needed;
  /** Whether the horizon ended the run while something was still to happen. */
  readonly cut: boolean;
}

type Drafted<V> = V extends Violation
  ? Omit<V, 'culprit' | 'fix'> & { readonly seq: number; readonly fix: Fix | (() => Fix) }
  : never;

/**
 * What is wrong, before its chain of causes is known: `seq` is the event that ended it, -1 for none. A fix that rests on what the run
 * needed is found when it is asked for.
 */
export type Draft = Drafted<Violation>;

type DraftOf<K extends ViolationKind> = Extract<Draft, { readonly kind: K }>;

export function violationDraft<K extends ViolationKind>(
  kind: K,
  fields: Omit<DraftOf<K>, 'kind' | 'gating'>,
): Draft {
  return { kind, gating: GATING[kind], ...fields } as DraftOf<K>;
}
