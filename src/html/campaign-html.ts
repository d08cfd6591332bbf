import { rateInterval } from '../analysis/binomial.ts';
import { grouped } from '../analysis/claim.ts';
import type { FuzzReport } from '../analysis/fuzz.ts';
import { largest } from '../kernel/lists.ts';
import { formatDuration, MICROS_PER_MS } from '../kernel/time.ts';
import { xml } from '../report/foreign.ts';

const WIDTH = 640;
const HEIGHT = 230;
const LEFT = 46;
const RIGHT = 14;
const TOP = 26;
const BOTTOM = 36;
const BARS = 40;

/** A campaign in pictures: which preStop its runs needed, and how many would fail with each value. */
export function campaignHtml(report: FuzzReport, chosenSeconds: number | null): string {
  const { values, infinite } = report.tally.requiredPreStopMs;
  if (values.length === 0)
    return infinite === 0 ? '' : `<p>No preStop would have been enough in any of the runs.</p>`;
  const most = Math.max(values.at(-1)![0] / 1000, chosenSeconds ?? 0, 1);
  const scale = new Scale(Math.ceil(most * 1.05));
  return [
    '<section aria-labelledby="h-campaign"><h2 id="h-campaign">Which preStop the runs needed</h2><div class="cols">',
    `<div><h3>Runs by the preStop that each needed</h3>${histogram(report, scale, chosenSeconds)}</div>`,
    `<div><h3>Runs that fail, by preStop</h3>${failureCurve(report, scale, chosenSeconds)}</div>`,
    `</div>${table(report)}</section>`,
  ].join('');
}

class Scale {
  constructor(readonly mostSeconds: number) {}

  x(seconds: number): number {
    return round(LEFT + (seconds / this.mostSeconds) * (WIDTH - LEFT - RIGHT));
  }

  y(share: number): number {
    return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM));
  }

  axis(unit: string): string {
    const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((each) => this.mostSeconds / each <= 8) ?? 900;
    const parts: string[] = [];
    for (let at = 0; at <= this.mostSeconds; at += step)
      parts.push(
        `<path class="rule" d="M${this.x(at)} ${TOP}V${this.y(0) + 4}"/><text x="${this.x(at)}" y="${HEIGHT - 18}" text-anchor="middle">${at}</text>`,
      );
    return `${parts.join('')}<text x="${WIDTH - RIGHT}" y="${HEIGHT - 3}" text-anchor="end">${unit}</text><path class="rule" d="M${LEFT} ${this.y(0)}H${WIDTH - RIGHT}"/>`;
  }

  /** The value that is deployed, as a line with its name. */
  chosen(seconds: number | null): string {
    if (seconds === null) return '';
    const x = this.x(seconds);
    const right = x > WIDTH * 0.7;
    return `<path class="chosen" d="M${x} ${TOP - 8}V${this.y(0)}"/><text class="chosen-word" x="${x + (right ? -6 : 6)}" y="${TOP - 10}" text-anchor="${right ? 'end' : 'start'}">preStop ${seconds} s</text>`;
  }
}

function chart(label: string, parts: readonly string[]): string {
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${xml(label)}">${parts.join('')}</svg>`;
}

