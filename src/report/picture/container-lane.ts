import type { Moment } from './moments.ts';
import { MARK_WORDS, type Mark, type MarkKind, SPAN_WORDS, type Span, type SpanKind } from './picture.ts';

type Phase = Extract<SpanKind, 'starting' | 'ready' | 'preStop' | 'draining'>;

/** One container's life as spans that follow each other, from the moments of its Pod. */
export class ContainerLane {
  readonly spans: Span[] = [];
  readonly marks: Mark[] = [];
  private phase: Phase | null;
  private since = 0;
  private sinceSeq: number | null = null;

  constructor(
    moments: readonly Moment[],
    private readonly container: string,
    endMs: number,
  ) {
    const isNew = moments.some(({ kind }) => kind === 'created');
    this.phase = isNew ? null : 'ready';
    for (const moment of moments) {
      if (moment.container === null || moment.container === container) this.take(moment);
    }
    this.close(endMs);
  }

  private take(moment: Moment): void {
    const { kind } = moment;
    const { phase } = this;
    if (kind === 'created' || kind === 'started') this.enter('starting', moment);
    if (kind === 'opened') this.enter('ready', moment);
    if (kind === 'ready') this.mark('ready', moment);
    if (phase === null) return;
    if (kind === 'hookStarted') this.enter('preStop', moment);
    // Between the end of the hook and the stop signal it serves as before.
    if (kind === 'hookEnded' && phase === 'preStop') this.enter('ready', moment);
    if (kind === 'signal' || kind === 'closed' || kind === 'exited' || kind === 'sigkill')
      this.mark(kind, moment);
    if (kind === 'signal') this.enter('draining', moment);
    if (kind === 'exited' || kind === 'sigkill') this.enter(null, moment);
  }

  private enter(phase: Phase | null, { atMs, seq }: Moment): void {
    if (phase === this.phase) return;
    this.close(atMs);
    this.phase = phase;
    this.since = atMs;
    this.sinceSeq = seq;
  }

  private close(atMs: number): void {
    const { phase, since } = this;
    if (phase === null || atMs <= since) return;
    const label = `${this.container}: ${SPAN_WORDS[phase]}`;
    this.spans.push({ kind: phase, fromMs: since, toMs: atMs, label, seq: this.sinceSeq });
  }

  private mark(kind: MarkKind, { atMs, seq }: Moment): void {
    this.marks.push({ kind, atMs, label: `${this.container}: ${MARK_WORDS[kind]}`, seq });
  }
}
