import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulation, defineScenario, reduce } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { CONSTANT_DELAYS, WIDE_DELAYS } from '../run/delays.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { deletion, eventsOf, momentsOf, runOf } from '../run/run-of.ts';

/** What controllers remember of their own requests, where the cache is late, a write meets a conflict, or a Pod of another goes. */

describe('a ReplicaSet that is scaled while its cache is late', () => {
  const drawn = fc.record({
    replicas: fc.integer({ min: 3, max: 6 }),
    fewer: fc.integer({ min: 1, max: 2 }),
    victim: fc.nat(2),
    atMs: fc.nat(6000),
    lag: fc.constantFrom('1s' as const, '3s' as const),
    seed: fc.nat(100),
  });

  it('deletes what is too much once, and makes one Pod for each that somebody else deletes, however often it looks', () => {
    fc.assert(
      fc.property(drawn, ({ replicas, fewer, victim, atMs, lag, seed }) => {
        const run = runOf(
          {
            manifests: [deployment({ replicas, preStop: sleeps(20) }), service()],
            delays: { ...WIDE_DELAYS, 'watch.replicaSetController': lag },
            actions: [
              { type: 'scale', deployment: 'web', replicas: replicas - fewer },
              deletion(`web-1-${victim}`, atMs),
            ],
          },
          seed,
        );
        const own = eventsOf(run, { type: 'deletePod' }).filter(
          ({ cause }) => cause !== null && run.trace[cause]!.actor === 'replicaset-controller',
        );
        const asked = own.map(({ pod }) => pod);
        expect(new Set(asked).size).toBe(asked.length);
        // The Pod that was deleted by hand counts as one that is gone, where the controller saw it before it chose.
        const created = eventsOf(run, { type: 'createPod' }).length;
        expect(asked.length - created).toBeLessThanOrEqual(fewer);
        expect(asked.length).toBeLessThanOrEqual(fewer);
        expect(created).toBeLessThanOrEqual(1);
        const pods = run.snapshotAt(run.endedAtMs).actor('api-server')!.pod as readonly {
          readonly gone: boolean;
        }[];
        expect(pods.filter(({ gone }) => !gone)).toHaveLength(replicas - fewer);
      }),
      { numRuns: tries(12), seed: 3 },
    );
  });
});

describe('a sync that meets its own late cache', () => {
  it('of a Service comes back after 1 s, then 2 s, and after a sync that went through again after 1 s', () => {
    const run = runOf({
      manifests: [
        deployment({ replicas: 6, preStop: sleeps(600), terminationGracePeriodSeconds: 900 }),
        service(),
      ],
      delays: {
        ...CONSTANT_DELAYS,
        'watch.endpointSliceController': '2s',
        'replicaSetController.sync': '1h',
      },
      actions: [
        deletion('web-1-0'),
        deletion('web-1-1', 100),
        deletion('web-1-3', 20_000),
        deletion('web-1-4', 20_100),
      ],
      horizon: '60s',
    });
    const second = (atMs: number) => atMs + 20_000;
    const story = [2015, 2115, 3125, 5135];
    expect(momentsOf(run, { type: 'serviceSyncStarted' })).toEqual([...story, ...story.map(second)]);
    expect(momentsOf(run, { type: 'writeEndpointSlice' })).toEqual([2020, 5140, 22_020, 25_140]);
  });

  it('of a Deployment waits twice as long after each conflict, and 5 ms again after a sync that met none', () => {
    const run = runOf({
      manifests: [deployment({ preStop: sleeps(5) }), service()],
      delays: { ...CONSTANT_DELAYS, 'watch.deploymentController': '60ms' },
      actions: [{ type: 'rollingUpdate', deployment: 'web' }],
      horizon: '290ms',
    });
    const answers = eventsOf(run, { type: 'deploymentWriteAnswered' });
    const refused = answers.filter(({ data }) => (data as { readonly conflict: boolean }).conflict);
    expect(refused.map(({ atMs }) => atMs)).toEqual([96, 118, 145, 181, 198, 225, 262, 284]);
    expect(momentsOf(run, { type: 'deploymentEnqueued' })).toEqual([
      96 + 5,
      118 + 10,
      145 + 20,
      181 + 5,
      198 + 10,
      225 + 20,
      262 + 5,
    ]);
  });
});

describe('snapshots of a run that makes Pods', () => {
  it('fold into those of the run, with its draws, since Pods go by their names in both', () => {
    const scenario = defineScenario({
      manifests: [deployment({ replicas: 2, terminationGracePeriodSeconds: 3 }), service()],
      delays: WIDE_DELAYS,
      cluster: { nodes: 2 },
      actions: [deletion('web-1-1'), deletion('web-1-0', 500)],
    });
    const simulation = createSimulation(scenario, { seed: 3 });
    let folded = simulation.snapshot();
    let made = 0;
    for (let event = simulation.peek(); event !== undefined; event = simulation.peek()) {
      const [next, effects] = reduce(folded, event);
      folded = next;
      made += effects.length;
      simulation.step();
    }
    const own = simulation.snapshot();
    expect(made).toBeGreaterThan(100);
    expect(folded.objects).toEqual(own.objects);
    const names = [
      'api-server',
      'replicaset-controller',
      'kubelet/node-1',
      'kubelet/node-2',
      'kube-proxy/node-2',
    ];
    for (const name of names) expect(folded.actor(name)).toEqual(own.actor(name));
    expect(Object.keys(own.actor('replicaset-controller')!)).toEqual([
      'pod',
      'replicaSet',
      'client',
      'object',
      'members',
    ]);
    const pods = own.actor('api-server')!.pod as readonly { readonly name: string }[];
    expect(pods.map(({ name }) => name)).toEqual(['web-1-0', 'web-1-1', 'web-1-2', 'web-1-3']);
  });
});