function histogram({ tally, runs }: FuzzReport, scale: Scale, chosen: number | null): string {
  const { values, infinite } = tally.requiredPreStopMs;
  const counts = Array.from({ length: BARS }, () => 0);
  for (const [ms, count] of values)
    counts[Math.min(BARS - 1, Math.floor((ms / 1000 / scale.mostSeconds) * BARS))]! += count;
  const top = largest(counts, infinite);
  const bars = counts.map((count, index) => {
    if (count === 0) return '';
    const from = (index / BARS) * scale.mostSeconds;
    const x = scale.x(from);
    const wide = round(scale.x(((index + 1) / BARS) * scale.mostSeconds) - x - 1);
    const short = chosen !== null && from >= chosen;
    const y = scale.y(count / top);
    return `<rect class="${short ? 'bar1' : 'bar0'}" x="${x}" y="${y}" width="${wide}" height="${round(scale.y(0) - y)}"><title>${grouped(count)} runs</title></rect>`;
  });
  const none =
    infinite === 0
      ? ''
      : `<text x="${WIDTH - RIGHT}" y="${TOP + 14}" text-anchor="end">${grouped(infinite)} more: no preStop is long enough</text>`;
  const most = `<text x="${LEFT - 6}" y="${scale.y(1) + 4}" text-anchor="end">${grouped(top)}</text>`;
  return chart(`Runs by the preStop that each of ${grouped(runs)} needed`, [
    scale.axis('seconds of preStop that a run needed'),
    most,
    ...bars,
    none,
    scale.chosen(chosen),
  ]);
}

/** What share of the runs needs more than each value, with the interval in which the true share lies at 95 %. */
function failureCurve({ tally, runs }: FuzzReport, scale: Scale, chosen: number | null): string {
  const { values, infinite } = tally.requiredPreStopMs;
  // Each once: a value that is also an end of the scale would be counted off twice.
  const at = [...new Set([0, ...values.map(([ms]) => ms / 1000), scale.mostSeconds])];
  let failing = infinite + values.reduce((sum, [, count]) => sum + count, 0);
  const points: {
    readonly x: number;
    readonly estimate: number;
    readonly lower: number;
    readonly upper: number;
  }[] = [];
  const counts = new Map(values.map(([ms, count]) => [ms / 1000, count]));
  const thinned = Math.max(1, Math.floor(at.length / 200));
  at.forEach((seconds, index) => {
    const before = failing;
    failing -= counts.get(seconds) ?? 0;
    if (index % thinned !== 0 && index < at.length - 1) return;
    const x = scale.x(seconds);
    if (before !== failing && points.length > 0) points.push({ ...points.at(-1)!, x });
    points.push({ x, ...rateInterval(failing, runs, 0.95) });
  });
  const line = (of: 'estimate' | 'lower' | 'upper') =>
    points.map((point) => `${point.x},${scale.y(point[of])}`);
  const band = [...line('upper'), ...line('lower').reverse()].join(' ');
  return chart('Share of runs that fail by preStop, with its 95 % interval', [
    scale.axis('seconds of preStop'),
    `<text x="${LEFT - 6}" y="${scale.y(1) + 4}" text-anchor="end">100 %</text><text x="${LEFT - 6}" y="${scale.y(0) + 4}" text-anchor="end">0 %</text>`,
    `<polygon class="band" points="${band}"/><polyline class="line" points="${line('estimate').join(' ')}"/>`,
    scale.chosen(chosen),
  ]);
}

function table({ requiredPreStopMs: at, kinds, decidedBy, runs }: FuzzReport): string {
  const rows: (readonly [string, string])[] = [
    ['half of the runs need', needed(at.p50)],
    ['99 % of the runs need at most', needed(at.p99)],
    ['the slowest run needs', needed(at.max)],
    ...Object.entries(kinds).map(([kind, count]) => [`runs with ${kind}`, grouped(count)] as const),
    ...Object.entries(decidedBy)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 5)
      .map(([router, count]) => [`${router} was the last to let go in`, `${grouped(count)} runs`] as const),
  ];
  const cells = rows.map(
    ([word, figure]) => `<tr><td>${xml(word)}</td><td class="num">${xml(figure)}</td></tr>`,
  );
  return `<p class="quiet">The second chart counts runs that need a longer preStop than the value below them; its band is the 95 % interval of ${grouped(runs)} runs. What no preStop would mend is not in it.</p><div class="wrap narrow"><table><tbody>${cells.join('')}</tbody></table></div>`;
}

/** null is infinite. */
function needed(ms: number | null): string {
  return ms === null ? 'longer than any hook' : formatDuration(ms * MICROS_PER_MS);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
