import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatRecording } from '../../calibration/recording.ts';
import { largest, smallest } from '../../kernel/lists.ts';
import { Kubectl, RecordError, refused } from './kubectl.ts';
import type { RecordOptions, Waits } from './options.ts';
import { actionArgs, outageOf, planText, ROUND_TRIP_ARGS, ROUND_TRIPS, watchArgs } from './plan.ts';
import { recordingOf } from './repetition-recording.ts';
import { type Answered, answeredIn } from './request-time.ts';
import { text } from './watched.ts';
import { Watches } from './watches.ts';
import { type RecordedWorkload, readWorkload } from './workload.ts';

/** The smallest recorder: three watches of kubectl, and a deletion again and again. */

const WAITS: Waits = {
  ready: 3000,
  quiet: 10_000,
  jitter: 1000,
  after: 2000,
  whole: 300_000,
  watchRetry: 1000,
  answer: 30_000,
};

/** Which recordings were written, and how many repetitions were lost. */
export interface Recorded {
  readonly files: readonly string[];
  /** Repetitions that a broken watch or an end came into; they are not written. */
  readonly lost: number;
}

/** Records. Rejects with a RecordError that says what to change; what was finished before stays in its files. */
export async function record(options: RecordOptions): Promise<Recorded> {
  const waits: Waits = { ...WAITS, ...options.waits };
  const kubectl = new Kubectl(options, waits.answer);
  const workload = await readWorkload(kubectl, options.deployment);
  const outage = outageOf(workload, options.mode);
  if (outage !== null && options.allowOutage !== true) throw new RecordError(outage);
  if (workload.service === null)
    throw new RecordError(
      `No Service selects the Pods of deployment/${options.deployment}; nothing would be routed to them.`,
    );
  if (!(await options.confirm(planText(workload, options, options.out)))) return { files: [], lost: 0 };
  await mkdir(options.out, { recursive: true });
  const first = options.resume === true ? await nextNumber(options.out) : 0;
  const watches = new Watches(kubectl, watchArgs(workload.selector, workload.service), waits.watchRetry);
  try {
    const rttMs = await roundTripMs(kubectl);
    return await new Recorder(kubectl, workload, watches, options, waits, rttMs).repetitions(first);
  } finally {
    watches.stop();
  }
}

/** After the highest number among `00.jsonl`, `01.jsonl` … */
async function nextNumber(folder: string): Promise<number> {
  const numbers = (await readdir(folder))
    .flatMap((name) => /^(\d+)\.jsonl$/.exec(name)?.[1] ?? [])
    .map(Number);
  return largest(numbers, -1) + 1;
}

class Recorder {
  private readonly files: string[] = [];
  private lost = 0;
  /** Nodes take their turns. */
  private turn = 0;

  constructor(
    private readonly kubectl: Kubectl,
    private readonly workload: RecordedWorkload,
    private readonly watches: Watches,
    private readonly options: RecordOptions,
    private readonly waits: Waits,
    private readonly rttMs: number | null,
  ) {}

  async repetitions(first: number): Promise<Recorded> {
    const { repetitions, say } = this.options;
    for (let rep = first; rep < repetitions && !this.aborted(); rep++) {
      const file = await this.repetition(rep);
      if (this.aborted()) break;
      if (file === null) {
        this.lost++;
        say(`Repetition ${rep}: a watch broke in its middle; it is done again.`);
        rep--;
        if (this.lost > repetitions)
          throw new RecordError('More repetitions were lost than finished; the watches break too often.');
        continue;
      }
      this.watches.settle();
      this.files.push(file);
      say(`Repetition ${rep + 1} of ${repetitions}: ${file}`);
    }
    return { files: this.files, lost: this.lost };
  }

  private aborted(): boolean {
    return this.options.signal?.aborted === true;
  }

  /** The file that was written; null where a watch broke meanwhile. */
  private async repetition(rep: number): Promise<string | null> {
    await this.until('all Pods to be Ready, and quiet', this.waits.whole, () => this.isQuiet());
    if (this.aborted()) return null;
    await this.pause(Math.random() * this.waits.jitter);
    const { breaks } = this.watches;
    const target = this.target();
    const started = performance.now();
    this.watches.take(started - this.waits.ready);
    const sent = await this.act(target.pod);
    const graceMs = Number(this.workload.facts.grace ?? 30) * 1000;
    await this.until(`${target.pod} to be gone and replaced`, this.waits.whole + graceMs, () =>
      this.isOver(target.pod, sent.sentAtMs),
    );
    await this.pause(this.waits.after);
    if (this.aborted() || this.watches.breaks !== breaks) return null;
    return this.write(rep, target, sent);
  }

  /** Deletes, or restarts; when the request left and its answer came, by kubectl's own account. */
  private async act(pod: string): Promise<Answered> {
    const args = actionArgs(this.options.mode, this.workload.deployment, pod);
    const startedAtMs = performance.now();
    const answer = await this.kubectl.run(args);
    if (answer.code !== 0) throw refused(this.kubectl.describe(args), answer.stderr);
    return answeredIn(
      answer.errLines,
      this.options.mode === 'rollout' ? 'PATCH' : 'DELETE',
      startedAtMs,
      performance.now(),
    );
  }

