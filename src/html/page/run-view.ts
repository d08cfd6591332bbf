/// <reference lib="dom" />
import type { PageData } from '../page-data.ts';
import { one } from './dom.ts';
import { EventView } from './event-view.ts';
import { RulesView } from './rules-view.ts';
import { TimelineView } from './timeline-view.ts';

type ShownKind = 'deleteSent' | 'hookStarted' | 'routedOut' | 'closed' | 'signal';

/** By which words of `knowledgeOf` an event of that kind is found. */
const WORDS: Readonly<Record<ShownKind, (what: string, who: string) => boolean>> = {
  deleteSent: (_, who) => who === 'kubectl',
  hookStarted: (what) => what === 'runs preStop',
  routedOut: (what) => what === 'sends nothing to it',
  closed: (what) => what === 'refuses connections',
  signal: (what) => what === 'has the stop signal',
};

/** One run on a page: its lanes, the chosen event and the rules move together. */
export class RunView {
  private readonly timeline: TimelineView;
  private readonly event: EventView;
  private readonly rules: RulesView;
  private readonly every = one<HTMLInputElement>('.every');
  private current = -1;
  /** An event that was clicked stays; one that was only pointed at gives way. */
  private chosen = false;

  constructor(private data: PageData) {
    this.timeline = new TimelineView(data, {
      event: (seq, chosen) => this.meet(seq, chosen),
      instant: (atMs) => this.goTo(atMs),
      step: (by) => this.step(by),
    });
    this.event = new EventView(data, (index) => this.choose(index));
    this.rules = new RulesView(data, (atMs) => this.timeline.pointAt(atMs, null));
    one('.left').textContent = data.left;
  }

  /** Another run has taken the place of this one. */
  show(data: PageData): void {
    const { current } = this;
    const atMs = this.data.events[current]?.[1];
    this.data = data;
    this.timeline.show(data);
    this.event.show(data);
    this.rules.show(data);
    one('.left').textContent = data.left;
    this.current = -1;
    if (atMs !== undefined) this.goTo(atMs);
  }

  step(by: 1 | -1): void {
    const { events } = this.data;
    const told = (at: number) => this.every.checked || events[at]![5] === 1;
    let at = this.current + by;
    while (at >= 0 && at < events.length && !told(at)) at += by;
    if (at >= 0 && at < events.length) this.choose(at);
  }

  /** The last event that is told, at or before an instant. */
  goTo(atMs: number): void {
    const index = this.data.events.findLastIndex(([, at, , , , told]) => told === 1 && at <= atMs);
    if (index >= 0) this.choose(index);
    this.rules.at(atMs);
    this.timeline.pointAt(atMs, null);
  }

  /** Chooses the last event by which somebody learnt what these words say. */
  showLast(kind: ShownKind): void {
    const { events, knowledge } = this.data;
    const learnt = knowledge.learnt.findLast(([, who, , what]) =>
      WORDS[kind](knowledge.what[what]!, knowledge.who[who]![0]),
    );
    const index = events.findIndex(([seq]) => seq === learnt?.[0]);
    if (index >= 0) this.choose(index);
  }

  private meet(seq: number, chosen: boolean): void {
    if (!chosen && this.chosen) return;
    const index = this.data.events.findIndex((event) => event[0] === seq);
    if (index < 0) return;
    if (chosen) this.choose(index);
    else this.event.tell(index);
  }

  private choose(index: number): void {
    this.current = index;
    this.chosen = true;
    const [seq, atMs] = this.data.events[index]!;
    this.event.tell(index);
    this.rules.at(atMs);
    this.timeline.pointAt(atMs, seq);
  }
}
