import { grouped } from '../../analysis/claim.ts';
import { formatDuration, MICROS_PER_MS } from '../../kernel/time.ts';
import { gravest, type Verdict } from '../../verdict/types.ts';

/** A verdict in one line, for above a picture: `UNSAFE: exposed for 67 ms; required preStop 1.2 s`. */
export function verdictLine(verdict: Verdict): string {
  const { safe, violations, marginMs } = verdict;
  if (violations.some(({ kind }) => kind === 'nothingToJudge'))
    return 'NOT JUDGED: no Pod that stops was ever routed to';
  if (safe) {
    const margin = marginMs === null ? 'no margin to speak of' : `${duration(marginMs)} to spare`;
    return `SAFE: ${margin}${requiredText(verdict)}`;
  }
  const worst = gravest(violations);
  if (worst === undefined) return 'UNSAFE';
  const { kind, fromMs, toMs } = worst;
  const more = violations.filter(({ gating }) => gating).length - 1;
  const lasted = toMs > fromMs ? ` for ${duration(toMs - fromMs)}` : '';
  return `UNSAFE: ${kind}${lasted}${more > 0 ? `, and ${grouped(more)} more` : ''}${requiredText(verdict)}`;
}

function requiredText({ requiredPreStopMs, requiredPreStopReason }: Verdict): string {
  if (requiredPreStopMs !== null) return `; required preStop ${duration(requiredPreStopMs)}`;
  return requiredPreStopReason === undefined ? '' : `; no preStop helps (${requiredPreStopReason})`;
}

function duration(ms: number): string {
  return formatDuration(Math.round(ms * MICROS_PER_MS));
}
