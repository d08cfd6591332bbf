import type { Micros } from '../../kernel/time.ts';
import { packetVerdict } from '../../rules/proxy/packet-verdict.ts';
import { readyOrServing } from '../../rules/routers/select-endpoints.ts';
import { durationOf, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { number } from '../presets/preset.ts';
import { atOnce } from './at-once.ts';
import { IPVSADM } from './ipvs.ts';
import { selectLists, terminatingServers } from './lists.ts';
import type { DataPlane, PlaneEndpoint } from './plane.ts';

const schema = z.strictObject({
  /** `--ipvs-graceful-termination`: a real server that goes keeps its connections at weight 0; without it they break. */
  ipvsGracefulTermination: z.boolean().default(false),
  /** `--ipvs-sync-period`: everything is synced as often. */
  ipvsSyncPeriod: durationOf('1s').default('5m'),
});

export interface KubeRouterConfig {
  readonly graceful: boolean;
  readonly syncPeriodUs: Micros;
}

function realServers(endpoints: readonly PlaneEndpoint[]): readonly PlaneEndpoint[] {
  return endpoints.filter(readyOrServing);
}

/** kube-router 2.1 and newer as the service proxy: whoever is ready or serves is a real server, terminating or not. */
export const kubeRouter: DataPlane<typeof schema, KubeRouterConfig> = {
  title: 'kube-router',
  agent: 'kube-router',
  pick: 'readyOrServing',
  docs: 'A Pod in preStop keeps its full share of new connections until its readiness fails or it leaves the slice: no preStop alone helps.',
  schema,
  numbers: () => [
    number(
      'sync',
      'at once',
      'published',
      'cloudnativelabs/kube-router pkg/controllers/proxy/network_services_controller.go',
    ),
    number(
      'ipvsSyncPeriod: a sync of everything',
      '5 m',
      'published',
      'cloudnativelabs/kube-router docs/user-guide.md',
    ),
    number('a sync', '1-10 ms', 'estimate', 'ours'),
  ],
  established:
    'is reset when its endpoint neither is ready nor serves; with ipvsGracefulTermination it goes on',
  sites: { watch: 'watch.router', sync: 'dataPlane.sync', syncEnd: null },
  config: ({ ipvsGracefulTermination, ipvsSyncPeriod }) => ({
    graceful: ipvsGracefulTermination,
    syncPeriodUs: micros(ipvsSyncPeriod),
  }),
  runner: ({ syncPeriodUs }) => atOnce(syncPeriodUs),
  costUs: () => 0,
  program: (endpoints, { service }) => selectLists(endpoints, service, realServers),
  verdict: packetVerdict,
  holds: (endpoints, { service, config }) =>
    config.graceful
      ? [...realServers(endpoints), ...terminatingServers(endpoints, service)]
      : realServers(endpoints),
  resets: ({ graceful }) => !graceful,
  cutsFlow: (pod, { after }) => !realServers(after).some((endpoint) => endpoint.pod === pod),
  healthCheck: (local) => (local.some(({ terminating }) => !terminating) ? 200 : 503),
  idiom: { ...IPVSADM, drop: 'dropped' },
};
