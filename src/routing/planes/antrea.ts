import { packetVerdict } from '../../rules/proxy/packet-verdict.ts';
import * as z from '../../schema/zod.ts';
import { number } from '../presets/preset.ts';
import { withRest } from './at-once.ts';
import { categorize, readyHealthCheck } from './kube-proxy-mode.ts';
import type { DataPlane } from './plane.ts';

const schema = z.strictObject({});

const REST_US = 1_000_000;

/** Antrea's proxy: kube-proxy's decisions and its newer runner, written as flows of Open vSwitch. */
export const antrea: DataPlane<typeof schema, null> = {
  title: 'Antrea',
  agent: 'antrea',
  pick: 'readyElseServingTerminating',
  docs: "kube-proxy's decisions as flows of Open vSwitch; a sync rests 1 s after the one before it.",
  schema,
  numbers: () => [
    number('rest after a sync', '1 s', 'published', 'antrea-io/antrea pkg/agent/proxy/proxier.go'),
    number('a sync', '1-10 ms', 'estimate', 'ours'),
  ],
  established: 'goes on until the Pod ends it; UDP flows are let go of',
  sites: { watch: 'watch.router', sync: 'dataPlane.sync', syncEnd: null },
  config: () => null,
  runner: () => withRest(REST_US),
  costUs: () => 0,
  program: categorize,
  verdict: packetVerdict,
  holds: () => [],
  resets: () => false,
  cutsFlow: (pod, { after }, scope) =>
    !categorize(after, scope).allReachableEndpoints.some((endpoint) => endpoint.pod === pod),
  healthCheck: readyHealthCheck,
  idiom: {
    tool: 'ovs-ofctl dump-groups',
    forward: 'bucket',
    share: { word: 'weight 100' },
    waiting: '',
    refuse: 'reject  by the flow of a Service without endpoints',
    drop: 'drop',
  },
};
