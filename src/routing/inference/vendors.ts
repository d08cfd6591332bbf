import { KNATIVE_GROUP, knativeRevision, QUEUE_PROXY } from '../../cluster/knative-revision.ts';
import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { type Found, find, notModelled, router, type Surroundings, throughNodes } from './found.ts';
import { at, labelOf, listAt, textAt } from './raw.ts';

/** Objects of one vendor's own kinds that name Services. */

function unique(names: readonly (string | undefined)[], namespace: string): readonly string[] {
  const known = names.filter((name) => name !== undefined);
  return [...new Set(known.map((name) => qualifiedName(namespace, name)))];
}

export function fromTargetGroupBinding(binding: RawObject): readonly Found[] {
  const services = unique([textAt(binding.value, 'spec', 'serviceRef', 'name')], binding.namespace);
  const type = textAt(binding.value, 'spec', 'targetType') ?? 'instance';
  if (type !== 'ip') {
    return [throughNodes(binding, services, `targetType ${type}: node ports, and the nodes decide`)];
  }
  const protocol = textAt(binding.value, 'spec', 'targetGroupProtocol') ?? '';
  if (/^HTTPS?$/.test(protocol)) {
    return [router(binding, 'awsAlbIp', services, `targetType ip, targetGroupProtocol ${protocol}`)];
  }
  const why =
    protocol === '' ? 'ALB or NLB is not said: the slower of the two' : `targetGroupProtocol ${protocol}`;
  return [router(binding, 'awsNlbIp', services, `targetType ip, ${why}`)];
}

interface OtherKind {
  readonly kind: string;
  readonly groups: readonly string[];
  readonly what: string;
  /** Names of the Services, as they stand in its `spec`. */
  readonly names: (spec: unknown) => readonly (string | undefined)[];
}

/** Kinds of controllers that send to Pods by rules of their own, which are not modelled. */
export const OTHERS: readonly OtherKind[] = [
  {
    kind: 'Mapping',
    groups: ['getambassador.io', 'x.getambassador.io'],
    what: 'Emissary-ingress (Ambassador)',
    // `web.shop:80`, `https://web`
    names: (spec) => [/^(?:\w+:\/\/)?([^:/]+)/.exec(textAt(spec, 'service') ?? '')?.[1]],
  },
  {
    kind: 'ApisixRoute',
    groups: ['apisix.apache.org'],
    what: 'Apache APISIX',
    names: (spec) =>
      ['http', 'stream'].flatMap((protocol) =>
        listAt(spec, protocol).flatMap((each) =>
          [at(each, 'backend'), ...listAt(each, 'backends')].map((backend) => textAt(backend, 'serviceName')),
        ),
      ),
  },
  {
    kind: 'VirtualService',
    groups: ['gateway.solo.io'],
    what: 'Gloo Edge',
    names: (spec) =>
      listAt(spec, 'virtualHost', 'routes').map((each) =>
        textAt(each, 'routeAction', 'single', 'kube', 'ref', 'name'),
      ),
  },
  {
    kind: 'RouteGroup',
    groups: ['zalando.org'],
    what: 'Skipper',
    names: (spec) => listAt(spec, 'backends').map((each) => textAt(each, 'serviceName')),
  },
];

export function fromOther({ what, names }: OtherKind): (object: RawObject) => readonly Found[] {
  return (object) => {
    const hosts = names(at(object.value, 'spec')).filter((name) => name !== undefined);
    const services = hosts.flatMap((host) => serviceOfHost(host, object.namespace) ?? []);
    return [notModelled(object, what, [...new Set(services)])];
  };
}

/** VirtualServer and its kin of nginx.org. */
export function fromVirtualServer(server: RawObject): readonly Found[] {
  const upstreams = listAt(server.value, 'spec', 'upstreams');
  const names = (clusterIP: boolean): readonly string[] =>
    unique(
      upstreams
        .filter((each) => (at(each, 'use-cluster-ip') === true) === clusterIP)
        .map((each) => textAt(each, 'service')),
      server.namespace,
    );
  const [direct, through] = [names(false), names(true)];
  return [
    ...(direct.length === 0 ? [] : [router(server, 'nginxInc', direct, `kind ${server.kind}`)]),
    ...(through.length === 0 ? [] : [throughNodes(server, through, 'use-cluster-ip: to the ClusterIP')]),
  ];
}

export function fromOpenShiftRoute(route: RawObject): readonly Found[] {
  const backends = [at(route.value, 'spec', 'to'), ...listAt(route.value, 'spec', 'alternateBackends')];
  const services = unique(
    backends.map((each) => textAt(each, 'name')),
    route.namespace,
  );
  return [router(route, 'openshiftRouter', services, 'route.openshift.io')];
}

/** A Service that a route of Traefik ends at. `nativeLB: true` sends to the ClusterIP. */
interface TraefikBackend {
  readonly service: string;
  readonly native: boolean;
}

