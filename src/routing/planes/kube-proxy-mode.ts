import type { Duration, Micros } from '../../kernel/time.ts';
import { kubeProxyRunnerConfig } from '../../rules/proxy/bounded-frequency-runner.ts';
import { type CategorizedEndpoints, categorizeEndpoints } from '../../rules/proxy/categorize-endpoints.ts';
import { isLocalReady } from '../../rules/proxy/endpoints-map.ts';
import type { ProxyMode } from '../../rules/proxy/full-sync.ts';
import { healthCheckNodePortStatus } from '../../rules/proxy/health-check-node-port.ts';
import { packetVerdict } from '../../rules/proxy/packet-verdict.ts';
import { durationOf, durationSchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { number, type PresetNumber } from '../presets/preset.ts';
import type { DataPlane, PlaneEndpoint, PlaneScope, PlaneVersion } from './plane.ts';
import { kubeProxyCutsFlow } from './udp-flows.ts';

/** What the modes of kube-proxy have in common. */

export const kubeProxySchema = z.strictObject({
  /** 1s; in ipvs mode 0s. */
  minSyncPeriod: durationSchema.optional(),
  /** How soon kube-proxy tries again after a sync that failed; none fails here. 30s. In ipvs mode it syncs as often, too. */
  syncPeriod: durationOf('1ms').optional(),
});

export interface KubeProxyConfig {
  readonly minSyncPeriodUs: Micros;
  readonly syncPeriodUs: Micros;
}

export type KubeProxyMode = DataPlane<typeof kubeProxySchema, KubeProxyConfig>;

/** What is the same in every mode; the rest a mode says itself. */
type Common =
  | 'agent'
  | 'pick'
  | 'schema'
  | 'sites'
  | 'config'
  | 'runner'
  | 'program'
  | 'verdict'
  | 'holds'
  | 'resets'
  | 'cutsFlow'
  | 'healthCheck';

/** Whom kube-proxy sends to, and whatever else is built around the same decision. */
export function categorize(
  endpoints: readonly PlaneEndpoint[],
  { service, node, version }: PlaneScope<unknown>,
): CategorizedEndpoints<PlaneEndpoint> {
  return categorizeEndpoints(endpoints, service, { nodeName: node.name, zone: node.zone }, version.minor);
}

/** What kube-proxy answers, and planes with its health checks: terminating endpoints do not count. */
export function readyHealthCheck(local: readonly PlaneEndpoint[], { minor }: PlaneVersion): 200 | 503 {
  return healthCheckNodePortStatus(local.filter(isLocalReady).length, true, minor);
}

export function kubeProxyMode(
  mode: ProxyMode,
  defaults: { readonly minSyncPeriod: Duration },
): Pick<KubeProxyMode, Common> {
  return {
    agent: 'kube-proxy',
    pick: 'readyElseServingTerminating',
    schema: kubeProxySchema,
    sites: { watch: 'watch.kubeProxy', sync: 'kubeProxy.sync', syncEnd: 'kubeProxy.syncEnd' },
    config: ({ minSyncPeriod = defaults.minSyncPeriod, syncPeriod = '30s' }) => ({
      minSyncPeriodUs: micros(minSyncPeriod),
      syncPeriodUs: micros(syncPeriod),
    }),
    runner: (periods, { minor, patch }) => kubeProxyRunnerConfig({ mode, ...periods }, minor, patch),
    program: categorize,
    verdict: packetVerdict,
    holds: () => [],
    resets: () => false,
    cutsFlow: kubeProxyCutsFlow,
    healthCheck: readyHealthCheck,
  };
}

export function minSync(value: string): PresetNumber {
  return number('minSyncPeriod', value, 'published', 'kubernetes pkg/proxy/apis/config/v1alpha1/defaults.go');
}
