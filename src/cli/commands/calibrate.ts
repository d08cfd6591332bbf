import { calibrate as calibrated } from '../../calibration/calibrate.ts';
import type { Calibration, SiteCalibration } from '../../calibration/calibration.ts';
import { formatDelaysFile } from '../../calibration/delays-file.ts';
import { milliseconds } from '../../calibration/order-statistics.ts';
import { at } from '../../calibration/quantile-table.ts';
import { largest } from '../../kernel/lists.ts';
import { readCalibrationFiles } from '../../node/recordings.ts';
import { paragraph } from '../../report/wrap.ts';
import { type Options, UsageError } from '../args.ts';
import { EXIT, type Io, json, save } from '../output.ts';

/** Recordings and metrics in, delays with their confidence out. */
export async function calibrate(paths: readonly string[], options: Options, io: Io): Promise<number> {
  if (paths.length === 0)
    throw new UsageError('No recordings and no metrics are given; name files or folders.', 'calibrate');
  const { recordings, scrapes, warnings } = await readCalibrationFiles(paths);
  for (const warning of warnings) io.err(warning);
  const { confidence, probedRouter, out } = options;
  const calibration = calibrated(
    { recordings, scrapes },
    {
      ...(confidence !== undefined && { confidence }),
      ...(probedRouter !== undefined && { router: probedRouter }),
    },
  );
  if (Object.keys(calibration.sites).length === 0 && calibration.routers.length === 0) {
    io.err(`Nothing was identified. ${calibration.notes.join(' ')}`.trim());
    io.err(
      'A recording needs at least two repetitions of one DELETE with its answer and the watch of its Pod.',
    );
    return EXIT.badInput;
  }
  if (out !== undefined) await save(out, formatDelaysFile(calibration), io);
  if (options.format === 'json') io.out(json(calibration));
  else io.out(calibrationText(calibration, out ?? null));
  return EXIT.safe;
}

/** What was found, a line for each site, and what was not. */
export function calibrationText(calibration: Calibration, out: string | null): string {
  const { sites, sums, modes, notIdentified, clocks, notes, routers } = calibration;
  const width = largest(
    Object.keys(sites).map((site) => site.length),
    4,
  );
  const missing = Object.entries(notIdentified);
  return [
    headline(calibration, out),
    '',
    `${'site'.padEnd(width)}  ${'n'.padStart(6)}  ${'p50'.padStart(10)}  ${'p95'.padStart(10)}  from`,
    ...Object.entries(sites).map(([site, found]) => siteLine(site.padEnd(width), found)),
    ...routers.map(({ name, n, supported }) => `router ${name}: n = ${n}, ${supported}`),
    '',
    'Recorded times, each the sum of several sites',
    ...sums.map(({ name, supported }) => `  ${name}: ${supported}`),
    ...(modes.length === 0 ? [] : ['', 'Left to the rules that make them', ...modes.map(modeLine)]),
    ...clocks.map(
      ({ node, uncertaintyMs }) =>
        `  clock of ${node}: known to ±${milliseconds(uncertaintyMs)}, which is part of the bounds`,
    ),
    ...(missing.length === 0
      ? []
      : [
          '',
          'Not identified; they keep their default',
          ...missing.map(([site, why]) => `  ${site}: ${why}`),
        ]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => paragraph(note))]),
    '',
    out === null
      ? 'Write it with --out prestop.delays.yaml, and name that file in prestop.config.yaml: delays: ./prestop.delays.yaml'
      : `Name it in prestop.config.yaml (delays: ${/^[./]/.test(out) ? out : `./${out}`}), or give it with --delays ${out}.`,
  ].join('\n');
}

function headline({ sites, recordings, date, notIdentified }: Calibration, out: string | null): string {
  const found = Object.keys(sites).length;
  const from = recordings > 0 ? `${recordings} recordings` : 'metrics';
  const where = out === null ? '' : ` in ${out}`;
  return `${found} delay sites from ${from}${date === null ? '' : ` of ${date}`}${where}; ${Object.keys(notIdentified).length} keep their default.`;
}

function siteLine(
  site: string,
  { n, estimate, pessimistic, optimistic, confidence }: SiteCalibration,
): string {
  const cell = (p: number) =>
    (estimate === undefined
      ? `${Number(at(optimistic, p).toPrecision(3))}–${Number(at(pessimistic, p).toPrecision(3))} ms`
      : milliseconds(at(estimate, p))
    ).padStart(10);
  return `${site}  ${String(n).padStart(6)}  ${cell(0.5)}  ${cell(0.95)}  ${confidence === 'measured' ? 'measured' : 'part of a sum, split'}`;
}

const MODES = {
  staleSlice: 'slice syncs that came a second late, since their cache was older than their own write',
  relistWait: 'teardowns that waited for a relist of the runtime',
  lateFirstProbe: 'replacements that missed their first probe',
} as const;

function modeLine({ mode, count, of }: Calibration['modes'][number]): string {
  return `  ${count} of ${of} ${MODES[mode]}`;
}
