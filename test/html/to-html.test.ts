import { describe, expect, it } from 'vitest';
import { toHtml } from '../../src/html/index.ts';
import { type PageData, rulesIn } from '../../src/html/page-data.ts';
import {
  applyPreStop,
  clusters,
  fuzz,
  type Run,
  routers,
  rulesAt,
  simulate,
  TraceRequired,
} from '../../src/index.ts';
import { xml } from '../../src/report/foreign.ts';
import { formatRules } from '../../src/report/rules.ts';
import { deletion, sleep, web } from '../report/scenarios.ts';

const scenario = deletion({
  manifests: web({ lifecycle: sleep(5), services: ['web', 'metrics'] }),
  cluster: clusters.gke130Calico(),
  routers: [routers.ingressNginx()],
});
const run = simulate(applyPreStop(scenario, 1), { seed: 1 });
const page = toHtml(run);

function dataOf(html: string): PageData {
  const json = /<script type="application\/json" id="prestop-data">(.*?)<\/script>/s.exec(html)![1]!;
  return JSON.parse(json) as PageData;
}

function statusOf(html: string): string {
  const found = [...html.matchAll(/<[^>]*role="status"[^>]*>([^<]*)</g)];
  expect(found).toHaveLength(1);
  return found[0]![1]!;
}

describe('the report of a run', () => {
  it('has its verdict in the one element with the role status', () => {
    expect(statusOf(page)).toMatch(/^UNSAFE: exposed for .*required preStop/);
    expect(statusOf(toHtml(simulate(applyPreStop(scenario, 20))))).toMatch(/^SAFE/);
  });

  it('asks for nothing from anywhere', () => {
    const own = page.replaceAll('http://www.w3.org/2000/svg', '');
    const [markup = ''] = own.split('<script type="application/json"');
    expect(markup).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(own).not.toMatch(/\bfetch\(|XMLHttpRequest|sendBeacon|@import|url\(['"]?http/);
  });

  it('has every told event with its causes, in the order of the trace', () => {
    const { events, left, actors } = dataOf(page);
    expect(left).toBe('');
    expect(events.map(([seq]) => seq)).toEqual(run.trace.map(({ seq }) => seq));
    for (const [seq, atMs, actor, , cause] of events) {
      const event = run.trace[seq]!;
      expect([atMs, actors[actor]]).toEqual([event.atMs, event.actor]);
      expect(cause < 0 ? null : events[cause]![0]).toBe(event.cause);
    }
  });

  it('says how many events of a large run are left out', () => {
    const actions = [{ type: 'rollingUpdate' as const, deployment: 'web' }];
    const large = simulate(deletion({ manifests: web({ replicas: 20, lifecycle: sleep(5) }), actions }));
    const { events, left } = dataOf(toHtml(large));
    expect(events.length).toBeLessThan(large.trace.length);
    const counts = [...left.matchAll(/[\d,]+/g)].map(([text]) => Number(text.replaceAll(',', '')));
    expect(counts.slice(0, 2)).toEqual([events.length, large.trace.length]);
  });

  it.each(['node-1', 'node-3'])('holds for %s at every instant what rulesAt says', (node) => {
    const { rules } = dataOf(page);
    for (const atMs of [0, 20, 50, 80, 120, 500, 1000, 2000, 3000, run.endedAtMs]) {
      const text = formatRules(rulesIn(rules, node, atMs)!, rules, (index) => rules.podNames[index]!);
      expect(`${node} at ${atMs.toFixed(3)} ms\n${text}`).toBe(rulesAt(run, node, atMs));
    }
  });

  it('says why, the fix, what it rests on, and how to repeat it', () => {
    for (const part of ['Fix: ', 'What this rests on', run.digest, 'simulate(scenario, { seed: 1 })'])
      expect(page).toContain(xml(part));
  });

  it('needs a trace', () => {
    expect(() => toHtml(simulate(scenario, { trace: 'none' }))).toThrow(TraceRequired);
  });
});

describe('the report of a campaign', () => {
  const unsafe = applyPreStop(scenario, 2);
  const report = fuzz(unsafe, { runs: 60, shrink: false });

  it('has its verdict, the distribution and the curve, with the picture of the worst run', () => {
    const html = toHtml(report);
    expect(statusOf(html)).toMatch(/^UNSAFE: \d+ of 60 runs were not safe/);
    expect(html.match(/class="chart"/g)).toHaveLength(2);
    expect(html).toContain('class="ps auto"');
  });

  it('shows the value that is deployed, and the worst run to step through, where it is given', () => {
    const worst: Run = simulate(unsafe, { seed: report.worst!.seed });
    const html = toHtml(report, { worst });
    expect(html).toContain('preStop 2 s');
    expect(dataOf(html).events.length).toBe(worst.trace.length);
  });
});

describe('names that look like markup', () => {
  const names = [
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    '"]-->',
    '<!--<script>',
  ];

  it.each(names)('%j stays text wherever it stands', (name) => {
    const manifests = web();
    const [workload] = manifests as {
      metadata: { annotations?: object };
      spec: { template: { spec: { containers: { image: string }[] } } };
    }[];
    workload!.metadata.annotations = { note: name };
    workload!.spec.template.spec.containers[0]!.image = name;
    const html = toHtml(simulate(deletion({ manifests })), { title: name, replay: name });
    expect(html).not.toContain(name);
    const data = html.slice(html.indexOf('id="prestop-data">'));
    expect(data.slice(0, data.indexOf('</script>'))).not.toContain('<!--');
    expect(html.match(/<script/g)).toHaveLength(2);
  });
});
