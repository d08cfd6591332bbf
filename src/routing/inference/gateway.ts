import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { type Controller, GATEWAY_CLASSES, GATEWAY_CONTROLLERS, GKE_GATEWAY_CLASS } from './controllers.ts';
import { type Found, find, notModelled, router, type Surroundings } from './found.ts';
import { backendConfigDrain, withDrain } from './parts-said.ts';
import { groupOf, labelOf, listAt, textAt } from './raw.ts';

export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const;

/** The Services that a route sends to: those of other namespaces only where a ReferenceGrant there allows it. */
function backendsOf(route: RawObject, around: Surroundings): readonly string[] {
  const refs = listAt(route.value, 'spec', 'rules').flatMap((rule) => listAt(rule, 'backendRefs'));
  const names = refs.flatMap((ref) => {
    const name = textAt(ref, 'name');
    if (name === undefined || (textAt(ref, 'kind') ?? 'Service') !== 'Service') return [];
    const namespace = textAt(ref, 'namespace') ?? route.namespace;
    if (namespace !== route.namespace && !isGranted(route, namespace, name, around)) return [];
    return [qualifiedName(namespace, name)];
  });
  return [...new Set(names)];
}

function isGranted(route: RawObject, namespace: string, service: string, { objects }: Surroundings): boolean {
  return objects.some(
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
  const services = backendsOf(route, around);
  return listAt(route.value, 'spec', 'parentRefs').flatMap((ref): readonly Found[] => {
    const name = textAt(ref, 'name') ?? '';
    // A route on a Service is for the mesh: its proxies are found where they are injected.
    if ((textAt(ref, 'kind') ?? 'Gateway') !== 'Gateway') return [];
    const namespace = textAt(ref, 'namespace') ?? route.namespace;
    const gateway = find(around, 'Gateway', namespace, name);
    if (gateway === undefined || groupOf(gateway) !== 'gateway.networking.k8s.io') {
      return [
        notModelled(
          route,
          `Gateway/${qualifiedName(namespace, name)}, which is not among the manifests`,
          services,
        ),
      ];
    }
    return [fromGateway(route, gateway, services, around)];
  });
}

function fromGateway(
  route: RawObject,
  gateway: RawObject,
  services: readonly string[],
  around: Surroundings,
): Found {
  const { controller, because } = controllerOf(gateway, around);
  const why = `${labelOf(gateway)}, ${because}`;
  if (controller === null) return notModelled(route, why, services);
  if (typeof controller === 'object') return notModelled(route, controller.notModelled, services);
  switch (controller) {
    case 'awsAlb':
      return router(route, 'awsAlbIp', services, why, undefined, [gateway]);
    case 'awsNlb':
      return router(route, 'awsNlbIp', services, why, undefined, [gateway]);
    case 'gce':
    case 'gcpNeg': {
      const [first = ''] = services;
      const name = first.slice(first.indexOf('/') + 1);
      const service = around.objects.find((each) => each.kind === 'Service' && each.name === name);
      return router(
        route,
        'gcpNeg',
        services,
        why,
        withDrain('gcpNeg', backendConfigDrain(service, around)),
        [gateway],
      );
    }
    case 'traefik':
      // Its provider for the Gateway API knows no fenced servers.
      return router(route, 'traefik', services, why, { pick: 'readyOnly' }, [gateway]);
    default:
      return router(route, controller, services, why, undefined, [gateway]);
  }
}
