/// <reference lib="dom" />
import { pictureOf } from '../../report/picture/picture-of.ts';
import { type Run, simulate } from '../../run/simulate.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { PageData } from '../page-data.ts';
import { experiment } from '../playground/experiment.ts';
import { PLAY_LANES, playData } from '../playground/play-data.ts';
import { valueText } from '../playground/playground-body.ts';
import {
  appOf,
  asTest,
  type ControlName,
  controlsOf,
  type HookKind,
  type PlayState,
  requiredSeconds,
  scenarioOf,
  stateOf,
  withApp,
  withControl,
  withHookKind,
} from '../playground/state.ts';
import { keyHtml, lanesHtml } from '../timeline-html.ts';
import { all, on, one } from './dom.ts';
import { EditorView } from './editor-view.ts';
import { fragmentOf, stateIn } from './link.ts';
import { RunView } from './run-view.ts';
import { TourView } from './tour-view.ts';
import { IntervalWorker } from './worker.ts';

/** What the page was made with. */
interface Given {
  readonly state: PlayState;
  readonly tour: boolean;
}

const TYPING_MS = 120;

/** The page: sliders and YAML make a state, a state makes a run, and every view shows that run. */
export class Playground {
  private scenario: Scenario | null = null;
  private run: Run | null = null;
  private data: PageData | null = null;
  private view: RunView | null = null;
  private readonly editor: EditorView;
  private readonly worker: IntervalWorker;
  private readonly tour: TourView;
  private typing: number | undefined;
  /** What was typed and is not read yet. */
  private typed: string | null = null;
  private drawing = false;
  private before: PlayState | null = null;

  static async open(): Promise<Playground> {
    const given = JSON.parse(one('#prestop-data').textContent ?? '{}') as Given;
    const linked = await stateIn(location.hash);
    return new Playground(linked ?? given.state, given.tour && linked === null);
  }

  private constructor(
    private state: PlayState,
    tour: boolean,
  ) {
    const { prestopCode: code = '' } = globalThis as { readonly prestopCode?: string };
    this.worker = new IntervalWorker(code, (text) => {
      one('.interval').textContent = text;
    });
    this.editor = new EditorView((text) => this.hearTyping(text));
    this.listen();
    const moved = this.slidersAsTheyStand();
    this.editor.set(this.state.manifests);
    this.draw();
    for (const [name, value] of moved) this.control(name, value);
    this.tour = new TourView({
      begin: () => this.beginTour(),
      end: () => this.endTour(),
      set: (values) => this.setAll(values),
      show: (kind) => this.view?.showLast(kind),
      facts: () => ({ requiredSeconds: requiredSeconds(this.run?.verdict.requiredPreStopMs ?? null) }),
    });
    if (tour) this.tour.open();
    document.documentElement.dataset.ready = 'true';
  }

  /** Whoever was quicker than the script has moved a slider already. */
  private slidersAsTheyStand(): readonly (readonly [ControlName, number])[] {
    return all<HTMLInputElement>('[data-control]').flatMap((slider) => {
      const { value, defaultValue } = slider;
      return value === defaultValue ? [] : [[slider.dataset.control as ControlName, Number(value)] as const];
    });
  }

  private listen(): void {
    on(document, 'input', '[data-control]', (slider) => {
      this.control(slider.dataset.control as ControlName, Number((slider as HTMLInputElement).value));
    });
    on(document, 'change', '[data-switch]', (chosen) => {
      const { value } = chosen as HTMLSelectElement;
      this.readTyped();
      if (this.scenario === null) return;
      const { switch: what } = chosen.dataset;
      this.change(
        what === 'app'
          ? withApp(this.state, this.scenario, value)
          : withHookKind(this.state, this.scenario, value as HookKind),
      );
    });
    on(document, 'click', '[data-copy]', (button) => void this.copy(button.dataset.copy ?? ''));
  }

  private control(name: ControlName, value: number): void {
    // A slider moves what stands in the editor, and not what stood there a moment ago.
    this.readTyped();
    if (this.scenario !== null) this.change(withControl(this.state, this.scenario, name, value));
  }

  private setAll(values: Readonly<Partial<Record<ControlName, number>>> | 'required'): void {
    if (values === 'required') {
      const seconds = requiredSeconds(this.run?.verdict.requiredPreStopMs ?? null);
      if (seconds !== null) this.control('preStop', seconds);
      this.draw();
      return;
    }
    for (const [name, value] of Object.entries(values)) {
      if (this.scenario === null) return;
      this.state = withControl(this.state, this.scenario, name as ControlName, value);
      const result = scenarioOf(this.state);
      if (result.ok) this.scenario = result.scenario;
    }
    this.change(this.state);
    this.draw();
  }

