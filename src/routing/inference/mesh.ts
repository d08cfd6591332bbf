import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { type Found, type FoundSidecar, find, notModelled, router, type Surroundings } from './found.ts';
import { at, labelOf, textAt } from './raw.ts';
import { podPath, selects, type Texts, templateOf, WORKLOADS } from './workloads.ts';

/** Meshes whose proxies are put into Pods, or beside them, by labels and annotations. */

type Mesh = 'istio' | 'istioAmbient' | 'linkerd';

/** Which mesh takes a workload's Pods in, and by what; null: none. */
function meshOf(workload: RawObject, around: Surroundings): readonly [Mesh, string] | null {
  const { annotations } = templateOf(workload);
  const namespace = find(around, 'Namespace', null, workload.namespace);
  const ofNamespace = annotations['linkerd.io/inject'] === undefined;
  return (
    istioOf(workload, namespace) ??
    linkerdOf(annotations, '') ??
    (ofNamespace ? linkerdOf(namespace?.annotations ?? {}, ' on its namespace') : null)
  );
}

/**
 * What its webhook takes and leaves: a Pod of the host's network or one that says no never, nor any in a namespace that says no.
 * Source: istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml, pkg/kube/inject/inject.go injectRequired
 */
function istioOf(workload: RawObject, namespace: RawObject | undefined): readonly [Mesh, string] | null {
  const { labels, annotations } = templateOf(workload);
  const inject = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  const onHost = at(workload.value, ...podPath(workload), 'spec', 'hostNetwork') === true;
  const takesPart = inject !== 'false' && !onHost;
  if (takesPart && namespace?.labels['istio-injection'] !== 'disabled') {
    if (inject === 'true') return ['istio', 'sidecar.istio.io/inject'];
    if (labels['istio.io/rev'] !== undefined) return ['istio', 'istio.io/rev'];
  }
  const mode = labels['istio.io/dataplane-mode'];
  if (mode === 'ambient') return ['istioAmbient', 'istio.io/dataplane-mode'];
  if (!takesPart || mode === 'none') return null;
  if (namespace?.labels['istio-injection'] === 'enabled')
    return ['istio', 'istio-injection on its namespace'];
  if (namespace?.labels['istio-injection'] === 'disabled') return null;
  if (namespace?.labels['istio.io/dataplane-mode'] === 'ambient')
    return ['istioAmbient', 'istio.io/dataplane-mode on its namespace'];
  if (namespace?.labels['istio.io/rev'] !== undefined) return ['istio', 'istio.io/rev on its namespace'];
  return null;
}

/** `ingress` injects, too, for the Pods of an ingress controller. */
function linkerdOf(annotations: Texts, where: string): readonly [Mesh, string] | null {
  const inject = annotations['linkerd.io/inject'];
  return inject === 'enabled' || inject === 'ingress' ? ['linkerd', `linkerd.io/inject${where}`] : null;
}

/** Who else puts proxies into Pods, by a label or an annotation of the Pod or, with some, of its namespace. */
const OTHER_MESHES: readonly (readonly [key: string, what: string])[] = [
  ['consul.hashicorp.com/connect-inject', 'Consul Connect'],
  ['kuma.io/sidecar-injection', 'Kuma'],
  ['openservicemesh.io/sidecar-injection', 'Open Service Mesh'],
  ['appmesh.k8s.aws/sidecarInjectorWebhook', 'AWS App Mesh'],
];

/** A mesh that is known and not modelled: what its proxies do at the end of a Pod is not judged. */
function otherMeshOf(workload: RawObject, around: Surroundings): string | null {
  const { labels, annotations } = templateOf(workload);
  const namespace = find(around, 'Namespace', null, workload.namespace);
  for (const [key, what] of OTHER_MESHES) {
    const own = annotations[key] ?? labels[key];
    const said = own ?? namespace?.annotations[key] ?? namespace?.labels[key];
    if (said === 'true' || said === 'enabled')
      return `the sidecar of ${what} (${key}${own === undefined ? ' on its namespace' : ''})`;
  }
  return null;
}

