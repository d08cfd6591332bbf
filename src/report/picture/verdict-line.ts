import { grouped } from '../../analysis/claim.ts';
import { formatMs } from '../../kernel/time.ts';
import { gravest, type Verdict } from '../../verdict/types.ts';
import { notJudgedName } from '../describe-not-judged.ts';

/** A verdict in one line, for above a picture: `UNSAFE: exposed for 67 ms; required preStop 1.2 s`. */
export function verdictLine(verdict: Verdict): string {
  const { outcome, violations, marginMs } = verdict;
  if (outcome === 'notJudged') return `NOT JUDGED: ${openText(verdict)}`;
  if (outcome === 'safe') {
    const margin = marginMs === null ? 'no margin to speak of' : `${formatMs(marginMs)} to spare`;
    return `SAFE: ${margin}${requiredText(verdict)}`;
  }
  const worst = gravest(violations);
  if (worst === undefined) return 'UNSAFE';
  const { kind, fromMs, toMs } = worst;
  const more = violations.filter(({ gating }) => gating).length - 1;
  const lasted = toMs > fromMs ? ` for ${formatMs(toMs - fromMs)}` : '';
  return `UNSAFE: ${kind}${lasted}${more > 0 ? `, and ${grouped(more)} more` : ''}${requiredText(verdict)}`;
}

/** What keeps the run from being judged. */
function openText({ violations, notJudged }: Verdict): string {
  if (violations.some(({ kind }) => kind === 'nothingToJudge')) return 'no Pod that stops was ever routed to';
  const open = notJudged.filter(({ gating }) => gating).map(notJudgedName);
  const [first, second, ...rest] = [...new Set(open)];
  const more = rest.length === 0 ? '' : ` and ${grouped(rest.length)} more`;
  return `${[first, second].filter((name) => name !== undefined).join(', ')}${more}`;
}

function requiredText({ requiredPreStopMs, requiredPreStopReason }: Verdict): string {
  if (requiredPreStopMs !== null) return `; required preStop ${formatMs(requiredPreStopMs)}`;
  return requiredPreStopReason === undefined ? '' : `; no preStop helps (${requiredPreStopReason})`;
}