  private target(): RecordedWorkload['pods'][number] {
    const ready = [...this.pods().values()].filter(({ isReady, isGoing }) => isReady && !isGoing);
    const nodes = [...new Set(ready.map(({ node }) => node))].sort();
    const node = nodes[this.turn % Math.max(1, nodes.length)];
    this.turn++;
    const found = ready.find((pod) => pod.node === node) ?? ready[0];
    if (found === undefined)
      throw new RecordError(`No Pod of deployment/${this.workload.deployment} is Ready.`);
    return { pod: found.name, ip: found.ip, node: found.node };
  }

  private isQuiet(): boolean {
    const now = performance.now();
    const pods = [...this.pods().values()];
    const away = this.workload.replicas - pods.filter(({ isReady, isGoing }) => isReady && !isGoing).length;
    const whole = away <= (this.options.maxUnavailable ?? 1) - 1;
    const settled = pods.every(({ readyAtMs, isReady }) => !isReady || now - readyAtMs >= this.waits.ready);
    return whole && settled && now - this.watches.changedAtMs >= this.waits.quiet;
  }

  private isOver(pod: string, sinceMs: number): boolean {
    const pods = this.pods();
    const going = [...pods.values()].some(({ isGoing }) => isGoing);
    const ready = [...pods.values()].filter(({ isReady }) => isReady).length;
    const changed = this.options.mode === 'rollout' ? this.watches.changedAtMs > sinceMs : !pods.has(pod);
    return changed && !going && ready >= this.workload.replicas;
  }

  /** The Pods as the watch last showed them. */
  private readonly known = new Map<string, PodState>();
  private read = 0;

  private pods(): ReadonlyMap<string, PodState> {
    for (const { what, detail, atMs, source } of this.watches.seen) {
      if (source !== 'apiserver' || atMs <= this.read) continue;
      const name = text(detail.pod);
      if (name === undefined) continue;
      const before = this.known.get(name);
      const isReady = detail.ready === 'True';
      if (what === 'pod DELETED') this.known.delete(name);
      else
        this.known.set(name, {
          name,
          ip: text(detail.ip) ?? '',
          node: text(detail.node) ?? '',
          isReady,
          isGoing: detail.deletionTimestamp !== undefined,
          readyAtMs: before?.isReady === true ? before.readyAtMs : atMs,
        });
    }
    this.read = this.watches.seen[this.watches.seen.length - 1]?.atMs ?? this.read;
    return this.known;
  }

  private async until(what: string, limitMs: number, holds: () => boolean): Promise<void> {
    const since = performance.now();
    while (!holds()) {
      if (this.aborted()) return;
      if (this.watches.failure !== null) throw this.watches.failure;
      if (performance.now() - since > limitMs)
        throw new RecordError(
          `Waited ${Math.round(limitMs / 1000)} s for ${what}, in vain. ${this.files.length} finished repetitions are in ${this.options.out}; --resume goes on.`,
        );
      await this.pause(Math.min(100, this.waits.ready / 4 + 5));
    }
  }

  /** Ends early when it is to end. */
  private pause(ms: number): Promise<void> {
    const { signal } = this.options;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done);
    });
  }

  /** Under another name first: a file that is there is whole. */
  private async write(
    rep: number,
    target: RecordedWorkload['pods'][number],
    sent: Answered,
  ): Promise<string> {
    const { mode = 'delete', out, others } = this.options;
    const seen = [...this.watches.take(sent.sentAtMs - this.waits.ready), ...(others?.() ?? [])];
    const recording = recordingOf({
      mode,
      rep,
      workload: this.workload,
      target,
      pods: [...this.pods().values()].map(({ name, ip, node }) => ({ pod: name, ip, node })),
      sent,
      seen,
      epochMs: performance.timeOrigin,
      quietMs: this.waits.quiet,
      rttMs: this.rttMs,
      where: 'kubectl',
    });
    const file = join(out, `${String(rep).padStart(2, '0')}.jsonl`);
    await writeFile(`${file}.part`, formatRecording(recording));
    await rename(`${file}.part`, file);
    return file;
  }
}

/** The quickest of a few requests that cost the server nothing, each on a connection of its own, as the DELETE has one. */
async function roundTripMs(kubectl: Kubectl): Promise<number | null> {
  const took: number[] = [];
  for (let k = 0; k < ROUND_TRIPS; k++) {
    const startedAtMs = performance.now();
    const { code, errLines } = await kubectl.run(ROUND_TRIP_ARGS);
    const { sentAtMs, answeredAtMs, by } = answeredIn(errLines, 'GET', startedAtMs, performance.now());
    if (code === 0 && by === 'log') took.push(answeredAtMs - sentAtMs);
  }
  return took.length === 0 ? null : smallest(took);
}

interface PodState {
  readonly name: string;
  readonly ip: string;
  readonly node: string;
  readonly isReady: boolean;
  readonly isGoing: boolean;
  readonly readyAtMs: number;
}
