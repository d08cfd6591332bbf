import type { World } from '../cluster/world.ts';
import type { Micros } from '../kernel/time.ts';
import type { RunFold } from './fold.ts';
import type { Requirement } from './required.ts';
import { GATING, type NoPreStopReason, type Violation, type ViolationKind } from './types.ts';

/** A run that is over, and what is known of the preStop that it would have needed. */
export interface Judged {
  readonly fold: RunFold;
  readonly world: World;
  readonly endedAt: Micros;
  /** What a longer hook would do; null where that could not be read. */
  readonly requirement: Requirement | null;
  readonly reason: NoPreStopReason | undefined;
  /** Whether the horizon ended the run while something was still to happen. */
  readonly cut: boolean;
}

type WithoutCulprit<V> = V extends Violation ? Omit<V, 'culprit'> & { readonly seq: number } : never;

/** What is wrong, before its chain of causes is known: `seq` is the event that ended it, -1 for none. */
export type Draft = WithoutCulprit<Violation>;

type DraftOf<K extends ViolationKind> = Extract<Draft, { readonly kind: K }>;

export function violationDraft<K extends ViolationKind>(
  kind: K,
  fields: Omit<DraftOf<K>, 'kind' | 'gating'>,
): Draft {
  return { kind, gating: GATING[kind], ...fields } as DraftOf<K>;
}
