import { largest } from '../kernel/lists.ts';
import type { Run } from '../run/simulate.ts';
import { readOptions, svgOptions } from '../scenario/options.ts';
import { xml } from './foreign.ts';
import { type Axis, place } from './picture/axis.ts';
import { distinctMarks } from './picture/marks.ts';
import {
  type Lane,
  MARK_WORDS,
  type MarkKind,
  type Picture,
  SPAN_WORDS,
  type SpanKind,
} from './picture/picture.ts';
import { pictureOf } from './picture/picture-of.ts';
import { SVG_STYLE } from './svg-style.ts';
import { wrap } from './wrap.ts';

/** What a picture shows, and how wide it is. */
export interface SvgOptions {
  /** Only what concerns this Pod. Every Pod by default. */
  readonly pod?: string;
  /** In pixels, from 480 to 2,400; what is outside is taken for the nearest. 960 by default. */
  readonly width?: number;
  /** `auto` follows the reader's preference, as far as the place where the picture stands lets it through. */
  readonly theme?: 'auto' | 'light' | 'dark';
}

/**
 * A run as a static picture, for slides, READMEs and comments: the lanes of `formatGantt` with the verdict above them. One SVG that
 * needs no font, script or file besides. Throws TraceRequired for a run without a trace and an OptionsError for an unknown Pod.
 */
export function toSvg(run: Run, options: SvgOptions = {}): string {
  readOptions('toSvg', svgOptions, options);
  const { pod, ...look } = options;
  return svgOf(pictureOf(run, { call: 'toSvg', ...(pod !== undefined && { pod }) }), look);
}

const ROW = 24;
const BAR = 14;
const MARGIN = 16;
/** Marks nearer than this would cover each other. */
const MARK_WIDTH = 6;
/** About the width of a character of the lanes' names and labels. */
const CHARACTER = 6.6;

type Look = Omit<SvgOptions, 'pod'> & {
  /** Whether the verdict stands above the lanes; not where the page around it says that already. */
  readonly headed?: boolean;
};

/** Any picture as SVG, of a run or of what a campaign kept of one. */
export function svgOf(
  picture: Picture,
  { width: wanted = 960, theme = 'auto', headed = true }: Look = {},
): string {
  const width = Math.min(2400, Math.max(480, Math.round(wanted)));
  const { lanes, axis } = picture;
  const longest = largest(
    lanes.map(({ name }) => name.length),
    8,
  );
  const left = Math.min(width * 0.28, longest * CHARACTER + 2 * MARGIN);
  const area = { left, width: width - left - MARGIN };
  const head = headed ? heading(picture, width - 2 * MARGIN) : { parts: [], height: MARGIN };
  const top = head.height + 34;
  const bottom = top + lanes.length * ROW;
  const key = legend(picture, width, bottom + 14);
  const height = bottom + 14 + key.height;
  const rows = lanes.map((lane, index) => row(lane, axis, area, top + index * ROW));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" class="ps ${theme}" aria-label="${xml(described(picture))}">`,
    `<title>${xml(`${picture.subject}: ${picture.headline}`)}</title>`,
    `<desc>${xml(described(picture))}</desc>`,
    `<style>${SVG_STYLE}</style>`,
    '<defs><pattern id="ps-lost" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="exposed-back"/><rect width="2.5" height="6" class="exposed-line"/></pattern></defs>',
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    ...head.parts,
    ...ticks(axis, area, top, bottom),
    ...rows,
    ...breaks(axis, area, top, bottom),
    ...key.parts,
    '</svg>',
    '',
  ].join('\n');
}

function described({ headline, why, fix, subject, lanes }: Picture): string {
  return [`${subject}. ${headline}.`, why, fix === '' ? '' : `Fix: ${fix}`, `${lanes.length} lanes.`]
    .filter((part) => part !== '')
    .join(' ');
}

interface Block {
  readonly parts: readonly string[];
  readonly height: number;
}

