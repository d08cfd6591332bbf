import { REPORT_SCRIPT } from '#page-scripts';
import type { FuzzReport } from '../analysis/fuzz.ts';
import { outcomeOfReport } from '../analysis/report-outcome.ts';
import { requireTrace } from '../analysis/traced.ts';
import { smallest } from '../kernel/lists.ts';
import { campaignText, joinSections, verdictSection } from '../report/campaign-text.ts';
import { describe } from '../report/describe.ts';
import { xml } from '../report/foreign.ts';
import { paint } from '../report/palette.ts';
import type { Picture } from '../report/picture/picture.ts';
import { pictureOfWorst, picturesOf } from '../report/picture/picture-of.ts';
import { attributionSentences, requestsSentence } from '../report/requests-text.ts';
import { svgOf } from '../report/svg.ts';
import type { Run } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { htmlOptions, readOptions } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Requests } from '../verdict/request-types.ts';
import { campaignHtml } from './campaign-html.ts';
import { documentOf } from './document.ts';
import { type PageData, pageData } from './page-data.ts';
import { nodesIn } from './playground/play-data.ts';
import { rulesHtml, timelineHtml, verdictHtml } from './run-body.ts';

/** What a page shows. */
export interface HtmlOptions {
  /** Of a run: only this Pod. Every Pod that stops or starts by default. */
  readonly pod?: string;
  /** Of a campaign: its worst run with its trace, `simulate(scenario, { seed: report.worst.seed })`. Without it there is the picture alone. */
  readonly worst?: Run;
  /** What the page calls itself; what it is about by default. */
  readonly title?: string;
  /** A line that repeats the run or the campaign, for a shell; the library's own line by default. */
  readonly replay?: string;
}

/** More lanes than this are put together, the slowest kept. */
const LANES = { routers: 60, pods: 240 };
/** On paper, and in the summary: as many as one page holds. */
const PAPER = { routers: 8, pods: 14 };
/** Below the charts of a campaign there is room for fewer. */
const CAMPAIGN_PAPER = { routers: 5, pods: 5 };

/**
 * A report that is one file: the verdict and its fix, a timeline to zoom and to step through, what each node held at any instant,
 * requests, what the verdict rests on and how to repeat it; of a campaign the distribution of the preStop that its runs needed,
 * the rate of failures by preStop, and the worst run. It asks for nothing from anywhere. Throws TraceRequired for a run without a trace.
 */
export function toHtml(subject: Run | FuzzReport, options: HtmlOptions = {}): string {
  demand('toHtml', 'runOrReport', subject);
  readOptions('toHtml', htmlOptions, options);
  return 'tally' in subject ? campaignPage(subject, options) : runPage(subject, options);
}

function runPage(run: Run, options: HtmlOptions): string {
  requireTrace(run, 'toHtml');
  const drawn = picturesOf(run, options.pod, 'toHtml');
  const picture = drawn(LANES);
  const title = options.title ?? `${picture.subject}: ${picture.outcome}`;
  const body = [
    `<header><h1>prestop · ${xml(title)}</h1>${verdictHtml(picture)}</header>`,
    `<main>${runParts(run, { screen: picture, paper: drawn(PAPER) })}${basis(run.scenario, replayOf(run, options))}</main>`,
  ].join('');
  return documentOf({ title: `prestop: ${title}`, body, data: dataOf(run, picture), script: REPORT_SCRIPT });
}

function campaignPage(report: FuzzReport, options: HtmlOptions): string {
  const { worst: run } = options;
  const drawn = run !== undefined && run.trace.length > 0 ? picturesOf(run) : null;
  const picture = drawn?.(LANES) ?? (report.worst === null ? null : pictureOfWorst(report.worst));
  const [verdict = '', ...rest] = verdictSection(report, paint(false));
  const outcome = outcomeOfReport(report);
  const title = options.title ?? `a campaign of ${report.runs} runs`;
  const chosen = run === undefined ? null : chosenSeconds(run.scenario);
  const fix =
    picture === null ? '' : `<p class="fix">${picture.fix === '' ? '' : `Fix: ${xml(picture.fix)}`}</p>`;
  const worstHead =
    picture === null
      ? ''
      : `<section><h2>${report.failures > 0 ? 'The worst run' : 'The run that came closest'}</h2><p>${xml(picture.headline)}, seed ${picture.seed}. ${xml(picture.why)}</p></section>`;
  const body = [
    `<header><h1>prestop · ${xml(title)}</h1><p class="verdict ${outcome}" role="status">${xml(verdict)}</p>`,
    `<p class="why">${xml(rest.join(' '))}</p>${fix}</header><main class="campaign">`,
    campaignHtml(report, chosen),
    worstHead,
    run !== undefined && drawn !== null && picture !== null
      ? runParts(run, { screen: picture, paper: drawn(CAMPAIGN_PAPER) })
      : picture === null
        ? ''
        : `<div class="wrap">${svgOf(picture, { headed: false })}</div>`,
    `<section class="screen-only"><h2>In words</h2><details><summary>The campaign as text</summary><pre tabindex="0" aria-label="The campaign as text">${xml(campaignText(report, false))}</pre></details></section>`,
    run === undefined
      ? replaySection(options.replay ?? report.replay)
      : basis(run.scenario, options.replay ?? report.replay),
    '</main>',
  ].join('');
  const data = run !== undefined && drawn !== null && picture !== null ? dataOf(run, picture) : null;
  return documentOf({ title: `prestop: ${title}`, body, data, script: REPORT_SCRIPT });
}

