import type { ManifestObject } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { kindOf } from '../manifests/stand-in.ts';
import type { Scenario } from './scenario.ts';

/** Pods are named after what makes them: web-1-0 is of Deployment web, web-0 of ReplicaSet web. */

/** The workload that a Pod belongs to, by its place among the workloads of the manifests; -1 where there is none. */
export function workloadOfPod(workloads: readonly ManifestObject[], pod: string): number {
  const owner: Readonly<Record<string, string>> = {
    Pod: pod,
    Deployment: pod.replace(/-\d+-\d+$/, ''),
    ReplicaSet: pod.replace(/-\d+$/, ''),
    StatefulSet: pod.replace(/-\d+$/, ''),
    Job: pod.replace(/-\d+$/, ''),
    DaemonSet: pod.replace(/-[^-]+$/, ''),
  };
  return workloads.findIndex(
    ({ kind, metadata }) => owner[kind] === qualifiedName(metadata.namespace, metadata.name),
  );
}

/** `Deployment web`: whose Pod something is about, where a scenario has several workloads; null where it has one, or it is about none. */
export function workloadConcerned(
  { objects, world }: Pick<Scenario, 'objects' | 'world'>,
  { pod, service }: { readonly pod: string | null; readonly service?: string },
): string | null {
  const workloads = objects.filter(({ kind }) => kind !== 'Service');
  if (workloads.length < 2) return null;
  const behind = world.templates.findIndex(({ services }) =>
    services.some((index) => world.services[index]!.name === service),
  );
  const found = workloads[pod === null ? behind : workloadOfPod(workloads, pod)];
  if (found === undefined) return null;
  const { namespace, name } = found.metadata;
  return `${kindOf(found)} ${qualifiedName(namespace, name)}`;
}
