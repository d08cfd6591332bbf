import { packetVerdict } from '../../rules/proxy/packet-verdict.ts';
import { eligibleEndpoints } from '../../rules/routers/select-endpoints.ts';
import * as z from '../../schema/zod.ts';
import { number } from '../presets/preset.ts';
import { atOnce } from './at-once.ts';
import { readyHealthCheck } from './kube-proxy-mode.ts';
import { selectLists } from './lists.ts';
import type { DataPlane } from './plane.ts';

const schema = z.strictObject({});

/** OVN-Kubernetes: load balancers of OVN, written as soon as a Service's turn comes. */
export const ovnKubernetes: DataPlane<typeof schema, null> = {
  title: 'OVN-Kubernetes',
  agent: 'ovnkube',
  pick: 'readyElseServingTerminating',
  docs: 'Each change is written at once; of a Service with publishNotReadyAddresses all endpoints are backends, always.',
  schema,
  numbers: () => [
    number('queue', 'no wait', 'published', 'ovn-kubernetes go-controller/pkg/ovn/controller/services'),
    number('a write', '1-10 ms', 'estimate', 'ours'),
  ],
  established: 'goes on until the Pod ends it; UDP flows are let go of',
  sites: { watch: 'watch.router', sync: 'dataPlane.sync', syncEnd: null },
  config: () => null,
  runner: () => atOnce(),
  costUs: () => 0,
  program: (endpoints, { service }) =>
    selectLists(endpoints, service, (some) =>
      eligibleEndpoints(some, null, service.publishNotReadyAddresses),
    ),
  verdict: packetVerdict,
  holds: () => [],
  resets: () => false,
  cutsFlow: (pod, { after }, { service }) =>
    !eligibleEndpoints(after, null, service.publishNotReadyAddresses).some(
      (endpoint) => endpoint.pod === pod,
    ),
  healthCheck: readyHealthCheck,
  idiom: {
    tool: 'ovn-nbctl lb-list',
    forward: 'IP',
    share: 'percent',
    waiting: '',
    refuse: 'reject  by the load balancer of OVN, which holds no IP',
    drop: 'dropped',
  },
};