function hasContainer(workload: RawObject, container: string): boolean {
  return ['containers', 'initContainers'].some((list) => {
    const containers = at(workload.value, ...podPath(workload), 'spec', list);
    return Array.isArray(containers) && containers.some((each) => textAt(each, 'name') === container);
  });
}

/** Clients in a mesh send to the Pods of a Service by what the mesh tells them, not by the rules of their node. */
export function fromMeshes(around: Surroundings): readonly Found[] {
  const services = around.objects.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1');
  return around.objects.flatMap((workload): readonly Found[] => {
    if (!WORKLOADS.includes(workload.kind)) return [];
    around.read.add(workload);
    const mesh = meshOf(workload, around);
    const own = services.filter((service) => selects(service, workload));
    const served = own.map(({ namespace, name }) => qualifiedName(namespace, name));
    if (served.length === 0) return [];
    if (mesh === null) {
      const other = otherMeshOf(workload, around);
      return other === null ? [] : [notModelled(workload, other, served)];
    }
    const [preset, because] = mesh;
    const found = router(workload, preset, served, because);
    return preset === 'istioAmbient'
      ? [found, ...waypoints(workload, own, around)]
      : [found, sidecarOf(workload, preset, because, served, around)];
  });
}

const WAYPOINT = 'istio.io/use-waypoint';

/** A waypoint is an Envoy that istiod tells of EndpointSlices, as it does a gateway. */
function waypoints(
  workload: RawObject,
  services: readonly RawObject[],
  around: Surroundings,
): readonly Found[] {
  const namespace = find(around, 'Namespace', null, workload.namespace);
  const behind = services.flatMap((service) => {
    const said = service.labels[WAYPOINT] ?? namespace?.labels[WAYPOINT];
    return said === undefined || said === 'none' ? [] : [qualifiedName(service.namespace, service.name)];
  });
  return behind.length === 0 ? [] : [router(workload, 'istio', behind, WAYPOINT)];
}

/** `1-20-3`, `asm-1204-2` is not told apart: `1.20` of a revision that is named after its version. */
const REVISION = /^v?(\d+)-(\d+)(?:-|$)/;
const SECONDS = /^\d{1,6}$/;
const DRAIN_DURATION = /terminationDrainDuration["']?\s*:\s*["']?(\d{1,6})s\b/;
const UNTIL_IDLE = /EXIT_ON_ZERO_ACTIVE_CONNECTIONS["']?\s*:\s*["']?true\b/;

function sidecarOf(
  workload: RawObject,
  mesh: 'istio' | 'linkerd',
  because: string,
  services: readonly string[],
  around: Surroundings,
): FoundSidecar {
  const { kind, namespace, name } = workload;
  const { labels, annotations } = templateOf(workload);
  const container = mesh === 'istio' ? 'istio-proxy' : 'linkerd-proxy';
  const said = (...keys: readonly string[]) =>
    keys.map((key) => annotations[key]).find((value) => typeof value === 'string');
  const native =
    mesh === 'istio'
      ? said('sidecar.istio.io/nativeSidecar')
      : said(
          'config.linkerd.io/proxy-enable-native-sidecar',
          'config.beta.linkerd.io/proxy-enable-native-sidecar',
          'config.alpha.linkerd.io/proxy-enable-native-sidecar',
        );
  const config = said('proxy.istio.io/config') ?? '';
  const stays =
    mesh === 'istio'
      ? DRAIN_DURATION.exec(config)?.[1]
      : said('config.alpha.linkerd.io/proxy-wait-before-exit-seconds');
  const revision =
    labels['istio.io/rev'] ?? find(around, 'Namespace', null, namespace)?.labels['istio.io/rev'];
  const [, major, minor] = REVISION.exec(String(revision ?? '')) ?? [];
  return {
    kind: 'sidecar',
    object: labelOf(workload),
    because,
    services,
    workload: { kind, namespace, name },
    container,
    shown: hasContainer(workload, container),
    native: native === undefined ? null : native === 'true',
    version: mesh === 'istio' && minor !== undefined ? `${major}.${minor}` : null,
    staysSeconds: stays !== undefined && SECONDS.test(stays) ? Number(stays) : null,
    untilIdle: UNTIL_IDLE.test(config),
  };
}
