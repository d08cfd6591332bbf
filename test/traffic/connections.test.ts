import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T } from '../../src/cluster/events.ts';
import type { Attempt, RequestFailed, ResponseReceived } from '../../src/cluster/traffic.ts';
import { defineScenario, type ScenarioInput } from '../../src/index.ts';
import type { SimEvent } from '../../src/kernel/event.ts';
import { Loop } from '../../src/kernel/loop.ts';
import { Observers } from '../../src/kernel/observers.ts';
import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { tries } from '../effort.ts';
import { WIDE_DELAYS } from '../run/delays.ts';
import { container, deployment, service, sleeps } from '../run/manifests.ts';
import { type ClientInput, flood, requestsOf } from './run.ts';

/** What holds of every connection, by what travels over it; and of containers that no connection passes. */

interface Seen {
  /** By try: how often it was told how it ended. */
  readonly ends: Map<string, number>;
  readonly begun: Set<string>;
  /** By connection: how often its request number n arrived at the Pod. */
  readonly arrived: Map<string, number>;
  /** By connection: how often its request number n was answered, with the connection left open. */
  readonly leftOpen: Map<string, number>;
}

const tryOf = ({ client, request, attempt }: Attempt) => `${client}/${request}/${attempt}`;
/** Two that one client opens to one Pod within a microsecond are counted together. */
const connectionOf = ({ client, pod, openedAt }: Attempt) => `${client}/${pod}/${openedAt}`;

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function play(input: ScenarioInput, seed: number): Seen {
  const scenario = defineScenario(input);
  const seen: Seen = { ends: new Map(), begun: new Set(), arrived: new Map(), leftOpen: new Map() };
  const observers = new Observers();
  observers.on(T.connectionAttempted, (event) => seen.begun.add(tryOf((event as SimEvent<Attempt>).data)));
  observers.on(T.requestArrived, (event) => {
    const { data } = event as SimEvent<Attempt>;
    seen.begun.add(tryOf(data));
    count(seen.arrived, `${connectionOf(data)}#${data.carried}`);
  });
  observers.on(T.responseReceived, (event) => {
    const { attempt, closes } = (event as SimEvent<ResponseReceived>).data;
    count(seen.ends, tryOf(attempt));
    if (!closes) count(seen.leftOpen, `${connectionOf(attempt)}#${attempt.carried}`);
  });
  observers.on(T.requestFailed, (event) =>
    count(seen.ends, tryOf((event as SimEvent<RequestFailed>).data.attempt)),
  );
  new Loop(compiledScenario(scenario).model, seed, { trace: false, observers }).run(Number.POSITIVE_INFINITY);
  return seen;
}

const MAX_REQUESTS = 30;
const connection = fc.constantFrom<NonNullable<ClientInput['connection']>>(
  'new',
  { keepAlive: { pool: 3 } },
  { keepAlive: { pool: 5, idleTimeout: '40ms', maxRequests: MAX_REQUESTS } },
);
const web = fc.record({
  onStopSignal: fc.constantFrom('drain', 'exit', 'ignore'),
  concurrency: fc.constantFrom(1, 3, 1000),
  backlog: fc.constantFrom(0, 2, 100),
  closeIdleKeepAlive: fc.boolean(),
  sendConnectionClose: fc.boolean(),
  keepAliveTimeout: fc.constantFrom('20ms', '5s'),
} as const);

