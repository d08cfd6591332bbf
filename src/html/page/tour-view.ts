/// <reference lib="dom" />
import { TOUR, type TourFacts, type TourStep } from '../playground/tour.ts';
import { on, one } from './dom.ts';

export interface TourActs {
  /** Before the first step and after the last: the tour is about the experiment, whatever the page is about. */
  readonly begin: () => void;
  readonly end: () => void;
  readonly set: (values: TourStep['set']) => void;
  readonly show: (kind: TourStep['show']) => void;
  readonly facts: () => TourFacts;
}

/** Six steps, each of which sets the sliders, shows an event and says why it matters. */
export class TourView {
  private at = 0;

  constructor(private readonly acts: TourActs) {
    on(document, 'click', '[data-tour]', (button) => {
      const { tour } = button.dataset;
      if (tour === 'start') this.open();
      if (tour === 'end') this.close();
      if (tour === 'next') this.go(this.at + 1);
      if (tour === 'back') this.go(this.at - 1);
    });
  }

  open(): void {
    one('.tour').hidden = false;
    one('[data-tour-start]').hidden = true;
    this.acts.begin();
    this.go(0);
  }

  private close(): void {
    one('.tour').hidden = true;
    one('[data-tour-start]').hidden = false;
    this.acts.end();
  }

  private go(step: number): void {
    if (step >= TOUR.length) {
      this.close();
      return;
    }
    this.at = Math.max(0, step);
    const { title, text, set, show } = TOUR[this.at]!;
    // What the sentences name is the run before the sliders move: the one that needed so much.
    const facts = this.acts.facts();
    this.acts.set(set);
    this.acts.show(show);
    one('.tour-title').textContent = `${this.at + 1} of ${TOUR.length}: ${title}`;
    one('.tour-text').textContent = text(facts);
    one<HTMLButtonElement>('[data-tour="back"]').disabled = this.at === 0;
    one('[data-tour="next"]').textContent = this.at === TOUR.length - 1 ? 'Done' : 'Next';
  }
}
