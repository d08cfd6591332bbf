import type { SliceObject } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { SimEvent } from '../kernel/event.ts';
import { type Micros, toMs } from '../kernel/time.ts';
import type { ReadyEndpoints } from './rollout-report.ts';

interface Service {
  readonly initial: number;
  ready: number;
  lowest: number;
  lowestFrom: Micros;
  lowestFor: Micros;
  /** Since when there are as few as never before; null while there are more. */
  since: Micros | null;
}

/** Follows how many ready endpoints the slices of each Service show. */
export class ReadyEndpointsFold {
  private readonly services: readonly Service[];

  /** `ready`: of each Service, when the run begins. */
  constructor(
    private readonly world: World,
    ready: readonly number[],
  ) {
    this.services = ready.map((count) => ({
      initial: count,
      ready: count,
      lowest: count,
      lowestFrom: 0,
      lowestFor: 0,
      since: 0,
    }));
  }

  written(event: SimEvent, before: SliceObject | undefined, after: SliceObject): void {
    const service = this.services[after.service]!;
    service.ready += readyIn(after) - (before === undefined ? 0 : readyIn(before));
    if (service.ready > service.lowest) {
      closeLowest(service, event.at);
      return;
    }
    if (service.ready < service.lowest) {
      service.lowest = service.ready;
      service.lowestFrom = event.at;
      service.lowestFor = 0;
      service.since = event.at;
    }
    service.since ??= event.at;
  }

  /** Of a run that ended then. */
  report(endedAt: Micros): readonly ReadyEndpoints[] {
    return this.services.map((service, index) => {
      const toTheEnd = service.since !== null;
      closeLowest(service, endedAt);
      const { initial, lowest, lowestFrom, lowestFor } = service;
      const { name } = this.world.services[index]!;
      return { service: name, initial, lowest, fromMs: toMs(lowestFrom), forMs: toMs(lowestFor), toTheEnd };
    });
  }
}

function closeLowest(service: Service, at: Micros): void {
  if (service.since !== null) service.lowestFor += at - service.since;
  service.since = null;
}

function readyIn({ endpoints }: SliceObject): number {
  let count = 0;
  for (const { ready } of endpoints) if (ready) count++;
  return count;
}
