import { startFinding } from '../../analysis/find-safe-pre-stop.ts';
import type {
  KnownSeconds,
  NoSafePreStop,
  Replay,
  SafeInterval,
  SafePreStop,
} from '../../analysis/safe-pre-stop.ts';
import { inSteps } from '../../node/in-steps.ts';
import { joinSections, type Section } from '../../report/campaign-text.ts';
import { columns } from '../../report/columns.ts';
import {
  lowerEdgeText,
  noneFix,
  noneText,
  openTexts,
  rangeText,
  recommendationText,
  upperEdgeText,
} from '../../report/describe-safe-pre-stop.ts';
import { violationText } from '../../report/describe-violation.ts';
import { overLimitText } from '../../report/over-limit-text.ts';
import { type Paint, paint } from '../../report/palette.ts';
import { paragraph } from '../../report/wrap.ts';
import { type WorkloadScenario, workloadName } from '../../scenario/by-workload.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { annotation, placeOfPod } from '../annotations.ts';
import type { Options } from '../args.ts';
import { basisLine, basisSection } from '../basis.ts';
import { EXIT, type Io, json } from '../output.ts';
import { firstPodOf } from '../pod-names.ts';
import { ProgressLine } from '../progress.ts';
import { replayCommand } from '../replay.ts';
import { type LoadedScenario, scenarioFromArgs } from '../scenario-from-args.ts';
import { hookCells, nameCell, STOPS } from '../workload-text.ts';

type ReplayLine = (replay: Replay) => string;

/** A search that a signal ended, and what had been shown by then. */
interface Interrupted extends KnownSeconds {
  readonly kind: 'interrupted';
}

type Answer = SafePreStop | Interrupted;

/** The interval of safe preStop values of each workload, or why there is none. */
export async function find(files: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await scenarioFromArgs(files, options, io.readStdin);
  const { format } = options;
  if (loaded.workloads !== null && loaded.workloads.length !== 1)
    return findByWorkload(loaded, loaded.workloads, { files, options, io });
  const [only] = loaded.workloads ?? [];
  const found = await findIn(loaded.scenario, options, io);
  const own = only === undefined ? {} : { workload: workloadName(only.workload) };
  const replayLine: ReplayLine = ({ seed, seconds }) =>
    replayCommand(files, options, { seed, preStopSeconds: seconds, ...own });
  if (format === 'json') io.out(json(findData(found, replayLine)));
  else io.out(findText(loaded, found, replayLine, io.color));
  if (format === 'github') io.out(findAnnotation(loaded, loaded.scenario, found));
  return exitOfFound([found]);
}

/** None before what was not judged, and that before runs that are missing. */
function exitOfFound(all: readonly Answer[]): number {
  if (all.some(({ kind }) => kind === 'none')) return EXIT.unsafe;
  if (all.length === 0 || all.some(isOpen)) return EXIT.notJudged;
  return all.every((found) => found.kind === 'interval' && found.evidence.overLimit === 0)
    ? EXIT.safe
    : EXIT.partial;
}

/** Something was not looked at; where each run met a limit, runs are what is missing. */
function isOpen(found: Answer): boolean {
  return found.kind === 'notJudged' && (found.notJudged.length > 0 || found.violation !== null);
}

async function findIn(
  scenario: Scenario,
  { runs, seed, maxSeconds, confidence, headroom, progress }: Options,
  io: Io,
): Promise<Answer> {
  const line = new ProgressLine(io, progress || io.isTerminal);
  const { steps, known } = startFinding(scenario, {
    seed,
    onProgress: line.update,
    ...(runs !== undefined && { runs }),
    ...(maxSeconds !== undefined && { maxSeconds }),
    ...(confidence !== undefined && { confidence }),
    ...(headroom !== undefined && { headroom }),
  });
  const found = await inSteps(steps, io.interrupt());
  line.done();
  return found === null ? { kind: 'interrupted', ...known() } : found.value;
}

