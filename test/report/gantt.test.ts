import { describe, expect, it } from 'vitest';
import {
  applyPreStop,
  apps,
  clients,
  clusters,
  formatGantt,
  podTimeline,
  type Run,
  routers,
  simulate,
  TraceRequired,
} from '../../src/index.ts';
import { axisFor, instantAt, place } from '../../src/report/picture/axis.ts';
import type { Lane } from '../../src/report/picture/picture.ts';
import { pictureOf } from '../../src/report/picture/picture-of.ts';
import { deletion, roundDelays, sleep, web } from './scenarios.ts';

const safe = simulate(
  deletion({
    manifests: web({ lifecycle: sleep(20) }),
    cluster: { version: '1.36', nodes: 2 },
    delays: roundDelays(),
  }),
);
const behindIngress = deletion({
  manifests: web({ lifecycle: sleep(5) }),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx() },
  routers: [routers.ingressNginx()],
});
const exposed = simulate(applyPreStop(behindIngress, 0), { seed: 2 });
const rollout = (replicas: number, nodes: number, preStop: number) =>
  simulate(
    applyPreStop(
      deletion({
        manifests: web({ replicas, lifecycle: sleep(5) }),
        cluster: clusters.quiet136({ nodes }),
        actions: [{ type: 'rollingUpdate', deployment: 'web' }],
      }),
      preStop,
    ),
    { seed: 1 },
  );

/** Sixty Pods, old and new, many of which stop too early. */
const crowded = rollout(30, 2, 1);

const lane = (run: Run, name: string): Lane => pictureOf(run).lanes.find((each) => each.name === name)!;
const span = (of: Lane, kind: string) => of.spans.find((each) => each.kind === kind)!;

describe('the picture of a run', () => {
  it('shows a container from ready to its end, as its timeline has it', () => {
    const { preStopStartedMs, preStopEndedMs, sigtermMs, exitedMs } = podTimeline(safe, 'web-1-0');
    const own = lane(safe, 'web-1-0');
    expect(span(own, 'preStop')).toMatchObject({ fromMs: preStopStartedMs, toMs: preStopEndedMs });
    expect(span(own, 'draining')).toMatchObject({ fromMs: sigtermMs, toMs: exitedMs });
  });

  it.each(['node-1', 'node-2'])('shows until when %s still sends to the Pod', (node) => {
    const { deleteRequestedMs, rulesRemovedMs } = podTimeline(safe, 'web-1-0');
    expect(lane(safe, `kube-proxy/${node}`).spans).toEqual([
      expect.objectContaining({ kind: 'routed', fromMs: deleteRequestedMs, toMs: rulesRemovedMs[node] }),
    ]);
  });

  it('shows every window of the verdict in the lane of its router, and in that of its Pod', () => {
    const windows = exposed.verdict.violations.filter(({ kind }) => kind === 'exposed');
    expect(windows.length).toBeGreaterThan(0);
    for (const { router, fromMs, toMs } of windows) {
      expect(span(lane(exposed, router!), 'exposed')).toMatchObject({ fromMs, toMs });
      const own = span(lane(exposed, 'web-1-0'), 'exposed');
      expect(own.fromMs <= fromMs && own.toMs >= toMs).toBe(true);
    }
  });

  it('puts the slowest first and the others together where there are many', () => {
    const run = rollout(30, 20, 0);
    const { lanes } = pictureOf(run);
    const of = (section: string) => lanes.filter((each) => each.section === section);
    expect(of('routers')).toHaveLength(12);
    expect(of('pods')).toHaveLength(24);
    expect(of('routers').reduce((sum, { count }) => sum + count, 0)).toBe(20);
    const lost = ({ spans }: Lane) =>
      spans.reduce((sum, { kind, fromMs, toMs }) => (kind === 'exposed' ? sum + toMs - fromMs : sum), 0);
    const shown = of('routers').slice(0, -1).map(lost);
    expect(shown).toEqual([...shown].sort((a, b) => b - a));
  });

  it('shows requests that fail in a lane of their client', () => {
    const run = simulate(
      deletion({
        manifests: web(),
        clients: [clients.curlLoop({ service: 'web', from: { node: 'node-1' } })],
      }),
      { seed: 3 },
    );
    const own = pictureOf(run).lanes.find(({ section }) => section === 'clients')!;
    const failed = Object.values(run.verdict.requests.failed).reduce((sum, count) => sum + count, 0);
    expect(own.marks.filter(({ kind }) => kind === 'failed')).toHaveLength(failed);
  });
});

