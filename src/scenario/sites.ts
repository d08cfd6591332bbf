import { DELAY_SITES, type DelaySite } from '../cluster/delay-sites.ts';
import type { DelayInput } from './delay-input.ts';

/** How sure a default is: measured by us, published by others, or an estimate. */
export type Confidence = 'measured' | 'published' | 'estimate';

export interface SiteDefault {
  readonly delay: DelayInput;
  /** Where the figures are from. */
  readonly source: string;
  readonly confidence: Confidence;
}

const TRACES =
  'a quiet one-node cluster of Kubernetes 1.36.2 (etcd, containerd 2.1, iptables), 150 deletions';

function measured(rows: readonly (readonly [number, string])[], what: string): SiteDefault {
  return {
    delay: { quantiles: rows.map(([p, value]) => [p, value]) },
    source: `${what}; ${TRACES}`,
    confidence: 'measured',
  };
}

function estimate(delay: DelayInput, source: string): SiteDefault {
  return { delay, source, confidence: 'estimate' };
}

/** What each delay site takes where neither the scenario nor its cluster preset says otherwise. */
export const SITE_DEFAULTS: Readonly<Record<DelaySite, SiteDefault>> = {
  'apiServer.write': measured(
    [
      [0, '3ms'],
      [0.5, '5ms'],
      [0.9, '10ms'],
      [1, '22ms'],
    ],
    'DELETE sent until a watch showed the deletionTimestamp, less the watch',
  ),
  'apiServer.response': measured(
    [
      [0, '1ms'],
      [0.5, '3ms'],
      [0.9, '8ms'],
      [1, '16ms'],
    ],
    'deletionTimestamp seen until the DELETE was answered',
  ),
  'watch.kubelet': measured(
    [
      [0, '0.3ms'],
      [0.5, '1.5ms'],
      [0.9, '4ms'],
      [1, '9ms'],
    ],
    'deletionTimestamp seen by a watch until the kubelet logged it',
  ),
  'watch.endpointSliceController': measured(
    [
      [0, '0.5ms'],
      [0.5, '2ms'],
      [0.9, '5ms'],
      [1, '12ms'],
    ],
    'as watch.kubelet',
  ),
  'watch.replicaSetController': measured(
    [
      [0, '0.5ms'],
      [0.5, '2ms'],
      [0.9, '5ms'],
      [1, '12ms'],
    ],
    'as watch.kubelet',
  ),
  'watch.scheduler': measured(
    [
      [0, '0.5ms'],
      [0.5, '2ms'],
      [0.9, '5ms'],
      [1, '12ms'],
    ],
    'as watch.kubelet',
  ),
  'watch.kubeProxy': measured(
    [
      [0, '0.5ms'],
      [0.5, '2ms'],
      [0.9, '5ms'],
      [1, '12ms'],
    ],
    'as watch.kubelet',
  ),
  'watch.router': measured(
    [
      [0, '0.5ms'],
      [0.5, '2ms'],
      [0.9, '5ms'],
      [1, '12ms'],
    ],
    'as watch.kubelet',
  ),
  'endpointSliceController.podQueue': estimate(
    { uniform: ['0.1ms', '2ms'] },
    'a hand-over between two goroutines of one process',
  ),
  'endpointSliceController.sync': measured(
    [
      [0, '1ms'],
      [0.5, '8ms'],
      [0.9, '20ms'],
      [1, '35ms'],
    ],
    'deletionTimestamp seen until the slice was seen, less watch and write',
  ),
  'replicaSetController.sync': measured(
    [
      [0, '1ms'],
      [0.5, '9ms'],
      [0.9, '20ms'],
      [1, '35ms'],
    ],
    'DELETE until the replacement was created (13–60 ms), less watch and writes',
  ),
  'scheduler.schedule': estimate(
    { uniform: ['5ms', '25ms'] },
    'an idle scheduler with one candidate; not visible in the traces by itself',
  ),
  'kubeProxy.sync': measured(
    [
      [0, '8ms'],
      [0.25, '22ms'],
      [0.5, '36ms'],
      [0.9, '60ms'],
      [1, '91ms'],
    ],
    'a kube-proxy sync until the kernel changed (22 ms, 5–91)',
  ),
  'kubeProxy.syncEnd': measured(
    [
      [0, '5ms'],
      [0.5, '14ms'],
      [0.9, '40ms'],
      [1, '105ms'],
    ],
    'a sync took 36 ms (18–196), 22 ms of it until the kernel changed',
  ),
  'kubelet.podWorker': measured(
    [
      [0, '0.3ms'],
      [0.5, '1ms'],
      [0.9, '4ms'],
      [1, '8ms'],
    ],
    'kubelet saw the deletion until it started the hook',
  ),
  'kubelet.plegRelist': estimate({ uniform: ['5ms', '40ms'] }, 'a relist of a few containers'),
  'kubelet.statusManager': measured(
    [
      [0, '15ms'],
      [0.5, '40ms'],
      [0.9, '110ms'],
      [1, '300ms'],
    ],
    'container exit until the terminal phase (157 ms), less the sandbox',
  ),
  'kubelet.terminatedPod': measured(
    [
      [0, '15ms'],
      [0.5, '30ms'],
      [0.9, '60ms'],
      [1, '120ms'],
    ],
    'terminal phase until the Pod was deleted (575 ms), less the wait for a relist',
  ),
  'kubelet.startPod': measured(
    [
      [0, '430ms'],
      [0.5, '560ms'],
      [0.9, '700ms'],
      [1, '900ms'],
    ],
    'replacement created until Running',
  ),
  'kubelet.probe': measured(
    [
      [0, '5ms'],
      [0.5, '15ms'],
      [0.9, '30ms'],
      [1, '80ms'],
    ],
    'Running until Ready where the first probe succeeded',
  ),
  'runtime.execStart': measured(
    [
      [0, '45ms'],
      [0.5, '60ms'],
      [0.9, '75ms'],
      [1, '90ms'],
    ],
    'an exec hook of 4 or 5 s lasted 50–80 ms longer',
  ),
  'runtime.stopSignal': measured(
    [
      [0, '5ms'],
      [0.5, '10ms'],
      [0.9, '15ms'],
      [1, '22ms'],
    ],
    'end of the hook until the process logged its signal',
  ),
  'runtime.containerExit': estimate(
    { uniform: ['2ms', '15ms'] },
    'containerd event until its stop call returns',
  ),
  'runtime.stopSandbox': measured(
    [
      [0, '50ms'],
      [0.5, '90ms'],
      [0.9, '160ms'],
      [1, '400ms'],
    ],
    'container exit until the terminal phase, less the status',
  ),
  'app.exit': measured(
    [
      [0, '1ms'],
      [0.5, '4ms'],
      [0.9, '8ms'],
      [1, '12ms'],
    ],
    'signal logged until the exit',
  ),
  'app.start': estimate(
    {
      quantiles: [
        [0, '1ms'],
        [0.7, '12ms'],
        [1, '60ms'],
      ],
    },
    'a small process; how often the first probe came too early',
  ),
  'network.routerToPod': estimate({ uniform: ['0.05ms', '1ms'] }, 'one way inside one data centre'),
};

export { DELAY_SITES };
