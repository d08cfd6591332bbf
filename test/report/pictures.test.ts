import { describe, expect, it } from 'vitest';
import { clusters, type Run, routers, simulate, TraceRequired } from '../../src/index.ts';
import { toMermaid } from '../../src/report/mermaid.ts';
import { toTraceEventJson } from '../../src/report/trace-event-json.ts';
import { deletion, execSleep, roundDelays, sleep, web } from './scenarios.ts';

interface TraceRecord {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: string;
  readonly bp?: string;
}

const run = simulate(
  deletion({
    manifests: web({ lifecycle: sleep(2) }),
    cluster: { version: '1.30', nodes: 2 },
    delays: roundDelays(),
  }),
);
const cases: readonly (readonly [text: string, run: Run])[] = [
  ['of one deletion', run],
  ['of a run with exposures', simulate(deletion({ manifests: web({ services: ['a', 'b'] }) }))],
  [
    'of two Pods behind a load balancer',
    simulate(
      deletion({
        manifests: web({ lifecycle: execSleep(1) }),
        cluster: clusters.gke130Calico(),
        routers: [routers.ingressNginx()],
        actions: [0, 1].map((ordinal) => ({
          type: 'deletePod',
          pod: `web-1-${ordinal}`,
          at: `${ordinal * 30}ms`,
        })),
      }),
    ),
  ],
];

function recordsOf(of: Run): readonly TraceRecord[] {
  return (JSON.parse(toTraceEventJson(of)) as { traceEvents: readonly TraceRecord[] }).traceEvents;
}

const end = (record: TraceRecord) => record.ts! + record.dur!;

describe('the Trace Event JSON', () => {
  it.each(cases)('%s is sorted, in whole microseconds, with lengths', (_, of) => {
    const timed = recordsOf(of).filter(({ ph }) => ph !== 'M');
    expect(timed.every(({ ts, dur = 1 }) => Number.isInteger(ts) && Number.isInteger(dur) && dur >= 1)).toBe(
      true,
    );
    expect(timed.filter(({ ph, dur }) => ph === 'X' && dur === undefined)).toEqual([]);
    expect(timed.map(({ ts }) => ts)).toEqual(timed.map(({ ts }) => ts!).sort((a, b) => a - b));
  });

  it.each(cases)('%s has slices on a thread that nest', (_, of) => {
    const slices = recordsOf(of).filter(({ ph }) => ph === 'X');
    const threads = new Map<number, TraceRecord[]>();
    for (const slice of slices) threads.set(slice.tid!, [...(threads.get(slice.tid!) ?? []), slice]);
    for (const thread of threads.values()) {
      const open: TraceRecord[] = [];
      for (const slice of thread) {
        while (open.length > 0 && end(open.at(-1)!) <= slice.ts!) open.pop();
        if (open.length > 0) expect(end(slice)).toBeLessThanOrEqual(end(open.at(-1)!));
        open.push(slice);
      }
    }
  });

  it.each(cases)('%s has arrows that begin and end inside slices', (_, of) => {
    const records = recordsOf(of);
    const arrows = records.filter(({ ph }) => ph === 's' || ph === 'f');
    expect(arrows.length).toBeGreaterThan(0);
    for (const arrow of arrows) {
      const inside = records.some(
        (slice) =>
          slice.ph === 'X' && slice.tid === arrow.tid && slice.ts! <= arrow.ts! && arrow.ts! < end(slice),
      );
      expect(inside).toBe(true);
    }
    const ids = (ph: string) => arrows.filter((arrow) => arrow.ph === ph).map(({ id }) => id);
    expect([...ids('f')].sort()).toEqual([...ids('s')].sort());
    expect(new Set(ids('s')).size).toBe(ids('s').length);
    expect(arrows.filter(({ ph, bp }) => ph === 'f' && bp !== 'e')).toEqual([]);
  });

  it('names its processes and threads, and shows hooks and windows', () => {
    const names = recordsOf(cases[1]![1]).map(({ ph, name }) => `${ph} ${name}`);
    expect(names.filter((name) => /^[be] /.test(name)).length).toBeGreaterThan(1);
    expect(
      recordsOf(run).filter(({ ph, name }) => ph === 'X' && name.startsWith('preStop')),
    ).toMatchInlineSnapshot(`
      [
        {
          "args": {
            "pod": "web-1-0",
          },
          "cat": "pod",
          "dur": 2000000,
          "name": "preStop starts: web (sleep 2 s)",
          "ph": "X",
          "pid": 2,
          "tid": 4,
          "ts": 30000,
        },
      ]
    `);
  });

  it('needs a trace', () => {
    expect(() => toTraceEventJson(simulate(run.scenario, { trace: 'none' }))).toThrow(TraceRequired);
  });
});

describe('the Mermaid gantt', () => {
  it('shows one Pod from the DELETE to its end', () => {
    expect(toMermaid(run, 'web-1-0')).toMatchInlineSnapshot(`
      "gantt
        title Pod web-1-0
        dateFormat x
        axisFormat %S.%L
        section API server
        DELETE :0, 10ms
        terminating :active, 10, 2336ms
        phase Succeeded :milestone, 2080, 0ms
        section EndpointSlice
        serving  terminating :40, 2070ms
        removed :milestone, 2110, 0ms
        section container web
        preStop :active, 30, 2000ms
        SIGTERM until exit :2040, 10ms
        stops accepting :milestone, 2040, 0ms
        section still sends here
        kube-proxy/node-1 :done, 0, 60ms
        kube-proxy/node-2 :done, 0, 60ms
      "
    `);
  });

  it('shows where connections can be lost', () => {
    const [, exposed] = cases[1]!;
    const text = toMermaid(exposed, 'web-1-0');
    expect(text).toMatch(/section connections can be lost\n {2}kube-proxy\/node-\d :crit, \d+, \d+ms\n/);
  });

  it('needs a Pod that there was', () => {
    expect(() => toMermaid(run, 'web')).toThrow(/no Pod "web"/);
  });
});
