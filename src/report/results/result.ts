import type { ViolationKind } from '../../verdict/types.ts';

/** What a check found, as programs take it: one form that SARIF, JUnit and Markdown are made of. */

/** A place in a file, counted from 1. */
export interface ResultPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ResultFinding {
  /** A kind of violation, `notJudged`, or the code of a finding in the manifests. */
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly fix: string | null;
  readonly place: ResultPlace | null;
  /** YAML that may stand at the place, where a value of preStop is the fix. */
  readonly suggestion: string | null;
}

/** A workload, or the scenario whose actions were given. */
export interface Checked {
  readonly name: string;
  readonly outcome: 'safe' | 'unsafe' | 'notJudged' | 'partial';
  /** What follows from its runs, in a sentence. */
  readonly claim: string;
  readonly runs: number;
  readonly failures: number;
  /** The quantile of the preStop that runs needed; null where some needed more than can be. */
  readonly neededMs: number | null;
  /** How long its Pods' hook and grace period are, as the table says them. */
  readonly preStop: string;
  readonly grace: string;
  readonly findings: readonly ResultFinding[];
  /** The command that repeats its worst run. */
  readonly replay: string | null;
}

export interface Results {
  readonly version: string;
  readonly outcome: Checked['outcome'];
  /** The first line of the text. */
  readonly headline: string;
  readonly checked: readonly Checked[];
  /** What is about none of them: what was left out, what the manifests had better not say. */
  readonly others: readonly ResultFinding[];
  readonly assumptions: readonly string[];
}

/** What a rule is about, for those who meet its id for the first time. */
export const RULE_HELP: Readonly<Record<ViolationKind | 'notJudged', string>> = {
  exposed:
    'A router could still send new connections to a Pod that no longer accepted any. A longer preStop keeps the process accepting until the last router has let go of it.',
  cutByKill:
    'A process still had work in flight when SIGKILL came. A shorter preStop or a longer terminationGracePeriodSeconds leaves it the time.',
  preStopCutOff:
    'The preStop hook was still running when the grace period ended. Shorten the hook, or raise terminationGracePeriodSeconds.',
  preStopFailed:
    'The preStop hook itself failed, so SIGTERM came at once. Mend the hook: its binary, its port, its exit code.',
  graceUsedUp:
    'Next to nothing of the grace period was left after the hook. Shorten the hook, or raise terminationGracePeriodSeconds.',
  noEndpoints: 'A Service had nobody to send to. Let another Pod take over before the last one stops.',
  requestFailed: 'A client’s request failed; the message says whose fault it was.',
  killedWhileRouted: 'A probe killed a container that was still sent to.',
  readyTooEarly:
    'A new Pod was sent to before it accepted. Give it a readiness probe that fails until it does.',
  nothingToJudge: 'No stopped Pod was ever sent to, so nothing was shown. Check selectors and actions.',
  notJudged: 'Something was not looked at, or is not described. The message says what would have it judged.',
};

/** All findings, of the workloads and of none. */
export function findingsOf({ checked, others }: Results): readonly ResultFinding[] {
  return [...checked.flatMap(({ findings }) => findings), ...others];
}
