/// <reference lib="dom" />
import type { Issue } from '../../cluster/issue.ts';
import { element, one } from './dom.ts';

/** The YAML with its line numbers; what is wrong stands beside its line, and as a list for whoever does not see it there. */
export class EditorView {
  private readonly text = one<HTMLTextAreaElement>('.yaml');
  private readonly gutter = one('.gutter');
  private wrong = new Map<number, string>();

  constructor(changed: (text: string) => void) {
    this.text.addEventListener('input', () => {
      this.number();
      changed(this.text.value);
    });
    this.text.addEventListener('scroll', () => this.follow(), { passive: true });
    this.number();
  }

  /** Puts in what a slider has changed; what is being typed is left alone. */
  set(text: string): void {
    if (this.text.value === text) return;
    this.text.value = text;
    this.number();
  }

  tell(issues: readonly Issue[]): void {
    this.wrong = new Map(
      issues.flatMap(({ line, message }) => (line === undefined ? [] : [[line, message] as const])),
    );
    this.text.setAttribute('aria-invalid', String(issues.length > 0));
    const items = issues.map(({ line, message, fix }) => {
      const place = line === undefined ? '' : `Line ${line}: `;
      return element(
        'li',
        {},
        element('span', { class: 'line' }, place),
        [message, fix ?? ''].join(' ').trim(),
      );
    });
    one('.issues').replaceChildren(...items);
    this.number();
  }

  private number(): void {
    const count = this.text.value.split('\n').length;
    const lines = Array.from({ length: count }, (_, index) => {
      const said = this.wrong.get(index + 1);
      const attributes: Record<string, string> = said === undefined ? {} : { class: 'wrong', title: said };
      return element('div', attributes, String(index + 1));
    });
    this.gutter.replaceChildren(...lines);
    this.follow();
  }

  private follow(): void {
    this.gutter.scrollTop = this.text.scrollTop;
  }
}
