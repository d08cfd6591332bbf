import { type Kubectl, RecordError } from './kubectl.ts';
import { type Stamped, watchedLine } from './watched.ts';

/** Three watches of kubectl, each a process of its own, and all that they have said since they began. */

const KINDS = ['pods', 'endpointslices', 'events'] as const;
type Kind = (typeof KINDS)[number];

/** How often a watch that breaks is begun anew within one repetition. */
const RESTARTS = 5;

export class Watches {
  readonly seen: Stamped[] = [];
  /** When a Pod or a slice last changed. */
  changedAtMs = performance.now();
  /** How often a watch had to be begun anew: what was recorded across a break has a gap. */
  breaks = 0;
  failure: RecordError | null = null;
  private readonly running = new Map<Kind, { readonly stop: () => void }>();
  private readonly failures = new Map<Kind, number>();
  private stopped = false;

  constructor(
    private readonly kubectl: Kubectl,
    private readonly args: Readonly<Record<Kind, readonly string[]>>,
    private readonly retryMs: number,
  ) {
    for (const kind of KINDS) this.begin(kind);
  }

  stop(): void {
    this.stopped = true;
    for (const { stop } of this.running.values()) stop();
  }

  /** A repetition came to its end: what broke before it is forgotten. */
  settle(): void {
    this.failures.clear();
  }

  /** Lines since an instant; earlier ones are forgotten. */
  take(sinceMs: number): readonly Stamped[] {
    const kept = this.seen.filter(({ atMs }) => atMs >= sinceMs);
    this.seen.splice(0, this.seen.length, ...kept);
    return kept;
  }

  private begin(kind: Kind): void {
    if (this.stopped) return;
    const own = this.kubectl.watch(this.args[kind], {
      object: (value, atMs) => {
        const line = watchedLine(kind, value);
        if (line === null) return;
        if ('error' in line) {
          this.broke(kind, line.error);
          return;
        }
        this.seen.push({ t: 0, atMs, ...line });
        if (kind !== 'events') this.changedAtMs = atMs;
      },
      ended: (why) => this.broke(kind, why),
    });
    this.running.set(kind, own);
  }

  private broke(kind: Kind, why: string): void {
    if (this.stopped || this.failure !== null) return;
    this.running.get(kind)?.stop();
    const failures = (this.failures.get(kind) ?? 0) + 1;
    this.failures.set(kind, failures);
    this.breaks++;
    if (/forbidden|unauthorized/i.test(why) || /cannot be run/.test(why) || failures > RESTARTS) {
      const hint = /forbidden/i.test(why) ? ' prestop record --dry-run prints the Role that it needs.' : '';
      this.failure = new RecordError(`The watch of ${kind} failed: ${why}.${hint}`);
      return;
    }
    setTimeout(() => this.begin(kind), this.retryMs);
  }
}
