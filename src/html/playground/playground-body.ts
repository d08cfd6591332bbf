import { xml } from '../../report/foreign.ts';
import type { Picture } from '../../report/picture/picture.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { rulesHtml, timelineHtml, verdictHtml } from '../run-body.ts';
import { APPS, appOf, type Control, controlsOf, HOOK_KINDS, type PlayState } from './state.ts';
import { TOUR } from './tour.ts';

/** The playground as it is before its script runs: everything stands in its place, and the picture is that of the first state. */
export function playgroundBody(
  state: PlayState,
  scenario: Scenario,
  pictures: { readonly screen: Picture; readonly paper: Picture },
  nodes: readonly string[],
  toured: boolean,
): string {
  const controls = controlsOf(state, scenario);
  return [
    `<header><h1>prestop · playground</h1><div class="verdictbox">${verdictHtml(pictures.screen)}</div>`,
    '<p class="interval" aria-live="polite">Looking for the safe interval …</p></header><main>',
    tourHtml(toured),
    `<section aria-labelledby="h-try"><h2 id="h-try">Try it</h2><div class="controls screen-only">${controls.map(controlHtml).join('')}${switchesHtml(state, scenario)}</div></section>`,
    timelineHtml(pictures.screen, pictures.paper),
    rulesHtml(nodes, Math.max(0, scenario.world.nodes.length - nodes.length)),
    editorHtml(state),
    '</main>',
  ].join('');
}

/** What a slider does, where its field does not say it. */
const NOTES: Readonly<Partial<Record<Control['name'], string>>> = {
  preStop: '0 is no hook',
  lag: 'of the router in front; 0 is the nodes alone',
  seed: 'another sample of the delays',
};

function controlHtml({ name, min, max, value, unit }: Control): string {
  const shown = valueText(value, unit);
  const note = NOTES[name];
  return [
    `<div class="control"><div class="top"><label for="c-${name}">${name}</label><span class="value" id="v-${name}">${shown}</span></div>`,
    `<input type="range" id="c-${name}" data-control="${name}" min="${min}" max="${max}" step="1" value="${value}" aria-valuetext="${shown}"${note === undefined ? '' : ` aria-describedby="n-${name}"`}>`,
    note === undefined ? '' : `<span class="quiet note" id="n-${name}">${note}</span>`,
    '</div>',
  ].join('');
}

export function valueText(value: number, unit: string): string {
  return unit === '' ? String(value) : `${value} ${unit}`;
}

function switchesHtml(state: PlayState, scenario: Scenario): string {
  const app = appOf(state, scenario);
  const apps = Object.entries(APPS).map(([name, [words]]) => option(name, words, name === app));
  if (app === '') apps.unshift(option('', 'as described', true));
  const hooks = HOOK_KINDS.map((kind) => option(kind, kind, kind === state.hook));
  return [
    `<div class="control"><label for="s-app">what the app does at the stop signal</label><select id="s-app" data-switch="app">${apps.join('')}</select></div>`,
    `<div class="control"><label for="s-hook">kind of hook</label><select id="s-hook" data-switch="hook">${hooks.join('')}</select></div>`,
  ].join('');
}

function option(value: string, words: string, selected: boolean): string {
  return `<option value="${value}"${selected ? ' selected' : ''}>${xml(words)}</option>`;
}

function tourHtml(shown: boolean): string {
  const steps = TOUR.length;
  return [
    `<div class="bar screen-only"${shown ? ' hidden' : ''} data-tour-start><button type="button" data-tour="start">Take the tour: ${steps} short steps</button></div>`,
    `<section class="tour screen-only" aria-label="Tour"${shown ? '' : ' hidden'}><h2 class="tour-title">1 of ${steps}: ${xml(TOUR[0]!.title)}</h2><p class="tour-text">${xml(TOUR[0]!.text({ requiredSeconds: null }))}</p>`,
    '<div class="bar"><button type="button" data-tour="back">Back</button><button type="button" data-tour="next">Next</button><button type="button" data-tour="end">End the tour</button></div></section>',
  ].join('');
}

function editorHtml({ manifests }: PlayState): string {
  return [
    '<section class="screen-only" aria-labelledby="h-yaml"><h2 id="h-yaml">Your YAML</h2>',
    '<p class="quiet">Paste or edit: the picture follows. Nothing leaves this page.</p>',
    '<div class="editor"><div class="gutter" aria-hidden="true"></div>',
    `<textarea class="yaml" spellcheck="false" autocapitalize="off" autocomplete="off" aria-label="Manifests" aria-describedby="issues">${xml(manifests)}</textarea>`,
    '<ul class="issues" id="issues" aria-live="polite" aria-label="Problems"></ul></div>',
    '<div class="bar"><button type="button" data-copy="yaml">Copy as YAML</button><button type="button" data-copy="test">Copy as a test</button><button type="button" data-copy="link">Copy as a link</button><span class="quiet copied" aria-live="polite"></span></div>',
    `<p class="quiet">Digest of this run: <code class="digest"></code></p></section>`,
  ].join('');
}
