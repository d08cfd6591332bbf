import type { DataPlaneInfo } from '../../cluster/data-plane.ts';
import * as z from '../../schema/zod.ts';
import { antrea } from './antrea.ts';
import { calicoEbpf } from './calico-ebpf.ts';
import { cilium } from './cilium.ts';
import { iptables } from './iptables.ts';
import { ipvs } from './ipvs.ts';
import { kubeRouter } from './kube-router.ts';
import { nftables } from './nftables.ts';
import { ovnKubernetes } from './ovn-kubernetes.ts';
import type { DataPlane } from './plane.ts';

/** The modes of kube-proxy. A new one is a file and a line here. */
const KUBE_PROXY_MODES = { iptables, nftables, ipvs } as const;

/** All other data planes. A new one is a file and a line here. */
const DATA_PLANES = { cilium, calicoEbpf, ovnKubernetes, antrea, kubeRouter } as const;

export type KubeProxyModeName = keyof typeof KUBE_PROXY_MODES;
export type DataPlaneName = 'kubeProxy' | keyof typeof DATA_PLANES;

export const MODE_NAMES = Object.keys(KUBE_PROXY_MODES) as readonly KubeProxyModeName[];
export const DATA_PLANE_NAMES = ['kubeProxy', ...Object.keys(DATA_PLANES)] as readonly DataPlaneName[];

// biome-ignore lint/suspicious/noExplicitAny: a table of planes mixes their settings; each plane states its own.
export type AnyPlane = DataPlane<any, any>;

/** Every plane by the name that a world holds: kube-proxy's modes, and the others. */
export const PLANES: Readonly<Record<string, AnyPlane>> = { ...KUBE_PROXY_MODES, ...DATA_PLANES };

/** The plane of a compiled world. */
export function planeOf({ plane }: Pick<DataPlaneInfo, 'plane'>): AnyPlane {
  return PLANES[plane]!;
}

function optional<P extends Readonly<Record<string, { readonly schema: z.ZodType }>>>(planes: P) {
  const entries = Object.entries(planes).map(([name, { schema }]) => [name, schema.optional()] as const);
  return Object.fromEntries(entries) as { [Name in keyof P]: z.ZodOptional<P[Name]['schema']> };
}

const NO_PLANE =
  `must be the data plane of the nodes; use ${DATA_PLANE_NAMES.join(', ')}, or one with its settings, like { cilium: { socketLB: false } } ` +
  `(${MODE_NAMES.join(', ')} are modes of kube-proxy: cluster.kubeProxy.mode)`;

/** A plane by its name, or with settings of its own: an object with its name as the only key. */
export const dataPlaneSchema = z.union(
  [
    z.enum(DATA_PLANE_NAMES),
    z.strictObject(optional(DATA_PLANES)).refine((plane) => Object.keys(plane).length === 1, {
      error: `must have one key, the name of a data plane; write one of ${Object.keys(DATA_PLANES).join(', ')}`,
    }),
  ],
  { error: NO_PLANE },
);

export type DataPlaneSettings = z.output<typeof dataPlaneSchema>;
