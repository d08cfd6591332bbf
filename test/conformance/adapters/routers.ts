import {
  needReadinessGateFlip,
  resolveNodePortEndpoints,
  resolvePodEndpoints,
} from '../../../src/rules/routers/aws.ts';
import { ciliumBackends } from '../../../src/rules/routers/cilium.ts';
import { getEndpointsFromSlices } from '../../../src/rules/routers/ingress-nginx.ts';
import { gracefulDelete } from '../../../src/rules/routers/ipvs.ts';
import { debouncePushes, supportsUnhealthyEndpoints } from '../../../src/rules/routers/istio.ts';
import {
  eligibleEndpoints,
  readyOnly,
  readyOrServing,
  selectEndpoints,
  usableNodes,
} from '../../../src/rules/routers/select-endpoints.ts';
import type { Adapter } from '../types.ts';

/** Tables of routers: each row of a group through the rule that the router decides by. A field that is not known fails its row. */

const US = 1000;

function known(value: any, ...fields: readonly string[]): void {
  for (const field of Object.keys(value ?? {})) {
    if (!fields.includes(field)) throw new Error(`field ${field} is not known`);
  }
}

function byGroup(
  group: string,
  fields: readonly string[],
  actual: Adapter['actual'],
  agrees?: Adapter['agrees'],
): Adapter {
  return {
    name: group,
    matches: (testCase) => testCase.group === group,
    actual(input, testCase, table) {
      if (!Array.isArray(input)) known(input, ...fields);
      return actual(input, testCase, table);
    },
    ...(agrees === undefined ? {} : { agrees }),
  };
}

const conditions = ({ ready = null, serving = null, terminating = null }: any) => ({
  ready,
  serving,
  terminating,
});

/** A Service's port by its name or number. */
const servicePort = (service: any, port: string | number) =>
  service?.spec.ports.find((each: any) => each.name === port || each.port === port);

const podTargets = (input: any) => {
  const { service, port: asked, endpointSlices, endpoints, pods, nodes } = input;
  if (service === null) return 'error';
  const port = servicePort(service, asked);
  if (port === undefined || (!input.endpointSliceEnabled && endpoints === null)) return 'error';
  const slices = input.endpointSliceEnabled
    ? (endpointSlices ?? [])
    : endpoints.flatMap((each: any) => each.subsets.map(subsetAsSlice));
  const candidates = slices.flatMap((slice: any) =>
    slice.ports
      .filter(({ name }: any) => port.name === undefined || port.name === '' || name === port.name)
      .flatMap((slicePort: any) =>
        slice.endpoints
          .filter((each: any) => each.targetRef?.kind === 'Pod' && each.addresses.length > 0)
          .map((each: any) => {
            const pod = pods.find(({ key }: any) => key.name === each.targetRef.name);
            const node = nodes.find(({ name }: any) => name === pod?.nodeName);
            return {
              IP: each.addresses[0],
              port: slicePort.port,
              pod: each.targetRef.name,
              ...conditions(each.conditions),
              containersReady: pod === undefined || pod.exists === false ? null : pod.containersReady,
              nodeReady: node === undefined ? undefined : (node.ready ?? null),
            };
          }),
      ),
  );
  const resolved: readonly any[] = resolvePodEndpoints<any>(candidates, input.failOpenEnabled);
  return resolved.map(({ IP, port: number, pod }) => ({ IP, port: number, pod: { name: pod } }));
};

const subsetAsSlice = ({ addresses = [], notReadyAddresses = [], ports = [] }: any) => {
  const endpoint = (ready: boolean) => (address: any) => ({
    addresses: [address.IP],
    targetRef: address.targetRef,
    conditions: { ready, serving: ready, terminating: false },
  });
  return {
    ports,
    endpoints: [...addresses.map(endpoint(true)), ...notReadyAddresses.map(endpoint(false))],
  };
};

/** The label selectors of upstream's rows, as its test wrote them. */
const nodeSelector = (opts: any): ((node: any) => boolean) => {
  const call = opts?.[0]?.args?.[0]?.$call;
  if (call === undefined) return () => false;
  if (call === 'labels.Everything') return () => true;
  if (call === '?.AsSelectorPreValidated') return ({ labels }) => labels.labelA === 'valueA';
  throw new Error(`node selector ${call} is not known`);
};

const nodeTargets = (input: any) => {
  const { service } = input;
  const port = servicePort(service, input.port);
  if (port === undefined) return 'error';
  if (service.spec.type !== 'NodePort' && service.spec.type !== 'LoadBalancer') return 'error';
  const selected = input.nodes.filter(nodeSelector(input.opts));
  const nodes = selected.map((node: any) => ({ ...node, ready: node.ready ?? null, taintKeys: [] }));
  const resolved: readonly any[] = resolveNodePortEndpoints<any>(nodes, input.failOpenEnabled);
  return resolved.map(({ providerID }) => ({
    instanceID: providerID.slice(providerID.lastIndexOf('/') + 1),
    port: port.nodePort,
  }));
};

/** Targets in order; an error, or no targets, where the table has that. */
const targetsAgree: Adapter['agrees'] = (actual, expected, testCase: any) => {
  if (testCase.error !== null) return actual === 'error';
  if (!Array.isArray(actual)) return false;
  const wanted = expected ?? [];
  return (
    actual.length === wanted.length &&
    actual.every((each, index) =>
      ['IP', 'instanceID', 'port'].every((field) => each[field] === wanted[index][field]),
    )
  );
};

