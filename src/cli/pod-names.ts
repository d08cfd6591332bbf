import type { ManifestObject } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';

/** The first Pod of a workload; null for what has none. */
export function firstPodOf(object: ManifestObject): string | null {
  const suffixes: Readonly<Record<string, string>> = {
    Pod: '',
    Deployment: '-1-0',
    ReplicaSet: '-0',
    StatefulSet: '-0',
  };
  const suffix = suffixes[object.kind];
  const none = 'replicas' in object.spec && object.spec.replicas === 0;
  const { namespace, name } = object.metadata;
  return suffix === undefined || none ? null : qualifiedName(namespace, `${name}${suffix}`);
}
