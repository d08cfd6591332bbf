import type { RouteCause } from '../cluster/events.ts';
import type { DelayInput } from '../schema/delay-input.ts';
import type * as z from '../schema/zod.ts';
import type { Routes } from './routes.ts';

/** What a health check hears from a target: an answer, a refusal or an error at once, or nothing until its timeout. */
export type ProbeAnswer = 'answered' | 'refused' | 'silent';

export type PartInput =
  /** New routes from the part above, or from the router's watch. */
  | { readonly kind: 'view'; readonly routes: Routes }
  /** A timer that the part armed. */
  | { readonly kind: 'timer'; readonly key: number }
  /** From now on a probe of this target would end so. A target is a Pod, or a node for a router whose targets are nodes. */
  | { readonly kind: 'probe'; readonly target: number; readonly answer: ProbeAnswer };

export type PartOutput =
  /** Hands routes on to the part below. */
  | { readonly kind: 'pass'; readonly routes: Routes }
  /** Arms the timer `key` of this part for an instant; one that is armed is replaced. */
  | { readonly kind: 'arm'; readonly key: number; readonly atUs: number }
  | { readonly kind: 'cancel'; readonly key: number }
  /** No new connection is sent to the target, or those that are open are cut, too. */
  | { readonly kind: 'exclude'; readonly target: number; readonly from: 'new' | 'all' }
  /** The target is used again. */
  | { readonly kind: 'include'; readonly target: number };

/** What a part may look at beside its state: the clock, and draws that belong to it and to the change at hand. */
export interface PartContext {
  readonly nowUs: number;
  /** How many of the router there are, each with clocks of its own; the slowest counts. `delayUs` has taken it in already. */
  readonly instances: number;
  /** A draw of one of the part's sites for the change that is being handled: the same whenever it is asked for. */
  delayUs(site: string): number;
  /** A number from 0 to 2³² − 1 that this part keeps for the whole run: where in its period something stands. */
  phase(index: number): number;
}

/**
 * One mechanism of a router, pure: what becomes of a change of the routes, and when. `Schema` says what a user writes, `Config` is the
 * same in numbers, `State` what the part remembers (plain data).
 */
export interface Part<Schema extends z.ZodType, Config, State> {
  readonly name: string;
  /** It hears what its targets answer to health checks: inputs of the kind `probe`. */
  readonly probes?: true;
  /** What a change of routes that comes out of this part's own timer is due to. */
  readonly cause: RouteCause;
  readonly schema: Schema;
  /** Delays that it draws, by name: `router/<router>/<part>/<site>`. */
  sites(settings: z.output<Schema>): Readonly<Record<string, DelayInput>>;
  /** The settings in numbers. `above`: the names of the parts above, the nearest last. */
  config(settings: z.output<Schema>, above: readonly string[]): Config;
  start(config: Config, ctx: PartContext, routes: Routes): State;
  on(state: State, input: PartInput, config: Config, ctx: PartContext): PartStep<State>;
}

export type PartStep<State> = readonly [state: State, outputs: readonly PartOutput[]];

export const NO_OUTPUTS: readonly PartOutput[] = [];

export function pass(routes: Routes): PartOutput {
  return { kind: 'pass', routes };
}

/** The only timer of a part that needs no more than one. */
export const TIMER = 0;

export function arm(atUs: number, key: number = TIMER): PartOutput {
  return { kind: 'arm', key, atUs };
}
