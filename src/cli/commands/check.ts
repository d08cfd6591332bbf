import type { FuzzReport } from '../../analysis/fuzz.ts';
import { withSafeSeconds } from '../../analysis/hook-durations.ts';
import { varyScenario } from '../../analysis/vary.ts';
import { REPORT_VERSION } from '../../reference/report-schema.ts';
import {
  failuresSection,
  joinSections,
  openSection,
  requiredSection,
  type Section,
  tellingPod,
  verdictSection,
  worstSection,
} from '../../report/campaign-text.ts';
import { assumptionText } from '../../report/describe-assumption.ts';
import { notJudgedName } from '../../report/describe-not-judged.ts';
import { formatGantt, type GanttOptions } from '../../report/gantt.ts';
import { paint } from '../../report/palette.ts';
import { formatResults, isResultFormat } from '../../report/results/index.ts';
import { routersSection } from '../../report/routers-text.ts';
import { formatTimeline } from '../../report/timeline.ts';
import { type Run, simulateTraced } from '../../run/simulate.ts';
import { DEFAULT_CHECK_RUNS } from '../../scenario/options.ts';
import { campaignAnnotations } from '../annotations.ts';
import type { Options } from '../args.ts';
import { basisSection } from '../basis.ts';
import { resultsOfCampaign } from '../check-results.ts';
import { exitOf, type Io, json } from '../output.ts';
import { deliver, pictureOfCampaign } from '../pictures.ts';
import { namingFiles } from '../placed-issues.ts';
import { replayCommand } from '../replay.ts';
import { runCampaignOf } from '../run-campaign.ts';
import { type LoadedScenario, scenarioFromArgs } from '../scenario-from-args.ts';
import { checkWorkloads } from './check-workloads.ts';

const TIMELINE_LINES = 10;

/** Each workload in many runs of its own; a scenario whose actions are given as it stands. */
export async function check(files: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await scenarioFromArgs(files, options, io.readStdin);
  const runs = options.runs ?? DEFAULT_CHECK_RUNS;
  if (loaded.workloads !== null)
    return checkWorkloads(loaded, loaded.workloads, { files, options, io, runs });
  const report = await runCampaignOf(loaded, options, { runs, shrink: false }, io);
  const replay = report.worst === null ? null : replayCommand(files, options, { seed: report.worst.seed });
  const left = options.allowUnjudged ? [] : leftOut(loaded, report);
  const { format } = options;
  if (format === 'html' || format === 'svg') {
    const worst = worstRun(loaded, report, options);
    await deliver(await pictureOfCampaign(report, worst, format, replay ?? ''), options, io);
  } else if (isResultFormat(format)) {
    const [headline = ''] = verdictSection(report, paint(false), left);
    await deliver(
      formatResults(format, resultsOfCampaign(loaded, report, { headline, left, replay })),
      options,
      io,
    );
  } else if (format === 'json') await deliver(json(checkData(loaded, report, { replay, left })), options, io);
  else {
    const worst = worstRun(loaded, report, options);
    const color = io.color && options.out === undefined;
    const gantt = { color, ascii: options.ascii, width: io.columns };
    await deliver(checkText(loaded, report, { replay, worst, left, color, gantt }), options, io);
  }
  if (options.format === 'github') for (const line of campaignAnnotations(loaded, report)) io.out(line);
  const { failures, notJudged } = report;
  if (!options.allowUnjudged)
    return exitOf({ ...report, notJudged: failures > notJudged ? 0 : notJudged + left.length });
  return exitOf({ ...report, failures: failures - notJudged, notJudged: 0 });
}

/** Services of which no run stopped a Pod, but for those that the scenario file excuses. */
function leftOut({ accepted }: LoadedScenario, { worst }: FuzzReport): readonly string[] {
  const excused = new Set(accepted.filter(({ what }) => what === 'service').map(({ name }) => name));
  return (worst?.verdict.notJudged ?? [])
    .filter((each) => !each.gating && 'service' in each && !excused.has(each.service))
    .filter(({ code }) => code === 'serviceNotStopped' || code === 'serviceWithoutPods')
    .map(notJudgedName);
}

/** The campaign's worst run once more, with its trace where that fits. */
export function worstRun(
  { scenario, vary }: LoadedScenario,
  { worst }: FuzzReport,
  { swarm }: Options,
): Run | null {
  if (worst === null) return null;
  const { seed } = worst;
  return simulateTraced(vary === undefined ? scenario : varyScenario(scenario, vary, seed, { swarm }), seed);
}

interface CheckShown {
  readonly replay: string | null;
  readonly worst: Run | null;
  /** What no run looked at. */
  readonly left: readonly string[];
  readonly color: boolean;
  /** How the picture of a run that is not safe is drawn. */
  readonly gantt: GanttOptions;
}

/** The verdict first, then the worst run with its fix and its timeline, then what it rests on. */
export function checkText(
  loaded: LoadedScenario,
  report: FuzzReport,
  { replay, worst, left, color, gantt }: CheckShown,
): string {
  const { scenario } = loaded;
  const paints = paint(color);
  const [head = '', ...claim] = verdictSection(report, paints, left);
  return joinSections([
    [
      head,
      ...routersSection(scenario),
      ...claim,
      ...failuresSection(
        report,
        scenario.world.services.map(({ name }) => name),
      ),
    ],
    openSection(withSafeSeconds(report.worst?.verdict.notJudged ?? [], scenario, report)),
    worstSection(report, paints),
    worst === null || report.failures === 0 ? [] : ganttOf(worst, gantt),
    worst === null ? [] : [timelineOf(worst, color)],
    requiredSection(report),
    basisSection(loaded),
    replay === null ? [] : [`Repeat it: ${replay}`],
  ]);
}

/** The Pod that the run failed with, as a picture; nothing where no Pod stopped, or the run kept no trace. */
function ganttOf(run: Run, options: GanttOptions): Section {
  const pod = tellingPod(run.verdict);
  return run.trace.length === 0 || pod === null ? [] : [formatGantt(run, { ...options, pod })];
}

export function timelineOf(run: Run, color: boolean): string {
  if (run.trace.length === 0)
    return 'No timeline: the run has more events than limits.maxTraceEvents allows.';
  const pod = tellingPod(run.verdict);
  return formatTimeline(run, { maxLines: TIMELINE_LINES, color, ...(pod !== null && { pod }) });
}

function checkData(
  { scenario, files, notes }: LoadedScenario,
  report: FuzzReport,
  { replay, left }: Pick<CheckShown, 'replay' | 'left'>,
) {
  const { tally: _tally, counterexample: _none, shard: _shard, services, ...rest } = report;
  const named = scenario.world.services.map(({ name }) => [name, services[name] ?? 0] as const);
  return {
    schemaVersion: REPORT_VERSION,
    safe: report.failures === 0 && report.runs > 0 && left.length === 0,
    left,
    partial: !report.complete,
    ...rest,
    services: Object.fromEntries(named),
    assumptions: [...notes, ...scenario.assumptions.map(assumptionText).map(namingFiles(files))],
    replayCommand: replay,
  };
}
