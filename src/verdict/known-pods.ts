import type { CreatePod } from '../cluster/events.ts';
import { T } from '../cluster/events.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { World } from '../cluster/world.ts';
import type { SimEvent } from '../kernel/event.ts';
import type { Observers } from '../kernel/observers.ts';

/** Name and template of every Pod there was, whether or not it was asked to stop. */
export class KnownPods {
  private readonly created: Pick<CreatePod, 'name' | 'template'>[] = [];

  constructor(private readonly world: World) {}

  observe(observers: Observers): void {
    observers.on(T.createPod, (event, before, after) => {
      if (before !== after) this.created.push((event as SimEvent<CreatePod>).data);
    });
  }

  of(index: number): Pick<CreatePod, 'name' | 'template'> | undefined {
    const initial = this.world.pods[index];
    if (initial === undefined) return this.created[index - this.world.pods.length];
    return { name: qualifiedName(initial.namespace, initial.name), template: initial.template };
  }
}
