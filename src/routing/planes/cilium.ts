import { MICROS_PER_MS, type Micros } from '../../kernel/time.ts';
import { packetVerdict } from '../../rules/proxy/packet-verdict.ts';
import {
  type CiliumVersion,
  ciliumBackends,
  parseCiliumVersion,
  reflectorWaitMs,
} from '../../rules/routers/cilium.ts';
import { durationSchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { number, type PresetNumber } from '../presets/preset.ts';
import { atOnce } from './at-once.ts';
import { readyHealthCheck } from './kube-proxy-mode.ts';
import { selectLists } from './lists.ts';
import type { DataPlane, PlaneEndpoint, PlaneScope } from './plane.ts';

const A_VERSION = 'must be a version of Cilium, 1.14 or newer; write it as text, in quotes: "1.19"';

const schema = z.strictObject({
  /** Cilium's own version. */
  version: z
    .string({ error: A_VERSION })
    .refine((text) => parseCiliumVersion(text) !== null, { error: A_VERSION })
    .default('1.19'),
  /** How often what came of EndpointSlices is handed on; a flag from 1.20 on. 500ms; 100ms in 1.18, and 0s before, as each event passes at once. */
  lbReflectorWaitTime: durationSchema.optional(),
  /** Connections are decided in the socket, once; without it packet by packet, and what leaves the maps is reset. */
  socketLB: z.boolean().default(true),
});

export interface CiliumConfig {
  readonly version: CiliumVersion;
  readonly waitUs: Micros;
  readonly socketLB: boolean;
}

type Scope = PlaneScope<CiliumConfig>;

function backendsOf(endpoints: readonly PlaneEndpoint[], zone: string, { config }: Scope) {
  return ciliumBackends(endpoints, zone, config.version);
}

/** The node's zone where the Service asks to stay in it. */
function zoneOf({ service, node }: Scope): string {
  return service.trafficDistribution === '' ? '' : node.zone;
}

const CONFIG_GO = 'cilium/cilium pkg/loadbalancer/config.go';
const TICK = number('tick', '500 ms', 'published', CONFIG_GO);
/** Of versions whose tick is less sure. */
const TICKS: Readonly<Record<number, PresetNumber>> = {
  18: number('tick', '100 ms', 'estimate', `${CONFIG_GO}, an earlier commit whose release is not known`),
};

/** Cilium in place of kube-proxy. */
export const cilium: DataPlane<typeof schema, CiliumConfig> = {
  title: 'Cilium',
  agent: 'cilium',
  pick: 'readyElseServingTerminating',
  docs: 'What came of EndpointSlices is handed on at the ticks of a clock; terminating backends that serve are the fallback, all keep their connections while they stand in a slice.',
  schema,
  numbers: ({ version, waitUs }) => [
    ...(waitUs === 0 || waitUs !== reflectorWaitMs(version) * MICROS_PER_MS
      ? []
      : [TICKS[version.minor] ?? TICK]),
    number('a write of the maps', '1-10 ms', 'estimate', 'ours'),
  ],
  established:
    'goes on while the Pod is in a slice; after that socket-LB leaves it to the Pod, packet by packet it is reset',
  sites: { watch: 'watch.router', sync: 'dataPlane.sync', syncEnd: null },
  config({ version, lbReflectorWaitTime, socketLB }) {
    const known = parseCiliumVersion(version)!;
    return { version: known, waitUs: micros(lbReflectorWaitTime ?? reflectorWaitMs(known)), socketLB };
  },
  runner: ({ waitUs }) => (waitUs === 0 ? atOnce() : { algorithm: 'ticker', periodUs: waitUs }),
  costUs: () => 0,
  program(endpoints, scope) {
    const zone = zoneOf(scope);
    return selectLists(
      endpoints,
      scope.service,
      (some, policy) => backendsOf(some, policy === 'Local' ? '' : zone, scope).newConnections,
    );
  },
  verdict: packetVerdict,
  holds: (endpoints, scope) => backendsOf(endpoints, zoneOf(scope), scope).keptForEstablished,
  resets: ({ socketLB }) => !socketLB,
  cutsFlow: (pod, { after }, scope) =>
    !backendsOf(after, zoneOf(scope), scope).keptForEstablished.some((endpoint) => endpoint.pod === pod),
  healthCheck: readyHealthCheck,
  idiom: {
    tool: 'cilium-dbg bpf lb list',
    forward: 'backend',
    share: { word: 'active' },
    waiting: 'terminating',
    refuse: 'refused  by the agent, which holds no backend',
    drop: 'dropped',
  },
};
