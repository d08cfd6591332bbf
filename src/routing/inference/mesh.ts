import type { RawObject } from '../../cluster/raw-object.ts';
import { type Found, find, notModelled, router, type Surroundings } from './found.ts';
import { at, qualifiedName, textAt } from './raw.ts';

/** Meshes whose proxies are put into Pods, or beside them, by labels and annotations. */

type Mesh = 'istio' | 'istioAmbient' | 'linkerd';

type Texts = Readonly<Record<string, unknown>>;

function mapAt(value: unknown, ...path: readonly string[]): Texts {
  const found = at(value, ...path);
  return typeof found === 'object' && found !== null ? (found as Texts) : {};
}

const WORKLOADS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Pod'];

interface Template {
  readonly labels: Texts;
  readonly annotations: Texts;
}

function templateOf({ kind, value }: RawObject): Template {
  const path = kind === 'Pod' ? ['metadata'] : ['spec', 'template', 'metadata'];
  return { labels: mapAt(value, ...path, 'labels'), annotations: mapAt(value, ...path, 'annotations') };
}

/** Which mesh takes a workload's Pods in, and by what; null: none. */
function meshOf(workload: RawObject, around: Surroundings): readonly [Mesh, string] | null {
  const { labels, annotations } = templateOf(workload);
  const namespace = find(around, 'Namespace', null, workload.namespace);
  const inject = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (inject === 'true') return ['istio', 'sidecar.istio.io/inject'];
  if (labels['istio.io/dataplane-mode'] === 'ambient') return ['istioAmbient', 'istio.io/dataplane-mode'];
  if (annotations['linkerd.io/inject'] === 'enabled') return ['linkerd', 'linkerd.io/inject'];
  if (inject !== 'false' && labels['istio.io/dataplane-mode'] !== 'none') {
    if (namespace?.labels['istio-injection'] === 'enabled')
      return ['istio', 'istio-injection on its namespace'];
    if (namespace?.labels['istio.io/rev'] !== undefined) return ['istio', 'istio.io/rev on its namespace'];
    if (namespace?.labels['istio.io/dataplane-mode'] === 'ambient') {
      return ['istioAmbient', 'istio.io/dataplane-mode on its namespace'];
    }
  }
  if (
    annotations['linkerd.io/inject'] !== 'disabled' &&
    namespace?.annotations['linkerd.io/inject'] === 'enabled'
  ) {
    return ['linkerd', 'linkerd.io/inject on its namespace'];
  }
  return null;
}

function selects(service: RawObject, workload: RawObject): boolean {
  const selector = Object.entries(mapAt(service.value, 'spec', 'selector'));
  const { labels } = templateOf(workload);
  return (
    service.namespace === workload.namespace &&
    selector.length > 0 &&
    selector.every(([key, value]) => labels[key] === value)
  );
}

const SIDECARS: readonly string[] = ['istio-proxy', 'linkerd-proxy'];

function hasSidecar({ kind, value }: RawObject): boolean {
  const spec = kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
  return ['containers', 'initContainers'].some((list) => {
    const containers = at(value, ...spec, list);
    return (
      Array.isArray(containers) && containers.some((each) => SIDECARS.includes(textAt(each, 'name') ?? ''))
    );
  });
}

/** Clients in a mesh send to the Pods of a Service by what the mesh tells them, not by the rules of their node. */
export function fromMeshes(around: Surroundings): readonly Found[] {
  const services = around.objects.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1');
  return around.objects.flatMap((workload): readonly Found[] => {
    if (!WORKLOADS.includes(workload.kind)) return [];
    const mesh = meshOf(workload, around);
    if (mesh === null) return [];
    const served = services
      .filter((service) => selects(service, workload))
      .map(({ namespace, name }) => qualifiedName(namespace, name));
    if (served.length === 0) return [];
    const [preset, because] = mesh;
    const found: Found[] = [router(workload, preset, served, because)];
    if (preset !== 'istioAmbient' && !hasSidecar(workload)) {
      found.push(
        notModelled(
          workload,
          `the sidecar that ${preset === 'istio' ? 'Istio' : 'Linkerd'} puts into its Pods`,
          served,
        ),
      );
    }
    return found;
  });
}
