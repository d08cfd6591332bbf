import type { EvictionAnswered } from '../cluster/events.ts';
import { T } from '../cluster/events.ts';
import type { NodeRemovalEnded } from '../cluster/node-removal.ts';
import type { Observers } from '../kernel/observers.ts';
import type { BlockingBudget } from './types.ts';

/** Pods whose last eviction a PodDisruptionBudget refused for want of healthy Pods, and its arithmetic. */
export class BlockedDrains {
  /** Why autoscalers left nodes where they were. */
  readonly nodesKept: string[] = [];
  private readonly byPod = new Map<number, BlockingBudget>();

  observe(observers: Observers): void {
    observers.on(T.nodeRemovalEnded, ({ data }) => {
      const { outcome, why } = data as NodeRemovalEnded;
      if (outcome !== 'removed' && why !== null) this.nodesKept.push(why);
    });
    observers.on(T.evictionAnswered, ({ about, data }) => {
      const counts = (data as EvictionAnswered).refusal?.counts ?? null;
      if (counts === null) this.byPod.delete(about);
      else {
        const { name, desiredHealthy, currentHealthy } = counts;
        this.byPod.set(about, { budget: name, needs: desiredHealthy, has: currentHealthy });
      }
    });
  }

  /** Each budget once, as it stood last. */
  budgets(): readonly BlockingBudget[] {
    return [...new Map([...this.byPod.values()].map((each) => [each.budget, each])).values()];
  }
}
