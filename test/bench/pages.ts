import { gzipSync } from 'node:zlib';
import { toHtml, toPlayground } from '../../src/html/index.ts';
import { defineScenario, simulate, toSvg } from '../../src/index.ts';
import { Browser } from '../browser/browser.ts';
import { pan, sliderSteps } from '../browser/speed.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { median, table } from './measure.ts';

export const name = 'pages';

/** What pages weigh and what they cost: of a large rollout in Node, and in the browser while somebody uses them. */
export async function run(print: (text: string) => void): Promise<void> {
  const rows: string[][] = [['page', 'measured', 'asked']];
  const large = rollout(1000);
  // Proved by reruns of the whole rollout the first time that somebody reads it; a cost of the run's, and no page's.
  const needed = timed(() => large.verdict.requiredPreStopMs);
  rows.push(['the preStop that it needed, proved', `${needed.seconds.toFixed(1)} s`, '']);
  const { value: html, seconds } = timed(() => toHtml(large));
  rows.push([
    'HTML of a rollout of 1,000 Pods',
    `${megabytes(html)} MB, ${seconds.toFixed(1)} s`,
    '10 MB, 2 s',
  ]);
  rows.push(['SVG of the same', `${kilobytes(toSvg(large))} kB`, '']);
  const playground = toPlayground();
  rows.push([
    'the playground',
    `${kilobytes(playground)} kB, ${(gzipSync(playground).length / 1000).toFixed(0)} kB gzip`,
    '700 kB',
  ]);
  rows.push(...(await inTheBrowser(playground, toHtml(rollout(100)))));
  print(table(rows));
}

function timed<T>(make: () => T): { readonly value: T; readonly seconds: number } {
  const before = performance.now();
  const value = make();
  return { value, seconds: (performance.now() - before) / 1000 };
}

async function inTheBrowser(playground: string, report: string): Promise<string[][]> {
  let browser: Browser;
  try {
    browser = await Browser.start();
  } catch (error) {
    return [['in a browser', (error as Error).message, '']];
  }
  try {
    const { page } = await browser.show(playground);
    await page.waitForSelector('html[data-ready]');
    await sliderSteps(page, '#c-preStop', 20);
    const steps = await sliderSteps(page, '#c-preStop', 40);
    await page.fill('#c-preStop', '30');
    const found = await intervalMs(page);
    const { page: wide } = await browser.show(report);
    for (let step = 0; step < 3; step++) await wide.click('[data-do=in]');
    const { threadMs } = await pan(wide, 60);
    return [
      [
        'a step of the slider, median (worst)',
        `${median(steps).toFixed(0)} (${Math.max(...steps).toFixed(0)}) ms`,
        '50 ms',
      ],
      ['the safe interval of 200 seeds, in the worker', `${found.toFixed(0)} ms`, '1000 ms'],
      ['panning over 100 Pods, main thread a frame', `${threadMs.toFixed(1)} ms`, '8 ms'],
    ];
  } finally {
    await browser.stop();
  }
}

/** From a step of the slider until the page says which values are safe. */
function intervalMs(page: Awaited<ReturnType<Browser['show']>>['page']): Promise<number> {
  return page.evaluate(`(async () => {
    const shown = document.querySelector('.interval');
    const heard = new Promise((done) => {
      new MutationObserver(() => /^Safe in/.test(shown.textContent) && done()).observe(shown, { childList: true, characterData: true, subtree: true });
    });
    const slider = document.querySelector('#c-preStop');
    shown.textContent = '';
    slider.value = '31';
    const before = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await heard;
    return performance.now() - before;
  })()`);
}

function rollout(replicas: number) {
  const scenario = defineScenario({
    manifests: [deployment({ replicas, preStop: sleeps(5) }), service({})],
    cluster: { nodes: 20 },
    actions: [{ type: 'rollingUpdate', deployment: 'web' }],
  });
  return simulate(scenario);
}

function megabytes(text: string): string {
  return (Buffer.byteLength(text) / 1e6).toFixed(1);
}

function kilobytes(text: string): string {
  return (Buffer.byteLength(text) / 1e3).toFixed(0);
}
