import { podSpecPath } from './pod-spec-path.ts';
import { editYamlOnce, type ReadableObject } from './yaml-edit.ts';

/** The same text with another terminationGracePeriodSeconds in every workload; nothing else of it changes. */
export function setGracePeriodSeconds(text: string, seconds: number): string {
  let changed = text;
  for (;;) {
    const next = editYamlOnce(changed, (object) => {
      const spec = podSpecOf(object);
      if (spec === null) return null;
      const path = [...spec, 'terminationGracePeriodSeconds'];
      return object.get(path) === seconds ? null : { path, value: seconds };
    });
    if (next === null || next === changed) return changed;
    changed = next;
  }
}

const WORKLOADS = ['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];

/** Where an object's Pod spec stands; null where it has none. */
function podSpecOf(object: ReadableObject): readonly string[] | null {
  const kind = object.get(['kind']);
  if (typeof kind !== 'string' || !WORKLOADS.includes(kind)) return null;
  const path = podSpecPath(kind);
  const spec = object.get(path);
  return typeof spec === 'object' && spec !== null ? path : null;
}
