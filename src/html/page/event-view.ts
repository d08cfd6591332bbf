/// <reference lib="dom" />

import { inOrder } from '../../report/picture/in-order.ts';
import { AT_FIRST, STATIONS } from '../../report/picture/knowledge.ts';
import type { PageData, PageEvent } from '../page-data.ts';
import { element, on, one } from './dom.ts';

const MOST_CONSEQUENCES = 8;
const MOST_ROWS = 14;

/** The chosen event, the chain of its causes, what it led to, and what everybody knows of its Pod at that moment. */
export class EventView {
  constructor(
    private data: PageData,
    choose: (index: number) => void,
  ) {
    on(one('.chosen'), 'click', '[data-index]', (link) => choose(Number(link.dataset.index)));
  }

  show(data: PageData): void {
    this.data = data;
  }

  tell(index: number): void {
    const { events } = this.data;
    const chain: number[] = [];
    for (let at = index; at >= 0; at = events[at]![4]) chain.unshift(at);
    const next = events.flatMap((event, at) => (event[4] === index ? [at] : [])).slice(0, MOST_CONSEQUENCES);
    const [, atMs] = events[index]!;
    const parts: Node[] = [
      element('p', { class: 'quiet' }, `${atMs.toFixed(3)} ms after the start`),
      this.list(chain, index),
    ];
    if (next.length > 0) parts.push(element('h3', {}, 'It led to'), this.list(next, index));
    one('.chosen').replaceChildren(...parts);
    this.tellKnowledge(index);
  }

  /** Each link with the time since the one that led to it. */
  private list(indexes: readonly number[], current: number): HTMLElement {
    const { events, actors, pods } = this.data;
    const rows = indexes.map((at) => {
      const [, atMs, actor, pod, cause, , what] = events[at]!;
      const since = cause < 0 ? atMs : atMs - events[cause]![1];
      const name = pod < 0 || what.includes(pods[pod]!) ? '' : ` (${pods[pod]})`;
      const link = element(
        'button',
        { type: 'button', 'data-index': String(at) },
        `${actors[actor]}: ${what}${name}`,
      );
      if (at === current) link.setAttribute('aria-current', 'true');
      return element(
        'li',
        {},
        element('span', { class: 'ms' }, `${cause < 0 ? '' : '+'}${since.toFixed(3)} ms`),
        link,
      );
    });
    return element('ol', { class: 'chain' }, ...rows);
  }

  private tellKnowledge(index: number): void {
    const { events, knowledge, pods } = this.data;
    const [seq] = events[index]!;
    const pod = this.podOf(events, index);
    if (pod === null) return;
    const own = knowledge.learnt.filter(([, , whose]) => whose === pod);
    const knowing = [...new Set(own.map(([, who]) => who))]
      .map((who) => ({ who, name: knowledge.who[who]![0], station: knowledge.who[who]![1] }))
      .sort((a, b) => a.station - b.station || inOrder(a.name, b.name));
    const made = own.length > 0 && knowledge.what[own[0]![3]] === 'created';
    const rows = knowing.slice(0, MOST_ROWS).map(({ who, name, station }) => {
      const last = own.findLast((each) => each[1] === who && each[0] <= seq);
      const before = made ? 'has not heard of it' : AT_FIRST[STATIONS[station]!];
      const what = last === undefined ? before : knowledge.what[last[3]]!;
      const row = element('tr', {}, element('td', {}, name), element('td', {}, what));
      if (last?.[0] === seq) row.className = 'new';
      return row;
    });
    const more = knowing.length - MOST_ROWS;
    const head = element(
      'tr',
      {},
      element('th', { scope: 'col' }, 'who'),
      element('th', { scope: 'col' }, pods[pod]!),
    );
    one('.knows').replaceChildren(
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
      ...(more > 0 ? [element('p', { class: 'quiet' }, `${more} more`)] : []),
    );
  }

  /** Its own Pod, or that of its nearest cause that has one. */
  private podOf(events: readonly PageEvent[], index: number): number | null {
    for (let at = index; at >= 0; at = events[at]![4]) if (events[at]![3] >= 0) return events[at]![3];
    return null;
  }
}
