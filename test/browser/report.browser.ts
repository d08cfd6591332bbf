import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHtml } from '../../src/html/index.ts';
import { applyPreStop, clusters, fuzz, podTimeline, routers, rulesAt, simulate } from '../../src/index.ts';
import { deletion, sleep, web } from '../report/scenarios.ts';
import { expectAccessible } from './accessible.ts';
import { Browser, type Shown } from './browser.ts';
import { pan } from './speed.ts';

const scenario = deletion({
  manifests: web({ lifecycle: sleep(5) }),
  cluster: clusters.gke130Calico(),
  routers: [routers.ingressNginx()],
});
const run = simulate(applyPreStop(scenario, 0), { seed: 1 });
const { rulesRemovedMs, routersRemovedMs } = podTimeline(run, 'web-1-0');

let browser: Browser;
beforeAll(async () => {
  browser = await Browser.start();
});
afterAll(() => browser.stop());

/** What is printed is no higher than an A4 page on its side within its margins: 279 mm by 192 mm at 96 dots an inch. */
async function expectOnePage(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 1054, height: 300 });
  expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(725);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ media: null });
}

describe('the report of a run, in a browser', () => {
  let shown: Shown;
  beforeAll(async () => {
    shown = await browser.show(toHtml(run));
  });
  const chosen = () => shown.page.locator('.chosen [aria-current=true]').textContent();

  it('says the verdict, and complains of nothing', async () => {
    const status = shown.page.getByRole('status');
    expect(await status.count()).toBe(1);
    expect(await status.textContent()).toMatch(/^UNSAFE: exposed/);
    expect(shown.complaints).toEqual([]);
  });

  it('shows on hover the event and its causes, and follows a click on one of them', async () => {
    await shown.page.hover('.lane[data-name="router/ingress-nginx"] .m.letGo');
    expect(await chosen()).toBe('router/ingress-nginx: routes: web-1-0 out');
    const first = shown.page.locator('.chain').first().locator('button').first();
    expect(await first.textContent()).toContain('kubectl: DELETE sent');
    await first.click();
    expect(await chosen()).toContain('kubectl: DELETE sent');
    expect(await shown.page.locator('.knows tr.new').textContent()).toContain('has asked for its end');
  });

  it('goes forward and back, event by event, with what each then knows', async () => {
    await shown.page.locator('.scroller').focus();
    const before = await chosen();
    for (let step = 0; step < 5; step++) await shown.page.keyboard.press('ArrowRight');
    expect(await chosen()).not.toBe(before);
    for (let step = 0; step < 5; step++) await shown.page.keyboard.press('ArrowLeft');
    expect(await chosen()).toBe(before);
  });

  it.each(Object.entries(rulesRemovedMs))(
    'holds for %s what rulesAt says, before and after it lets go',
    async (node, removed) => {
      await shown.page.selectOption('.node', node);
      for (const atMs of [0, removed! - 0.001, removed!]) {
        await shown.page.fill('.instant', String(atMs));
        const text = (await shown.page.locator('.rules').textContent())!;
        const [, ...lines] = rulesAt(run, node, atMs).split('\n');
        expect(text.replaceAll('   leaving', '').trimEnd()).toBe(lines.join('\n'));
        expect(await shown.page.locator('.rules mark').count()).toBe(atMs < removed! ? 1 : 0);
      }
    },
  );

  it('zooms in and scrolls to the cursor', async () => {
    const width = () => shown.page.locator('.rows').evaluate((rows) => rows.clientWidth);
    const before = await width();
    for (let step = 0; step < 4; step++) await shown.page.click('[data-do=in]');
    expect(await width()).toBeGreaterThan(before * 8);
    await shown.page.locator('.lane[data-name="web-1-0"] .s.exposed').first().click();
    await shown.page.click('[data-do=fit]');
    expect(await width()).toBe(before);
  });

  it('filters by Pod and by component', async () => {
    await shown.page.fill('[data-filter-pod]', 'web-1-3');
    expect(await shown.page.locator('.lane[data-section=pods]:visible').count()).toBe(1);
    await shown.page.fill('[data-filter-pod]', 'nobody');
    expect(await shown.page.locator('.filtered').isVisible()).toBe(true);
    await shown.page.fill('[data-filter-pod]', '');
    await shown.page.uncheck('[data-filter=routers]');
    expect(await shown.page.locator('.lane[data-section=routers]:visible').count()).toBe(0);
    await shown.page.check('[data-filter=routers]');
  });

  it('is accessible, and still complains of nothing', async () => {
    await expectAccessible(shown.page);
    expect(shown.complaints).toEqual([]);
  });

  it('fits a phone, without a scrollbar for the whole page', async () => {
    await shown.page.setViewportSize({ width: 390, height: 844 });
    const wide = await shown.page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(390);
    await shown.page.setViewportSize({ width: 1280, height: 900 });
  });

  it('prints on one page', () => expectOnePage(shown.page));

  it('names the router that let go last', () => {
    expect(routersRemovedMs['ingress-nginx']).toBeGreaterThan(
      Math.max(...Object.values(rulesRemovedMs).map(Number)),
    );
  });
});

describe('the report of a campaign, in a browser', () => {
  it('shows its charts and its worst run, accessibly', async () => {
    const unsafe = applyPreStop(scenario, 1);
    const report = fuzz(unsafe, { runs: 40, shrink: false });
    const worst = simulate(unsafe, { seed: report.worst!.seed });
    const { page, complaints } = await browser.show(toHtml(report, { worst }));
    expect(await page.getByRole('status').textContent()).toMatch(/of 40 runs were not safe/);
    expect(await page.locator('svg.chart').count()).toBe(2);
    await expectAccessible(page);
    await expectOnePage(page);
    expect(complaints).toEqual([]);
  });
});

describe('a rollout of 100 Pods, in a browser', () => {
  it('pans without a layout of the page: its lanes move as one', async () => {
    const rollout = deletion({
      manifests: web({ replicas: 100, lifecycle: sleep(5) }),
      actions: [{ type: 'rollingUpdate', deployment: 'web' }],
    });
    const { page, complaints } = await browser.show(toHtml(simulate(rollout)));
    for (let step = 0; step < 3; step++) await page.click('[data-do=in]');
    const frames = 40;
    await expectOnePage(page);
    const { layouts } = await pan(page, frames);
    expect(layouts).toBeLessThan(frames / 4);
    expect(complaints).toEqual([]);
  });
});
