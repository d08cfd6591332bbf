import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toPlayground } from '../../src/html/index.ts';
import { experiment } from '../../src/html/playground/experiment.ts';
import { applyPreStop, defineScenario, simulate } from '../../src/index.ts';
import { expectAccessible } from './accessible.ts';
import { Browser, type Shown } from './browser.ts';

const scenario = defineScenario(experiment());

let browser: Browser;
let shown: Shown;
beforeAll(async () => {
  browser = await Browser.start();
  shown = await browser.show(toPlayground());
  await shown.page.waitForSelector('html[data-ready]');
});
afterAll(() => browser.stop());

const slider = (name: string) => shown.page.getByRole('slider', { name, exact: true });
const status = () => shown.page.getByRole('status').textContent();
/** Two frames: one for the change, one for what it draws. */
const drawn = () =>
  shown.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

describe('the playground, in a browser', () => {
  it('opens with the experiment, its verdict and a slider for preStop from 0 to the grace period', async () => {
    expect(await shown.page.getByRole('status').count()).toBe(1);
    expect(await status()).toMatch(/^SAFE/);
    const preStop = slider('preStop');
    expect([await preStop.getAttribute('min'), await preStop.getAttribute('max')]).toEqual(['0', '60']);
    expect(await preStop.inputValue()).toBe('30');
    for (const name of ['terminationGracePeriodSeconds', 'nodes', 'minSyncPeriod', 'lag', 'seed'])
      expect(await slider(name).count()).toBe(1);
  });

  it.each([0, 1, 30])('computes at preStop %d what Node computes, to the digest', async (seconds) => {
    await slider('preStop').fill(String(seconds));
    await drawn();
    const run = simulate(applyPreStop(scenario, seconds), { seed: 1 });
    expect(await shown.page.locator('.digest').textContent()).toBe(run.digest);
    expect(await status()).toMatch(run.verdict.safe ? /^SAFE/ : /^UNSAFE/);
  });

  it('finds the safe interval in a worker', async () => {
    await slider('preStop').fill('30');
    const interval = shown.page.locator('.interval');
    await expect.poll(() => interval.textContent(), { timeout: 90_000 }).toMatch(/preStop from \d+ to \d+ s/);
  });

  it('shows a problem beside its line, and goes on when it is mended', async () => {
    const yaml = shown.page.getByLabel('Manifests');
    const good = await yaml.inputValue();
    await yaml.fill(good.replace('replicas: 3', 'replicas: three'));
    const line = good.slice(0, good.indexOf('replicas: 3')).split('\n').length;
    await expect
      .poll(() => shown.page.locator('.issues li').first().textContent())
      .toContain(`Line ${line}: `);
    expect(await shown.page.locator('.gutter .wrong').textContent()).toBe(String(line));
    expect(await status()).toMatch(/^NOT JUDGED/);
    await yaml.fill(good.replace('replicas: 3', 'replicas: 4'));
    await expect.poll(status).toMatch(/^SAFE/);
    expect(await shown.page.locator('.issues li').count()).toBe(0);
    await yaml.fill(good);
    await expect.poll(status).toMatch(/^SAFE/);
  });

  it('writes what a slider says into the YAML', async () => {
    await slider('preStop').fill('7');
    await drawn();
    expect(await shown.page.getByLabel('Manifests').inputValue()).toContain('seconds: 7\n');
  });

  it('steps through the events with what each knows', async () => {
    await shown.page.click('[data-do=forward]');
    await shown.page.click('[data-do=forward]');
    const there = await shown.page.locator('.chosen [aria-current=true]').textContent();
    await shown.page.click('[data-do=forward]');
    await shown.page.click('[data-do=back]');
    expect(await shown.page.locator('.chosen [aria-current=true]').textContent()).toBe(there);
    expect(await shown.page.locator('.knows tbody tr').count()).toBeGreaterThan(5);
  });

  it('goes through its tour in six steps', async () => {
    const title = shown.page.locator('.tour-title');
    for (const step of [2, 3, 4, 5, 6]) {
      await shown.page.click('[data-tour=next]');
      expect(await title.textContent()).toMatch(new RegExp(`^${step} of 6`));
      if (step === 4 || step === 6) expect(await status()).toMatch(/^UNSAFE/);
      if (step === 5) expect(await status()).toMatch(/^SAFE/);
    }
    await shown.page.click('[data-tour=end]');
    expect(await shown.page.locator('.tour').isVisible()).toBe(false);
  });

  it('puts its state into a link, which opens as it was', async () => {
    await slider('preStop').fill('3');
    await slider('lag').fill('12');
    await drawn();
    const said = await status();
    await shown.page.click('[data-copy=link]');
    await expect.poll(() => shown.page.evaluate('location.hash')).toMatch(/^#play=/);
    const fragment = (await shown.page.evaluate('location.hash')) as string;
    const other = await browser.show(toPlayground(), fragment);
    await other.page.waitForSelector('html[data-ready]');
    expect(await other.page.getByRole('status').textContent()).toBe(said);
    expect(other.complaints).toEqual([]);
    await other.page.close();
  });

  it('is accessible, and complained of nothing', async () => {
    await expectAccessible(shown.page);
    expect(shown.complaints).toEqual([]);
  });
});
