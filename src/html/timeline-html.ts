import { xml } from '../report/foreign.ts';
import { place } from '../report/picture/axis.ts';
import { distinctMarks } from '../report/picture/marks.ts';
import {
  type Lane,
  MARK_WORDS,
  type MarkKind,
  type Picture,
  type Section,
  SPAN_WORDS,
  type SpanKind,
} from '../report/picture/picture.ts';

/** The lanes as HTML that scrolls: places are shares of the width, so that zooming is one number. */

const GLYPHS: Readonly<Partial<Record<MarkKind, string>>> = {
  delete: '◆',
  created: '+',
  signal: '▼',
  closed: '✕',
  exited: '▮',
  sigkill: '✖',
  letGo: '▏',
  change: '●',
  gone: '○',
  failed: '✗',
  answered: '·',
};

export const SECTIONS: Readonly<Record<Section, string>> = {
  controlPlane: 'control plane',
  routers: 'routers',
  services: 'Services',
  pods: 'containers',
  clients: 'clients',
};

export function lanesHtml({ lanes, axis }: Picture): string {
  const breaks = axis.breaks.map(
    ({ from, to }) => `<div class="gap" style="left:${percent(from)};width:${percent(to - from)}"></div>`,
  );
  return [
    '<div class="rows"><div class="axis"><div class="name"></div><div class="track"></div></div>',
    ...lanes.map((lane) => laneHtml(lane, { lanes, axis })),
    `<div class="over"><div class="track">${breaks.join('')}<div class="cursor" hidden></div></div></div></div>`,
  ].join('');
}

function laneHtml(
  { section, name, pod, node, spans, marks }: Lane,
  { axis }: Pick<Picture, 'lanes' | 'axis'>,
): string {
  const bars = spans.map(({ kind, fromMs, toMs, label, seq }) => {
    const from = place(axis, fromMs);
    const wide = place(axis, toMs) - from;
    const word = NAMED.has(kind) && wide > LEAST_NAMED ? `<span>${SPAN_WORDS[kind]}</span>` : '';
    return `<i class="s ${kind}" style="left:${percent(from)};width:${percent(wide)}"${eventOf(seq)} title="${xml(label)}">${word}</i>`;
  });
  const signs = distinctMarks(marks, axis, 0.004).map(
    ({ kind, atMs, label, seq }) =>
      `<b class="m ${kind}" style="left:${percent(place(axis, atMs))}"${eventOf(seq)} title="${xml(label)}">${GLYPHS[kind] ?? ''}</b>`,
  );
  const about = pod === null ? '' : ` data-pod="${xml(pod)}"`;
  return `<div class="lane" data-section="${section}"${about} data-name="${xml(name)}"><div class="name" title="${xml(name)}">${nameHtml(name, node)}</div><div class="track">${bars.join('')}${signs.join('')}</div></div>`;
}

/** A phone has no room for what all nodes' names begin with. */
function nameHtml(name: string, node: string | null): string {
  if (node === null) return xml(name);
  return `<span class="agent">${xml(name.slice(0, -node.length))}</span>${xml(node)}`;
}

function eventOf(seq: number | null): string {
  return seq === null ? '' : ` data-seq="${seq}"`;
}

/** Shorter spans have no room for a word. */
const LEAST_NAMED = 0.035;

const NAMED: ReadonlySet<SpanKind> = new Set(['ready', 'preStop', 'draining', 'exposed']);

export function percent(share: number): string {
  return `${Math.round(share * 1e6) / 1e4}%`;
}

/** What the colours and signs mean, and no others. */
export function keyHtml({ lanes }: Picture): string {
  const spans = new Set(lanes.flatMap((lane) => lane.spans.map(({ kind }) => kind)));
  const marks = new Set(lanes.flatMap((lane) => lane.marks.map(({ kind }) => kind)));
  const words = new Map<string, string>();
  for (const [kind, word] of Object.entries(SPAN_WORDS) as [SpanKind, string][])
    if (spans.has(kind) && !words.has(word)) words.set(word, `<i class="s ${kind}"></i>`);
  for (const [kind, word] of Object.entries(MARK_WORDS) as [MarkKind, string][])
    if (marks.has(kind) && GLYPHS[kind] !== undefined)
      words.set(word, `<b class="m ${kind}">${GLYPHS[kind]}</b>`);
  return `<ul class="key">${[...words].map(([word, sign]) => `<li>${sign}${word}</li>`).join('')}</ul>`;
}
