import { fixOfRuns } from '../../analysis/fix-of-runs.ts';
import { outcomeOfReport } from '../../analysis/report-outcome.ts';
import { varyScenario } from '../../analysis/vary.ts';
import { REPORT_VERSION } from '../../reference/report-schema.ts';
import { joinSections, type Section, tellingPod } from '../../report/campaign-text.ts';
import { assumptionText } from '../../report/describe-assumption.ts';
import { fixText } from '../../report/describe-fix.ts';
import { violationText } from '../../report/describe-violation.ts';
import { type Paint, paint } from '../../report/palette.ts';
import { formatResults, isResultFormat } from '../../report/results/index.ts';
import { routersSection } from '../../report/routers-text.ts';
import { formatTimeline } from '../../report/timeline.ts';
import { paragraph } from '../../report/wrap.ts';
import { type Run, simulateTraced } from '../../run/simulate.ts';
import { type WorkloadScenario, workloadName } from '../../scenario/by-workload.ts';
import { gravest } from '../../verdict/types.ts';
import { annotation, findingAnnotations, placeOfPod, violationAnnotation } from '../annotations.ts';
import type { Options } from '../args.ts';
import { basisLine, basisSection } from '../basis.ts';
import { resultsOfWorkloads } from '../check-results.ts';
import { type Io, json } from '../output.ts';
import { deliver, pictureOfCampaign } from '../pictures.ts';
import { namingFiles } from '../placed-issues.ts';
import { replayCommand } from '../replay.ts';
import { runCampaignOf } from '../run-campaign.ts';
import type { LoadedScenario } from '../scenario-from-args.ts';
import { exitOfAnswer, type WholeAnswer, type WorkloadAnswer, wholeAnswer } from '../workload-answers.ts';
import { answerTable, headLine, namedSection, openSection } from '../workload-text.ts';

interface Asked {
  readonly files: readonly string[];
  readonly options: Options;
  readonly io: Io;
  readonly runs: number;
}

/** Every workload in runs of its own, a row each; below it the worst of those that are not safe. */
export async function checkWorkloads(
  loaded: LoadedScenario,
  workloads: readonly WorkloadScenario[],
  asked: Asked,
): Promise<number> {
  const { options, io, runs } = asked;
  const answers: WorkloadAnswer[] = [];
  for (const { workload, scenario } of workloads) {
    const own = { scenario, ...(loaded.vary !== undefined && { vary: loaded.vary }) };
    const report = await runCampaignOf(own, options, { runs, shrink: false, requirement: 'read' }, io);
    answers.push({ workload, scenario, report, outcome: outcomeOfReport(report) });
  }
  const whole = wholeAnswer(loaded, answers, options.allowUnjudged);
  const { format } = options;
  const gravestAnswer = worstAnswer(answers);
  if ((format === 'html' || format === 'svg') && gravestAnswer !== undefined) {
    const [replay = ''] = replayOf(gravestAnswer, asked);
    const run = worstRun(gravestAnswer, loaded.vary, options);
    await deliver(await pictureOfCampaign(gravestAnswer.report, run, format, replay), options, io);
  } else if (isResultFormat(format)) {
    const replay = (answer: WorkloadAnswer) => replayCommandOf(answer, asked);
    const results = resultsOfWorkloads(loaded, whole, headLine(whole, runs, paint(false)), replay);
    await deliver(formatResults(format, results), options, io);
  } else if (format === 'json') await deliver(json(dataOf(loaded, whole, asked)), options, io);
  else await deliver(textOf(loaded, whole, asked), options, io);
  if (options.format === 'github') for (const line of annotationsOf(loaded, whole)) io.out(line);
  return exitOfAnswer(whole);
}

/** The workload whose worst violation lasts longest, the first of equals. */
function worstAnswer(answers: readonly WorkloadAnswer[]): WorkloadAnswer | undefined {
  const length = ({ report }: WorkloadAnswer) => report.tally.worst?.worstMs ?? -1;
  return answers.reduce<WorkloadAnswer | undefined>(
    (worst, each) => (worst === undefined || length(each) > length(worst) ? each : worst),
    undefined,
  );
}

const TIMELINE_LINES = 10;

function textOf(loaded: LoadedScenario, whole: WholeAnswer, asked: Asked): string {
  const { options, io, runs } = asked;
  const color = paint(io.color && options.out === undefined);
  const { answers } = whole;
  const telling = answers.filter(({ outcome }) => outcome === 'unsafe' || options.verbose);
  const few = telling.length <= 1 || options.verbose;
  return joinSections([
    [paragraph(headLine(whole, runs, color)), ...routersSection(loaded.scenario)],
    answers.length === 0 ? [] : answerTable(answers),
    ...telling.map((answer) => worstOf(answer, loaded, asked, { color, timeline: few })),
    openSection(whole.open),
    namedSection(whole.named, options.verbose),
    answers.length <= 1 || options.verbose ? basisSection(loaded) : basisLine(loaded),
    answers.length === 1 && telling.length === 0 ? replayOf(answers[0]!, asked) : [],
  ]);
}

