import { varyScenario } from '../../analysis/vary.ts';
import { fixText } from '../../report/describe-fix.ts';
import { notJudgedText } from '../../report/describe-not-judged.ts';
import { violationText } from '../../report/describe-violation.ts';
import { explain } from '../../report/explain.ts';
import { paint } from '../../report/palette.ts';
import { formatTimeline } from '../../report/timeline.ts';
import { paragraph } from '../../report/wrap.ts';
import { podTimeline, type Run, simulate } from '../../run/simulate.ts';
import { lengthMs } from '../../verdict/types.ts';
import { verdictAnnotations } from '../annotations.ts';
import type { Options } from '../args.ts';
import { isPicture } from '../formats.ts';
import { EXIT, type Io, json } from '../output.ts';
import { deliver, pictureOfRun } from '../pictures.ts';
import { replayCommand } from '../replay.ts';
import { scenarioFromArgs } from '../scenario-from-args.ts';

/** One run, line by line. */
export async function timeline(files: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await scenarioFromArgs(files, options, io.readStdin);
  const { seed, swarm, format } = options;
  const { scenario, vary } = loaded;
  const varied = vary === undefined ? scenario : varyScenario(scenario, vary, seed, { swarm });
  const run = simulate(varied, { seed });
  if (isPicture(format)) {
    const replay = replayCommand(files, options, { seed });
    await deliver(await pictureOfRun(run, format, { ...options, replay }, io), options, io);
  } else if (format === 'json') await deliver(json(timelineData(run, options)), options, io);
  else await deliver(timelineText(run, options, io.color && options.out === undefined), options, io);
  if (format === 'github') {
    for (const line of verdictAnnotations(scenario, loaded.files, run.verdict)) io.out(line);
  }
  return EXIT[run.verdict.outcome];
}

export function timelineText(run: Run, options: Options, color: boolean): string {
  const { pod, all, maxLines } = options;
  const table = formatTimeline(run, {
    color,
    all,
    ...(pod !== undefined && { pod }),
    ...(maxLines !== undefined && { maxLines }),
  });
  const verdict = options.explain ? explain(run) : verdictLines(run, color);
  return `${table}\n\n${verdict}`;
}

function verdictLines(run: Run, color: boolean): string {
  const { safe, violations, notJudged } = run.verdict;
  const paints = paint(color);
  if (safe) return `${paints('SAFE', 'good')} under seed ${run.seed}. --explain says more.`;
  const gating = violations.filter((each) => each.gating);
  const shown = gating.sort((a, b) => lengthMs(b) - lengthMs(a)).slice(0, 3);
  const lines = shown.flatMap((violation, index) => {
    const fix = fixText(violation.fix);
    const next = shown[index + 1];
    const sameNext = next !== undefined && fixText(next.fix) === fix;
    const what = paragraph(violationText(violation), `  ${violation.kind}: `);
    return [what, ...(sameNext ? [] : [paragraph(fix, '  Fix: ')])];
  });
  const open = notJudged.filter((each) => each.gating).map((each) => paragraph(notJudgedText(each), '  - '));
  const word =
    shown.length === 0
      ? 'NOT JUDGED'
      : shown.some(({ kind }) => kind === 'nothingToJudge')
        ? 'NOTHING TO JUDGE'
        : 'UNSAFE';
  return [`${paints(word, 'bad')} under seed ${run.seed}. --explain says more.`, ...lines, ...open].join(
    '\n',
  );
}

/** The verdict, and each stopped Pod's story; every event with --all. */
function timelineData(run: Run, { pod, all }: Options) {
  const { seed, digest, endedAtMs, verdict, trace } = run;
  const names = pod === undefined ? Object.keys(verdict.grace) : [pod];
  const pods = Object.fromEntries(names.map((name) => [name, podTimeline(run, name)]));
  const violations = verdict.violations.map((violation) => ({ ...violation }));
  const events = pod === undefined ? trace : trace.filter((event) => event.pod === pod);
  return {
    seed,
    digest,
    endedAtMs,
    verdict: { ...verdict, violations },
    pods,
    ...(all && { trace: events }),
  };
}