interface Pictures {
  readonly screen: Picture;
  readonly paper: Picture;
}

function runParts(run: Run, { screen, paper }: Pictures): string {
  const { nodes } = run.scenario.world;
  const shown = Object.keys(dataOf(run, screen).rules.nodes);
  return [
    timelineHtml(screen, paper),
    rulesHtml(shown, nodes.length - shown.length),
    requestsHtml(run.verdict.requests),
  ].join('');
}

const kept = new WeakMap<Picture, PageData>();

/** Of one picture once. */
function dataOf(run: Run, picture: Picture): PageData {
  let data = kept.get(picture);
  if (data === undefined) {
    data = pageData(run, picture.axis, nodesIn(picture));
    kept.set(picture, data);
  }
  return data;
}

function requestsHtml(requests: Requests): string {
  if (requests.sent === 0) return '';
  const rows = requests.failures
    .slice(0, 20)
    .map(
      ({ client, kind, count, service, pod, router, firstMs, lastMs }) =>
        `<tr><td class="num">${count}</td><td>${xml(kind)}</td><td>${xml(client)} → ${xml(service)}</td><td>${xml(pod ?? '')}</td><td>${xml(router ?? '')}</td><td class="num">${firstMs.toFixed(1)} to ${lastMs.toFixed(1)} ms</td></tr>`,
    );
  const table =
    rows.length === 0
      ? ''
      : `<div class="wrap"><table><thead><tr><th scope="col">failed</th><th scope="col">how</th><th scope="col">client and Service</th><th scope="col">Pod</th><th scope="col">router</th><th scope="col">began</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  const words = attributionSentences(requests).map((sentence) => `<li>${xml(sentence)}</li>`);
  return `<section aria-labelledby="h-requests"><h2 id="h-requests">Requests</h2><p>${xml(requestsSentence(requests))}</p>${table}<ul class="plain">${words.join('')}</ul></section>`;
}

/** What the verdict rests on, the scenario, and the line that repeats it. */
export function basis(scenario: Scenario, replay: string): string {
  const assumptions = scenario.assumptions.map((assumption) => `<li>${xml(describe(assumption))}</li>`);
  const manifests = [scenario.input.manifests]
    .flat()
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part, null, 2)));
  const { manifests: _manifests, ...rest } = scenario.input;
  const settings = joinSections([[`# everything but the manifests`, JSON.stringify(rest, null, 2)]]);
  return [
    '<section aria-labelledby="h-basis"><h2 id="h-basis">What this rests on</h2>',
    `<ul class="plain">${assumptions.join('')}</ul></section>`,
    replaySection(replay),
    `<section><details><summary>The scenario</summary><pre tabindex="0" aria-label="Manifests">${xml(manifests.join('\n---\n'))}</pre><pre tabindex="0" aria-label="Settings">${xml(settings)}</pre></details></section>`,
  ].join('');
}

function replaySection(replay: string): string {
  return replay === ''
    ? ''
    : `<section><h2>Repeat it</h2><pre tabindex="0" aria-label="Repeat it">${xml(replay)}</pre></section>`;
}

function replayOf({ seed, digest }: Run, { replay }: HtmlOptions): string {
  return `${replay ?? `simulate(scenario, { seed: ${seed} })`}\ndigest ${digest}`;
}

/** The hook that is deployed: the shortest of the containers on a Service port's path, in seconds; null where there is none. */
function chosenSeconds({ world }: Scenario): number | null {
  const hooks = world.templates.flatMap(({ containers, path }) =>
    [...new Set(path.flat(2))].map((index) => (containers[index]!.hook?.duration ?? 0) / 1e6),
  );
  return hooks.length === 0 ? null : smallest(hooks);
}
