import { doFullSync } from '../../rules/proxy/full-sync.ts';
import { nftablesSyncCostUs } from '../../rules/proxy/sync-cost.ts';
import { number } from '../presets/preset.ts';
import { type KubeProxyMode, kubeProxyMode, minSync } from './kube-proxy-mode.ts';

/** kube-proxy, nftables mode: the same decisions as iptables, in one transaction. */
export const nftables: KubeProxyMode = {
  ...kubeProxyMode('nftables', { minSyncPeriod: '1s' }),
  title: 'kube-proxy (nftables)',
  docs: 'The same decisions as in iptables mode, in one transaction; up to 1.30 every sync writes everything, and one comes every 30 s.',
  numbers: () => [
    minSync('1s'),
    number('a sync', 'as in iptables mode', 'estimate', 'ours'),
    number(
      'what the size of the cluster adds',
      'everything 19 ms a Service; changes 0.014 ms a Service; from 1.34 the listing of the table',
      'estimate',
      'kubernetes pulls 126013 and 130119, issue 139513: one measurement each',
    ),
  ],
  established: 'goes on until the Pod ends it; UDP flows are let go of by version',
  costUs: ({ sinceLastFullSyncMs, services, totalEndpoints, changedEndpoints }, { minor }) => {
    const fullSync = doFullSync({ needFullSync: false, sinceLastFullSyncMs }, 'nftables', minor);
    return nftablesSyncCostUs({ fullSync, services, totalEndpoints, changedEndpoints }, minor);
  },
  idiom: {
    tool: 'nft list ruleset',
    forward: 'goto',
    share: 'numgen',
    waiting: '',
    refuse: 'reject  by no-endpoint-services',
    drop: 'drop',
  },
};
