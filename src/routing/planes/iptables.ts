import { doFullSync } from '../../rules/proxy/full-sync.ts';
import { DEFAULT_SYNC_COST_MODEL, syncCostUs } from '../../rules/proxy/sync-cost.ts';
import { number } from '../presets/preset.ts';
import { type KubeProxyMode, kubeProxyMode, minSync } from './kube-proxy-mode.ts';

/** What the size of the cluster adds to a sync; the rest of its duration is drawn. */
const COST_OF_SIZE = { ...DEFAULT_SYNC_COST_MODEL, baseMs: 0 };

/** kube-proxy, iptables mode. */
export const iptables: KubeProxyMode = {
  ...kubeProxyMode('iptables', { minSyncPeriod: '1s' }),
  title: 'kube-proxy',
  docs: 'Rules of all Services change at the end of a sync; syncs are held apart by minSyncPeriod.',
  numbers: () => [
    minSync('1s'),
    number('a sync', '5-91 ms, median 22', 'measured', 'ours: one quiet node of Kubernetes 1.36.2'),
    number('what the size of the cluster adds', 'a line', 'estimate', 'kubernetes issue 138073, two syncs'),
  ],
  established: 'goes on until the Pod ends it; UDP flows are let go of by version',
  costUs: ({ sinceLastFullSyncMs, services, totalEndpoints, changedEndpoints }, { minor }) => {
    const fullSync = doFullSync({ needFullSync: false, sinceLastFullSyncMs }, 'iptables', minor);
    return syncCostUs({ fullSync, services, totalEndpoints, changedEndpoints }, COST_OF_SIZE);
  },
  idiom: {
    tool: 'iptables-save',
    forward: 'DNAT',
    share: 'percent',
    waiting: '',
    refuse: 'REJECT  with icmp-port-unreachable',
    drop: 'DROP',
  },
};
