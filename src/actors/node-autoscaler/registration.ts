import type { World } from '../../cluster/world.ts';
import { NODE_AUTOSCALER } from '../protocol.ts';
import { actor, type Registration } from '../roster.ts';
import type { SteadyState } from '../steady-state.ts';
import { nodeAutoscaler } from './index.ts';

/** It takes part where nodes are taken away, and looks at the Pods of those. */
export function nodeAutoscalers({ actions }: World, { pods }: SteadyState): readonly Registration[] {
  const removed = new Set(
    actions.flatMap((action) => (action.type === 'removeNodes' ? [...action.nodes] : [])),
  );
  if (removed.size === 0) return [];
  return [
    actor(
      nodeAutoscaler,
      { pod: pods.map((pod) => (removed.has(pod.node) ? pod : undefined)), session: [], attempt: [] },
      {
        watches: {
          pods: {
            cell: NODE_AUTOSCALER.pod,
            // Its watch is a client's as the scheduler's is.
            site: 'watch.scheduler',
            wants: ({ node }) => removed.has(node),
          },
        },
      },
    ),
  ];
}
