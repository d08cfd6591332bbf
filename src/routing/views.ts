import type { Endpoint, SliceObject } from '../cluster/state.ts';

/**
 * The EndpointSlices as a router has received them. All kube-proxies receive the same versions in nearly the same order,
 * so a view remembers the one that followed it and thousands of nodes share the same few objects.
 */
export class SliceView {
  private following: SliceView | null = null;
  private arrived: SliceObject | null = null;
  /** Nodes go from the same view to the same next one, so that the latest comparison is most often asked for again. */
  private compared: { readonly before: SliceView; readonly changed: readonly number[] } | null = null;
  /** Endpoints in all slices together. */
  readonly endpointCount: number;

  constructor(
    /** By the number of the slice. */
    readonly slices: readonly (SliceObject | undefined)[],
  ) {
    let count = 0;
    for (const slice of slices) if (slice !== undefined) count += slice.endpoints.length;
    this.endpointCount = count;
  }

  /** This view after `slice` arrived; this very view where it holds that version already. */
  with(slice: SliceObject): SliceView {
    if (this.slices[slice.index] === slice) return this;
    if (this.arrived === slice && this.following !== null) return this.following;
    const slices = this.slices.slice();
    slices[slice.index] = slice;
    this.following = new SliceView(slices);
    this.arrived = slice;
    return this.following;
  }

  /** Numbers of the Services whose slices differ from those of `before`. */
  changedServices(before: SliceView): readonly number[] {
    if (before === this) return [];
    if (this.compared?.before === before) return this.compared.changed;
    const changed: number[] = [];
    for (let index = 0; index < this.slices.length; index++) {
      const slice = this.slices[index];
      if (slice !== undefined && slice !== before.slices[index] && !changed.includes(slice.service)) {
        changed.push(slice.service);
      }
    }
    this.compared = { before, changed };
    return changed;
  }

  /** Endpoints of the Services whose slices differ from those of `before`. */
  changedEndpoints(before: SliceView): number {
    const changed = this.changedServices(before);
    if (changed.length === 0) return 0;
    let count = 0;
    for (const slice of this.slices) {
      if (slice !== undefined && changed.includes(slice.service)) count += slice.endpoints.length;
    }
    return count;
  }
}

/** All endpoints of a Service that a view holds. */
export function endpointsOf(
  { slices }: { readonly slices: readonly (SliceObject | undefined)[] },
  service: number,
): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const slice of slices) {
    if (slice !== undefined && slice.service === service) endpoints.push(...slice.endpoints);
  }
  return endpoints;
}

/** Pods whose endpoint terminates and still serves; ascending. */
export function terminatingPods(
  endpoints: readonly Pick<Endpoint, 'pod' | 'serving' | 'terminating'>[],
): readonly number[] {
  const terminating = endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
  return terminating.map((endpoint) => endpoint.pod).sort((a, b) => a - b);
}