  /** The tour is about the experiment; what was there before comes back after it. */
  private beginTour(): void {
    this.readTyped();
    const own = stateOf(experiment(), 1);
    if (this.state.manifests === own.manifests) return;
    this.before = this.state;
    this.jumpTo(own);
  }

  private endTour(): void {
    if (this.before !== null) this.jumpTo(this.before);
    this.before = null;
  }

  private jumpTo(state: PlayState): void {
    this.change(state);
    this.draw();
  }

  private hearTyping(text: string): void {
    this.typed = text;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.readTyped(), TYPING_MS);
  }

  private readTyped(): void {
    clearTimeout(this.typing);
    const { typed } = this;
    this.typed = null;
    if (typed !== null) this.change({ ...this.state, manifests: typed });
  }

  /** Several changes within a frame are drawn once. */
  private change(state: PlayState): void {
    this.state = state;
    const result = scenarioOf(state);
    if (result.ok) this.scenario = result.scenario;
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      if (this.drawing) this.draw();
    });
  }

  private draw(): void {
    this.drawing = false;
    const { state } = this;
    const result = scenarioOf(state);
    this.editor.tell(result.ok ? [] : result.issues);
    document.body.classList.toggle('stale', !result.ok);
    if (!result.ok) {
      const count = result.issues.length;
      this.say(
        'notJudged',
        `NOT JUDGED: the scenario has ${count} ${count === 1 ? 'problem' : 'problems'}`,
        '',
        result.issues[0]?.message ?? '',
        '',
      );
      one('.interval').textContent = '';
      return;
    }
    this.scenario = result.scenario;
    this.editor.set(state.manifests);
    const run = simulate(result.scenario, { seed: state.seed });
    this.run = run;
    this.show(run);
    this.syncControls(result.scenario);
    this.worker.ask(state);
  }

  private show(run: Run): void {
    const picture = pictureOf(run, PLAY_LANES);
    const { headline, outcome, why, fix, subject } = picture;
    this.say(
      outcome,
      headline,
      `${subject}, seed ${run.seed}. One run is one sample of the delays.`,
      why,
      fix,
    );
    // Lanes are text that the same function makes when the page is built: every name in it has been through xml().
    one('.rows').outerHTML = lanesHtml(picture);
    one('.keybox').innerHTML = keyHtml(picture);
    one('.digest').textContent = run.digest;
    this.data = playData(run, picture).data;
    if (this.view === null) this.view = new RunView(this.data);
    else this.view.show(this.data);
  }

  private say(outcome: string, headline: string, subject: string, why: string, fix: string): void {
    const verdict = one('.verdict');
    verdict.className = `verdict ${outcome}`;
    verdict.textContent = headline;
    one('.subject').textContent = subject;
    one('.why').textContent = why;
    one('.fix').textContent = fix === '' ? '' : `Fix: ${fix}`;
  }

  private syncControls(scenario: Scenario): void {
    for (const { name, min, max, value, unit } of controlsOf(this.state, scenario)) {
      const slider = one<HTMLInputElement>(`[data-control="${name}"]`);
      slider.min = String(min);
      slider.max = String(max);
      slider.value = String(value);
      const shown = valueText(value, unit);
      slider.setAttribute('aria-valuetext', shown);
      one(`#v-${name}`).textContent = shown;
    }
    one<HTMLSelectElement>('[data-switch="app"]').value = appOf(this.state, scenario);
    one<HTMLSelectElement>('[data-switch="hook"]').value = this.state.hook;
  }

  private async copy(what: string): Promise<void> {
    this.readTyped();
    const { state } = this;
    const link = what === 'link' ? `${location.href.replace(/#.*$/, '')}${await fragmentOf(state)}` : '';
    const text = what === 'yaml' ? state.manifests : what === 'test' ? asTest(state) : link;
    if (link !== '') history.replaceState(null, '', link);
    const said = one('.copied');
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = `Copied: ${text.split('\n').length} ${text.includes('\n') ? 'lines' : 'line'}.`;
    } catch {
      said.textContent =
        link === ''
          ? 'The browser lets no page copy here; mark the text above.'
          : 'The address of this page is the link now.';
    }
  }
}