/** A TraefikService stands for several: weighted, mirrored, chosen by a hash. One that leads back to itself is left. */
function traefikBackends(
  refs: readonly unknown[],
  namespace: string,
  around: Surroundings,
  passed: readonly string[] = [],
): readonly TraefikBackend[] {
  return refs.flatMap((ref): readonly TraefikBackend[] => {
    const name = textAt(ref, 'name');
    if (name === undefined) return [];
    const own = textAt(ref, 'namespace') ?? namespace;
    const service = qualifiedName(own, name);
    if ((textAt(ref, 'kind') ?? 'Service') === 'Service')
      return [{ service, native: at(ref, 'nativeLB') === true }];
    const { value } = find(around, 'TraefikService', own, name) ?? {};
    if (value === undefined || passed.includes(service)) return [];
    const mirroring = at(value, 'spec', 'mirroring');
    const parts = [
      ...listAt(value, 'spec', 'weighted', 'services'),
      ...listAt(value, 'spec', 'highestRandomWeight', 'services'),
      ...(mirroring === undefined ? [] : [mirroring, ...listAt(mirroring, 'mirrors')]),
    ];
    return traefikBackends(parts, own, around, [...passed, service]);
  });
}

export function fromIngressRoute(route: RawObject, around: Surroundings): readonly Found[] {
  const refs = listAt(route.value, 'spec', 'routes').flatMap((each) => listAt(each, 'services'));
  const all = traefikBackends(refs, route.namespace, around);
  const names = (native: boolean): readonly string[] => [
    ...new Set(all.filter((each) => each.native === native).map(({ service }) => service)),
  ];
  const [direct, native] = [names(false), names(true)];
  const found: Found[] = [];
  if (direct.length > 0) {
    const plain = route.kind === 'IngressRoute' ? undefined : { pick: 'readyOnly' as const };
    found.push(router(route, 'traefik', direct, `kind ${route.kind}`, plain));
  }
  if (native.length > 0) found.push(throughNodes(route, native, 'nativeLB: Traefik sends to the ClusterIP'));
  const missing = refs.some(
    (ref) =>
      textAt(ref, 'kind') === 'TraefikService' &&
      !(textAt(ref, 'name') ?? '').includes('@') &&
      find(
        around,
        'TraefikService',
        textAt(ref, 'namespace') ?? route.namespace,
        textAt(ref, 'name') ?? '',
      ) === undefined,
  );
  if (missing) found.push(notModelled(route, 'a TraefikService that is not among the manifests', []));
  return found;
}

export function fromHttpProxy(proxy: RawObject): readonly Found[] {
  const { value } = proxy;
  const all = [
    ...listAt(value, 'spec', 'routes').flatMap((each) => listAt(each, 'services')),
    ...listAt(value, 'spec', 'tcpproxy', 'services'),
  ];
  const services = unique(
    all.map((each) => textAt(each, 'name')),
    proxy.namespace,
  );
  return services.length === 0 ? [] : [router(proxy, 'contour', services, 'kind HTTPProxy')];
}

/** A host as Istio reads it: `name`, `name.namespace`, `name.namespace.svc.cluster.local`. */
function serviceOfHost(host: string, namespace: string): string | undefined {
  const [name = '', second, third] = host.split('.');
  if (name === '' || name.includes('*')) return undefined;
  if (second === undefined) return qualifiedName(namespace, name);
  return third === undefined || third === 'svc' ? qualifiedName(second, name) : undefined;
}

export function fromVirtualService(virtual: RawObject, around: Surroundings): readonly Found[] {
  const routes = ['http', 'tls', 'tcp'].flatMap((protocol) => listAt(virtual.value, 'spec', protocol));
  const hosts = routes.flatMap((each) =>
    listAt(each, 'route').map((destination) => textAt(destination, 'destination', 'host')),
  );
  const named = hosts.flatMap((host) =>
    host === undefined ? [] : (serviceOfHost(host, virtual.namespace) ?? []),
  );
  const services = [...new Set(named)];
  const gateways = listAt(virtual.value, 'spec', 'gateways').filter((each) => typeof each === 'string');
  const outside = gateways.filter((each) => each !== 'mesh');
  const [first] = outside;
  const known =
    first !== undefined && find(around, 'Gateway', null, first.slice(first.indexOf('/') + 1)) !== undefined;
  const because =
    first === undefined
      ? 'kind VirtualService'
      : `kind VirtualService, Gateway/${first}${known ? '' : ' (elsewhere)'}`;
  return services.length === 0 ? [] : [router(virtual, 'istio', services, because)];
}

/** Its activator stands before the Pods of its revision, in which the queue-proxy is the one that is connected to. */
export function fromKnativeService(service: RawObject): readonly Found[] {
  const { namespace, name, value } = service;
  const named = textAt(value, 'spec', 'template', 'metadata', 'name');
  const made = knativeRevision(name, named);
  const services = [qualifiedName(namespace, made.service)];
  if (listAt(value, 'spec', 'template', 'spec', 'containers').length === 0)
    return [notModelled(service, 'a Service of Knative without containers', services)];
  const because = KNATIVE_GROUP;
  const containers = listAt(value, 'spec', 'template', 'spec', 'containers').map(
    (each, index) => textAt(each, 'name') ?? (index === 0 ? 'user-container' : `user-container-${index}`),
  );
  return [
    router(service, 'knativeActivator', services, because),
    {
      kind: 'sidecar',
      object: labelOf(service),
      because,
      services,
      workload: { kind: 'Deployment', namespace, name: made.deployment },
      container: QUEUE_PROXY,
      waiting: containers,
      shown: true,
      native: null,
      version: null,
      staysSeconds: null,
      untilIdle: false,
    },
  ];
}