interface Asked {
  readonly files: readonly string[];
  readonly options: Options;
  readonly io: Io;
}

interface FoundOf extends WorkloadScenario {
  readonly found: Answer;
}

/** A row for each workload, and below it what there is to say where no value was found. */
async function findByWorkload(
  loaded: LoadedScenario,
  workloads: readonly WorkloadScenario[],
  { files, options, io }: Asked,
): Promise<number> {
  const all: FoundOf[] = [];
  for (const each of workloads) all.push({ ...each, found: await findIn(each.scenario, options, io) });
  const lineOf =
    ({ workload }: FoundOf): ReplayLine =>
    ({ seed, seconds }) =>
      replayCommand(files, options, { seed, preStopSeconds: seconds, workload: workloadName(workload) });
  if (options.format === 'json') {
    const data = all.map((each) => ({ ...each.workload, ...findData(each.found, lineOf(each)) }));
    io.out(json({ workloads: data }));
  } else io.out(foundText(loaded, all, lineOf, { verbose: options.verbose, color: io.color }));
  if (options.format === 'github')
    for (const { scenario, found } of all) io.out(findAnnotation(loaded, scenario, found));
  return exitOfFound(all.map(({ found }) => found));
}

const HEAD = ['workload', 'stopped', 'preStop', 'grace', 'safe interval', 'use', 'decided by'];

function foundText(
  loaded: LoadedScenario,
  all: readonly FoundOf[],
  lineOf: (of: FoundOf) => ReplayLine,
  { verbose, color }: { readonly verbose: boolean; readonly color: boolean },
): string {
  const paints = paint(color);
  const rows = all.map(({ workload, scenario, found }) => [
    nameCell(workload),
    STOPS[workload.stop],
    ...hookCells(scenario, workload),
    ...foundCells(found),
  ]);
  const told = all.filter(
    ({ found }) => verbose || found.kind !== 'interval' || found.evidence.overLimit > 0,
  );
  return joinSections([
    [paragraph(foundLine(all, paints))],
    rows.length === 0 ? [] : columns(HEAD, rows),
    ...told.map((each) => {
      const { kind, name } = each.workload;
      const [head = '', ...lines] = answerLines(each.found, paints);
      const replays = replaysOf(each.found).map((replay) => replayText(replay, lineOf(each)));
      return [`${kind} ${name}: ${head}`, ...lines, ...(verbose ? replays : [])];
    }),
    verbose ? basisSection(loaded) : basisLine(loaded),
  ]);
}

/** `Use 3 s for Deployment web …`: what to change comes first. */
function foundLine(all: readonly FoundOf[], color: Paint): string {
  const of = (kind: Answer['kind']) => all.filter(({ found }) => found.kind === kind);
  const [none, open] = [of('none').length, of('notJudged').length];
  if (all.length === 0) return `${color('NOT JUDGED', 'warning')}: no workload that anything sends to.`;
  if (none > 0) return `${color('NONE', 'bad')}: ${none} of ${all.length} workloads have no safe preStop.`;
  const cut = of('interrupted').length;
  if (open > 0) return `${color('NOT JUDGED', 'warning')}: ${open} of ${all.length} workloads.`;
  if (cut > 0)
    return `${color('INTERRUPTED', 'warning')}: ${all.length - cut} of ${all.length} workloads are done.`;
  return `${color('SAFE', 'good')}: every one of ${all.length} workloads has a safe preStop.`;
}

function foundCells(found: Answer): readonly [string, string, string] {
  switch (found.kind) {
    case 'interval': {
      const { minSeconds, maxSeconds, recommendedSeconds, decidedBelow } = found;
      return [
        `${minSeconds}–${maxSeconds} s`,
        `Use ${recommendedSeconds} s`,
        decidedBelow?.router ?? 'no router',
      ];
    }
    case 'none':
      return ['none', '-', found.reason];
    case 'notJudged':
      return ['not judged', '-', '-'];
    case 'interrupted':
      return ['interrupted', '-', '-'];
    default:
      return found satisfies never;
  }
}