const nginxServers = (input: any) => {
  const { service, servicePort: port, protocol, zoneForHints, endpointSlices } = input;
  known(port, 'name', 'targetPort');
  return getEndpointsFromSlices(
    service === null ? null : { type: service.spec?.type, externalName: service.spec?.externalName },
    port === null ? null : { name: port.name ?? '', targetPort: port.targetPort ?? 0 },
    protocol,
    zoneForHints,
    Array.isArray(endpointSlices)
      ? endpointSlices.map((slice: any) => ({
          ports: slice.ports ?? [],
          endpoints: slice.endpoints.map((each: any) => ({
            addresses: each.addresses,
            ready: each.conditions?.ready ?? null,
            zoneHints: (each.hints?.forZones ?? []).map(({ name }: any) => name),
          })),
        }))
      : null,
  );
};

const backends = (input: any) => {
  for (const each of input.endpoints) {
    known(each, 'address', 'ready', 'serving', 'terminating', 'zoneHints');
  }
  const zone = input.topologyAware === true ? input.nodeZone : '';
  const { newConnections, keptForEstablished } = ciliumBackends<any>(input.endpoints, zone);
  return {
    newConnections: newConnections.map(({ address }) => address),
    keptForEstablished: keptForEstablished.map(({ address }) => address),
    count: newConnections.length,
    qcount: keptForEstablished.length - newConnections.length,
  };
};

const sameSet = (actual: readonly unknown[], expected: readonly unknown[]): boolean =>
  JSON.stringify([...actual].sort()) === JSON.stringify([...expected].sort());

export const adapters: readonly Adapter[] = [
  byGroup(
    'awsLbcPodEndpoints',
    [
      'endpointSliceEnabled',
      'failOpenEnabled',
      'service',
      'port',
      'endpointSlices',
      'endpoints',
      'pods',
      'nodes',
    ],
    podTargets,
    targetsAgree,
  ),
  byGroup(
    'awsLbcNodePortEndpoints',
    ['failOpenEnabled', 'service', 'port', 'opts', 'nodes'],
    nodeTargets,
    targetsAgree,
  ),
  byGroup('awsLbcReadinessGate', ['pods'], ({ pods }) =>
    needReadinessGateFlip(pods, 'target-health.elbv2.k8s.aws/my-tgb'),
  ),
  byGroup('ciliumBackends', ['endpoints', 'nodeZone', 'topologyAware'], backends),
  byGroup('gceNegEndpoints', [], (endpoints) => {
    for (const each of endpoints) known(each, 'ready', 'serving', 'terminating', 'address');
    const rows = endpoints.map((each: any) => ({ ...conditions(each), address: each.address }));
    const candidates: readonly any[] = selectEndpoints<any>('notTerminating', rows);
    return candidates.map(({ address, ready }) => ({ address, ready: ready !== false }));
  }),
  byGroup(
    'ingressNginxEndpoints',
    ['service', 'servicePort', 'protocol', 'zoneForHints', 'endpointSlices'],
    nginxServers,
  ),
  byGroup(
    'ipvsGracefulDelete',
    ['protocol', 'weight', 'activeConn', 'inactiveConn', 'realServerFound'],
    ({ realServerFound, ...server }) => gracefulDelete(server, realServerFound),
  ),
  byGroup(
    'istioSupportsUnhealthy',
    ['globalSendUnhealthy', 'defaultSendUnhealthy', 'destinationRule'],
    ({ destinationRule, ...flags }) => {
      known(destinationRule, 'minHealthPercent');
      return supportsUnhealthyEndpoints({
        ...flags,
        minHealthPercent: destinationRule?.minHealthPercent ?? null,
      });
    },
  ),
  byGroup(
    'istioDebounce',
    ['debounceAfterMs', 'debounceMaxMs', 'enableEdsDebounce', 'fullPushDurationMs', 'events'],
    (input) => {
      const { immediateUs, debouncedUs } = debouncePushes(
        { quietUs: input.debounceAfterMs * US, maxUs: input.debounceMaxMs * US },
        input.events.map(({ atMs, kind }: any) => ({ atUs: atMs * US, kind })),
        input.fullPushDurationMs * US,
        input.enableEdsDebounce,
      );
      return { partial: immediateUs.length, full: debouncedUs.length };
    },
  ),
  byGroup('metallbCanServe', ['ready', 'serving', 'terminating'], (input) =>
    readyOrServing(conditions(input)),
  ),
  byGroup(
    'metallbUsableNodes',
    ['endpointSlices', 'usableSpeakers'],
    ({ endpointSlices, usableSpeakers }) =>
      usableNodes(
        endpointSlices.flatMap(({ endpoints }: any) =>
          endpoints.map((each: any) => ({
            ...conditions(each.conditions),
            nodeName: each.nodeName ?? null,
          })),
        ),
        Object.keys(usableSpeakers).filter((speaker) => usableSpeakers[speaker]),
      ),
    sameSet,
  ),
  byGroup('openshiftRouterEndpoints', ['ready', 'serving', 'terminating'], (input) => {
    const used = readyOnly(conditions(input));
    return { addresses: used ? 1 : 0, notReadyAddresses: used ? 0 : 1 };
  }),
  byGroup('ovnEligible', ['endpoints', 'node', 'publishNotReadyAddresses'], (input) => {
    for (const each of input.endpoints) known(each, 'node', 'address', 'ready', 'serving', 'terminating');
    const rows = input.endpoints.map((each: any) => ({ ...each, ...conditions(each) }));
    const eligible: readonly any[] = eligibleEndpoints<any>(rows, input.node, input.publishNotReadyAddresses);
    return eligible.map(({ address }) => address);
  }),
];
