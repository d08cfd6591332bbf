import type { Micros } from '../../kernel/time.ts';
import { packetVerdict } from '../../rules/proxy/packet-verdict.ts';
import { readyOnly } from '../../rules/routers/select-endpoints.ts';
import { durationSchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { number } from '../presets/preset.ts';
import { withRest } from './at-once.ts';
import { readyHealthCheck } from './kube-proxy-mode.ts';
import { selectLists } from './lists.ts';
import type { DataPlane } from './plane.ts';

const schema = z.strictObject({
  /** From the end of a sync to the next one. */
  bpfKubeProxyMinSyncPeriod: durationSchema.default('1s'),
});

/** Calico's eBPF data plane: kube-proxy's front end before a syncer of its own, without the fallback to terminating endpoints. */
export const calicoEbpf: DataPlane<typeof schema, { readonly restUs: Micros }> = {
  title: 'Calico eBPF',
  agent: 'calico',
  pick: 'readyOnly',
  docs: 'Ready endpoints alone are backends: while all Pods terminate there is none. A sync rests 1 s after the one before it.',
  schema,
  numbers: () => [
    number('bpfKubeProxyMinSyncPeriod', '1 s', 'published', 'projectcalico/calico, FelixConfiguration'),
    number('a sync', '1-10 ms', 'estimate', 'ours'),
  ],
  established: 'goes on until the workload is removed; the next packet is reset then',
  sites: { watch: 'watch.router', sync: 'dataPlane.sync', syncEnd: null },
  config: ({ bpfKubeProxyMinSyncPeriod }) => ({ restUs: micros(bpfKubeProxyMinSyncPeriod) }),
  runner: ({ restUs }) => withRest(restUs),
  costUs: () => 0,
  program: (endpoints, { service }) => selectLists(endpoints, service, (some) => some.filter(readyOnly)),
  verdict: packetVerdict,
  holds: (endpoints) => endpoints,
  resets: () => true,
  cutsFlow: (pod, { after }) => !after.some((endpoint) => endpoint.pod === pod),
  healthCheck: readyHealthCheck,
  idiom: {
    tool: 'calico-node -bpf nat dump',
    forward: 'backend',
    share: 'percent',
    waiting: '',
    refuse: 'refused  by the NAT map, which holds no backend',
    drop: 'dropped',
  },
};
