import { grouped } from '../analysis/claim.ts';
import type { OverLimit, OverLimitAt } from '../analysis/over-limit.ts';

/** `2 runs met a limit and have no verdict: seed 17, maxEvents: …`, and with which preStop where several are tried. */
export function overLimitText(count: number, first: OverLimit | OverLimitAt | null): string {
  const counted =
    count === 1
      ? '1 run met a limit and has no verdict'
      : `${grouped(count)} runs met a limit and have no verdict`;
  if (first === null) return `${counted}.`;
  const at = 'seconds' in first ? `preStop ${first.seconds} s, ` : '';
  return `${counted}: ${at}seed ${first.seed}, ${first.message}`;
}
