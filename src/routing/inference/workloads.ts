import type { RawObject } from '../../cluster/raw-object.ts';
import { at } from './raw.ts';

/** Objects that have Pods, as they are written. */

export type Texts = Readonly<Record<string, unknown>>;

function mapAt(value: unknown, ...path: readonly string[]): Texts {
  const found = at(value, ...path);
  return typeof found === 'object' && found !== null ? (found as Texts) : {};
}

export const WORKLOADS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Rollout', 'Pod'];

interface Template {
  readonly labels: Texts;
  readonly annotations: Texts;
}

/** Where its Pods stand in a workload. */
export function podPath({ kind }: RawObject): readonly string[] {
  return kind === 'Pod' ? [] : ['spec', 'template'];
}

export function templateOf(workload: RawObject): Template {
  const { value } = workload;
  const path = [...podPath(workload), 'metadata'];
  return { labels: mapAt(value, ...path, 'labels'), annotations: mapAt(value, ...path, 'annotations') };
}

export function selects(service: RawObject, workload: RawObject): boolean {
  const selector = Object.entries(mapAt(service.value, 'spec', 'selector'));
  const { labels } = templateOf(workload);
  return (
    service.namespace === workload.namespace &&
    selector.length > 0 &&
    selector.every(([key, value]) => labels[key] === value)
  );
}
