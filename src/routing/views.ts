import type { Endpoint, ProgrammedRules, SliceObject } from '../cluster/state.ts';

/**
 * The EndpointSlices as a router has received them. All kube-proxies receive the same versions in nearly the same order,
 * so a view remembers the one that followed it and thousands of nodes share the same few objects.
 */
export class SliceView {
  private following: SliceView | null = null;
  private arrived: SliceObject | null = null;
  /** Nodes go from the same view to the same next one, so that the latest comparison is most often asked for again. */
  private compared: { readonly before: SliceView; readonly changed: readonly number[] } | null = null;
  /** What data planes hold that have programmed this view: by node where the node matters. */
  readonly programmed = new Map<number, ProgrammedRules>();
  /** Endpoints in all slices together. */
  readonly endpointCount: number;
  /** Numbers that slices of each Service had: shared by all views that followed one another, those of other runs among them. */
  private readonly numbers: Map<number, number[]>;

  constructor(
    /** By the number of the slice. */
    readonly slices: readonly (SliceObject | undefined)[],
    follows?: { readonly view: SliceView; readonly arrived: SliceObject },
  ) {
    if (follows === undefined) {
      this.numbers = new Map();
      this.endpointCount = 0;
      for (const slice of slices) if (slice !== undefined) this.endpointCount += this.numbered(slice);
    } else {
      const { view, arrived } = follows;
      this.numbers = view.numbers;
      const before = view.slices[arrived.index]?.endpoints.length ?? 0;
      this.endpointCount = view.endpointCount - before + this.numbered(arrived);
      this.compared = { before: view, changed: [arrived.service] };
    }
  }

  /** Notes whose slice it is, and says how many endpoints it has. */
  private numbered({ index, service, endpoints }: SliceObject): number {
    const own = this.numbers.get(service);
    if (own === undefined) this.numbers.set(service, [index]);
    else if (!own.includes(index)) own.splice(own.findLastIndex((each) => each < index) + 1, 0, index);
    return endpoints.length;
  }

  /** A Service's slices that have arrived, by their numbers. */
  of(service: number): readonly SliceObject[] {
    const found: SliceObject[] = [];
    for (const index of this.numbers.get(service) ?? []) {
      const slice = this.slices[index];
      if (slice?.service === service) found.push(slice);
    }
    return found;
  }

  /** This view after `slice` arrived; this very view where it holds that version already. */
  with(slice: SliceObject): SliceView {
    if (this.slices[slice.index] === slice) return this;
    if (this.arrived === slice && this.following !== null) return this.following;
    const slices = this.slices.slice();
    slices[slice.index] = slice;
    this.following = new SliceView(slices, { view: this, arrived: slice });
    this.arrived = slice;
    return this.following;
  }

  /** Numbers of the Services whose slices differ from those of `before`. */
  changedServices(before: SliceView): readonly number[] {
    if (before === this) return [];
    if (this.compared?.before === before) return this.compared.changed;
    const changed = new Set<number>();
    for (let index = 0; index < this.slices.length; index++) {
      const slice = this.slices[index];
      if (slice !== undefined && slice !== before.slices[index]) changed.add(slice.service);
    }
    this.compared = { before, changed: [...changed] };
    return this.compared.changed;
  }

  /** Endpoints of the Services whose slices differ from those of `before`. */
  changedEndpoints(before: SliceView): number {
    const changed = this.changedServices(before);
    if (changed.length === 0) return 0;
    let count = 0;
    for (const service of changed) for (const { endpoints } of this.of(service)) count += endpoints.length;
    return count;
  }
}

/** All endpoints of a Service that a view holds. */
export function endpointsOf(view: SliceView, service: number): readonly Endpoint[] {
  const slices = view.of(service);
  return slices.length === 1 ? slices[0]!.endpoints : slices.flatMap(({ endpoints }) => endpoints);
}

/** Pods whose endpoint terminates and still serves; ascending. */
export function terminatingPods(
  endpoints: readonly Pick<Endpoint, 'pod' | 'serving' | 'terminating'>[],
): readonly number[] {
  const terminating = endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
  return terminating.map((endpoint) => endpoint.pod).sort((a, b) => a - b);
}
