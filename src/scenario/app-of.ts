import type { AppSettings } from './apps.ts';

/** Whose description a container goes by: the most particular key that names it counts, alone. */

/** Of the workload that makes the Pods. */
export interface AppOwner {
  readonly namespace: string;
  readonly workload: string;
}

export type Apps<T = AppSettings> = Readonly<Record<string, T>>;

/** `namespace/workload/container`, `workload/container`, `container`: the keys that name a container, the most particular first. */
export function appKeys({ namespace, workload }: AppOwner, container: string): readonly string[] {
  return [`${namespace}/${workload}/${container}`, `${workload}/${container}`, container];
}

/** The key that describes a container; undefined where nobody does. */
export function appKey(apps: Apps<unknown>, owner: AppOwner, container: string): string | undefined {
  return appKeys(owner, container).find((key) => Object.hasOwn(apps, key));
}

export function appOf<T>(apps: Apps<T>, owner: AppOwner, container: string): T | undefined {
  const key = appKey(apps, owner, container);
  return key === undefined ? undefined : apps[key];
}
