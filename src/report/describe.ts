import type { SafePreStop } from '../analysis/safe-pre-stop.ts';
import type { Assumption } from '../cluster/assumption.ts';
import type { Finding } from '../cluster/finding.ts';
import { demand } from '../scenario/arguments.ts';
import type { Fix } from '../verdict/fix-types.ts';
import type { FailedRequests } from '../verdict/request-types.ts';
import type { NotJudged, Violation } from '../verdict/types.ts';
import { assumptionText } from './describe-assumption.ts';
import { failureText } from './describe-failure.ts';
import { findingWords } from './describe-finding.ts';
import { fixText } from './describe-fix.ts';
import { notJudgedText } from './describe-not-judged.ts';
import { safePreStopText } from './describe-safe-pre-stop.ts';
import { violationText } from './describe-violation.ts';

/** Facts of a run that have words. */
export type Describable = Violation | Fix | Assumption | FailedRequests | SafePreStop | NotJudged | Finding;

/**
 * A fact of a run in sentences: of a violation, or of requests that failed, what happened and what would have helped; a fix or an
 * assumption by itself; what was found in a manifest, and what to do about it; which preStop values are safe, or why none is. Every output of prestop uses these words.
 */
export function describe(subject: Describable): string {
  demand('describe', 'fact', subject);
  if ('severity' in subject) {
    const { text, fix } = findingWords(subject);
    return `${text}. ${fix}`;
  }
  if ('evidence' in subject) return safePreStopText(subject);
  if ('code' in subject && 'gating' in subject) return notJudgedText(subject);
  if ('kind' in subject) {
    const what = 'gating' in subject ? violationText(subject) : failureText(subject, subject.reason);
    return `${what} ${fixText(subject.fix)}`;
  }
  return 'setting' in subject ? assumptionText(subject) : fixText(subject);
}