function heading({ headline, outcome, why, fix, subject, seed }: Picture, room: number): Block {
  const parts: string[] = [];
  let y = MARGIN + 14;
  const lines = (text: string, style: string, size: number, step: number) => {
    for (const line of wrap(text, Math.floor(room / size))) {
      parts.push(`<text x="${MARGIN}" y="${y}" class="${style}">${xml(line)}</text>`);
      y += step;
    }
  };
  lines(headline, `head ${outcome}`, 8.6, 21);
  lines(`${subject}${seed === null ? '' : `, seed ${seed}`}`, 'quiet', CHARACTER, 17);
  if (why !== '') lines(why, 'text', CHARACTER, 16);
  if (fix !== '') lines(`Fix: ${fix}`, 'text strong', CHARACTER + 0.5, 16);
  return { parts, height: y - 6 };
}

interface Area {
  readonly left: number;
  readonly width: number;
}

function x(axis: Axis, { left, width }: Area, ms: number): number {
  return round(left + place(axis, ms) * width);
}

function ticks(axis: Axis, area: Area, top: number, bottom: number): readonly string[] {
  const parts: string[] = [];
  let free = 0;
  for (const { at, label } of axis.ticks) {
    const tick = round(area.left + at * area.width);
    parts.push(`<path class="grid" d="M${tick} ${top - 4}V${bottom}"/>`);
    const wide = label.length * CHARACTER;
    if (tick < free || tick + wide > area.left + area.width + MARGIN) continue;
    parts.push(`<text x="${tick}" y="${top - 9}" class="quiet">${xml(label)}</text>`);
    free = tick + wide + 6;
  }
  return parts;
}

/** Over the lanes, so that nobody takes a bar across a break for a short one. */
function breaks(axis: Axis, area: Area, top: number, bottom: number): readonly string[] {
  const parts: string[] = [];
  for (const { from, to } of axis.breaks) {
    const start = round(area.left + from * area.width);
    const wide = round((to - from) * area.width);
    parts.push(
      `<rect class="break" x="${start}" y="${top - 4}" width="${wide}" height="${round(bottom - top + 4)}"><title>time left out</title></rect>`,
      `<path class="zigzag" d="${zigzag(start + wide / 2, top - 4, bottom)}"/>`,
    );
  }
  return parts;
}

function zigzag(middle: number, top: number, bottom: number): string {
  let path = `M${round(middle)} ${top}`;
  for (let y = top + 6, side = 1; y <= bottom; y += 6, side = -side)
    path += `L${round(middle + 3 * side)} ${y}`;
  return path;
}

function row(lane: Lane, axis: Axis, area: Area, top: number): string {
  const middle = top + ROW / 2;
  const most = Math.floor((area.left - 1.5 * MARGIN) / CHARACTER);
  const name =
    lane.name.length <= most
      ? lane.name
      : `${lane.name.slice(0, 4)}…${lane.name.slice(lane.name.length - most + 5)}`;
  const spans = lane.spans.map(({ kind, fromMs, toMs, label }) => {
    const from = x(axis, area, fromMs);
    const wide = Math.max(1.5, round(x(axis, area, toMs) - from));
    const [y, tall] = THIN.has(kind) ? [middle - 2, 4] : [middle - BAR / 2, BAR];
    const bar = `<rect class="${kind}" x="${from}" y="${y}" width="${wide}" height="${tall}"><title>${xml(label)}</title></rect>`;
    const word = NAMED.has(kind) ? SPAN_WORDS[kind] : '';
    const fits = word !== '' && wide > word.length * CHARACTER + 8;
    return fits ? `${bar}<text x="${from + 5}" y="${middle + 4}" class="on ${kind}">${word}</text>` : bar;
  });
  const marks = distinctMarks(lane.marks, axis, MARK_WIDTH / area.width).map(({ kind, atMs, label }) => {
    const glyph = MARKS[kind] ?? '';
    return `<g class="mark ${kind}" transform="translate(${x(axis, area, atMs)} ${middle})"><title>${xml(label)}</title>${glyph}</g>`;
  });
  return [
    `<g class="lane"><path class="rule" d="M${MARGIN} ${top + ROW}H${round(area.left + area.width)}"/>`,
    `<text x="${MARGIN}" y="${middle + 4}" class="name"><title>${xml(lane.name)}</title>${xml(name)}</text>`,
    ...spans,
    ...marks,
    '</g>',
  ].join('');
}

