import { type Check, type CheckOptions, checkSafe } from '../analysis/check-safe.ts';
import { fixOfRuns } from '../analysis/fix-of-runs.ts';
import { quantilesOf } from '../analysis/quantiles.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { gravest } from '../verdict/types.ts';
import { fixText } from './describe-fix.ts';
import { notJudgedText } from './describe-not-judged.ts';
import { violationText } from './describe-violation.ts';
import { overLimitText } from './over-limit-text.ts';

/** A scenario in which a run was not safe. `check` holds the failing run. */
export class NotSafe extends Error {
  override readonly name = 'NotSafe';
  constructor(readonly check: Check) {
    const worst = gravest(check.verdict.violations);
    const open = worst === undefined ? check.verdict.notJudged.filter(({ gating }) => gating) : [];
    const { runs } = check.tally;
    const whose = check.workload === null ? '' : `${check.workload}: `;
    const { overLimit, firstOverLimit } = check.tally;
    const left = overLimit === 0 ? [] : [overLimitText(overLimit, firstOverLimit)];
    const lines = [`${check.claim}.`, ...left, ...open.map((each) => `Not judged: ${notJudgedText(each)}`)];
    if (worst !== undefined) {
      const fix = fixOfRuns(worst.fix, {
        runs,
        requiredPreStopMs: quantilesOf(check.tally.requiredPreStopMs),
      });
      lines.push(`${whose}${violationText(worst)}`, `Fix: ${fixText(fix)}`);
    }
    lines.push(`Replay: ${check.replay}`);
    super(lines.join('\n'));
  }
}

/** For those without a test runner: throws NotSafe unless every run is safe. */
export function assertSafe(scenario: Scenario | ScenarioInput, options: CheckOptions = {}): void {
  const check = checkSafe(scenario, options);
  if (!check.safe) throw new NotSafe(check);
}
