import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calibration } from '../calibration/calibration.ts';
import { parseDelaysFile } from '../calibration/delays-file.ts';
import { isProbeLog, withProbes } from '../calibration/probe-logs.ts';
import { parseMetrics, type Scrape } from '../calibration/prometheus.ts';
import {
  formatRecordingProblems,
  parseLines,
  parseRecording,
  type Recording,
  type RecordingLine,
  type RecordingProblem,
} from '../calibration/recording.ts';
import { printable } from '../cluster/printable.ts';
import { append } from '../kernel/lists.ts';
import { readText } from './read-text.ts';

/** Recordings and metrics from files, and the delays that were fitted from them. */

/** Files that are no recordings, no metrics, no delays: every problem at once. */
export class CalibrationError extends Error {
  override readonly name = 'CalibrationError';
  constructor(readonly problems: readonly string[]) {
    super(problems.map((problem) => printable(problem)).join('\n'));
  }
}

/** What was read of files to calibrate by. */
export interface CalibrationFiles {
  readonly recordings: readonly Recording[];
  readonly scrapes: readonly Scrape[];
  /** What was left out and why: a torn last line. */
  readonly warnings: readonly string[];
}

/** How deep folders are searched: sets in a folder, repetitions in a set. */
const DEPTH = 4;

/**
 * Reads recordings (`.jsonl`) and metrics (`.prom`, `.txt`, `.metrics`, `.json`) from files and folders. Rejects with a
 * CalibrationError that names every path that leads nowhere and every malformed line.
 */
export async function readCalibrationFiles(paths: readonly string[]): Promise<CalibrationFiles> {
  const problems: string[] = [];
  const files: string[] = [];
  for (const path of paths) {
    const found = await filesIn(path, DEPTH, true).catch((error: unknown) => {
      problems.push(`${path} cannot be read (${codeOf(error)}). Check the path.`);
      return null;
    });
    if (found?.length === 0)
      problems.push(`${path} holds no recordings (.jsonl) and no metrics (.prom, .txt, .metrics, .json).`);
    append(files, found ?? []);
  }
  const recordings: Recording[] = [];
  const scrapes: Scrape[] = [];
  const probes: RecordingLine[] = [];
  const warnings: string[] = [];
  for (const file of [...new Set(files)]) {
    const text = await recordedText(file, problems);
    if (text === null) continue;
    if (isProbeLog(text)) for (const line of parseLines(text, file)) probes.push(line);
    else if (isRecording(file, text)) takeRecording(text, file, recordings, problems, warnings);
    else {
      const parsed = parseMetrics(text, file);
      if (parsed.ok) scrapes.push(parsed.scrape);
      else problems.push(parsed.message);
    }
  }
  if (problems.length > 0) throw new CalibrationError(problems);
  return { recordings: withProbes(recordings, probes), scrapes, warnings };
}

/** Hours of watches in one file are more than any manifest. */
const MOST_BYTES = 256 * 2 ** 20;

/** The text of a file that a recorder or a scrape wrote; null and a problem where it is none. */
export async function recordedText(file: string, problems: string[]): Promise<string | null> {
  const read = await readText(file, { mostBytes: MOST_BYTES });
  if (read.ok) return read.text;
  problems.push(`${read.issue.message} ${read.issue.fix}`);
  return null;
}

function takeRecording(
  text: string,
  file: string,
  recordings: Recording[],
  problems: string[],
  warnings: string[],
): void {
  const parsed = parseRecording(text, file);
  const isTorn = ({ code }: RecordingProblem) => code === 'torn';
  const torn = parsed.problems.filter(isTorn);
  const others = parsed.problems.filter((problem) => !isTorn(problem));
  if (torn.length > 0) warnings.push(formatRecordingProblems(torn));
  if (others.length > 0) problems.push(formatRecordingProblems(others));
  if (parsed.recording !== null) recordings.push(parsed.recording);
}

const KNOWN = /\.(?:jsonl|prom|txt|metrics|json)$/;

async function filesIn(path: string, depth: number, named: boolean): Promise<readonly string[]> {
  const entry = await stat(path);
  if (!entry.isDirectory()) return named || KNOWN.test(path) ? [path] : [];
  if (depth === 0) return [];
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
  const inside = await Promise.all(names.map((name) => filesIn(join(path, name), depth - 1, false)));
  return inside.flat();
}

/** By its name, or by its first line: an object, where metrics begin with a name or a comment. */
function isRecording(file: string, text: string): boolean {
  return file.endsWith('.jsonl') || (!file.endsWith('.json') && text.trimStart().startsWith('{"'));
}

/** Reads `prestop.delays.yaml`. Rejects with a CalibrationError where it cannot be read or was not written by calibrate. */
export async function loadDelaysFile(path: string): Promise<Calibration> {
  const read = await readText(path);
  if (!read.ok)
    throw new CalibrationError([
      `${read.issue.message} ${read.issue.fix} prestop calibrate writes such a file.`,
    ]);
  const parsed = parseDelaysFile(read.text, path);
  if (parsed.ok) return parsed.calibration;
  throw new CalibrationError(parsed.messages);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
