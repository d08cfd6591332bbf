/** A PriorityClass as far as it decides a Pod's priority. */
export interface PriorityClassFields {
  readonly name: string;
  readonly value: number;
  readonly globalDefault: boolean;
}

/** Classes that every cluster has. Source: pkg/apis/scheduling/v1/helpers.go systemPriorityClasses */
export const SYSTEM_PRIORITY_CLASSES: readonly PriorityClassFields[] = [
  { name: 'system-node-critical', value: 2_000_001_000, globalDefault: false },
  { name: 'system-cluster-critical', value: 2_000_000_000, globalDefault: false },
];

/**
 * The priority that admission gives a Pod: that of its class; without a class that of the default one, the lowest if there are
 * several, else 0. Null where nobody knows the class: a cluster refuses the Pod.
 *
 * Source: plugin/pkg/admission/priority/admission.go admitPod, getDefaultPriority
 */
export function podPriority(
  priorityClassName: string,
  classes: readonly PriorityClassFields[],
): number | null {
  if (priorityClassName === '') {
    const defaults = classes.filter(({ globalDefault }) => globalDefault).map(({ value }) => value);
    return defaults.length === 0
      ? 0
      : defaults.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  }
  const known = [...SYSTEM_PRIORITY_CLASSES, ...classes].find(({ name }) => name === priorityClassName);
  return known?.value ?? null;
}
