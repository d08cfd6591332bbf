import { DELAY_SITES, type DelaySite } from '../cluster/delay-sites.ts';
import type { DelayInput } from '../schema/delay-input.ts';

/** What a delay site draws from where nobody says otherwise. */
export interface SiteDefault {
  readonly delay: DelayInput;
  /** Where the figures are from. */
  readonly source: string;
  /** How sure it is: measured by us, published by others, or an estimate. */
  readonly confidence: 'measured' | 'published' | 'estimate';
}

/** A row of a quantile table: cumulative probability, and milliseconds. */
type Row = readonly [probability: number, ms: number];

/**
 * All that is measured comes from one cluster: Kubernetes 1.36.2, one quiet node of two cores, containerd 2.1, iptables; 116 Pods
 * deleted in 12 sets (A, A0, A1, B, D2, D4, D6, E1s, G1, G2, J1, L1) and 20 stopped by rollouts (C). The recorder shared the two
 * cores, so nothing below some milliseconds is exact; sets A, A0, C, E1s, G1, G2 ran beside more load than the others.
 * The quoted figures are read off; the shape between them, and how a sum is split between two sites, were set by hand until runs
 * agreed with these same sets. So their agreement is no independent test. Where a split is ours the site is an estimate.
 */
const CLUSTER = 'one quiet node of Kubernetes 1.36.2';

function measured(rows: readonly Row[], what: string): SiteDefault {
  return {
    delay: { quantiles: rows.map(([p, ms]) => [p, ms]) },
    source: `${what}; ${CLUSTER}`,
    confidence: 'measured',
  };
}

