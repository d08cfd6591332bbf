import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulate, toMermaid } from '../../src/index.ts';
import { deletion, execSleep, sleep, web } from '../report/scenarios.ts';
import { Browser, type Shown } from './browser.ts';

/** Mermaid's own parser reads what toMermaid writes. */
const mermaid = readFileSync(createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js'), 'utf8');

let browser: Browser;
let shown: Shown;
beforeAll(async () => {
  browser = await Browser.start();
  shown = await browser.show('<!doctype html><title>mermaid</title>');
  await shown.page.addScriptTag({ content: mermaid });
});
afterAll(() => browser.stop());

const runs = [
  ['without a hook', simulate(deletion({ manifests: web() }))],
  ['with a sleep', simulate(deletion({ manifests: web({ lifecycle: sleep(5) }) }))],
  [
    'with an exec hook and two Services',
    simulate(deletion({ manifests: web({ lifecycle: execSleep(5), services: ['a', 'b'] }) })),
  ],
] as const;

describe('Mermaid', () => {
  it.each(runs)('reads the gantt of a deletion %s', async (_, run) => {
    const text = toMermaid(run, 'web-1-0');
    const parsed = (await shown.page.evaluate(`mermaid.parse(${JSON.stringify(text)})`)) as {
      readonly diagramType: string;
    };
    expect(parsed.diagramType).toBe('gantt');
  });
});
