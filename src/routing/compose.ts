import type { RouteCause } from '../cluster/events.ts';
import type { DelayInput } from '../schema/delay-input.ts';
import type { PartContext, PartInput } from './part.ts';
import { type AnyPart, PART_NAMES, type PartName, type PartSettings, partOf } from './registry.ts';
import type { Routes } from './routes.ts';

/** A router made of parts: what comes in at the top goes through all of them, and what comes out below is in force. */

export interface ComposedPart {
  readonly kind: string;
  /** Its kind; the second of a kind is called `<kind>-2`. */
  readonly name: string;
  readonly part: AnyPart;
  readonly config: unknown;
  /** Its delays, by the name of their site. */
  readonly sites: Readonly<Record<string, DelayInput>>;
}

function kindOf(settings: PartSettings): PartName {
  return PART_NAMES.find((name) => settings[name] !== undefined)!;
}

/** Parts as a user lists them, in numbers and with names of their own. */
export function compose(list: readonly PartSettings[]): readonly ComposedPart[] {
  const kinds = list.map(kindOf);
  return list.map((settings, index) => {
    const kind = kinds[index]!;
    const part = partOf(kind);
    const earlier = kinds.slice(0, index);
    const count = earlier.filter((each) => each === kind).length + 1;
    return {
      kind,
      name: count === 1 ? kind : `${kind}-${count}`,
      part,
      config: part.config(settings[kind], earlier),
      sites: part.sites(settings[kind]),
    };
  });
}

/** What a router remembers: the state of each part, the routes that came out below, and what health checks and drains left out. */
export interface ComposedState {
  readonly parts: readonly unknown[];
  readonly routes: Routes;
  readonly excluded: Readonly<Record<number, 'new' | 'all'>>;
}

export type ComposedOutput =
  | { readonly kind: 'arm'; readonly part: number; readonly key: number; readonly atUs: number }
  | { readonly kind: 'cancel'; readonly part: number; readonly key: number }
  /** What it routes by is new. */
  | { readonly kind: 'changed'; readonly cause: RouteCause };

/** What each part may look at, by its place in the list. */
export type ContextOf = (part: number) => PartContext;

export function startRouter(
  parts: readonly ComposedPart[],
  routes: Routes,
  contextOf: ContextOf,
): ComposedState {
  const states = parts.map(({ part, config }, index) => part.start(config, contextOf(index), routes));
  return { parts: states, routes, excluded: {} };
}

/** New routes at the top. */
export function routesArrived(
  parts: readonly ComposedPart[],
  state: ComposedState,
  routes: Routes,
  contextOf: ContextOf,
): readonly [ComposedState, readonly ComposedOutput[]] {
  return new Cascade(parts, state, contextOf).enter(0, { kind: 'view', routes }, 'view');
}

/** A timer of one part ends. */
export function timerEnded(
  parts: readonly ComposedPart[],
  state: ComposedState,
  part: number,
  key: number,
  contextOf: ContextOf,
): readonly [ComposedState, readonly ComposedOutput[]] {
  return new Cascade(parts, state, contextOf).enter(part, { kind: 'timer', key }, parts[part]!.part.cause);
}

/** A target answers its probes otherwise from now on. */
export function probeChanged(
  parts: readonly ComposedPart[],
  state: ComposedState,
  input: PartInput & { readonly kind: 'probe' },
  contextOf: ContextOf,
): readonly [ComposedState, readonly ComposedOutput[]] {
  const cascade = new Cascade(parts, state, contextOf);
  parts.forEach((_, part) => {
    cascade.enter(part, input, 'health');
  });
  return cascade.result();
}

/** One input on its way down. */
class Cascade {
  private readonly states: unknown[];
  private readonly outputs: ComposedOutput[] = [];
  private routes: Routes;
  private excluded: Readonly<Record<number, 'new' | 'all'>>;
  private cause: RouteCause | null = null;

  constructor(
    private readonly parts: readonly ComposedPart[],
    state: ComposedState,
    private readonly contextOf: ContextOf,
  ) {
    this.states = state.parts.slice();
    this.routes = state.routes;
    this.excluded = state.excluded;
  }

  enter(
    index: number,
    input: PartInput,
    cause: RouteCause,
  ): readonly [ComposedState, readonly ComposedOutput[]] {
    this.down(index, input, cause);
    return this.result();
  }

  result(): readonly [ComposedState, readonly ComposedOutput[]] {
    const state = { parts: this.states, routes: this.routes, excluded: this.excluded };
    const changed: readonly ComposedOutput[] =
      this.cause === null ? [] : [{ kind: 'changed', cause: this.cause }];
    return [state, [...changed, ...this.outputs]];
  }

  private down(index: number, input: PartInput, cause: RouteCause): void {
    const composed = this.parts[index];
    if (composed === undefined) {
      if (input.kind !== 'view') return;
      this.routes = input.routes;
      this.cause = cause;
      return;
    }
    const { part, config } = composed;
    const [state, outputs] = part.on(this.states[index], input, config, this.contextOf(index));
    this.states[index] = state;
    for (const output of outputs) {
      switch (output.kind) {
        case 'pass':
          this.down(index + 1, { kind: 'view', routes: output.routes }, cause);
          break;
        case 'arm':
          this.outputs.push({ kind: 'arm', part: index, key: output.key, atUs: output.atUs });
          break;
        case 'cancel':
          this.outputs.push({ kind: 'cancel', part: index, key: output.key });
          break;
        case 'exclude':
          this.excluded = { ...this.excluded, [output.target]: output.from };
          this.cause = cause;
          break;
        case 'include': {
          const { [output.target]: before, ...others } = this.excluded;
          if (before === undefined) break;
          this.excluded = others;
          this.cause = cause;
          break;
        }
        default:
          output satisfies never;
      }
    }
  }
}
