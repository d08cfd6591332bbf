import type { DelayInput } from '../../schema/delay-input.ts';
import type { ClusterInput } from '../schema.ts';

/** What a cluster preset takes: anything of the cluster, put over its own settings. */
export type ClusterOverrides = Partial<ClusterInput>;

export function cluster(base: ClusterInput, overrides: ClusterOverrides): ClusterInput {
  return {
    ...base,
    ...overrides,
    kubeProxy: { ...base.kubeProxy, ...overrides.kubeProxy },
    controllerManager: { ...base.controllerManager, ...overrides.controllerManager },
    churn: { ...base.churn, ...overrides.churn },
    delays: { ...base.delays, ...overrides.delays },
  };
}

/** Of something that a managed control plane sends to its nodes and controllers. */
const MANAGED_WATCH: DelayInput = {
  quantiles: [
    [0, '1ms'],
    [0.5, '5ms'],
    [0.9, '20ms'],
    [0.99, '60ms'],
    [1, '250ms'],
  ],
};

/** API and watch latencies of a managed control plane: our estimate; no vendor publishes them. */
export const MANAGED: NonNullable<ClusterInput['delays']> = {
  'apiServer.write': {
    quantiles: [
      [0, '4ms'],
      [0.5, '10ms'],
      [0.9, '30ms'],
      [0.99, '120ms'],
      [1, '1s'],
    ],
  },
  'watch.kubelet': MANAGED_WATCH,
  'watch.endpointSliceController': MANAGED_WATCH,
  'watch.kubeProxy': MANAGED_WATCH,
};

/**
 * One quiet node of Kubernetes 1.36: the cluster that the default delays were measured on. What it says of a larger or busier
 * cluster is a lower bound.
 */
export function quiet136(overrides: ClusterOverrides = {}): ClusterInput {
  return cluster(
    {
      name: 'quiet136',
      sources: ['the default delays: measured on a quiet one-node cluster of Kubernetes 1.36.2'],
      version: '1.36',
      nodes: 1,
    },
    overrides,
  );
}

/**
 * The cluster of the talk that asked what goes on while preStop sleeps: GKE 1.30, iptables mode, Calico, three nodes, with the
 * unrelated changes of a shared cluster. API and watch latencies are our estimate for a managed control plane; GKE publishes none.
 */
export function gke130Calico(overrides: ClusterOverrides = {}): ClusterInput {
  return cluster(
    {
      name: 'gke130Calico',
      sources: [
        'settings: kube-proxy and kube-controller-manager defaults of 1.30',
        'churn: 0.2 EndpointSlice changes a second, our estimate for a shared cluster of some 50 Services',
        'watch and write latencies: our estimate for a managed control plane (API SLO: p99 of a write within 1 s)',
      ],
      platform: 'gke',
      version: '1.30',
      nodes: 3,
      churn: { endpointSliceUpdatesPerSecond: 0.2, podWritesPerSecond: 0.2, services: 50, endpoints: 200 },
      delays: MANAGED,
    },
    overrides,
  );
}