/** Read off by us, but as a part of a larger time that the traces do not divide. */
function split(rows: readonly Row[], what: string): SiteDefault {
  return { ...measured(rows, what), confidence: 'estimate' };
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
    'DELETE sent until a watch showed the deletionTimestamp (4.3-53.9 ms, median 7.3, n = 116, all sets but C), less the watch and the recorder; bounded from above by terminal phase to slice (2.7-23 ms, median 7.9, n = 111)',
  ),
  'apiServer.response': split(
    [
      [0, 0.3],
      [0.5, 1.3],
      [0.9, 3],
      [1, 16],
    ],
    'answer to the DELETE against the watch (median 0.1 ms, n = 111, all sets but C and J1), plus the watch; the tail of the recorder (to 14.6 ms) is cut',
  ),
  'watch.kubelet': WATCH,
  'watch.endpointSliceController': split(
    [
      [0, 0.3],
      [0.5, 1],
      [0.9, 1.8],
      [1, 5],
    ],
    'as watch.kubelet without its tail: of 124 Ready replacements (all sets) 4 were held up by a stale slice cache, so the controller sees its own writes within some ms',
  ),
  'watch.replicaSetController': likeKubelet(),
  'watch.scheduler': likeKubelet(),
  'watch.kubeProxy': split(
    [
      [0, 0.5],
      [0.25, 4],
      [0.5, 9],
      [0.75, 17],
      [0.9, 30],
      [1, 60],
    ],
    'slice seen until the rule was gone (median 35 ms, n = 88, first deletions of all sets but B and C), less the 22 ms of a sync: the watch, and what precedes the sync in the proxy; tail to 60 of 129 ms (97.5 %)',
  ),
  'watch.router': likeKubelet(),
  'endpointSliceController.podQueue': estimate(
    { uniform: ['0.02ms', '0.5ms'] },
    'a hand-over between two goroutines of one process',
  ),
  'endpointSliceController.sync': split(
    [
      [0, 0.2],
      [0.5, 0.7],
      [0.75, 2.5],
      [0.9, 9],
      [1, 40],
    ],
    'deletionTimestamp to slice (median 15.4 ms, n = 116), terminal phase to slice (7.9 ms, n = 111), Ready to slice (10.4 ms, n = 124), less watch, queue and write: the median from the second and third, the tail from the first',
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
  'kubelet.statusManager': split(
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
  'kubelet.terminatedPod': split(
    [
      [0, 40],
      [0.05, 100],
      [0.95, 400],
      [1, 450],
    ],
    'terminal phase until the Pod was deleted (55-1006 ms, 10 % 314, median 606, n = 131, all sets but J1): few are gone before 300 ms, so volumes are often still mounted at the first look, and a poll of 300 ms follows',
  ),
  'kubelet.startPod': split(
    [
      [0, 465],
      [0.25, 499],
      [0.5, 515.5],
      [0.7, 521],
      [0.8, 536],
      [0.9, 680],
      [0.975, 880],
      [1, 950],
    ],
    'created until Running, less scheduler, bind, relist and status: median and below from the sets without load (medians 529-545 ms, n = 28, A1, D2, D4, D6, J1), slowest tenth from all but L1 (506-1004 ms, n = 99), whose own upper half is slower than this',
  ),
  'kubelet.probe': split(
    [
      [0, 1],
      [0.5, 10],
      [0.9, 17],
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
      [0.1, 7.9],
      [0.25, 8.5],
      [0.5, 9.8],
      [0.75, 12.9],
      [0.9, 15.9],
      [0.95, 21.5],
      [1, 84.7],
    ],
    'end of the hook until the process logged its signal (6.9-84.7 ms, median 9.8, n = 99, all sets with a hook)',
  ),
  'runtime.stopSignalAtOnce': split(
    [
      [0, 0],
      [0.25, 5],
      [0.5, 9],
      [0.75, 18],
      [0.9, 50],
      [1, 90],
    ],
    'deletion seen until the process logged its signal where there is no hook, less what it takes after a hook: median and below from the sets without load (8.8-33 ms in all, median 17, n = 8, D6, L1), tail from all (8.8-117 ms, median 26, n = 35, A0, D6, G1, L1)',
  ),
  'runtime.startContainer': estimate(
    { uniform: ['70ms', '115ms'] },
    'created until Running took 604-659 ms with two containers (median 631, n = 5, L1) and 506-580 ms with one (medians 529-545, n = 28, A1, D2, D4, D6, J1)',
  ),
  'runtime.containerExit': estimate(
    { uniform: ['2ms', '15ms'] },
    'containerd event until its stop call returns',
  ),
  'runtime.stopSandbox': split(
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
        [0.88, '5ms'],
        [0.95, '14ms'],
        [1, '60ms'],
      ],
    },
    'a process that listens within milliseconds; readiness came a relist or a period late for 1 of 33 replacements without load and 29 of 91 with it',
  ),
  'network.routerToPod': estimate({ uniform: ['0.05ms', '1ms'] }, 'one way inside one data centre'),
  'app.accept': estimate(
    {
      quantiles: [
        [0, '0.05ms'],
        [0.5, '0.2ms'],
        [0.95, '1ms'],
        [1, '30ms'],
      ],
    },
    'a client of about 180 connections a second to the Pod had some reset that had waited 11-14 ms in 2 of 12 deletions (G1): one connection in 200 or so waits that long',
  ),
  'watch.deploymentController': estimate({ uniform: ['0.5ms', '5ms'] }, 'as watch.kubelet'),
  'readinessGate.set': estimate(
    { uniform: ['5s', '20s'] },
    'registering a target and a few passed health checks of a load balancer',
  ),
  'node.powerOff': estimate(
    { uniform: ['1s', '5s'] },
    'from the release of the inhibitor lock until systemd has stopped the kubelet and the container runtime',
  ),
  'dataPlane.sync': estimate(
    { uniform: ['1ms', '10ms'] },
    'a write of a few maps, flows or real servers; Cilium is said to take some 5 ms, the others publish nothing',
  ),
  'nodeLifecycle.monitor': estimate({ uniform: ['0s', '5s'] }, '--node-monitor-period: every 5 s'),
  'watch.disruptionController': estimate({ uniform: ['0.5ms', '5ms'] }, 'as watch.kubelet'),
  'disruptionController.sync': estimate({ uniform: ['1ms', '10ms'] }, 'as deploymentController.sync'),
  'deploymentController.sync': estimate(
    { uniform: ['1ms', '10ms'] },
    'a rollout asked for until its ReplicaSet was created (16-39 ms), less watch and writes',
  ),
};

export { DELAY_SITES };
