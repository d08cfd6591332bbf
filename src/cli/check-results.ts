import { version } from '../../package.json';
import { fixOfRuns } from '../analysis/fix-of-runs.ts';
import type { FuzzReport } from '../analysis/fuzz.ts';
import { outcomeOfReport } from '../analysis/report-outcome.ts';
import type { ManifestFile } from '../node/manifest-files.ts';
import { assumptionText } from '../report/describe-assumption.ts';
import { fixText } from '../report/describe-fix.ts';
import { violationText } from '../report/describe-violation.ts';
import type { Checked, ResultFinding, Results } from '../report/results/result.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import { workloadName } from '../scenario/by-workload.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { gravest, type Verdict, type Violation } from '../verdict/types.ts';
import { type FilePlace, placeOfPod } from './annotations.ts';
import { namingFiles, placeFindings } from './placed-issues.ts';
import type { LoadedScenario } from './scenario-from-args.ts';
import type { WholeAnswer, WorkloadAnswer } from './workload-answers.ts';
import { hookCells } from './workload-text.ts';

/** What check found, as SARIF, JUnit and Markdown take it. */

/** `replays`: by the answer, the command that repeats its worst run. */
export function resultsOfWorkloads(
  loaded: LoadedScenario,
  { outcome, answers, open }: WholeAnswer,
  headline: string,
  replayOf: (answer: WorkloadAnswer) => string | null,
): Results {
  const checked = answers.map((answer): Checked => {
    const { workload, scenario, report } = answer;
    const [preStop, grace] = hookCells(scenario, workload);
    return {
      ...checkedOf(loaded, scenario, report),
      name: workloadName(workload),
      outcome: answer.outcome,
      preStop,
      grace,
      replay: replayOf(answer),
    };
  });
  const others = open.filter(({ accepted }) => accepted === null).map(({ text }) => notJudged(text));
  return { ...common(loaded, headline), outcome, checked, others: [...others, ...manifestFindings(loaded)] };
}

/** Of a scenario whose actions are given. */
export function resultsOfCampaign(
  loaded: LoadedScenario,
  report: FuzzReport,
  { headline, left, replay }: { headline: string; left: readonly string[]; replay: string | null },
): Results {
  const own = outcomeOfReport(report);
  const outcome = left.length > 0 && own !== 'unsafe' ? 'notJudged' : own;
  const checked = { ...checkedOf(loaded, loaded.scenario, report), name: 'the scenario', outcome, replay };
  const others = left.map((name) => notJudged(`${name} was not looked at by any run.`));
  return {
    ...common(loaded, headline),
    outcome,
    checked: [{ ...checked, preStop: '–', grace: '–' }],
    others: [...others, ...manifestFindings(loaded)],
  };
}

function common({ scenario, files, notes }: LoadedScenario, headline: string) {
  const assumptions = [...notes, ...scenario.assumptions.map(assumptionText).map(namingFiles(files))];
  return { version, headline, assumptions };
}

function checkedOf({ files }: LoadedScenario, scenario: Scenario, report: FuzzReport) {
  const { claim, runs, failures, requiredPreStopMs, worst } = report;
  const verdict = worst?.verdict;
  const unsafe = failures > 0 && verdict !== undefined;
  return {
    claim,
    runs,
    failures,
    neededMs: requiredPreStopMs?.p99 ?? null,
    findings: unsafe ? findingsOfVerdict(scenario, files, verdict, report) : [],
  };
}

/** The gravest violation first, then one of each other kind. */
function findingsOfVerdict(
  scenario: Scenario,
  files: readonly ManifestFile[],
  verdict: Verdict,
  report: FuzzReport,
): readonly ResultFinding[] {
  const first = gravest(verdict.violations);
  const kinds = new Set<string>();
  const all = first === undefined ? [] : [first, ...verdict.violations];
  return all.flatMap((violation) => {
    if (kinds.has(violation.kind)) return [];
    kinds.add(violation.kind);
    const place = placeOfPod(scenario, files, violation.pod, verdict);
    return [findingOf(violation, scenario, place, report)];
  });
}

function findingOf(
  violation: Violation,
  scenario: Scenario,
  place: FilePlace | null,
  report: FuzzReport,
): ResultFinding {
  const { kind, gating } = violation;
  const fix = fixOfRuns(violation.fix, report);
  return {
    rule: kind,
    level: gating ? 'error' : 'warning',
    message: violationText(violation),
    fix: fixText(fix),
    place,
    suggestion: fix.code === 'setPreStop' ? hookYaml(scenario, fix.preStopSeconds) : null,
  };
}

/** As applyPreStop would put it there: the native sleep from 1.30 on. */
function hookYaml({ settings }: Scenario, seconds: number): string {
  const sleep =
    (parseMinorVersion(settings.cluster.version) ?? 30) >= 30
      ? `sleep: { seconds: ${seconds} }`
      : `exec: { command: [sleep, "${seconds}"] }`;
  return `lifecycle: { preStop: { ${sleep} } }`;
}

function notJudged(message: string): ResultFinding {
  return { rule: 'notJudged', level: 'warning', message, fix: null, place: null, suggestion: null };
}

function manifestFindings({ scenario, files }: LoadedScenario): readonly ResultFinding[] {
  const warnings = scenario.findings.filter(({ severity }) => severity === 'warning');
  return placeFindings(warnings, files).map(({ code, message, fix, file, line }): ResultFinding => {
    const place = file === undefined || line === undefined ? null : { file, line, column: 1 };
    return { rule: code, level: 'warning', message, fix, place, suggestion: null };
  });
}