export function findText(
  loaded: LoadedScenario,
  found: Answer,
  replayLine: ReplayLine,
  color: boolean,
): string {
  const answer = answerLines(found, paint(color));
  if (found.kind === 'interrupted') return joinSections([answer, basisSection(loaded)]);
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

function replaysOf(found: Answer): readonly Replay[] {
  return found.kind === 'interrupted' ? [] : found.evidence.replays;
}

function interruptedText({ safeSeconds, unsafeSeconds }: Interrupted): string {
  const list = (seconds: readonly number[]) =>
    seconds.length === 0 ? 'none yet' : `${seconds.join(', ')} s`;
  return `Safe in every run: ${list(safeSeconds)}. Not safe: ${list(unsafeSeconds)}.`;
}

function answerLines(found: Answer, color: Paint): Section {
  return [...ownLines(found, color), ...leftOf(found).map((text) => paragraph(text, '  '))];
}

/** Runs that met a limit. */
function leftOf(found: Answer): readonly string[] {
  if (found.kind === 'interrupted' || found.evidence.overLimit === 0) return [];
  return [overLimitText(found.evidence.overLimit, found.evidence.firstOverLimit)];
}

function ownLines(found: Answer, color: Paint): Section {
  if (found.kind === 'interrupted') {
    const head = `${color('INTERRUPTED', 'warning')}: the search was ended before it was done.`;
    return [head, paragraph(interruptedText(found), '  ')];
  }
  if (found.kind === 'interval') return intervalLines(found, color);
  if (found.kind === 'none') return noneLines(found, color);
  const head = `${color('NOT JUDGED', 'warning')}: what it takes is not known.`;
  return [head, ...openTexts(found).map((text) => paragraph(text, '  '))];
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
  const head = `${color('NONE', 'bad')}: no preStop value is safe (${reason}).`;
  const fix = noneFix(found);
  return [head, paragraph(noneText(found), '  '), ...(fix === null ? [] : [paragraph(fix, '  Fix: ')])];
}

function replayText(replay: Replay, replayLine: ReplayLine): string {
  const what = replay.violation === null ? '' : violationText(replay.violation);
  return `${paragraph(what, `  ${replay.seconds} s is not safe: `)}\n    ${replayLine(replay)}`;
}

function findData(found: Answer, replayLine: ReplayLine) {
  if (found.kind === 'interrupted') return found;
  const replays = found.evidence.replays.map((replay) => ({ ...replay, replayCommand: replayLine(replay) }));
  return { ...found, evidence: { ...found.evidence, replays } };
}

function findAnnotation({ files }: LoadedScenario, scenario: Scenario, found: Answer): string {
  const left = leftOf(found);
  const firstPod = scenario.objects.map(firstPodOf).find((pod) => pod !== null) ?? null;
  const place = placeOfPod(scenario, files, firstPod, { decidedBy: null });
  if (found.kind === 'none') {
    return annotation({
      level: 'error',
      title: `prestop: no safe preStop (${found.reason})`,
      message: [noneText(found), ...left].join('\n'),
      place,
    });
  }
  if (found.kind === 'interrupted') {
    const message = interruptedText(found);
    return annotation({ level: 'warning', title: 'prestop: interrupted', message, place });
  }
  if (found.kind === 'notJudged') {
    const message = [...openTexts(found), ...left].join('\n');
    return annotation({ level: 'warning', title: 'prestop: not judged', message, place });
  }
  const { minSeconds, maxSeconds, recommendedSeconds } = found;
  const safe = `Safe from ${minSeconds} s to ${maxSeconds} s; use ${recommendedSeconds} s.`;
  const message = [safe, ...left].join('\n');
  return annotation({ level: 'notice', title: 'prestop: safe preStop', message, place });
}
