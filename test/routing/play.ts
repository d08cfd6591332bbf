import type { RouteCause } from '../../src/cluster/events.ts';
import type { Endpoint } from '../../src/cluster/state.ts';
import { sample } from '../../src/kernel/distribution.ts';
import { hash32 } from '../../src/kernel/draws.ts';
import {
  type ComposedOutput,
  type ComposedState,
  compose,
  probeChanged,
  routesArrived,
  startRouter,
  timerEnded,
} from '../../src/routing/compose.ts';
import type { PartContext, ProbeAnswer } from '../../src/routing/part.ts';
import { type PartInputObject, partSchema } from '../../src/routing/registry.ts';
import type { Routes } from '../../src/routing/routes.ts';
import { toDistribution } from '../../src/schema/delay-input.ts';

/** A router by itself, without a cluster: what comes in at which second, and what is in force from when on. */

export const endpoint = (pod: number, over: Partial<Endpoint> = {}): Endpoint => ({
  pod,
  node: 0,
  ready: true,
  serving: true,
  terminating: false,
  ...over,
});

/** Routes of one Service to these Pods. */
export const routesTo = (...pods: readonly number[]): Routes => {
  const endpoints = pods.map((pod) => endpoint(pod));
  return { services: [{ endpoints, targets: endpoints, sessions: null }] };
};

export type Happening =
  | { readonly at: number; readonly routes: Routes }
  | { readonly at: number; readonly target: number; readonly answer: ProbeAnswer };

export interface Taken {
  /** In seconds. */
  readonly at: number;
  readonly pods: readonly number[];
  readonly excluded: readonly number[];
  readonly cause: RouteCause;
}

export interface Play {
  readonly from?: Routes;
  readonly seed?: number;
  /** Where clocks stand, as a part of their period; drawn from the seed where it is left out. */
  readonly phases?: readonly number[];
}

const RANGE = 4294967296;
const US = 1_000_000;

/** When each of some changes came through, in seconds: change k routes to Pod k alone. */
export function through(
  parts: readonly PartInputObject[],
  at: readonly number[],
  options: Play = {},
): number[] {
  const happenings = at.map((second, index) => ({ at: second, routes: routesTo(index + 1) }));
  return play(parts, happenings, options).map((taken) => taken.at);
}

/** How long one isolated change took with each of many seeds, in seconds, rising. */
export function lags(parts: readonly PartInputObject[], count: number, at = 100): number[] {
  return Array.from({ length: count }, (_, seed) => through(parts, [at], { seed })[0]! - at).sort(
    (a, b) => a - b,
  );
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const known = new WeakMap<readonly PartInputObject[], ReturnType<typeof compose>>();

function composedOf(parts: readonly PartInputObject[]): ReturnType<typeof compose> {
  const composed = known.get(parts) ?? compose(parts.map((part) => partSchema.parse(part)));
  known.set(parts, composed);
  return composed;
}

/** Everything that a router takes over, in order. */
export function play(
  parts: readonly PartInputObject[],
  happenings: readonly Happening[],
  { from = routesTo(), seed = 0, phases }: Play = {},
): readonly Taken[] {
  const composed = composedOf(parts);
  let nowUs = 0;
  let change = 0;
  const bits = (part: number, what: number, index: number): number => hash32(seed, part, what, index);
  const contextOf = (part: number): PartContext => ({
    nowUs,
    instances: 1,
    delayUs(site) {
      const names = Object.keys(composed[part]!.sites);
      const distribution = toDistribution(composed[part]!.sites[site]!);
      return sample(distribution, bits(part, 1000 + names.indexOf(site), change));
    },
    phase: (index) => (phases === undefined ? bits(part, 1, index) : Math.ceil(phases[index]! * RANGE)),
  });
  const timers = new Map<string, { part: number; key: number; atUs: number; order: number }>();
  const taken: Taken[] = [];
  let state: ComposedState = startRouter(composed, from, contextOf);
  let order = 0;
  const follow = ([next, outputs]: readonly [ComposedState, readonly ComposedOutput[]]): void => {
    state = next;
    for (const output of outputs) {
      if (output.kind === 'changed') {
        const pods = state.routes.services.flatMap((service) => service?.targets.map(({ pod }) => pod) ?? []);
        const excluded = Object.keys(state.excluded).map(Number);
        taken.push({ at: nowUs / US, pods, excluded, cause: output.cause });
        continue;
      }
      const name = `${output.part}/${output.key}`;
      if (output.kind === 'cancel') timers.delete(name);
      else timers.set(name, { part: output.part, key: output.key, atUs: output.atUs, order: order++ });
    }
  };
  const runUntil = (limitUs: number): void => {
    for (;;) {
      const next = [...timers.entries()].sort(([, a], [, b]) => a.atUs - b.atUs || a.order - b.order)[0];
      if (next === undefined || next[1].atUs > limitUs) return;
      timers.delete(next[0]);
      nowUs = next[1].atUs;
      follow(timerEnded(composed, state, next[1].part, next[1].key, contextOf));
    }
  };
  for (const happening of happenings) {
    const atUs = Math.round(happening.at * US);
    runUntil(atUs - 1);
    nowUs = atUs;
    change += 1;
    if ('routes' in happening) follow(routesArrived(composed, state, happening.routes, contextOf));
    else follow(probeChanged(composed, state, { kind: 'probe', ...happening }, contextOf));
  }
  runUntil(Number.MAX_SAFE_INTEGER);
  return taken;
}
