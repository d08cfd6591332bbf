/// <reference lib="dom" />
import { isLeaving } from '../../report/picture/knowledge.ts';
import { formatRules } from '../../report/rules.ts';
import { type PageData, rulesIn } from '../page-data.ts';
import { element, on, one } from './dom.ts';

/** What iptables holds on a node at an instant, with the Pods that are leaving marked. */
export class RulesView {
  private readonly node = one<HTMLSelectElement>('.node');
  private readonly instant = one<HTMLInputElement>('.instant');

  constructor(
    private data: PageData,
    private readonly moved: (atMs: number) => void,
  ) {
    this.node.addEventListener('change', () => this.draw());
    this.instant.addEventListener('input', () => {
      this.draw();
      this.moved(this.atMs());
    });
    on(document, 'click', '[data-do="rules-back"]', () => this.jump(-1));
    on(document, 'click', '[data-do="rules-forward"]', () => this.jump(1));
    this.draw();
  }

  show(data: PageData): void {
    this.data = data;
    const names = Object.keys(data.rules.nodes);
    const { value } = this.node;
    this.node.replaceChildren(...names.map((name) => element('option', {}, name)));
    this.node.value = names.includes(value) ? value : (names[0] ?? '');
    this.draw();
  }

  at(atMs: number): void {
    this.instant.value = String(Math.round(atMs * 1000) / 1000);
    this.draw();
  }

  private atMs(): number {
    return Math.max(0, Number(this.instant.value) || 0);
  }

  /** To the next change of this node's rules, or back to the one before. */
  private jump(by: 1 | -1): void {
    const changes = (this.data.rules.nodes[this.node.value] ?? []).map(([atMs]) => atMs);
    const now = this.atMs();
    const next = by > 0 ? changes.find((ms) => ms > now) : changes.findLast((ms) => ms < now);
    if (next === undefined) return;
    this.at(next);
    this.moved(next);
  }

  private draw(): void {
    const { rules } = this.data;
    const held = rulesIn(rules, this.node.value, this.atMs());
    const names = (index: number) => rules.podNames[index] ?? `Pod ${index}`;
    const text = held === null ? 'No node is chosen.' : formatRules(held, rules, names);
    const leaving = this.leaving();
    const lines = text.split('\n').map((line): Node => {
      const mark = [...leaving].some((pod) => line.includes(` ${pod} `));
      return mark ? element('mark', {}, `${line}   leaving\n`) : document.createTextNode(`${line}\n`);
    });
    one('.rules').replaceChildren(...lines);
  }

  /** Pods that were asked to go, as the API server has it at that instant. */
  private leaving(): ReadonlySet<string> {
    const { events, knowledge, pods } = this.data;
    const now = this.atMs();
    const last = events.findLast(([, atMs]) => atMs <= now)?.[0] ?? -1;
    const asked = knowledge.learnt.filter(
      ([seq, , , what]) => seq <= last && isLeaving(knowledge.what[what]!),
    );
    return new Set(asked.map(([, , pod]) => pods[pod]!));
  }
}
