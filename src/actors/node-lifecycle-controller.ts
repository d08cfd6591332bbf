import { SITE } from '../cluster/delay-sites.ts';
import { type OfNode, T } from '../cluster/events.ts';
import type { Behaviour, Reducer } from '../kernel/actor.ts';
import { after } from '../kernel/event.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { API, NODE_LIFECYCLE as CELL } from './cell-kinds.ts';
import { table } from './table.ts';
import type { Self } from './wiring.ts';

/**
 * Notices that a node is gone and says so in its Pods, and deletes them once their tolerations have run out. Its writes are taken
 * as one: the Pods of a node change together. Source: pkg/controller/nodelifecycle, pkg/controller/tainteviction
 */

/** Default tolerations for the taints not-ready and unreachable. */
const TOLERATION = 300 * MICROS_PER_SECOND;

const nodeNotReady: Reducer<undefined, OfNode, Self> = (state, event, ctx) => {
  const { data, object, transition } = event;
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  return [
    state,
    [
      after(T.markPodsNotReady, to, API.counters, 0, -1, data, 0, site, transition),
      after(T.taintEvictionDue, ctx.actor, CELL.node, object, -1, data, TOLERATION),
    ],
  ];
};

const taintEvictionDue: Reducer<undefined, OfNode, Self> = (state, event, ctx) => {
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const { data, transition } = event;
  return [state, [after(T.evictTaintedPods, to, API.counters, 0, -1, data, 0, site, transition)]];
};

export const nodeLifecycleController: Behaviour = {
  kinds: ['node'],
  reducers: table({ nodeNotReady, taintEvictionDue }),
};

/** From a node's last heartbeat until it is taken for gone: `--node-monitor-grace-period`, 40 s up to 1.30 and 50 s from 1.31. */
export function nodeMonitorGraceSeconds(minor: number): number {
  return minor >= 31 ? 50 : 40;
}
