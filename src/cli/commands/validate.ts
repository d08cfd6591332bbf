import { repetitionsOf } from '../../calibration/calibrate.ts';
import { crossValidate, spreadOf } from '../../calibration/cross-validate.ts';
import type { ValidationRow } from '../../calibration/judge.ts';
import { type Validation, validate as validated } from '../../calibration/validate.ts';
import { largest } from '../../kernel/lists.ts';
import { loadDelaysFile, readCalibrationFiles } from '../../node/recordings.ts';
import { findScenarioFile, readScenarioFile } from '../../node/scenario-file.ts';
import { paragraph } from '../../report/wrap.ts';
import type { AppInput } from '../../scenario/schema.ts';
import { type Options, UsageError } from '../args.ts';
import { EXIT, type Io, json } from '../output.ts';

/** Recordings against simulated runs of their own scenario. Without delays: fitted on one half, held against the other. */
export async function validate(paths: readonly string[], options: Options, io: Io): Promise<number> {
  if (paths.length === 0) throw new UsageError('No recordings are given; name files or folders.', 'validate');
  const { recordings, warnings } = await readCalibrationFiles(paths);
  for (const warning of warnings) io.err(warning);
  const { repetitions, notes } = repetitionsOf(recordings, true);
  for (const note of notes) io.err(note);
  const described = await appsOf(options);
  const how = { ...(options.runs !== undefined && { runs: options.runs }), seed: options.seed, ...described };
  const { delays } = options;
  const validation =
    delays === undefined
      ? crossValidate(repetitions, how)
      : validated(repetitions, { ...how, fitted: await fittedIn(delays) });
  if (validation.rows.length === 0) {
    io.err(
      `Nothing could be compared. ${validation.notJudged.map(({ set, why }) => `${set}: ${why}`).join(' ')}`.trim(),
    );
    return EXIT.badInput;
  }
  io.out(options.format === 'json' ? json(validation) : validationText(validation, delays ?? null));
  return validation.failed === 0 && validation.notJudged.length === 0 ? EXIT.safe : EXIT.unsafe;
}

async function fittedIn(path: string) {
  return spreadOf(await loadDelaysFile(path));
}

/** What --config says of the apps: a recording cannot know what a process does at its stop signal. */
async function appsOf({ config }: Options): Promise<{ readonly apps?: Readonly<Record<string, AppInput>> }> {
  const path = config ?? (await findScenarioFile('.'));
  if (path === null || path === undefined) return {};
  const { apps } = (await readScenarioFile(path)).input;
  if (typeof apps !== 'object' || apps === null) return {};
  return { apps: apps as Readonly<Record<string, AppInput>> };
}

/** A table that a person reads: one row a milestone, what is off at the end of it. */
export function validationText(
  { rows, passed, failed, notJudged, setAside }: Validation,
  delays: string | null,
): string {
  const sets = [...new Set(rows.map(({ set }) => set))];
  const how =
    delays === null
      ? 'fitted on one half of the repetitions and held against the other'
      : `with the delays of ${delays}`;
  return [
    `${passed} of ${passed + failed} rows agree, ${how}.`,
    ...sets.flatMap((set) => ['', set, ...table(rows.filter((row) => row.set === set))]),
    ...notJudged.map(({ set, why }) => `\n${paragraph(`${set}: not judged. ${why}`)}`),
    ...setAside.map(({ set, why }) => `\n${paragraph(`${set}: ${why}`)}`),
    '',
    paragraph(
      'A row agrees where the recorded median lies within 5 to 95 % of the simulated runs, and the recorded maximum below 99.9 % of them. ' +
        'A bound agrees where it does not lie before what it bounds.',
    ),
    `${passed} passed, ${failed} failed`,
  ].join('\n');
}

const HEAD = ['milestone', 'n', 'median', 'maximum', '5 %', '50 %', '95 %', '99.9 %', ''] as const;

function table(rows: readonly ValidationRow[]): readonly string[] {
  const cells = [HEAD as readonly string[], ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => largest(cells.map((row) => row[column]!.length)));
  return cells.map((row) =>
    `  ${row.map((text, column) => (column === 0 || column === 8 ? text.padEnd(column === 0 ? widths[0]! : 0) : text.padStart(widths[column]!))).join('  ')}`.trimEnd(),
  );
}

function cellsOf({ milestone, recorded, simulated, passed, why, site }: ValidationRow): readonly string[] {
  const runs =
    simulated === null
      ? ['-', '-', '-', '-']
      : [simulated.p5Ms, simulated.p50Ms, simulated.p95Ms, simulated.p999Ms].map((ms) => ms.toFixed(1));
  const verdict = passed ? 'ok' : `FAILED: ${why}${site === null ? '' : `; look at ${site}`}`;
  return [
    milestone,
    String(recorded.n),
    recorded.medianMs.toFixed(1),
    recorded.maxMs.toFixed(1),
    ...runs,
    verdict,
  ];
}
