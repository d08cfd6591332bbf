import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { type Controller, GATEWAY_CLASSES, GATEWAY_CONTROLLERS, GKE_GATEWAY_CLASS } from './controllers.ts';
import {
  type Found,
  find,
  findWhere,
  notModelled,
  refused,
  router,
  type Surroundings,
  unnamed,
} from './found.ts';
import { backendConfigDrain, backendPolicyDrain, withDrain } from './parts-said.ts';
import { groupOf, labelOf, listAt, textAt } from './raw.ts';

const GATEWAY_API = 'gateway.networking.k8s.io';
export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const;

interface Backend {
  readonly namespace: string;
  readonly name: string;
  /** A Service of another namespace is sent to only where a ReferenceGrant there allows it. */
  readonly granted: boolean;
}

/** The Services that a route names; what filters of it mirror is sent to, too, but nobody waits for an answer. */
function backendsOf(route: RawObject, around: Surroundings): readonly Backend[] {
  const refs = listAt(route.value, 'spec', 'rules').flatMap((rule) => listAt(rule, 'backendRefs'));
  return refs.flatMap((ref): readonly Backend[] => {
    const name = textAt(ref, 'name');
    if (name === undefined || (textAt(ref, 'kind') ?? 'Service') !== 'Service') return [];
    const namespace = textAt(ref, 'namespace') ?? route.namespace;
    const granted = namespace === route.namespace || isGranted(route, namespace, name, around);
    return [{ namespace, name, granted }];
  });
}

function isGranted(route: RawObject, namespace: string, service: string, around: Surroundings): boolean {
  const grant = findWhere(
    around,
    (grant) =>
      grant.kind === 'ReferenceGrant' &&
      grant.namespace === namespace &&
      listAt(grant.value, 'spec', 'from').some(
        (from) => textAt(from, 'kind') === route.kind && textAt(from, 'namespace') === route.namespace,
      ) &&
      listAt(grant.value, 'spec', 'to').some(
        (to) => textAt(to, 'kind') === 'Service' && (textAt(to, 'name') ?? service) === service,
      ),
  );
  return grant !== undefined;
}

function controllerOf(
  gateway: RawObject,
  around: Surroundings,
): { controller: Controller | null; because: string } {
  const name = textAt(gateway.value, 'spec', 'gatewayClassName') ?? '';
  const said = textAt(find(around, 'GatewayClass', null, name)?.value, 'spec', 'controllerName');
  if (said !== undefined) {
    const controller = GATEWAY_CONTROLLERS[said] ?? { notModelled: said };
    return { controller, because: `class ${name}, controller ${said}` };
  }
  const controller = GATEWAY_CLASSES[name] ?? (GKE_GATEWAY_CLASS.test(name) ? 'gcpNeg' : null);
  return { controller, because: `class ${name}` };
}

/** What a route of the Gateway API says: each Gateway that it hangs on sends to its Services. */
export function fromRoute(route: RawObject, around: Surroundings): readonly Found[] {
  const backends = backendsOf(route, around);
  const services = namesOf(backends.filter(({ granted }) => granted));
  const others = backends.filter(({ granted }) => !granted);
  // A route on a Service is for the mesh: its proxies are found where they are injected.
  const parents = listAt(route.value, 'spec', 'parentRefs').filter(
    (ref) => (textAt(ref, 'kind') ?? 'Gateway') === 'Gateway',
  );
  const found = parents.map((ref): Found => {
    const name = textAt(ref, 'name') ?? '';
    const namespace = textAt(ref, 'namespace') ?? route.namespace;
    const gateway = findWhere(
      around,
      (each) =>
        each.kind === 'Gateway' &&
        groupOf(each) === GATEWAY_API &&
        each.name === name &&
        each.namespace === namespace,
    );
    if (gateway === undefined) {
      const what = `Gateway/${qualifiedName(namespace, name)}, which is not among the manifests`;
      return unnamed(route, what, services);
    }
    return fromGateway(route, gateway, services, around);
  });
  if (others.length === 0 || parents.length === 0) return found;
  const [{ namespace }] = others as [Backend];
  const because = `no ReferenceGrant in the namespace ${namespace} lets ${route.kind}s of ${route.namespace} send there`;
  return [
    ...found,
    refused(
      route,
      namesOf(others),
      because,
      found.flatMap((each) => ('with' in each ? each.with : [])),
    ),
  ];
}

function namesOf(backends: readonly Backend[]): readonly string[] {
  return [...new Set(backends.map(({ namespace, name }) => qualifiedName(namespace, name)))];
}

function fromGateway(
  route: RawObject,
  gateway: RawObject,
  services: readonly string[],
  around: Surroundings,
): Found {
  const { controller, because } = controllerOf(gateway, around);
  const why = `${labelOf(gateway)}, ${because}`;
  if (controller === null) return unnamed(route, why, services, [gateway]);
  if (typeof controller === 'object') return notModelled(route, controller.notModelled, services, [gateway]);
  switch (controller) {
    case 'awsAlb':
      return router(route, 'awsAlbIp', services, why, undefined, [gateway]);
    case 'awsNlb':
      return router(route, 'awsNlbIp', services, why, undefined, [gateway]);
    case 'gce':
    case 'gcpNeg': {
      const [first = ''] = services;
      const service = findWhere(
        around,
        (each) => each.kind === 'Service' && qualifiedName(each.namespace, each.name) === first,
      );
      const drain = backendPolicyDrain(service, around) ?? backendConfigDrain(service, null, around);
      return router(route, 'gcpNeg', services, why, withDrain('gcpNeg', drain), [gateway]);
    }
    case 'traefik':
      // Its provider for the Gateway API knows no fenced servers.
      return router(route, 'traefik', services, why, { pick: 'readyOnly' }, [gateway]);
    default:
      return router(route, controller, services, why, undefined, [gateway]);
  }
}
