import { defineScenario, type Run, type ScenarioInput, simulate, type Verdict } from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service } from '../run/manifests.ts';

/** Runs with clients: constant delays, three replicas on three nodes of which the first Pod is deleted; `input` replaces any of it. */

export type ClientInput = NonNullable<ScenarioInput['clients']>[number];

export interface TrafficInput extends Partial<ScenarioInput> {
  readonly seed?: number;
  readonly trace?: 'full' | 'none';
}

export function runWith({ seed = 0, trace = 'none', ...input }: TrafficInput): Run {
  const scenario = defineScenario({
    manifests: [deployment(), service()],
    cluster: { version: '1.30', nodes: 3 },
    delays: CONSTANT_DELAYS,
    actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
    ...input,
  });
  return simulate(scenario, { seed, trace });
}

export function requestsOf(input: TrafficInput): Verdict['requests'] {
  return runWith(input).verdict.requests;
}

/** A client on a node that sends evenly, each request over a new connection. */
export function flood(perSecond: number, over: Partial<ClientInput> = {}): ClientInput {
  return { name: 'flood', from: { node: 'node-2' }, load: { ratePerSecond: perSecond }, ...over };
}

/** One request, at that very moment. */
export function once(atMs: number, over: Partial<ClientInput> = {}): ClientInput {
  return flood(1, { name: `at-${atMs}`, start: atMs, stop: atMs + 1, ...over });
}

/** Of all runs of a number of seeds. */
export function acrossSeeds(input: TrafficInput, seeds: number): readonly Verdict['requests'][] {
  return Array.from({ length: seeds }, (_, seed) => requestsOf({ ...input, seed }));
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
