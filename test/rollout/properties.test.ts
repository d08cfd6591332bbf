import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PodObject } from '../../src/cluster/state.ts';
import type { DeploymentObject, ReplicaSetObject } from '../../src/cluster/workloads.ts';
import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { start } from '../../src/run/observed-loop.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput } from '../../src/scenario/schema.ts';
import { tries } from '../effort.ts';
import { WIDE_DELAYS } from '../run/delays.ts';
import { type RolloutOptions, rollout } from './manifests.ts';

const RUNS = { numRuns: tries(6), seed: 20261124 } as const;

interface Api {
  readonly pods: readonly PodObject[];
  readonly deployment: DeploymentObject;
  readonly replicaSets: readonly ReplicaSetObject[];
}

/** Every state that the API server goes through. */
function states(options: RolloutOptions, seed: number, look: (api: Api) => void): void {
  const scenario = defineScenario(rollout(options));
  const { loop } = start(compiledScenario(scenario), seed, false);
  const api = loop.model.actors.findIndex(({ name }) => name === 'api-server');
  for (let event = loop.step(); event !== undefined; event = loop.step()) {
    if (event.actor !== api) continue;
    const [pods, , , deployments, replicaSets] = loop.cells[api]!;
    look({
      pods: pods as PodObject[],
      deployment: deployments![0] as DeploymentObject,
      replicaSets: replicaSets as ReplicaSetObject[],
    });
  }
}

const strategies = fc.record({
  replicas: fc.integer({ min: 1, max: 9 }),
  maxSurge: fc.constantFrom(0, 1, 3, '25%', '100%'),
  maxUnavailable: fc.constantFrom(0, 1, 2, '25%', '50%'),
  preStopSeconds: fc.integer({ min: 0, max: 12 }),
  seed: fc.nat(1_000_000),
  wide: fc.boolean(),
});
type Strategy = typeof strategies extends fc.Arbitrary<infer S> ? S : never;

function optionsOf({ replicas, maxSurge, maxUnavailable, preStopSeconds, wide }: Strategy): RolloutOptions {
  const bothZero = maxSurge === 0 && maxUnavailable === 0;
  const rollingUpdate = { maxSurge: bothZero ? 1 : maxSurge, maxUnavailable };
  return {
    replicas,
    preStopSeconds,
    spec: { strategy: { rollingUpdate } },
    input: wide ? { delays: WIDE_DELAYS } : {},
  };
}

const resolved = (value: number | string, replicas: number, round: (x: number) => number) =>
  typeof value === 'number' ? value : round((Number(value.slice(0, -1)) * replicas) / 100);

describe('any rolling update', () => {
  it('never wants fewer than replicas - maxUnavailable Pods nor more than replicas + maxSurge, and ends complete', () => {
    fc.assert(
      fc.property(strategies, (strategy) => {
        const options = optionsOf(strategy);
        const { replicas } = strategy;
        const { maxSurge, maxUnavailable } = (
          options.spec as {
            strategy: { rollingUpdate: { maxSurge: number | string; maxUnavailable: number | string } };
          }
        ).strategy.rollingUpdate;
        const surge = resolved(maxSurge, replicas, Math.ceil);
        const unavailable = resolved(maxUnavailable, replicas, Math.floor);
        const allowed = surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas);
        let last: Api | undefined;
        const most: number[] = [];
        states(options, strategy.seed, (api) => {
          const wanted = api.replicaSets.reduce((sum, set) => sum + set.replicas, 0);
          expect(wanted).toBeLessThanOrEqual(replicas + surge);
          expect(wanted).toBeGreaterThanOrEqual(replicas - allowed);
          // Pods are conserved: no ReplicaSet ever has more than the most it was asked for.
          for (const { index, replicas: size } of api.replicaSets) {
            most[index] = Math.max(most[index] ?? 0, size);
            const active = api.pods.filter(
              (pod) => pod.replicaSet === index && !pod.gone && pod.deletionTimestamp === null,
            );
            expect(active.length).toBeLessThanOrEqual(most[index]!);
          }
          last = api;
        });
        const ready = last!.pods.filter((pod) => !pod.gone && pod.ready && pod.deletionTimestamp === null);
        expect(ready).toHaveLength(replicas);
        expect(new Set(ready.map(({ name }) => name.replace(/-\d+$/, '')))).toEqual(new Set(['web-2']));
        expect(last!.pods.filter((pod) => !pod.gone)).toHaveLength(replicas);
        expect(last!.deployment.status).toMatchObject({
          replicas,
          updatedReplicas: replicas,
          availableReplicas: replicas,
          progressing: { reason: 'NewReplicaSetAvailable' },
        });
      }),
      RUNS,
    );
  });

  it('with maxUnavailable 0 never has fewer available Pods than replicas', () => {
    fc.assert(
      fc.property(strategies, (strategy) => {
        const { replicas } = strategy;
        const spec = { strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } };
        states({ ...optionsOf(strategy), spec }, strategy.seed, ({ pods }) => {
          const available = pods.filter(
            (pod) => !pod.gone && pod.ready && pod.deletionTimestamp === null,
          ).length;
          expect(available).toBeGreaterThanOrEqual(replicas);
        });
      }),
      RUNS,
    );
  });

  it('is the same twice, with and without a trace, and ends when nothing is left to happen', () => {
    fc.assert(
      fc.property(strategies, (strategy) => {
        const scenario = defineScenario(rollout(optionsOf(strategy)));
        const run = (trace: 'full' | 'none'): Run => simulate(scenario, { seed: strategy.seed, trace });
        const first = run('full');
        expect(run('none').digest).toBe(first.digest);
        expect(run('none').verdict.rollout).toEqual(first.verdict.rollout);
      }),
      { ...RUNS, numRuns: tries(2) },
    );
  });
});

describe('any drain', () => {
  const drains = fc.record({
    replicas: fc.integer({ min: 1, max: 9 }),
    nodes: fc.integer({ min: 2, max: 4 }),
    maxUnavailable: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(1_000_000),
    wide: fc.boolean(),
  });

  it('ends with an empty node, and never takes more from the budget than it allows', () => {
    fc.assert(
      fc.property(drains, ({ replicas, nodes, maxUnavailable, seed, wide }) => {
        const budget = {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'web' },
          spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable },
        };
        const actions: ActionInput[] = [{ type: 'drainNode', node: 'node-1' }];
        const options: RolloutOptions = {
          replicas,
          nodes,
          actions,
          extra: [budget],
          input: wide ? { delays: WIDE_DELAYS } : {},
        };
        let last: Api | undefined;
        states(options, seed, (api) => {
          const healthy = api.pods.filter(
            (pod) => !pod.gone && pod.ready && pod.deletionTimestamp === null,
          ).length;
          expect(healthy).toBeGreaterThanOrEqual(replicas - maxUnavailable);
          last = api;
        });
        expect(last!.pods.filter((pod) => !pod.gone && pod.node === 0)).toEqual([]);
        expect(last!.pods.filter((pod) => !pod.gone && pod.ready)).toHaveLength(replicas);
      }),
      RUNS,
    );
  });
});
