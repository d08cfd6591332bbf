/**
 * Which Services to sync after a Pod's labels changed: all old and new ones where the Pod itself changed, else only
 * those that it joined or left. Sorted, since upstream's sets have no order.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go determineNeededServiceUpdates
 */
export function determineNeededServiceUpdates<S extends string | number>(
  oldServices: readonly S[],
  newServices: readonly S[],
  podChanged: boolean,
): readonly S[] {
  const [before, after] = [new Set(oldServices), new Set(newServices)];
  const all = new Set([...oldServices, ...newServices]);
  return sorted([...all].filter((service) => podChanged || before.has(service) !== after.has(service)));
}

function sorted<S extends string | number>(services: S[]): readonly S[] {
  return services.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * Which Services a Pod update puts on the queue. The old memberships count only where labels (or host name) changed.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go GetServicesToUpdateOnPodChange
 */
export function servicesToUpdateOnPodChange<S extends string | number>(
  change: { readonly podChanged: boolean; readonly labelsChanged: boolean },
  oldServices: readonly S[],
  newServices: readonly S[],
): readonly S[] {
  if (!change.podChanged && !change.labelsChanged) return [];
  if (!change.labelsChanged) return sorted([...new Set(newServices)]);
  return determineNeededServiceUpdates(oldServices, newServices, change.podChanged);
}
