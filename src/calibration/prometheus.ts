import { demand } from '../scenario/arguments.ts';
/** What a component's `/metrics` said, or Prometheus itself: histograms, with their labels. */

export interface Scrape {
  readonly name: string;
  /** ms since 1970, where the text says. */
  readonly atMs: number | null;
  readonly histograms: readonly Histogram[];
  readonly counters: readonly Counter[];
}

/** A histogram of a scrape of metrics. */
export interface Histogram {
  /** Without `_bucket`. */
  readonly metric: string;
  /** Without `le`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Cumulative counts by upper edge in seconds, ascending, the last at infinity. */
  readonly buckets: readonly (readonly [edge: number, count: number])[];
}

/** A counter of a scrape of metrics. */
export interface Counter {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A scrape of metrics, or why the text is none. */
export type ParsedScrape =
  | { readonly ok: true; readonly scrape: Scrape }
  | { readonly ok: false; readonly message: string };

/** A line of a dump; longer ones are no metrics. */
const MAX_LINE = 100_000;

/**
 * Reads the text exposition format (HELP and TYPE, labels with escapes, +Inf, time stamps, OpenMetrics exemplars and EOF), or the JSON
 * of Prometheus's `/api/v1/query` (a vector). Never throws.
 */
export function parseMetrics(text: string, name: string): ParsedScrape {
  demand('parseMetrics', 'text', text);
  const first = text.trimStart()[0];
  if (first === '{') return fromJson(text, name);
  const samples: Sample[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    at++;
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const sample = line.length > MAX_LINE ? null : sampleOf(trimmed);
    if (sample === null) {
      const shown = trimmed.length > 60 ? `${trimmed.slice(0, 60)}…` : trimmed;
      return {
        ok: false,
        message: `${name}:${at}: is no line of Prometheus's text format: ${JSON.stringify(shown)}.`,
      };
    }
    samples.push(sample);
  }
  if (samples.length === 0) return { ok: false, message: `${name}: holds no metrics.` };
  return { ok: true, scrape: scrapeOf(samples, name) };
}

interface Sample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atMs: number | null;
}

function sampleOf(line: string): Sample | null {
  const named = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0];
  if (named === undefined) return null;
  let at = named.length;
  const labels: Record<string, string> = {};
  if (line[at] === '{') {
    const end = readLabels(line, at + 1, labels);
    if (end === null) return null;
    at = end;
  }
  // What follows `#` is an exemplar: one observation, which the buckets count as well.
  const [rest = ''] = line.slice(at).split('#');
  const [value, stamp, ...more] = rest.trim().split(/\s+/);
  const number = numberOf(value);
  if (number === null || more.length > 0) return null;
  const atMs = stamp === undefined || stamp === '' ? null : numberOf(stamp);
  return { metric: named, labels, value: number, atMs };
}

/** From behind the brace; the index behind the closing one, or null where there is none. */
function readLabels(line: string, from: number, labels: Record<string, string>): number | null {
  let at = from;
  for (;;) {
    while (line[at] === ' ' || line[at] === ',') at++;
    if (line[at] === '}') return at + 1;
    const name = /^[a-zA-Z_]\w*/.exec(line.slice(at, at + 200))?.[0];
    if (name === undefined) return null;
    at += name.length;
    while (line[at] === ' ') at++;
    if (line[at] !== '=') return null;
    at++;
    while (line[at] === ' ') at++;
    if (line[at] !== '"') return null;
    let value = '';
    for (at++; line[at] !== '"'; at++) {
      if (at >= line.length) return null;
      if (line[at] !== '\\') value += line[at];
      else {
        at++;
        value += line[at] === 'n' ? '\n' : (line[at] ?? '');
      }
    }
    at++;
    Object.defineProperty(labels, name, { value, enumerable: true, configurable: true, writable: true });
  }
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (/^\+?Inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-Inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^NaN$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isNaN(value) ? null : value;
}

function scrapeOf(samples: readonly Sample[], name: string): Scrape {
  const buckets = new Map<
    string,
    { metric: string; labels: Record<string, string>; edges: Map<number, number> }
  >();
  const counters: Counter[] = [];
  let atMs: number | null = null;
  for (const { metric, labels, value, atMs: stamp } of samples) {
    // OpenMetrics stamps are seconds.
    if (stamp !== null) atMs = Math.max(atMs ?? 0, stamp < 1e11 ? stamp * 1000 : stamp);
    const { le, ...rest } = labels;
    const edge = le === undefined ? null : numberOf(le);
    if (!metric.endsWith('_bucket') || edge === null) {
      counters.push({ metric, labels, value });
      continue;
    }
    const base = metric.slice(0, -'_bucket'.length);
    const key = `${base}\n${seriesKey(rest)}`;
    const found = buckets.get(key) ?? { metric: base, labels: rest, edges: new Map<number, number>() };
    found.edges.set(edge, (found.edges.get(edge) ?? 0) + value);
    buckets.set(key, found);
  }
  const histograms = [...buckets.values()].map(({ metric, labels, edges }) => ({
    metric,
    labels,
    buckets: [...edges].sort((a, b) => a[0] - b[0]),
  }));
  return { name, atMs, histograms, counters };
}

export function seriesKey(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',');
}

/** `{ status: "success", data: { resultType: "vector", result: [{ metric: { __name__, le, … }, value: [at, "n"] }] } }`. */
function fromJson(text: string, name: string): ParsedScrape {
  const not = (why: string) => ({ ok: false, message: `${name}: ${why}` }) as const;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return not('is no JSON.');
  }
  const { data } = value as { readonly data?: { readonly resultType?: unknown; readonly result?: unknown } };
  if (data?.resultType !== 'vector' || !Array.isArray(data.result))
    return not('is no answer of Prometheus with a vector; ask /api/v1/query?query=…_bucket.');
  const samples: Sample[] = [];
  for (const each of data.result as readonly unknown[]) {
    const { metric, value: pair } = (typeof each === 'object' && each !== null ? each : {}) as {
      readonly metric?: Readonly<Record<string, unknown>>;
      readonly value?: readonly unknown[];
    };
    const named = metric?.__name__;
    const [at, count] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    const number = typeof count === 'string' ? numberOf(count) : null;
    if (typeof named !== 'string' || number === null || metric === undefined)
      return not('holds a sample without a name or a value.');
    const labels: Record<string, string> = {};
    for (const [label, text] of Object.entries(metric))
      if (label !== '__name__') labels[label] = String(text);
    samples.push({ metric: named, labels, value: number, atMs: typeof at === 'number' ? at * 1000 : null });
  }
  return samples.length === 0 ? not('holds no metrics.') : { ok: true, scrape: scrapeOf(samples, name) };
}
