import type { EvictionAnswered } from '../cluster/events.ts';
import { T } from '../cluster/events.ts';
import type { Observers } from '../kernel/observers.ts';
import type { BlockingBudget } from './types.ts';

/** Pods whose last eviction a PodDisruptionBudget refused, and its arithmetic. */
export class BlockedDrains {
  private readonly causes = new Map<number, string>();

  observe(observers: Observers): void {
    observers.on(T.evictionAnswered, ({ about, data }) => {
      const { refusal } = data as EvictionAnswered;
      if (refusal === null || refusal.code !== 429 || refusal.cause === null) this.causes.delete(about);
      else this.causes.set(about, refusal.cause);
    });
  }

  /** Each budget once; the API server says it in these words (pkg/registry/core/pod/storage/eviction.go). */
  budgets(): readonly BlockingBudget[] {
    const found = new Map<string, BlockingBudget>();
    for (const cause of this.causes.values()) {
      const [, budget, needs, has] = /budget (\S+) needs (\d+) healthy pods and has (\d+)/.exec(cause) ?? [];
      if (budget !== undefined) found.set(budget, { budget, needs: Number(needs), has: Number(has) });
    }
    return [...found.values()];
  }
}
