import type { ManifestObject } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';

/** Pods are named after what makes them: web-1-0 is of Deployment web, web-0 of ReplicaSet web. */

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

/** The workload that a Pod belongs to, by its place among the workloads of the manifests; -1 where there is none. */
export function workloadOfPod(workloads: readonly ManifestObject[], pod: string): number {
  const owner: Readonly<Record<string, string>> = {
    Pod: pod,
    Deployment: pod.replace(/-\d+-\d+$/, ''),
    ReplicaSet: pod.replace(/-\d+$/, ''),
    StatefulSet: pod.replace(/-\d+$/, ''),
    DaemonSet: pod.replace(/-[^-]+$/, ''),
  };
  return workloads.findIndex(
    ({ kind, metadata }) => owner[kind] === qualifiedName(metadata.namespace, metadata.name),
  );
}
