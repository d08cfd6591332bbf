import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { type Found, type FoundSidecar, find, router, type Surroundings } from './found.ts';
import { at, labelOf, textAt } from './raw.ts';

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

function hasContainer({ kind, value }: RawObject, container: string): boolean {
  const spec = kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
  return ['containers', 'initContainers'].some((list) => {
    const containers = at(value, ...spec, list);
    return Array.isArray(containers) && containers.some((each) => textAt(each, 'name') === container);
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
    const found = router(workload, preset, served, because);
    return preset === 'istioAmbient'
      ? [found]
      : [found, sidecarOf(workload, preset, because, served, around)];
  });
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
