import { findSafePreStop } from '../../analysis/find-safe-pre-stop.ts';
import type { NoSafePreStop, Replay, SafeInterval, SafePreStop } from '../../analysis/safe-pre-stop.ts';
import { joinSections, type Section } from '../../report/campaign-text.ts';
import {
  lowerEdgeText,
  noneFix,
  noneText,
  rangeText,
  recommendationText,
  upperEdgeText,
} from '../../report/describe-safe-pre-stop.ts';
import { violationText } from '../../report/describe-violation.ts';
import { type Paint, paint } from '../../report/palette.ts';
import { paragraph } from '../../report/wrap.ts';
import { annotation, placeOfPod } from '../annotations.ts';
import type { Options } from '../args.ts';
import { basisSection } from '../basis.ts';
import { EXIT, type Io, json } from '../output.ts';
import { firstPodOf } from '../pod-names.ts';
import { ProgressLine } from '../progress.ts';
import { replayCommand } from '../replay.ts';
import { type LoadedScenario, scenarioFromArgs } from '../scenario-from-args.ts';

type ReplayLine = (replay: Replay) => string;

/** The interval of safe preStop values, or why there is none. */
export async function find(files: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await scenarioFromArgs(files, options, io.readStdin);
  const { runs, seed, maxSeconds, confidence, headroom, format } = options;
  const line = new ProgressLine(io, options.progress || io.isTerminal);
  const found = findSafePreStop(loaded.scenario, {
    seed,
    onProgress: line.update,
    ...(runs !== undefined && { runs }),
    ...(maxSeconds !== undefined && { maxSeconds }),
    ...(confidence !== undefined && { confidence }),
    ...(headroom !== undefined && { headroom }),
  });
  line.done();
  const replayLine: ReplayLine = ({ seed, seconds }) =>
    replayCommand(files, options, { seed, preStopSeconds: seconds });
  if (format === 'json') io.out(json(findData(found, replayLine)));
  else io.out(findText(loaded, found, replayLine, io.color));
  if (format === 'github') io.out(findAnnotation(loaded, found));
  return found.kind === 'interval' ? EXIT.safe : EXIT.unsafe;
}

export function findText(
  loaded: LoadedScenario,
  found: SafePreStop,
  replayLine: ReplayLine,
  color: boolean,
): string {
  const answer =
    found.kind === 'interval' ? intervalLines(found, paint(color)) : noneLines(found, paint(color));
  const { claim, replays, interior } = found.evidence;
  const evidence = [paragraph(`${claim}.`, '  ')];
  if (interior.seconds.length > 0) {
    evidence.push(
      `  ${interior.seconds.length} values between the edges were run ${interior.runsEach} times each.`,
    );
  }
  return joinSections([
    answer,
    ['Evidence', ...evidence, ...replays.map((replay) => replayText(replay, replayLine))],
    basisSection(loaded),
  ]);
}

function intervalLines(found: SafeInterval, color: Paint): Section {
  const { recommendedSeconds, decidedBelow, decidedAbove } = found;
  return [
    `${color('SAFE', 'good')}: a preStop sleep ${rangeText(found)}. Use ${color(`${recommendedSeconds} s`, 'strong')}.`,
    paragraph(`${recommendationText(found)}.`, '  Chosen: '),
    paragraph(`${lowerEdgeText(decidedBelow)}.`, '  Below:  '),
    paragraph(upperEdgeText(decidedAbove), '  Above:  '),
  ];
}

function noneLines(found: NoSafePreStop, color: Paint): Section {
  const { reason } = found;
  const head =
    reason === 'nothingToJudge'
      ? `${color('NOTHING TO JUDGE', 'bad')}: there is nothing that a preStop could protect.`
      : `${color('NONE', 'bad')}: no preStop value is safe (${reason}).`;
  const fix = noneFix(found);
  return [head, paragraph(noneText(found), '  '), ...(fix === null ? [] : [paragraph(fix, '  Fix: ')])];
}

function replayText(replay: Replay, replayLine: ReplayLine): string {
  const what = replay.violation === null ? '' : violationText(replay.violation);
  return `${paragraph(what, `  ${replay.seconds} s is not safe: `)}\n    ${replayLine(replay)}`;
}

function findData(found: SafePreStop, replayLine: ReplayLine) {
  const replays = found.evidence.replays.map((replay) => ({ ...replay, replayCommand: replayLine(replay) }));
  return { ...found, evidence: { ...found.evidence, replays } };
}

function findAnnotation({ scenario, files }: LoadedScenario, found: SafePreStop): string {
  const firstPod = scenario.objects.map(firstPodOf).find((pod) => pod !== null) ?? null;
  const place = placeOfPod(scenario, files, firstPod, { decidedBy: null });
  if (found.kind === 'none') {
    return annotation({
      level: 'error',
      title: `prestop: no safe preStop (${found.reason})`,
      message: noneText(found),
      place,
    });
  }
  const { minSeconds, maxSeconds, recommendedSeconds } = found;
  const message = `Safe from ${minSeconds} s to ${maxSeconds} s; use ${recommendedSeconds} s.`;
  return annotation({ level: 'notice', title: 'prestop: safe preStop', message, place });
}