describe('the axis', () => {
  it('leaves out a long wait, so that what comes before it keeps its room', () => {
    const axis = axisFor([0, 10, 20, 40, 80, 100, 30_000, 30_040, 30_080, 30_100]);
    expect(axis.breaks).toHaveLength(1);
    expect(place(axis, 100)).toBeGreaterThan(0.4);
    expect(place(axis, 30_000)).toBeGreaterThan(place(axis, 100));
  });

  it('is even where things happen all the time', () => {
    expect(axisFor([0, 100, 200, 300, 400, 500]).breaks).toEqual([]);
  });

  it('goes from an instant to its place and back, in the order of time', () => {
    const axis = axisFor([0, 3, 50, 2000, 2010, 60_000]);
    const places = [0, 1, 3, 50, 700, 2000, 2005, 2010, 40_000, 60_000];
    for (const [index, ms] of places.entries()) {
      expect(instantAt(axis, place(axis, ms))).toBeCloseTo(ms, 3);
      if (index > 0) expect(place(axis, ms)).toBeGreaterThan(place(axis, places[index - 1]!));
    }
  });

  it('has labels that tell each other apart', () => {
    for (const instants of [
      [0, 0.02, 0.05],
      [0, 100],
      [0, 90_000, 100_000],
      [0, 3_600_000],
    ]) {
      const labels = axisFor(instants).ticks.map(({ label }) => label);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });
});

describe('lanes that are more than one sees at once', () => {
  it('begin with where most could be lost', () => {
    const { lanes } = pictureOf(crowded, { pods: 200 });
    const lostMs = lanes
      .filter(({ section }) => section === 'pods')
      .map(({ spans }) =>
        spans.reduce((sum, { kind, fromMs, toMs }) => (kind === 'exposed' ? sum + toMs - fromMs : sum), 0),
      );
    expect(lostMs).toHaveLength(60);
    expect(lostMs[0]).toBeGreaterThan(0);
    expect(lostMs).toEqual([...lostMs].sort((a, b) => b - a));
  });
});

describe('the Gantt in the terminal', () => {
  it('shows a deletion behind an ingress that lets go too late', async () => {
    await expect(`${formatGantt(exposed)}\n`).toMatchFileSnapshot('outputs/gantt-exposed.txt');
  });

  it('shows a long sleep with a break, in ASCII where that is asked for', async () => {
    const text = formatGantt(safe, { ascii: true, width: 80 });
    expect(text).not.toMatch(/\P{ASCII}/u);
    await expect(`${text}\n`).toMatchFileSnapshot('outputs/gantt-ascii.txt');
  });

  it.each([80, 100, 160])('shows each exposure, however short against %d columns', (width) => {
    const lost = pictureOf(crowded).lanes.filter(({ spans }) => spans.some(({ kind }) => kind === 'exposed'));
    expect(lost.length).toBeGreaterThan(3);
    const rows = formatGantt(crowded, { width }).split('\n');
    for (const { name } of lost) expect(rows.find((row) => row.startsWith(`${name} `))).toContain('█');
  });

  it.each([
    [10, 80],
    [80, 80],
    [123, 123],
    [500, 160],
  ])('asked for %d columns, it uses at most %d', (width, most) => {
    const longest = Math.max(
      ...formatGantt(exposed, { width })
        .split('\n')
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(most);
    expect(longest).toBeGreaterThan(most - 30);
  });

  it('paints only where colour is asked for', () => {
    const start = String.fromCharCode(27);
    expect(formatGantt(exposed)).not.toContain(start);
    const colored = formatGantt(exposed, { color: true });
    expect(colored).toContain(`${start}[1;31m`);
    expect(colored.replaceAll(new RegExp(`${start}\\[[0-9;]*m`, 'g'), '')).toBe(formatGantt(exposed));
  });

  it('stays readable with 120 containers', () => {
    const lines = formatGantt(rollout(60, 3, 5)).split('\n');
    expect(lines.length).toBeLessThan(55);
  });

  it('shows one Pod of several', () => {
    const run = rollout(3, 3, 5);
    const text = formatGantt(run, { pod: 'web-1-1' });
    expect(text).toContain('Pod web-1-1');
    expect(text).not.toContain('web-1-0');
  });

  it('needs a trace, and a Pod that there was', () => {
    expect(() => formatGantt(simulate(safe.scenario, { trace: 'none' }))).toThrow(TraceRequired);
    expect(() => formatGantt(safe, { pod: 'web' })).toThrow(/Pod "web".*web-1-0/s);
  });
});
