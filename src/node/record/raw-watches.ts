import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording } from '../../calibration/recording.ts';
import { append } from '../../kernel/lists.ts';
import { CalibrationError, recordedText } from '../recordings.ts';
import { WatchText } from './kubectl.ts';
import { recordingOf } from './repetition-recording.ts';
import { type Answered, answeredIn } from './request-time.ts';
import { record, type Stamped, text, watchedLine } from './watched.ts';
import { itemsOf, type RecordedWorkload, workloadOf } from './workload.ts';

/**
 * What kubectl printed while somebody else ran it, each line with a stamp in seconds since 1970 before it, as `ts '%.s'` writes it:
 * `pods.watch`, `endpointslices.watch` and `events.watch` (`--watch --output-watch-events -o json`), `delete.log` (what `delete pod … -v=6`
 * said), and `deployment.json`, `services.json`, `version.json`, as they were read.
 */

const WATCHES = ['pods', 'endpointslices', 'events'] as const;
const NEEDED = ['pods.watch', 'endpointslices.watch', 'delete.log', 'deployment.json', 'services.json'];

/** Whether a folder holds raw watches, and no recordings. */
export async function holdsRawWatches(folder: string): Promise<boolean> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return names.includes('pods.watch');
}

/** A recording for each DELETE in the log. Rejects with a CalibrationError that names every file that is missing or malformed. */
export async function replayRawWatches(folder: string): Promise<readonly Recording[]> {
  const names = await readdir(folder);
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new CalibrationError([
      `${folder} lacks ${missing.join(', ')}; a replay needs them beside pods.watch.`,
    ]);
  const problems: string[] = [];
  const linesOf = async (name: string) => {
    const path = join(folder, name);
    const lines = names.includes(name) ? await recordedText(path, problems) : null;
    return lines === null ? [] : stampedLines(lines, path, problems);
  };
  const seen: Stamped[] = [];
  for (const kind of WATCHES)
    append(seen, watched(kind, await linesOf(`${kind}.watch`), join(folder, kind), problems));
  const log = await linesOf('delete.log');
  const json = async (name: string) => {
    const path = join(folder, name);
    const content = await recordedText(path, problems);
    return content === null ? {} : jsonOf(content, path, problems);
  };
  const object = await json('deployment.json');
  const services = await json('services.json');
  const version = names.includes('version.json') ? await json('version.json') : {};
  const deletions = deletionsIn(log);
  if (deletions.length === 0)
    problems.push(
      `${join(folder, 'delete.log')} holds no DELETE and how long it took; run kubectl delete with -v=6.`,
    );
  if (problems.length > 0) throw new CalibrationError(problems);
  seen.sort((a, b) => a.atMs - b.atMs);
  const workload = workloadOf({
    deployment: text(record(record(object).metadata).name) ?? 'deployment',
    object,
    services: { items: itemsOf(services) },
    budgets: {},
    version,
    pods: [],
  });
  return deletions.map((deletion, rep) =>
    repetition(folder, rep, deletion, deletions[rep + 1], seen, workload),
  );
}

interface Line {
  readonly atMs: number;
  readonly line: string;
}

/** Told one by one; more of the same say nothing new. */
const MOST_PROBLEMS = 20;

function stampedLines(content: string, file: string, problems: string[]): readonly Line[] {
  return content.split('\n').flatMap((whole, index): readonly Line[] => {
    if (whole.trim() === '') return [];
    const stamp = /^(\d{9,11}(?:\.\d{1,9})?) (.*)$/s.exec(whole);
    if (stamp !== null) return [{ atMs: Number(stamp[1]) * 1000, line: stamp[2]! }];
    if (problems.length < MOST_PROBLEMS)
      problems.push(
        `${file}:${index + 1}: has no stamp in seconds since 1970 in front; pipe kubectl through ts '%.s'.`,
      );
    return [];
  });
}

function watched(
  kind: (typeof WATCHES)[number],
  lines: readonly Line[],
  file: string,
  problems: string[],
): readonly Stamped[] {
  const objects = new WatchText();
  return lines.flatMap(({ atMs, line }): readonly Stamped[] => {
    const whole = objects.take(line);
    if (whole === null) return [];
    const value = jsonOf(whole, `${file}.watch`, problems);
    const told = value === undefined ? null : watchedLine(kind, value);
    return told === null || 'error' in told ? [] : [{ t: 0, atMs, ...told }];
  });
}

function jsonOf(content: string, file: string, problems: string[]): unknown {
  try {
    return JSON.parse(content);
  } catch {
    if (problems.length < MOST_PROBLEMS)
      problems.push(`${file}: is no JSON: ${JSON.stringify(content.slice(0, 60))}.`);
    return undefined;
  }
}

interface Deletion {
  readonly pod: string;
  readonly sent: Answered;
}

function deletionsIn(log: readonly Line[]): readonly Deletion[] {
  return log.flatMap(({ atMs, line }): readonly Deletion[] => {
    const pod =
      /\bDELETE\b.*\/pods\/([a-z0-9.-]+)/.exec(line)?.[1] ??
      /verb="DELETE".*\/pods\/([a-z0-9.-]+)/.exec(line)?.[1];
    if (pod === undefined) return [];
    const sent = answeredIn([{ atMs, line }], 'DELETE', Number.NEGATIVE_INFINITY, atMs);
    return sent.by === 'log' ? [{ pod, sent }] : [];
  });
}

/** So much before a DELETE belongs to it, ms. */
const LEAD_MS = 3000;

function repetition(
  folder: string,
  rep: number,
  { pod, sent }: Deletion,
  next: Deletion | undefined,
  seen: readonly Stamped[],
  workload: RecordedWorkload,
): Recording {
  const until = next === undefined ? Number.POSITIVE_INFINITY : next.sent.sentAtMs;
  const pods = podsAt(seen, sent.sentAtMs);
  const target = pods.find((each) => each.pod === pod) ?? { pod, ip: '', node: '' };
  const nodes = [...new Set(pods.map(({ node }) => node))].filter((node) => node !== '');
  const before = seen.findLast(({ atMs, source }) => source !== 'events' && atMs < sent.sentAtMs)?.atMs;
  const recording = recordingOf({
    mode: 'delete',
    rep,
    workload: { ...workload, nodes: nodes.length === 0 ? [''] : nodes },
    target,
    pods,
    sent,
    seen: seen.filter(({ atMs }) => atMs >= sent.sentAtMs - LEAD_MS && atMs < until),
    epochMs: 0,
    quietMs: before === undefined ? null : Math.round(sent.sentAtMs - before),
    rttMs: null,
    where: 'replay',
  });
  return { name: `${folder}/${String(rep).padStart(2, '0')}.jsonl`, ...recording };
}

/** The Pods as the watch had shown them by then. */
function podsAt(seen: readonly Stamped[], atMs: number): RecordedWorkload['pods'] {
  const pods = new Map<string, RecordedWorkload['pods'][number]>();
  for (const { source, what, detail, atMs: at } of seen) {
    const pod = text(detail.pod);
    if (source !== 'apiserver' || at > atMs || pod === undefined) continue;
    if (what === 'pod DELETED') pods.delete(pod);
    else pods.set(pod, { pod, ip: text(detail.ip) ?? '', node: text(detail.node) ?? '' });
  }
  return [...pods.values()];
}
