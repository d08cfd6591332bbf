import type { ProgrammedRules } from '../../cluster/state.ts';
import type { World } from '../../cluster/world.ts';
import type { Micros } from '../../kernel/time.ts';
import { initialRules } from '../../routing/planes/program.ts';
import type { AnyPlane } from '../../routing/planes/registry.ts';
import { planeOf } from '../../routing/planes/registry.ts';
import { type PlaneRunnerConfig, resyncUs } from '../../routing/planes/runner.ts';
import { SliceView } from '../../routing/views.ts';
import type { Affinity, Flow } from '../clients/decide.ts';
import { cellsOf } from '../protocol.ts';
import type { Background } from './churn.ts';

/** The data plane of one node: kube-proxy, or what stands in its place. Its one cell is flat and written as a literal: it handles most events of a large cluster. */
export interface PlaneNode {
  /** What has arrived. */
  readonly pending: SliceView;
  /** What the latest finished sync had taken up. */
  readonly applied: SliceView;
  /** What the sync that is going on has taken up; null while none is. */
  readonly syncing: SliceView | null;
  /** What the kernel holds. */
  readonly rules: ProgrammedRules;
  /** Its runner; null until something of the scenario arrives. */
  readonly background: Background | null;
  /** When its latest sync of the scenario's changes began; null before the first. */
  readonly syncedAt: Micros | null;
  /** Until when what arrives only adds to what waits; null where it may do more. */
  readonly deafUntil: Micros | null;
}

/** Whether the node is there: it is still to join, or has gone. */
export type Presence = 'toCome' | 'there' | 'gone';

export interface DataPlaneCells {
  readonly node: PlaneNode;
  readonly affinity: Affinity;
  /** By client: the UDP flow that conntrack knows; null where it was deleted. */
  readonly flow: Flow | null;
  readonly presence: Presence;
}

export const CELL = cellsOf<'data-plane', DataPlaneCells>('data-plane');

export function steadyPlane(world: World, view: SliceView, node: number): PlaneNode {
  const rules = initialRules(world, view, node);
  return {
    pending: view,
    applied: view,
    syncing: null,
    rules,
    background: null,
    syncedAt: null,
    deafUntil: null,
  };
}

/** A node that is still to join: it routes to nobody. */
export function planeToCome(world: World, view: SliceView, node: number): PlaneNode {
  const applied = new SliceView([]);
  return { ...steadyPlane(world, applied, node), pending: view };
}

/** What all nodes of a world share: its plane, and when syncs of it may start. */
export interface Shared {
  readonly plane: AnyPlane;
  readonly runner: PlaneRunnerConfig;
  /** Nothing but the scenario's own changes starts a sync. */
  readonly undisturbed: boolean;
  /** Some client keeps to one UDP socket. */
  readonly hasFlows: boolean;
}

const shared = new WeakMap<World, Shared>();

export function sharedOf(world: World): Shared {
  let known = shared.get(world);
  if (known === undefined) {
    const plane = planeOf(world.dataPlane);
    const hasFlows = world.clients.some(({ connection }) => connection.kind === 'flow');
    const runner = plane.runner(world.dataPlane.config, world);
    const undisturbed = world.churn.endpointSliceUpdatesPerSecond === 0 && resyncUs(runner) === null;
    known = { plane, runner, undisturbed, hasFlows };
    shared.set(world, known);
  }
  return known;
}
