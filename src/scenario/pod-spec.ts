import type { ManifestObject, PodSpec, Service } from '../cluster/objects.ts';
import { matchesSelector } from '../manifests/select.ts';

/** An object that is a Pod, or has a template of some. */
export type WithPods = Exclude<ManifestObject, Service>;

export function podSpecOf(object: WithPods): PodSpec {
  return object.kind === 'Pod' ? object.spec : object.spec.template.spec;
}

export function withPodSpec<O extends WithPods>(object: O, spec: PodSpec): O {
  if (object.kind === 'Pod') return { ...object, spec };
  return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec } } };
}

/** Whether a Service sends to an object's Pods; one of type ExternalName to none. */
export function selectsPods({ metadata, spec }: Service, object: WithPods): boolean {
  const { labels } = object.kind === 'Pod' ? object.metadata : object.spec.template.metadata;
  return (
    spec.type !== 'ExternalName' &&
    metadata.namespace === object.metadata.namespace &&
    matchesSelector(labels, spec.selector)
  );
}
