import type { ManifestObject } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { IgnoredObject } from '../manifests/read-manifests.ts';
import type { NotModelled } from '../routing/inference/index.ts';

import type { Routers } from './routers.ts';

/** A router that the manifests name. `services` are those that it sends to, as far as that is known; null: any. */
export interface NamedRouter {
  readonly kind: string;
  readonly name: string;
  readonly services: readonly string[] | null;
  /** What it is; null: nobody can say. */
  readonly what: string | null;
}

/** Annotations of a Service by which a load balancer or another router sends to its Pods directly. */
const DIRECT_ANNOTATIONS = [
  'cloud.google.com/neg',
  'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type',
  'service.beta.kubernetes.io/aws-load-balancer-type',
  'alb.ingress.kubernetes.io/target-type',
] as const;

/** Labels and annotations of a Pod by which a proxy is injected into it. */
const INJECTIONS = ['sidecar.istio.io/inject', 'linkerd.io/inject'] as const;

/**
 * Routers that the manifests name and that nobody described: what they do is not simulated. The one place that says which doubts a
 * scenario has about its routers.
 */
export function undescribedRouters(
  objects: readonly ManifestObject[],
  ignored: readonly IgnoredObject[],
  { all: described, notModelled, understood }: Routers,
): readonly NamedRouter[] {
  const others = [...routingObjects(ignored), ...directServices(objects), ...injections(objects)].filter(
    ({ kind, name }) => !understood.has(`${kind.split(' ')[0]}/${name}`),
  );
  const open = others.filter(({ services }) => {
    if (services === null) return described.length === 0;
    return services.some((name) => !described.some((router) => router.services?.includes(name) ?? true));
  });
  return [...notModelled.map(asNamed), ...open];
}

/** An object that is recognised and not modelled is in doubt, whoever else serves the same Services. */
function asNamed({ object, services, what, unnamed }: NotModelled): NamedRouter {
  const [kind = '', ...name] = object.split('/');
  return { kind, name: name.join('/'), services, what: unnamed ? null : what };
}

function routingObjects(ignored: readonly IgnoredObject[]): readonly NamedRouter[] {
  return ignored.flatMap(({ kind, name, routing }) => {
    if (routing === undefined) return [];
    const { namespace } = routing;
    const services = routing.services?.map((service) => qualifiedName(namespace, service)) ?? null;
    return [{ kind, name, services, what: null }];
  });
}

function directServices(objects: readonly ManifestObject[]): readonly NamedRouter[] {
  return objects.flatMap((object) => {
    if (object.kind !== 'Service') return [];
    const { annotations, namespace, name } = object.metadata;
    const named = qualifiedName(namespace, name);
    const found = DIRECT_ANNOTATIONS.find((key) => isOn(annotations[key]));
    return found === undefined
      ? []
      : [{ kind: `Service with ${found}`, name: named, services: [named], what: null }];
  });
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', 'false', 'disabled', 'instance', '{}'].includes(value);
}

/** Of Pods into which a proxy is put that the manifests do not show. */
function injections(objects: readonly ManifestObject[]): readonly NamedRouter[] {
  const services = objects.filter((object) => object.kind === 'Service');
  return objects.flatMap((object) => {
    if (object.kind === 'Service') return [];
    const { metadata } = object.kind === 'Pod' ? object : object.spec.template;
    const spec = object.kind === 'Pod' ? object.spec : object.spec.template.spec;
    const found = INJECTIONS.find((key) => isOn(metadata.annotations[key] ?? metadata.labels[key]));
    const shown = [...spec.containers, ...spec.initContainers].some(({ name }) => /proxy|envoy/.test(name));
    if (found === undefined || shown) return [];
    const { namespace, name } = object.metadata;
    const selecting = services.filter(
      (service) =>
        service.metadata.namespace === namespace &&
        Object.entries(service.spec.selector).every(([key, value]) => metadata.labels[key] === value),
    );
    return [
      {
        kind: `${object.kind} with ${found}`,
        name: qualifiedName(namespace, name),
        services: selecting.map(({ metadata: own }) => qualifiedName(own.namespace, own.name)),
        what: null,
      },
    ];
  });
}
