/** What manifests say about routers: objects whose controllers send to Pods themselves. Which router it is, they do not say. */

/** Kinds whose controllers send to the Pods of the Services that they name. */
const ROUTING_KINDS: ReadonlySet<string> = new Set([
  'Ingress',
  'Gateway',
  'HTTPRoute',
  'GRPCRoute',
  'TCPRoute',
  'TLSRoute',
  'TargetGroupBinding',
  'Route',
  'HTTPProxy',
  'IngressRoute',
  'IngressRouteTCP',
  'VirtualService',
  'Mapping',
  'ApisixRoute',
]);

export function isRoutingKind(kind: string): boolean {
  return ROUTING_KINDS.has(kind);
}

/** Keys under which routing objects name the Service, or a list of backends with its `name`. */
const NAME_KEY = 'serviceName';
const BACKEND_KEYS: ReadonlySet<string> = new Set([
  'service',
  'serviceRef',
  'backendRefs',
  'services',
  'to',
  'backends',
]);

/** Names of the Services that a routing object sends to; null where it names none, and so may send to any. */
export function servicesNamedBy(value: unknown): readonly string[] | null {
  const names = new Set<string>();
  collect(value, null, false, names);
  return names.size === 0 ? null : [...names];
}

/** `under`: the key under which the value stands. */
function collect(value: unknown, under: string | null, isBackend: boolean, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const each of value) collect(each, under, isBackend, names);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const isName =
      key === NAME_KEY || (isBackend && key === 'name') || (under === 'destination' && key === 'host');
    // The host of an Istio destination may be qualified: `web.shop.svc.cluster.local`.
    if (isName && typeof member === 'string' && member !== '') names.add(member.split('.')[0]!);
    else collect(member, key, BACKEND_KEYS.has(key) || (isBackend && key !== 'port'), names);
  }
}
