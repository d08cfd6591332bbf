/**
 * Which Services to sync after a Pod's labels changed: all old and new ones where the Pod itself changed, else only
 * those that it joined or left. Sorted, since upstream's sets have no order.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go determineNeededServiceUpdates
 */
export function determineNeededServiceUpdates(
  oldServices: readonly string[],
  newServices: readonly string[],
  podChanged: boolean,
): readonly string[] {
  const [before, after] = [new Set(oldServices), new Set(newServices)];
  const all = new Set([...oldServices, ...newServices]);
  return [...all].filter((service) => podChanged || before.has(service) !== after.has(service)).sort();
}

/**
 * Which Services a Pod update puts on the queue. The old memberships count only where labels (or host name) changed.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go GetServicesToUpdateOnPodChange
 */
export function servicesToUpdateOnPodChange(
  change: { readonly podChanged: boolean; readonly labelsChanged: boolean },
  oldServices: readonly string[],
  newServices: readonly string[],
): readonly string[] {
  if (!change.podChanged && !change.labelsChanged) return [];
  if (!change.labelsChanged) return [...new Set(newServices)].sort();
  return determineNeededServiceUpdates(oldServices, newServices, change.podChanged);
}
