import { describe, expect, it } from 'vitest';
import { printable } from '../../src/cluster/printable.ts';
import { defineScenario, simulate, toSvg } from '../../src/index.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { violationText } from '../../src/report/describe-violation.ts';
import { xml } from '../../src/report/foreign.ts';
import { ganttText } from '../../src/report/gantt.ts';
import { pictureOf } from '../../src/report/picture/picture-of.ts';
import { svgOf } from '../../src/report/svg.ts';
import { deletion, web } from './scenarios.ts';

const run = simulate(deletion({ manifests: web() }), { seed: 2 });
const ESCAPES = [27, 7, 0x202e].map((code) => String.fromCharCode(code));
const hostile = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '"]-->',
  "' onload='x",
  '\u001b[31m\u0007\u202e',
  '&amp;',
];

/** Every start tag closes, in order; text holds no bare markup. A parser of the little XML that the picture is made of. */
function checkWellFormed(text: string): void {
  const open: string[] = [];
  const rest = text.replace(
    /<(\/?)([a-z]+)((?:\s[\w:-]+="[^"<]*")*)\s*(\/?)>/gi,
    (_, close, name, _attributes, self) => {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (self !== '/') open.push(name as string);
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(rest.replace(/&#\d+;/g, '')).not.toContain('&');
}

describe('the SVG', () => {
  it('is one well-formed element that asks for nothing from anywhere', () => {
    const text = toSvg(run);
    checkWellFormed(text);
    expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|<script|@import|<image|href=/,
    );
  });

  it('says the verdict, why and the fix', () => {
    const [violation] = run.verdict.violations;
    const [why, fix] = [violationText(violation!), fixText(violation!.fix)];
    const words = toSvg(run)
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');
    for (const part of ['UNSAFE', why, fix]) expect(words).toContain(xml(part));
  });

  it.each([
    [480, 480],
    [100, 480],
    [5000, 2400],
    [1200, 1200],
  ])('asked for %d pixels, it has %d', (width, has) => {
    expect(toSvg(run, { width })).toContain(`viewBox="0 0 ${has} `);
  });

  it('differs by its theme alone', () => {
    const of = (theme: 'auto' | 'light' | 'dark') => toSvg(run, { theme }).replace(`class="ps ${theme}"`, '');
    expect(of('light')).toBe(of('dark'));
    expect(of('auto')).toBe(of('dark'));
  });

  it.each(hostile)('shows the name %j as text', (name) => {
    const { lanes, ...picture } = pictureOf(run);
    const named = {
      ...picture,
      subject: name,
      why: name,
      lanes: lanes.map((lane) => ({
        ...lane,
        name,
        marks: lane.marks.map((mark) => ({ ...mark, label: name })),
      })),
    };
    const text = svgOf(named);
    checkWellFormed(text);
    expect(text).not.toContain('<img');
    expect(text).not.toContain('<script');
    for (const code of ESCAPES) expect(text).not.toContain(code);
    const gantt = ganttText(named);
    for (const code of ESCAPES) expect(gantt).not.toContain(code);
    expect(gantt).toContain(printable(name).slice(0, 4));
  });

  it('draws a run in which nothing stops', () => {
    const scenario = defineScenario({
      manifests: web(),
      actions: [{ type: 'scale', deployment: 'web', replicas: 4 }],
    });
    checkWellFormed(toSvg(simulate(scenario)));
  });
});