/** Drawn as a line: what components know, beside what connections meet. */
const THIN: ReadonlySet<SpanKind> = new Set(['terminating', 'serving', 'notServing', 'starting']);
/** Spans that say what they are where there is room. */
const NAMED: ReadonlySet<SpanKind> = new Set(['ready', 'preStop', 'draining', 'exposed']);

const CIRCLE = '<circle r="3.5"/>';
const MARKS: Readonly<Partial<Record<MarkKind, string>>> = {
  delete: '<path d="M0 -6L6 0L0 6L-6 0Z"/>',
  created: '<path d="M-4 0H4M0 -4V4" class="stroke"/>',
  signal: '<path d="M-5 -7H5L0 2Z"/>',
  closed: '<path d="M-4 -4L4 4M4 -4L-4 4" class="stroke"/>',
  exited: '<rect x="-1.5" y="-7" width="3" height="14"/>',
  sigkill: '<path d="M-5 -5L5 5M5 -5L-5 5" class="stroke"/>',
  letGo: '<rect x="-1" y="-7" width="2" height="14"/>',
  change: CIRCLE,
  gone: '<circle r="3.5" class="stroke"/>',
  failed: '<path d="M-3 -3L3 3M3 -3L-3 3" class="stroke"/>',
  answered: '<circle r="1.5"/>',
};

/** What the picture's colours and signs mean, and no others. */
function legend({ lanes, axis }: Picture, width: number, top: number): Block {
  const spans = new Set(lanes.flatMap((lane) => lane.spans.map(({ kind }) => kind)));
  const marks = new Set(
    lanes.flatMap((lane) => distinctMarks(lane.marks, axis, MARK_WIDTH / width).map(({ kind }) => kind)),
  );
  const entries: (readonly [sign: string, word: string])[] = [];
  const words = new Set<string>();
  for (const kind of Object.keys(SPAN_WORDS) as SpanKind[]) {
    if (!spans.has(kind) || words.has(SPAN_WORDS[kind])) continue;
    words.add(SPAN_WORDS[kind]);
    const tall = THIN.has(kind) ? 4 : 10;
    entries.push([
      `<rect class="${kind}" x="0" y="${-tall / 2 - 4}" width="18" height="${tall}"/>`,
      SPAN_WORDS[kind],
    ]);
  }
  for (const [kind, word] of Object.entries(MARK_WORDS) as [MarkKind, string][]) {
    if (marks.has(kind) && MARKS[kind] !== undefined)
      entries.push([`<g class="mark ${kind}" transform="translate(9 -4)">${MARKS[kind]}</g>`, word]);
  }
  if (axis.breaks.length > 0)
    entries.push(['<path class="zigzag" d="M9 -11L12 -7L6 -3L9 1"/>', 'time left out']);
  const parts: string[] = [];
  let at = MARGIN;
  let y = top + 12;
  for (const [sign, word] of entries) {
    const wide = 24 + word.length * CHARACTER + 16;
    if (at + wide > width - MARGIN + 16 && at > MARGIN) {
      at = MARGIN;
      y += 19;
    }
    parts.push(
      `<g transform="translate(${round(at)} ${y})">${sign}<text x="24" class="quiet">${word}</text></g>`,
    );
    at += wide;
  }
  return { parts, height: y - top + 14 };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
