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

/** A row of a quantile table: cumulative probability, and milliseconds. */
type Row = readonly [probability: number, ms: number];

/**
 * All that is measured comes from one cluster: Kubernetes 1.36.2, one quiet node of two cores, containerd 2.1, iptables; 116 Pods
 * deleted in 12 sets (A, A0, A1, B, D2, D4, D6, E1s, G1, G2, J1, L1) and 20 stopped by rollouts (C). The recorder shared the two
 * cores, so nothing below some milliseconds is exact; sets A, A0, C, E1s, G1, G2 ran beside more load than the others.
 */
const CLUSTER = 'one quiet node of Kubernetes 1.36.2';

function measured(rows: readonly Row[], what: string): SiteDefault {
  return {
    delay: { quantiles: rows.map(([p, ms]) => [p, ms]) },
    source: `${what}; ${CLUSTER}`,
    confidence: 'measured',
  };
}

function estimate(delay: DelayInput, source: string): SiteDefault {
  return { delay, source, confidence: 'estimate' };
}

const WATCH = measured(
  [
    [0, 0.3],
    [0.5, 1.2],
    [0.9, 2.8],
    [0.98, 9],
    [1, 40],
  ],
  'kubelet log of the deletion (4.5-68 ms after the DELETE, median 6.9, n = 116, all sets but C), less the write; it trails the recorder, a watcher too, by 0.0 ms (median)',
);

/** A watch whose delivery the traces do not show by itself. */
function likeKubelet(): SiteDefault {
  return {
    delay: WATCH.delay,
    source: 'as watch.kubelet; not visible by itself in the traces',
    confidence: 'estimate',
  };
}

