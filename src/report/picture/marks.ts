import { type Axis, place } from './axis.ts';
import type { Mark, MarkKind } from './picture.ts';

/** What is worth more of two marks in one place stands later. */
export const MARK_ORDER: readonly MarkKind[] = [
  'routedIn',
  'ready',
  'answered',
  'change',
  'created',
  'gone',
  'letGo',
  'delete',
  'exited',
  'closed',
  'signal',
  'failed',
  'sigkill',
];

/** Kinds that say nothing beside the spans that begin or end there. */
const IMPLIED: ReadonlySet<MarkKind> = new Set(['routedIn', 'ready']);

/** The marks that have room, `least` (a share of the width) apart; one that stands for others names them all. */
export function distinctMarks(marks: readonly Mark[], axis: Axis, least: number): readonly Mark[] {
  const ranked = marks
    .filter(({ kind }) => !IMPLIED.has(kind))
    .map((mark) => ({ mark, at: place(axis, mark.atMs), rank: MARK_ORDER.indexOf(mark.kind) }))
    .sort((a, b) => b.rank - a.rank || a.at - b.at);
  const slots = new Map<number, { at: number; mark: Mark; others: number }>();
  for (const { mark, at } of ranked) {
    const slot = Math.floor(at / least);
    const near = [slot - 1, slot, slot + 1].map((each) => slots.get(each));
    const taken = near.find((each) => each !== undefined && Math.abs(each.at - at) < least);
    if (taken === undefined) slots.set(slot, { at, mark, others: 0 });
    else {
      if (taken.others < MOST_NAMED)
        taken.mark = { ...taken.mark, label: `${taken.mark.label}; ${mark.label}` };
      taken.others++;
    }
  }
  return [...slots.values()]
    .map(({ mark, others }) =>
      others > MOST_NAMED ? { ...mark, label: `${mark.label}; ${others - MOST_NAMED} more` } : mark,
    )
    .sort((a, b) => a.atMs - b.atMs);
}

const MOST_NAMED = 4;
