import type { DataPlaneInfo } from '../../cluster/data-plane.ts';
import type { Issue } from '../../cluster/issue.ts';
import { append } from '../../kernel/lists.ts';
import type { Duration } from '../../kernel/time.ts';
import { type DataPlaneSettings, type KubeProxyModeName, PLANES } from './registry.ts';

/** What a cluster says of the data plane of its nodes. */
export interface PlaneInput {
  readonly dataPlane: DataPlaneSettings;
  readonly kubeProxy: {
    readonly mode?: KubeProxyModeName | undefined;
    readonly minSyncPeriod?: Duration | undefined;
    readonly syncPeriod?: Duration | undefined;
  };
}

/** Oldest minor version with the nftables mode. */
const NFTABLES_SINCE = 29;

/** The data plane of a cluster in numbers. What contradicts itself is added to `issues`. */
export function compilePlane(cluster: PlaneInput, minor: number, issues: Issue[]): DataPlaneInfo {
  append(issues, planeIssues(cluster, minor));
  const { name, settings } = chosen(cluster);
  const { title, agent, pick, idiom, config } = PLANES[name]!;
  return { plane: name, title, agent, pick, idiom, config: config(settings) };
}

function chosen({ dataPlane, kubeProxy: { mode = 'iptables', ...periods } }: PlaneInput): {
  readonly name: string;
  readonly settings: unknown;
} {
  if (dataPlane === 'kubeProxy') return { name: mode, settings: periods };
  if (typeof dataPlane === 'string')
    return { name: dataPlane, settings: PLANES[dataPlane]!.schema.parse({}) };
  const [[name, settings]] = Object.entries(dataPlane) as [[string, unknown]];
  return { name, settings };
}

function planeIssues({ dataPlane, kubeProxy }: PlaneInput, minor: number): readonly Issue[] {
  if (dataPlane === 'kubeProxy') return kubeProxy.mode === 'nftables' ? tooOld(minor) : [];
  const name = typeof dataPlane === 'string' ? dataPlane : Object.keys(dataPlane)[0]!;
  const { title } = PLANES[name]!;
  return Object.entries(kubeProxy)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({
      code: 'noKubeProxy',
      path: ['cluster', 'kubeProxy', key],
      message: `cluster.kubeProxy.${key} is set, but the data plane of the nodes is ${title} (cluster.dataPlane: ${name}).`,
      value,
      rule: 'kube-proxy runs only where cluster.dataPlane is kubeProxy.',
      fix: `Remove cluster.kubeProxy.${key}, or set cluster.dataPlane to kubeProxy.`,
    }));
}

function tooOld(minor: number): readonly Issue[] {
  if (minor >= NFTABLES_SINCE) return [];
  return [
    {
      code: 'modeTooNew',
      path: ['cluster', 'kubeProxy', 'mode'],
      message: `cluster.kubeProxy.mode is nftables, which Kubernetes 1.${minor} does not have.`,
      value: 'nftables',
      rule: `kube-proxy has the nftables mode from 1.${NFTABLES_SINCE} on.`,
      fix: `Set cluster.version to "1.${NFTABLES_SINCE}" or newer, or use iptables or ipvs.`,
    },
  ];
}
