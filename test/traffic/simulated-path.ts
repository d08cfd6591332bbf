import { steadyPlane } from '../../src/actors/data-plane/cells.ts';
import { DATA_PLANE } from '../../src/actors/protocol.ts';
import { wire } from '../../src/actors/wire.ts';
import { DELAY_SITES } from '../../src/cluster/delay-sites.ts';
import { T } from '../../src/cluster/events.ts';
import type { RequestFailed } from '../../src/cluster/traffic.ts';
import { defineScenario, type ScenarioInput } from '../../src/index.ts';
import { constant } from '../../src/kernel/distribution.ts';
import { Loop } from '../../src/kernel/loop.ts';
import { SliceView } from '../../src/routing/views.ts';

/**
 * The fate of connections that clients really open in a simulated cluster: one kube-proxy holds the rules for the given endpoints, and
 * many clients at one place send one first packet each. What becomes of them is told as a packet's verdict.
 */

export interface Endpoint {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly isLocal: boolean;
}

export interface Flow {
  readonly endpoints: readonly Endpoint[];
  /** Fields of the Service's spec. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly from: 'pod' | 'node' | 'external';
  readonly address: 'ClusterIP' | 'NodePort' | 'LoadBalancerIP';
  /** `1.36`. */
  readonly version: string;
}

export interface Fate {
  readonly verdict: 'DNAT' | 'REJECT' | 'DROP';
  /** Indexes of the endpoints that at least one of the clients was sent to. */
  readonly endpoints: readonly number[];
}

/** Enough that one of a handful of endpoints is missed once in 100,000 times. */
const CLIENTS = 64;

export function fateOf(flow: Flow): Fate {
  // The rules of the nodes alone: no load balancer is presumed before them.
  const { world } = defineScenario({ ...scenarioOf(flow), inferRouters: false });
  const { model, wiring } = wire(world, {
    sites: new Map(DELAY_SITES.map((site) => [site, constant(0)])),
    ties: 'sequence',
  });
  const slice = { index: 0, service: 0, generation: 1, ports: [], gone: false };
  const view = new SliceView([{ ...slice, endpoints: endpointsOf(flow) }]);
  const actors = model.actors.map((actor, index) => {
    if (index !== wiring.dataPlane(0)) return actor;
    const cells: unknown[][] = actor.cells.map((kind) => [...kind]);
    cells[DATA_PLANE.node] = [steadyPlane(world, view, 0)];
    return { ...actor, cells };
  });
  // Nobody stops a Pod here: only the clients start.
  const initial = model.initial.filter(({ type }) => type === T.clientStarted);
  const loop = new Loop({ ...model, actors, initial }, 0, { trace: true });
  loop.run();
  return told(loop);
}

function told({ trace }: Loop): Fate {
  const chosen = new Set<number>();
  const causes = new Set<string>();
  trace!.types.forEach((type, seq) => {
    if (type === T.connectionArrived) chosen.add(trace!.abouts[seq]!);
    if (type === T.requestFailed) causes.add((trace!.data[seq] as RequestFailed).cause);
  });
  if (chosen.size > 0) return { verdict: 'DNAT', endpoints: [...chosen].sort((a, b) => a - b) };
  const [cause, ...others] = causes;
  if (others.length > 0)
    throw new Error(`Clients at one place met several fates: ${[...causes].join(', ')}.`);
  return { verdict: cause === 'noEndpoints' ? 'REJECT' : 'DROP', endpoints: [] };
}

function scenarioOf({ endpoints, spec, from, address, version }: Flow): ScenarioInput {
  const pod = (name: string, app: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app } },
    spec: { containers: [{ name: 'web', image: 'any', ports: [{ containerPort: 8080 }] }] },
  });
  const names = endpoints.map((_, index) => `endpoint-${index}`);
  const on = (local: boolean) => names.filter((_, index) => endpoints[index]!.isLocal === local);
  const through =
    address === 'ClusterIP' ? 'clusterIP' : from === 'external' ? { nodePort: 'node-1' } : 'nodePort';
  return {
    inferRouters: false,
    manifests: [
      ...names.map((name) => pod(name, 'web')),
      pod('client', 'client'),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
      },
    ],
    cluster: {
      version,
      nodes: [
        { name: 'node-1', pods: ['client', ...on(true)] },
        { name: 'node-2', pods: on(false) },
      ],
    },
    clients: Array.from({ length: CLIENTS }, (_, index) => ({
      name: `c${index}`,
      from: from === 'external' ? from : from === 'node' ? { node: 'node-1' } : { pod: 'client' },
      through,
      load: { ratePerSecond: 1 },
      start: 0,
      stop: 1,
      connectTimeout: '500ms',
    })),
    actions: [{ type: 'deletePod', pod: 'client' }],
  };
}

function endpointsOf({ endpoints }: Flow) {
  return endpoints.map(({ ready, serving, terminating, isLocal }, pod) => ({
    pod,
    node: isLocal ? 0 : 1,
    ready,
    serving,
    terminating,
  }));
}
