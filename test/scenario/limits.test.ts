import { describe, expect, it } from 'vitest';
import { defineScenario, fuzz, LimitExceeded, parseScenario, simulate } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';

describe('limits of a scenario', () => {
  const limited = (limits: object) =>
    defineScenario({
      manifests: [deployment({}), service()],
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
      limits,
    });

  it('bound the events of a run, and of its trace', () => {
    const events = simulate(limited({})).eventCount;
    expect(simulate(limited({ maxEvents: events })).eventCount).toBe(events);
    expect(() => simulate(limited({ maxEvents: events - 1 }))).toThrow(LimitExceeded);
    const short = limited({ maxTraceEvents: events - 1 });
    expect(() => simulate(short)).toThrow("Simulate with { trace: 'none' }");
    expect(simulate(short, { trace: 'none' }).eventCount).toBe(events);
    expect(fuzz(short, { runs: 3 }).runs).toBe(3);
  });

  it('bound what waits', () => {
    expect(() => simulate(limited({ maxPending: 2 }))).toThrow('raise limits.maxPending');
  });

  it('bound the Pods that manifests ask for, before one is made', () => {
    const of = (replicas: number, limits: object) => () =>
      defineScenario({
        manifests: [deployment({ replicas }), service()],
        actions: [{ type: 'deletePod', pod: 'web-1-0' }],
        limits,
      });
    expect(of(100_000, {})).toThrow(
      'Deployment/web: spec.replicas asks for 100000 Pods; limits.maxPods is 50000.',
    );
    expect(of(4, { maxPods: 3 })).toThrow('raise limits.maxPods to 4');
    expect(of(4, { maxPods: 4 })).not.toThrow();
  });

  describe('bound the size of a scenario before anything is made of it', () => {
    const rate = (name: string, ratePerSecond: number) => ({
      name,
      from: { node: 'node-1' },
      load: { ratePerSecond },
    });
    const rows: readonly (readonly [what: string, over: object, told: string, path: string])[] = [
      [
        'replicas that an action asks for',
        { actions: [{ type: 'scale', deployment: 'web', replicas: 10 }], limits: { maxPods: 11 } },
        'actions.0.replicas asks for 10 Pods, and with the others 13; limits.maxPods is 11',
        'actions.0.replicas',
      ],
      [
        'nodes',
        { cluster: { nodes: 1e9 } },
        'cluster.nodes asks for 1000000000 nodes; limits.maxNodes is 20000',
        'cluster.nodes',
      ],
      [
        'nodes that are named',
        { cluster: { nodes: [{ name: 'a' }, { name: 'b' }] }, limits: { maxNodes: 1 } },
        'cluster.nodes asks for 2 nodes; limits.maxNodes is 1',
        'cluster.nodes',
      ],
      [
        'Services',
        { manifests: [deployment({}), service(), service({}, 'other')], limits: { maxServices: 1 } },
        'manifests ask for 2 Services; limits.maxServices is 1',
        'manifests',
      ],
      [
        'the rates of all clients',
        { clients: [rate('a', 1), rate('b', 1e6)] },
        'clients.1.load.ratePerSecond asks for 1000000 requests a second, and with the others 1000001; limits.maxRequestsPerSecond is 100000',
        'clients.1.load.ratePerSecond',
      ],
      [
        'the events of clients that go on for long',
        { clients: [{ ...rate('a', 1e5), stop: '10m' }] },
        'clients.0.load.ratePerSecond takes at least 240000000 events in a run; limits.maxEvents is 50000000',
        'clients.0.load.ratePerSecond',
      ],
      [
        'the events of a rollout on very many nodes',
        {
          manifests: [deployment({ replicas: 10_000 }), service()],
          cluster: { nodes: 20_000 },
          actions: [{ type: 'rollingUpdate', deployment: 'web' }],
        },
        'actions.0 (rollingUpdate) takes at least 401220000 events in a run; limits.maxEvents is 50000000',
        'actions.0',
      ],
    ];
    it.each(rows)('%s', (_, over, told, path) => {
      const input = {
        manifests: [deployment({}), service()],
        actions: [{ type: 'deletePod', pod: 'web-1-0' }],
        ...over,
      };
      const parsed = parseScenario(input);
      if (parsed.ok) throw new Error('It was not refused.');
      expect(parsed.issues).toHaveLength(1);
      const { code, path: at, message, fix, value } = parsed.issues[0]!;
      expect([code, at.join('.'), message]).toEqual(['limitExceeded', path, `${told}.`]);
      // What the fix says is enough.
      const [, limit, least] = /raise (limits\.\w+) to (\d+)/.exec(fix ?? '') ?? [];
      expect(Number(least)).toBe(value);
      const raised = { ...('limits' in over && (over.limits as object)), [limit!.slice(7)]: Number(least) };
      if (Number(least) < 1e6) expect(parseScenario({ ...input, limits: raised }).ok).toBe(true);
    });

    it('counts nodes for what a Service tells them alone: a DaemonSet that nobody sends to rolls on 5,000 of them', () => {
      const { spec, ...rest } = deployment({}) as { readonly spec: object };
      const { replicas: _, ...own } = spec as { readonly replicas: number };
      const parsed = parseScenario({
        manifests: [{ ...rest, kind: 'DaemonSet', spec: own }],
        cluster: { nodes: 5_000 },
        actions: [{ type: 'rolloutRestart', workload: 'DaemonSet/web' }],
      });
      expect(parsed.ok).toBe(true);
    });

    it("counts a DaemonSet's Pods on the nodes that it selects alone", () => {
      const { spec, ...rest } = deployment({}) as { readonly spec: object };
      const {
        replicas: _,
        template,
        ...own
      } = spec as { readonly replicas: number; readonly template: object };
      const daemons = (nodeSelector: object) => {
        const { spec: pod, ...meta } = template as { readonly spec: object };
        const selecting = { ...meta, spec: { ...pod, nodeSelector } };
        return parseScenario({
          manifests: [{ ...rest, kind: 'DaemonSet', spec: { ...own, template: selecting } }],
          cluster: {
            nodes: ['a', 'b', 'c'].map((name) => ({ name, labels: name === 'b' ? { gpu: 'yes' } : {} })),
          },
          actions: [{ type: 'rolloutRestart', workload: 'DaemonSet/web' }],
          limits: { maxPods: 2 },
        });
      };
      expect(daemons({ gpu: 'yes' }).ok).toBe(true);
      expect(daemons({}).ok).toBe(false);
    });

    it('a limit of events that is meant to end a run is none of these', () => {
      const flood = { ...rate('a', 1000), stop: '30s' };
      const input = { manifests: [deployment({}), service()], clients: [flood], limits: { maxEvents: 100 } };
      expect(parseScenario(input).ok).toBe(true);
    });
  });

  it('are refused where they are none', () => {
    expect(() => limited({ maxEvents: 0 })).toThrow('limits.maxEvents');
    expect(() => limited({ maxEvnts: 5 })).toThrow('maxEvnts');
  });
});
