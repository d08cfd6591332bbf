import type { FuzzReport } from '../../analysis/fuzz.ts';
import { withCounterexample } from '../../analysis/shrink.ts';
import { varyScenario } from '../../analysis/vary.ts';
import type { Course } from '../../node/checkpoints.ts';
import {
  counterexampleSection,
  failuresSection,
  joinSections,
  requiredSection,
  type Section,
  verdictSection,
  worstSection,
} from '../../report/campaign-text.ts';
import { paint } from '../../report/palette.ts';
import { simulate } from '../../run/simulate.ts';
import { DEFAULT_CAMPAIGN_RUNS } from '../../scenario/options.ts';
import { campaignAnnotations } from '../annotations.ts';
import type { Options } from '../args.ts';
import { basisSection } from '../basis.ts';
import { exitOf, type Io, json, save } from '../output.ts';
import { deliver, pictureOfCampaign } from '../pictures.ts';
import { replayCommand } from '../replay.ts';
import { reportToResume } from '../report-file.ts';
import { runCampaignOf } from '../run-campaign.ts';
import { type LoadedScenario, scenarioFromArgs } from '../scenario-from-args.ts';
import { timelineOf, worstRun } from './check.ts';

/** A campaign in numbers; --out and --json give the report that `merge` takes. */
export async function fuzz(files: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await scenarioFromArgs(files, options, io.readStdin);
  const { runs = DEFAULT_CAMPAIGN_RUNS, shrink, out, format } = options;
  const report = await runCampaignOf(
    loaded,
    options,
    { runs, shrink, course: await courseOf(options, io) },
    io,
  );
  if (format === 'html' || format === 'svg') {
    const { worst } = report;
    const replay = worst === null ? '' : replayCommand(files, options, { seed: worst.seed });
    const page = await pictureOfCampaign(report, worstRun(loaded, report, options), format, replay);
    await deliver(page, options, io);
    return exitOf(report);
  }
  if (out !== undefined) await save(out, `${json(report)}\n`, io);
  if (format === 'json') io.out(json(report));
  else io.out(fuzzText(loaded, report, files, options, io.color));
  if (format === 'github') for (const line of campaignAnnotations(loaded, report)) io.out(line);
  return exitOf(report);
}

/** Where a campaign begins, and how often what is done is kept. */
async function courseOf({ out, checkpointMs, resumeFrom }: Options, io: Io): Promise<Course> {
  const resume = resumeFrom === undefined ? null : await reportToResume(resumeFrom);
  if (resumeFrom !== undefined && resume === null)
    io.err(`${resumeFrom} is not there yet: the campaign begins.`);
  return {
    ...(resume !== null && { resume }),
    ...(checkpointMs !== undefined &&
      out !== undefined && {
        checkpoint: { everyMs: checkpointMs, write: (report) => io.writeFile(out, `${json(report)}\n`) },
      }),
  };
}

function fuzzText(
  loaded: LoadedScenario,
  report: FuzzReport,
  files: readonly string[],
  options: Options,
  color: boolean,
): string {
  const { scenario } = loaded;
  const paints = paint(color);
  const { worst } = report;
  return joinSections([
    [
      ...verdictSection(report, paints),
      ...failuresSection(
        report,
        scenario.world.services.map(({ name }) => name),
      ),
    ],
    requiredSection(report),
    worstSection(report, paints),
    reducedSection(loaded, report, options, color),
    basisSection(loaded),
    worst === null ? [] : [`Repeat the worst run: ${replayCommand(files, options, { seed: worst.seed })}`],
  ]);
}

/** The reduced counterexample with its timeline; without one, the timeline of the worst run. */
function reducedSection(
  loaded: LoadedScenario,
  report: FuzzReport,
  options: Options,
  color: boolean,
): Section {
  const { counterexample } = report;
  if (counterexample === null) {
    const run = worstRun(loaded, report, options);
    return run === null ? [] : [timelineOf(run, color)];
  }
  const { seed } = counterexample;
  const { scenario, vary } = loaded;
  const varied = vary === undefined ? scenario : varyScenario(scenario, vary, seed, { swarm: options.swarm });
  const run = simulate(withCounterexample(varied, counterexample), { seed });
  return [...counterexampleSection(counterexample), '', timelineOf(run, color)];
}
