import { demand } from '../scenario/arguments.ts';
import * as z from '../schema/zod.ts';

/** What a recorder wrote down: JSON lines, one file a repetition. This file knows their shape, and nothing of what they mean. */

/** One thing that was seen. Keys beside these four pass. */
export interface RecordingLine {
  /** ms since the action was sent, on the recorder's own monotonic clock; negative before it. */
  readonly t: number;
  /** Where it was seen: `client`, `apiserver`, `endpointslice`, `events`, `probe`, `meta` … */
  readonly source: string;
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One repetition: what was done, from the line `meta`, and what was seen, in the order of time. */
export interface Recording {
  /** Where it is from, for messages: a file's path. */
  readonly name: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly lines: readonly RecordingLine[];
}

/** A line of a recording that could not be read. */
export interface RecordingProblem {
  readonly code: 'notJson' | 'notALine' | 'noMeta' | 'torn' | 'tooLong';
  readonly file: string;
  /** From 1; null where it is about the whole file. */
  readonly line: number | null;
  readonly message: string;
  readonly fix: string;
}

/** A recording, and what of its text could not be read. */
export interface ParsedRecording {
  /** null where a problem other than a torn last line was found. */
  readonly recording: Recording | null;
  readonly problems: readonly RecordingProblem[];
}

/** Of one file. A repetition has some hundreds of lines; a probe adds some thousands. */
const MAX_LINES = 1_000_000;
/** Told one by one; what follows is counted. */
const MAX_PROBLEMS = 20;
/** A file with more malformed lines than this is none of ours, and not read to its end. */
const MAX_MALFORMED = 1000;

const lineSchema = z.looseObject({
  t: z.number({ error: 'has no "t" that is a number of ms' }),
  source: z.string({ error: 'has no "source" that is a text' }),
  what: z.string({ error: 'has no "what" that is a text' }),
  detail: z.record(z.string(), z.unknown(), { error: 'has no "detail" that is an object' }),
});

/**
 * Reads one file of JSON lines. Never throws: each malformed line is a problem with its file and number. A last line without its
 * line break that is no JSON was torn off while it was written: it is told, and left out.
 */
export function parseRecording(text: string, name: string): ParsedRecording {
  demand('parseRecording', 'text', text);
  const texts = text.split('\n');
  const ended = texts[texts.length - 1] === '';
  if (ended) texts.pop();
  const problems: RecordingProblem[] = [];
  const lines: RecordingLine[] = [];
  let untold = 0;
  const tell = (problem: RecordingProblem) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
    else untold++;
  };
  if (texts.length > MAX_LINES) return { recording: null, problems: [tooLong(name, texts.length)] };
  for (const [index, each] of texts.entries()) {
    if (untold >= MAX_MALFORMED) break;
    if (each.trim() === '') continue;
    const read = readLine(each, name, index + 1, !ended && index === texts.length - 1);
    if ('line' in read) lines.push(read.line);
    else tell(read.problem);
  }
  if (untold > 0) tellRest(problems, name, untold);
  const meta = lines.find(({ source }) => source === 'meta');
  const broken = problems.some(({ code }) => code !== 'torn');
  if (meta === undefined && !broken) problems.push(noMeta(name));
  if (meta === undefined || broken) return { recording: null, problems };
  const seen = lines.filter((line) => line !== meta);
  return { recording: { name, meta: meta.detail, lines: inOrder(seen) }, problems };
}

/** Lines without a `meta`: a prober's log. */
export function parseLines(text: string, name: string): readonly RecordingLine[] {
  const meta = '{"t":0,"source":"meta","what":"recording","detail":{}}\n';
  return parseRecording(meta + text, name).recording?.lines ?? [];
}

/** The text of a recording's file: `meta` first, then a line for each thing seen. */
export function formatRecording(recording: Pick<Recording, 'meta' | 'lines'>): string {
  demand('formatRecording', 'recording', recording);
  const { meta, lines } = recording;
  const first: RecordingLine = { t: 0, source: 'meta', what: 'recording', detail: meta };
  return [first, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Problems as a person reads them, one to a line. */
export function formatRecordingProblems(problems: readonly RecordingProblem[]): string {
  return problems
    .map(
      ({ file, line, message, fix }) =>
        `${file}${line === null ? '' : `:${line}`}: ${message}\n    fix: ${fix}`,
    )
    .join('\n');
}

type Read = { readonly line: RecordingLine } | { readonly problem: RecordingProblem };

function readLine(text: string, file: string, line: number, isTorn: boolean): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: isTorn ? torn(file, line) : notJson(file, line, text) };
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return { line: parsed.data };
  const message = `the line ${parsed.error.issues.map((issue) => describe(issue, value)).join(', and ')}.`;
  const fix =
    'Write {"t": ms, "source": text, "what": text, "detail": {…}}; other keys may stand beside them.';
  return { problem: { code: 'notALine', file, line, message, fix } };
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.path.length > 0) return issue.message;
  const kind = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  return `holds ${kind} where an object is needed`;
}

function torn(file: string, line: number): RecordingProblem {
  const message = 'the last line ends in its middle; it was left out.';
  const fix =
    'Nothing needs doing: a recorder that is stopped tears its last line. What stands before it is used.';
  return { code: 'torn', file, line, message, fix };
}

function notJson(file: string, line: number, text: string): RecordingProblem {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const fix = 'Give files of JSON lines as `prestop record` writes them: one object a line.';
  return { code: 'notJson', file, line, message: `is no JSON: ${JSON.stringify(shown)}.`, fix };
}

function noMeta(file: string): RecordingProblem {
  const message = 'has no line whose source is "meta", so nobody knows what was done.';
  const fix = 'Begin the file with {"t":0,"source":"meta","what":"recording","detail":{…}}.';
  return { code: 'noMeta', file, line: null, message, fix };
}

function tooLong(file: string, count: number): RecordingProblem {
  const message = `has ${count} lines; a recording has at most ${MAX_LINES}.`;
  return { code: 'tooLong', file, line: null, message, fix: 'Write one file for each repetition.' };
}

function tellRest(problems: RecordingProblem[], file: string, untold: number): void {
  const message =
    untold < MAX_MALFORMED
      ? `${untold} more lines are malformed.`
      : `${untold} more lines are malformed, and what follows was not read.`;
  problems.push({ code: 'notALine', file, line: null, message, fix: 'Correct those above first.' });
}

/** By time; lines of one instant stay as they were written. */
function inOrder(lines: readonly RecordingLine[]): readonly RecordingLine[] {
  return lines.every(({ t }, index) => index === 0 || lines[index - 1]!.t <= t)
    ? lines
    : lines.slice().sort((a, b) => a.t - b.t);
}