/** What each delay site takes where neither the scenario nor its cluster preset says otherwise. */
export const SITE_DEFAULTS: Readonly<Record<DelaySite, SiteDefault>> = {
  'apiServer.write': measured(
    [
      [0, 2],
      [0.25, 3.6],
      [0.5, 4.5],
      [0.75, 6],
      [0.9, 11],
      [0.975, 25],
      [1, 50],
    ],
    'DELETE sent until a watch showed the deletionTimestamp (4.3-53.9 ms, median 7.3, n = 116, all sets but C), less 1.3 ms of watch',
  ),
  'apiServer.response': measured(
    [
      [0, 0.3],
      [0.5, 1.3],
      [0.9, 3],
      [1, 16],
    ],
    'answer to the DELETE against the watch (-6.5 to 14.6 ms, median 0.1, n = 111, sets without C and J1), plus the watch',
  ),
  'watch.kubelet': WATCH,
  'watch.endpointSliceController': measured(
    [
      [0, 0.3],
      [0.5, 1.2],
      [0.9, 2.5],
      [1, 8],
    ],
    'as watch.kubelet without its tail: of 124 Ready replacements (all sets) 4 were held up by a stale slice cache, so the controller sees its own writes within some ms',
  ),
  'watch.replicaSetController': likeKubelet(),
  'watch.scheduler': likeKubelet(),
  'watch.kubeProxy': measured(
    [
      [0, 0.5],
      [0.25, 4],
      [0.5, 9],
      [0.75, 17],
      [0.9, 30],
      [1, 60],
    ],
    'slice seen until the rule was gone (median 35 ms, n = 88, first deletions of all sets but B and C), less the 22 ms of a sync: the watch and all that precedes the sync in the proxy',
  ),
  'watch.router': likeKubelet(),
  'endpointSliceController.podQueue': estimate(
    { uniform: ['0.02ms', '0.5ms'] },
    'a hand-over between two goroutines of one process',
  ),
  'endpointSliceController.sync': measured(
    [
      [0, 0.2],
      [0.5, 0.7],
      [0.75, 2.5],
      [0.9, 9],
      [1, 40],
    ],
    'deletionTimestamp to slice (median 15.4 ms, n = 116), terminal phase to slice (7.9 ms, n = 111), Ready to slice (10.4 ms, n = 124), pooled, less watch, queue and write',
  ),
  'replicaSetController.sync': measured(
    [
      [0, 0.5],
      [0.25, 5],
      [0.5, 11],
      [0.75, 22],
      [0.9, 34],
      [0.975, 52],
      [1, 97],
    ],
    'DELETE until the first replacement was created (11-120 ms, median 27, n = 88, all sets but B and C), less two writes and a watch',
  ),
  'scheduler.schedule': estimate(
    { uniform: ['5ms', '25ms'] },
    'an idle scheduler with one candidate; not visible in the traces by itself',
  ),
  'kubeProxy.sync': measured(
    [
      [0, 5],
      [0.25, 17],
      [0.5, 22],
      [0.75, 27],
      [0.95, 42],
      [1, 91],
    ],
    'start of a sync until the kernel changed (5-91 ms, median 22, over all sets)',
  ),
  'kubeProxy.syncEnd': measured(
    [
      [0, 5],
      [0.25, 10],
      [0.5, 13],
      [0.75, 17],
      [0.95, 32],
      [1, 105],
    ],
    'length of a sync (18-196 ms, median 36, over all sets), less the part until the kernel changed',
  ),
  'kubelet.podWorker': measured(
    [
      [0, 0.3],
      [0.5, 0.5],
      [0.75, 1],
      [0.9, 6],
      [1, 12],
    ],
    'kubelet log of the deletion until that of the hook (0.3-11.2 ms, median 0.5, n = 75; 4 more waited for a relist)',
  ),
  'kubelet.plegRelist': estimate(
    { uniform: ['1ms', '5ms'] },
    'readiness retries and Pod deletions of one iteration lie whole seconds apart to within some ms, so a relist adds little to its period (n = 3, set A)',
  ),
  'kubelet.statusManager': measured(
    [
      [0, 4],
      [0.5, 8],
      [0.75, 11],
      [0.9, 16],
      [0.98, 40],
      [1, 80],
    ],
    'Running to Ready in the API where the first probe succeeded (0-55 ms, median 15, n = 95, all sets), less the probe: one GET and one PATCH',
  ),
  'kubelet.terminatedPod': measured(
    [
      [0, 40],
      [0.05, 100],
      [0.95, 400],
      [1, 450],
    ],
    'terminal phase until the Pod was deleted (55-1006 ms, 10 % 314, median 606, n = 131, all sets but J1), less the wait for a relist and the poll of 300 ms',
  ),
  'kubelet.startPod': measured(
    [
      [0, 465],
      [0.25, 500],
      [0.5, 517],
      [0.7, 523],
      [0.8, 548],
      [0.9, 680],
      [0.975, 880],
      [1, 950],
    ],
    'created until Running, less scheduler, bind, relist and status: median and below from the sets without load (531-545 ms, n = 28, A1, D2, D4, D6, J1), tail from all but L1 (506-1004 ms, n = 99)',
  ),
  'kubelet.probe': measured(
    [
      [0, 3],
      [0.5, 11],
      [0.9, 18],
      [1, 35],
    ],
    'Running to Ready in the API where the first probe succeeded (0-55 ms, median 15, n = 95, all sets), less the status',
  ),
  'runtime.execStart': measured(
    [
      [0, 54],
      [0.1, 56],
      [0.25, 75],
      [0.5, 79],
      [0.75, 89],
      [0.9, 102],
      [1, 108],
    ],
    'exec hooks of 4 and 5 s took 55-108 ms longer, median 80 (n = 13, A1 and D4)',
  ),
  'runtime.stopSignal': measured(
    [
      [0, 6.9],
      [0.1, 8],
      [0.25, 8.9],
      [0.5, 11.5],
      [0.75, 18],
      [0.9, 33],
      [0.95, 49],
      [1, 117],
    ],
    'end of the hook, or the deletion seen where there is none, until the process logged its signal (6.9-117 ms, n = 134, all sets; median 9.8 after a hook, n = 99, and 26 without, n = 35, when a new Pod starts at the same time)',
  ),
  'runtime.containerExit': estimate(
    { uniform: ['2ms', '15ms'] },
    'containerd event until its stop call returns',
  ),
  'runtime.stopSandbox': measured(
    [
      [0, 76],
      [0.25, 102],
      [0.5, 117],
      [0.75, 152],
      [0.9, 260],
      [1, 450],
    ],
    'exit until the terminal phase, less the return of the stop call and the status: medians from the sets without load (125-165 ms, n = 35, A1, B, D2, D4, D6), tail from all but L1 (97-558 ms, n = 126)',
  ),
  'app.exit': measured(
    [
      [0, 1.7],
      [0.25, 2.7],
      [0.5, 3.9],
      [0.75, 7.2],
      [0.9, 12],
      [1, 31],
    ],
    'signal logged until the exit of an app that exits at once (1.7-30.7 ms, median 3.9, n = 111, A, A0, A1, B, C, E1s, G1, G2)',
  ),
  'app.start': estimate(
    {
      quantiles: [
        [0, '1ms'],
        [0.85, '5ms'],
        [0.93, '14ms'],
        [1, '60ms'],
      ],
    },
    'a small process; the first probe came too early for 22 of 124 replacements',
  ),
  'network.routerToPod': estimate({ uniform: ['0.05ms', '1ms'] }, 'one way inside one data centre'),
  'watch.deploymentController': estimate({ uniform: ['0.5ms', '5ms'] }, 'as watch.kubelet'),
  'deploymentController.sync': estimate(
    { uniform: ['1ms', '10ms'] },
    'a rollout asked for until its ReplicaSet was created (16-39 ms), less watch and writes',
  ),
};

export { DELAY_SITES };
