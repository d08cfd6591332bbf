import type { Page } from 'playwright-core';

/** What a page costs while somebody uses it, for the bench: no test is decided by these figures. */

/** Milliseconds from a step of a slider until the frame that shows it, for each of its first values. */
export function sliderSteps(page: Page, selector: string, steps: number): Promise<number[]> {
  // As text: a compiler's helpers are not there in the page.
  return page.evaluate(`(async () => {
    const slider = document.querySelector(${JSON.stringify(selector)});
    const took = [];
    for (let step = 0; step < ${steps}; step++) {
      slider.value = String(step);
      const before = performance.now();
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(done));
      took.push(performance.now() - before);
    }
    return took;
  })()`);
}

export interface Panning {
  /** Of the main thread, a frame. */
  readonly threadMs: number;
  /** Layouts of the page during all frames. */
  readonly layouts: number;
}

/** Pans a timeline for so many frames. */
export async function pan(page: Page, frames: number): Promise<Panning> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (wanted: string) => metrics.find(({ name }) => name === wanted)!.value;
    return { threadMs: of('ThreadTime') * 1000, layouts: of('LayoutCount') };
  };
  const before = await read();
  await page.evaluate(`(async () => {
    const scroller = document.querySelector('.scroller');
    for (let frame = 0; frame < ${frames}; frame++) {
      scroller.scrollLeft += 12;
      await new Promise((done) => requestAnimationFrame(done));
    }
  })()`);
  const after = await read();
  return {
    threadMs: (after.threadMs - before.threadMs) / frames,
    layouts: after.layouts - before.layouts,
  };
}