describe('every connection', () => {
  it('ends each try over it once, and carries the next request only after an answer that left it open', () => {
    const inputs = fc.record({
      connection,
      web,
      client: fc.constantFrom<Partial<ClientInput>>(
        { load: { ratePerSecond: 150 } },
        { load: { concurrency: 4, pause: '9ms' }, retry: 'idempotent' },
        { load: { concurrency: 4 }, retry: { attempts: 3 }, request: { duration: '60ms' } },
      ),
      node: fc.constantFrom('node-1', 'node-2', 'node-3'),
      victims: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }),
      proxied: fc.boolean(),
      seed: fc.nat({ max: 10_000 }),
    });
    let reused = 0;
    fc.assert(
      fc.property(inputs, ({ client, node, victims, proxied, seed, ...drawn }) => {
        const way: Partial<ClientInput> = proxied ? { through: { router: 'edge' } } : {};
        const sends = flood(0, {
          ...client,
          ...way,
          connection: drawn.connection,
          from: { node },
          requestTimeout: '900ms',
          stop: '2s',
        });
        const { ends, begun, arrived, leftOpen } = play(
          {
            manifests: [deployment({ replicas: 4, terminationGracePeriodSeconds: 2 }), service()],
            cluster: { version: '1.34', nodes: 3 },
            apps: { web: drawn.web },
            routers: [{ name: 'edge', parts: [{ lag: '700ms' }], ...(proxied && { proxy: { tries: 2 } }) }],
            delays: WIDE_DELAYS,
            clients: [sends],
            actions: [{ type: 'deletePods', pods: victims.map((each) => `web-1-${each}`), at: '1s' }],
          },
          seed,
        );
        for (const each of begun) expect([each, ends.get(each)]).toEqual([each, 1]);
        expect(ends.size).toBe(begun.size);
        for (const [request, times] of arrived) {
          const [which, place] = request.split('#') as [string, string];
          const number = Number(place);
          expect(number).toBeLessThan(drawn.connection === 'new' ? 1 : 10_000);
          // What it carried before was answered, as often as it goes on.
          expect(times).toBeLessThanOrEqual(leftOpen.get(`${which}#${number - 1}`) ?? 0);
          reused++;
        }
      }),
      { numRuns: tries(3), seed: 3 },
    );
    expect(reused).toBeGreaterThan(50);
  });
});

describe('a container that no connection passes', () => {
  it('changes nothing but its own line, whatever its process does with connections', () => {
    const inputs = fc.record({
      agent: fc.record({
        onStopSignal: fc.constantFrom('drain', 'exit'),
        concurrency: fc.constantFrom(1, 1000),
        backlog: fc.constantFrom(0, 100),
        closeIdleKeepAlive: fc.boolean(),
        sendGoAway: fc.boolean(),
        keepAliveTimeout: fc.constantFrom('20ms', '5s'),
      } as const),
      before: fc.boolean(),
      victim: fc.constantFrom('web-1-0', 'web-1-1', 'web-1-2'),
      node: fc.constantFrom('node-1', 'node-2', 'node-3'),
      seed: fc.nat({ max: 10_000 }),
    });
    fc.assert(
      fc.property(inputs, ({ agent, before, victim, node, seed }) => {
        const serving = container({ preStop: sleeps(3) });
        const other = { name: 'agent', image: 'agent' };
        const both = before ? [other, serving] : [serving, other];
        const of = (containers: readonly object[], apps: ScenarioInput['apps']) =>
          requestsOf({
            manifests: [deployment({ containers, terminationGracePeriodSeconds: 20 }), service()],
            apps,
            actions: [{ type: 'deletePod', pod: victim, at: '1s' }],
            clients: [
              flood(0, {
                from: { node },
                load: { concurrency: 4, pause: '40ms' },
                connection: { keepAlive: {} },
                stop: '5s',
              }),
            ],
            seed,
          });
        const named = { web: { drain: '1s' } } as const;
        const alone = of([serving], named);
        expect(of(both, { ...named, agent })).toEqual(alone);
        expect(alone.sent).toBeGreaterThan(300);
      }),
      { numRuns: tries(1), seed: 9 },
    );
  });
});

describe('the accept backlog of a container', () => {
  it('is one for all clients that send to it', () => {
    const busy = { concurrency: 1, backlog: 3 };
    const sending = (names: readonly string[], each: number) =>
      names.map((name, index) =>
        flood(0, {
          name,
          from: { node: `node-${index + 1}` },
          load: { concurrency: each },
          request: { duration: '10s' },
          connectTimeout: '900ms',
          requestTimeout: '60s',
          start: '0s',
          stop: '1ms',
        }),
      );
    // One is worked on, three wait, two more find no room: whoever they belong to.
    for (const [names, each] of [
      [['a'], 6],
      [['a', 'b'], 3],
      [['a', 'b', 'c'], 2],
    ] as const) {
      const { sent, failed, failures } = requestsOf({
        manifests: [deployment({ replicas: 1 }), service()],
        apps: { web: busy },
        clients: sending(names, each),
        actions: [{ type: 'scale', deployment: 'web', replicas: 2, at: '50s' }],
      });
      expect({ sent, failed }).toEqual({ sent: 6, failed: { connectTimeout: 2 } });
      expect(new Set(failures.map(({ reason }) => reason.code))).toEqual(new Set(['backlogFull']));
    }
  });
});
