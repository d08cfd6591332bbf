/// <reference lib="dom" />
import { instantAt, place, ticksOf } from '../../report/picture/axis.ts';
import type { PageData } from '../page-data.ts';
import { all, element, on, one } from './dom.ts';

const MOST_ZOOM = 20_000;
/** Ticks at least so many pixels apart. */
const TICK_PIXELS = 84;

export interface TimelineActs {
  /** An event was pointed at, or chosen. */
  readonly event: (seq: number, chosen: boolean) => void;
  /** An instant between events was chosen. */
  readonly instant: (atMs: number) => void;
  readonly step: (by: 1 | -1) => void;
}

/** The lanes: zoom, pan, pointing, choosing, filters. Panning is the browser's own scrolling and costs no script but the ticks. */
export class TimelineView {
  private readonly scroller = one('.scroller');
  private data: PageData;
  private zoom = 1;
  private ticking = false;
  private drawnAt = 0;
  /** Lanes out of sight are not laid out: a frame costs what is seen, not what there is. */
  private readonly seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) target.classList.toggle('off', !isIntersecting);
    },
    { root: this.scroller, rootMargin: '300px 100000px' },
  );

  constructor(
    data: PageData,
    private readonly acts: TimelineActs,
  ) {
    this.data = data;
    this.listen();
    this.watchLanes();
    this.drawTicks();
  }

  /** Other lanes have been put in. */
  show(data: PageData): void {
    this.data = data;
    this.watchLanes();
    this.filter();
    this.drawTicks();
  }

  private watchLanes(): void {
    this.seen.disconnect();
    for (const lane of all('.lane', this.scroller)) this.seen.observe(lane);
  }

  /** Puts the cursor at an instant, and scrolls there where it is out of sight. */
  pointAt(atMs: number, seq: number | null): void {
    const cursor = one('.cursor', this.scroller);
    cursor.hidden = false;
    const at = place(this.data.axis, atMs);
    cursor.style.left = `${at * 100}%`;
    for (const hit of all('.hit', this.scroller)) hit.classList.remove('hit');
    if (seq !== null) for (const hit of all(`[data-seq="${seq}"]`, this.scroller)) hit.classList.add('hit');
    const { left, width } = this.track();
    const x = at * width - this.scroller.scrollLeft;
    const seen = this.scroller.clientWidth - left;
    if (x < 0 || x > seen) this.scroller.scrollLeft += x - seen / 2;
  }

  private track(): { readonly left: number; readonly width: number } {
    const { offsetLeft, offsetWidth } = one('.axis .track', this.scroller);
    return { left: offsetLeft, width: offsetWidth };
  }

  /** Ticks reach half a window to both sides: new ones are drawn when half of that is used up. */
  private scrolled(): void {
    if (Math.abs(this.scroller.scrollLeft - this.drawnAt) > this.scroller.clientWidth / 4) this.soon();
  }

  private listen(): void {
    const { scroller } = this;
    scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.soon()).observe(scroller);
    on(document, 'click', '[data-do]', (button) => this.act(button.dataset.do ?? ''));
    on(scroller, 'pointerover', '[data-seq]', (hit) => this.acts.event(Number(hit.dataset.seq), false));
    on(scroller, 'click', '[data-seq]', (hit) => this.acts.event(Number(hit.dataset.seq), true));
    on(scroller, 'click', '.track', (_, event) => {
      if ((event.target as Element).closest('[data-seq]') === null)
        this.acts.instant(this.instant(event.clientX));
    });
    scroller.addEventListener('keydown', (event) => this.key(event));
    scroller.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    on(document, 'change', '[data-filter]', () => this.filter());
    on(document, 'input', '[data-filter-pod]', () => this.filter());
  }

  private act(what: string): void {
    if (what === 'in') this.zoomTo(this.zoom * 2);
    if (what === 'out') this.zoomTo(this.zoom / 2);
    if (what === 'fit') this.zoomTo(1);
    if (what === 'back') this.acts.step(-1);
    if (what === 'forward') this.acts.step(1);
  }

  private key(event: KeyboardEvent): void {
    const act = KEYS[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.act(act);
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomTo(this.zoom * (event.deltaY < 0 ? 1.25 : 0.8), event.clientX);
  }

  private instant(clientX: number): number {
    const { left, width } = this.track();
    const x = clientX - this.scroller.getBoundingClientRect().left - left + this.scroller.scrollLeft;
    return instantAt(this.data.axis, x / width);
  }

  /** What lies under `clientX` (the middle by default) stays where it is. */
  private zoomTo(zoom: number, clientX?: number): void {
    const { scroller } = this;
    const before = this.track();
    const box = scroller.getBoundingClientRect();
    const inside =
      clientX === undefined ? (scroller.clientWidth - before.left) / 2 : clientX - box.left - before.left;
    const share = (scroller.scrollLeft + inside) / before.width;
    this.zoom = Math.min(MOST_ZOOM, Math.max(1, zoom));
    scroller.style.setProperty('--zoom', String(this.zoom));
    scroller.scrollLeft = share * this.track().width - inside;
    this.drawTicks();
  }

  private soon(): void {
    if (this.ticking) return;
    this.ticking = true;
    requestAnimationFrame(() => {
      this.ticking = false;
      this.drawTicks();
    });
  }

  /** Ticks of what is in sight, and a little beside it. */
  private drawTicks(): void {
    const { scroller } = this;
    const { left, width } = this.track();
    if (width <= 0) return;
    this.drawnAt = scroller.scrollLeft;
    const seen = scroller.clientWidth - left;
    const from = (scroller.scrollLeft - seen / 2) / width;
    const to = (scroller.scrollLeft + seen * 1.5) / width;
    const parts = this.data.axis.parts.flatMap((part) => {
      const a = Math.max(part.from, from);
      const b = Math.min(part.to, to);
      if (b <= a) return [];
      return [{ from: a, to: b, fromMs: instantAt(this.data.axis, a), toMs: instantAt(this.data.axis, b) }];
    });
    const ticks = ticksOf(parts, TICK_PIXELS / width).map(({ at, label }) =>
      element('div', { class: 'tick', style: `left:${at * 100}%` }, label),
    );
    one('.axis .track', scroller).replaceChildren(...ticks);
  }

  private filter(): void {
    const off = new Set(
      all<HTMLInputElement>('[data-filter]').flatMap((box) => (box.checked ? [] : [box.dataset.filter])),
    );
    const wanted = one<HTMLInputElement>('[data-filter-pod]').value.trim().toLowerCase();
    let pods = 0;
    for (const lane of all('.lane', this.scroller)) {
      const { section, pod, name = '' } = lane.dataset;
      const other =
        wanted !== '' && section === 'pods' && !`${pod ?? ''} ${name}`.toLowerCase().includes(wanted);
      lane.hidden = off.has(section) || other;
      if (section === 'pods' && !lane.hidden) pods++;
    }
    const said = one('.filtered');
    said.hidden = wanted === '' || pods > 0;
    said.textContent = `No lane is of a Pod "${wanted}". Only the slowest are drawn where there are many; prestop timeline --pod NAME --format html draws one.`;
  }
}

const KEYS: Readonly<Record<string, string>> = {
  ArrowLeft: 'back',
  ArrowRight: 'forward',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  '0': 'fit',
};