/** The worst run of a workload: what was violated, what would help, how it came about, and how to see it again. */
function worstOf(
  answer: WorkloadAnswer,
  { vary }: LoadedScenario,
  asked: Asked,
  { color, timeline }: { readonly color: Paint; readonly timeline: boolean },
): Section {
  const { workload, report } = answer;
  const { worst, failures, runs } = report;
  if (worst === null) return [];
  const { seed, verdict } = worst;
  const violation = gravest(verdict.violations);
  const name = `${workload.kind} ${workload.name}`;
  const head =
    violation === undefined
      ? `${name}: the closest run (seed ${seed}).`
      : `${name}: ${failures} of ${runs} runs were not safe. The worst (seed ${seed}): ${color(violation.kind, 'bad')}.`;
  const told =
    violation === undefined
      ? []
      : [
          paragraph(violationText(violation), '  '),
          paragraph(fixText(fixOfRuns(violation.fix, report)), '  Fix: '),
        ];
  return [
    paragraph(head),
    ...told,
    ...(timeline ? ['', timelineOf(answer, violation?.pod ?? null, vary, asked), ''] : []),
    ...replayOf(answer, asked),
  ];
}

function worstRun(
  { scenario, report }: WorkloadAnswer,
  vary: LoadedScenario['vary'],
  { swarm }: Options,
): Run | null {
  if (report.worst === null) return null;
  const { seed } = report.worst;
  return simulateTraced(vary === undefined ? scenario : varyScenario(scenario, vary, seed, { swarm }), seed);
}

function timelineOf(
  answer: WorkloadAnswer,
  pod: string | null,
  vary: LoadedScenario['vary'],
  { options, io }: Asked,
): string {
  const run = worstRun(answer, vary, options);
  if (run === null || run.trace.length === 0)
    return 'No timeline: the run has more events than limits.maxTraceEvents allows.';
  const shown = pod ?? tellingPod(run.verdict);
  const color = io.color && options.out === undefined;
  return formatTimeline(run, { maxLines: TIMELINE_LINES, color, ...(shown !== null && { pod: shown }) });
}

function replayOf(answer: WorkloadAnswer, asked: Asked): Section {
  const command = replayCommandOf(answer, asked);
  return command === null ? [] : [`Repeat it: ${command}`];
}

function replayCommandOf({ workload, report }: WorkloadAnswer, { files, options }: Asked): string | null {
  if (report.worst === null) return null;
  return replayCommand(files, options, { seed: report.worst.seed, workload: workloadName(workload) });
}

/** Data of the same facts: each workload with its report, the worst of all, and what was not judged. */
function dataOf(loaded: LoadedScenario, whole: WholeAnswer, { files, options, runs }: Asked) {
  const { scenario, notes } = loaded;
  const named = namingFiles(loaded.files);
  const workloads = whole.answers.map(({ workload, report, outcome }) => {
    const { tally: _tally, counterexample: _none, shard: _shard, ...rest } = report;
    const seed = report.worst?.seed;
    const own = { workload: workloadName(workload) };
    const replay = seed === undefined ? null : replayCommand(files, options, { seed, ...own });
    return { ...workload, outcome, ...rest, replayCommand: replay };
  });
  return {
    schemaVersion: REPORT_VERSION,
    safe: whole.outcome === 'safe',
    outcome: whole.outcome,
    partial: whole.answers.some(({ report }) => !report.complete),
    runs,
    workloads,
    notJudged: whole.open,
    named: whole.named,
    assumptions: [...notes, ...scenario.assumptions.map(assumptionText).map(named)],
  };
}

/** The worst of each workload that is not safe, at its preStop; what was not judged; that all is safe. */
function annotationsOf(loaded: LoadedScenario, whole: WholeAnswer): readonly string[] {
  const { files } = loaded;
  const lines = whole.answers.flatMap(({ scenario, report, outcome }) => {
    const { worst } = report;
    const violation = worst === null ? undefined : gravest(worst.verdict.violations);
    if (outcome !== 'unsafe' || worst === null || violation === undefined) return [];
    const place = placeOfPod(scenario, files, violation.pod, worst.verdict);
    return [violationAnnotation(violation, place, report)];
  });
  const open = whole.open
    .filter(({ accepted }) => accepted === null)
    .map(({ name, text }) =>
      annotation({ level: 'warning', title: `prestop: not judged: ${name}`, message: text, place: null }),
    );
  const claims = whole.answers.map(({ report }) => report.claim);
  const message = claims.length === 1 ? claims[0]! : `${claims.length} workloads; of each: ${claims[0]}`;
  const safe =
    whole.outcome === 'safe'
      ? [annotation({ level: 'notice', title: 'prestop: safe', message, place: null })]
      : [];
  return [...new Set([...lines, ...open, ...safe]), ...findingAnnotations(loaded.scenario, files)];
}
