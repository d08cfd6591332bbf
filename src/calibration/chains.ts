import {
  afterIdleSlice,
  between,
  type Chain,
  cameAtOnce,
  hasOneContainer,
  hasTwoContainers,
  isReplacedAtOnce,
  ofPods,
  ofReplacements,
  since,
} from './chain-parts.ts';
import { isUndisturbed, startsAlone } from './repetition.ts';
import { TEARDOWN_CHAINS } from './teardown-chains.ts';

/** What a recorder's moments have between them, in the order in which it is solved. */
export const CHAINS: readonly Chain[] = [
  {
    id: 'slice',
    spans: 'change of a Pod seen until its slice was seen (deleted, Ready, terminal)',
    site: 'endpointSliceController.sync',
    known: ['watch.endpointSliceController', 'endpointSliceController.podQueue', 'apiServer.write'],
    mode: 'staleSlice',
    values: (repetition) => {
      const written = (atMs: number, from: number | undefined, to: number | undefined) =>
        isUndisturbed(repetition, since(atMs, from), since(atMs, to)) ? between(from, to) : [];
      return [
        ...ofPods(repetition, ({ moments }) => {
          const {
            stoppedAtMs = 0,
            terminatingMs,
            sliceTerminatingMs,
            terminalPhaseMs,
            sliceRemovedMs,
          } = moments;
          return [
            ...written(stoppedAtMs, terminatingMs, sliceTerminatingMs),
            ...written(stoppedAtMs, terminalPhaseMs, sliceRemovedMs),
          ];
        }),
        ...ofReplacements(repetition, ({ moments: { readyMs, sliceReadyMs } }, scenario) =>
          scenario.publishNotReadyAddresses ? [] : written(0, readyMs, sliceReadyMs),
        ),
      ];
    },
    assumed:
      'the controller sees Pods as the recorder does, its write takes what a DELETE takes; the rest is its sync',
  },
  {
    id: 'hook, by the kubelet',
    spans: "deletion in the kubelet's log until its hook",
    site: 'kubelet.podWorker',
    known: [],
    mode: 'relistWait',
    values: (repetition) =>
      ofPods(repetition, ({ moments }, { preStop }) =>
        preStop.kind === 'none' ? [] : between(moments.kubeletObservedMs, moments.preStopStartedMs),
      ),
    assumed: '',
  },
  {
    id: 'kill',
    spans: "DELETE sent until the kubelet began to stop the Pod, by its Event's name",
    site: 'kubelet.podWorker',
    known: ['apiServer.write', 'watch.kubelet'],
    mode: 'relistWait',
    values: (repetition) =>
      repetition.scenario.action.type === 'deletePod'
        ? ofPods(repetition, ({ moments }) => between(0, moments.killStartedMs))
        : [],
    assumed: 'the kubelet sees the deletion as the recorder does',
  },
  {
    id: 'kill, after a controller deleted',
    spans: "deletion seen until the kubelet began to stop the Pod, by its Event's name",
    site: 'kubelet.podWorker',
    known: ['watch.kubelet', 'recorder'],
    sum: (worker, draw) => draw('watch.kubelet') + worker - draw('recorder'),
    mode: 'relistWait',
    values: (repetition) =>
      repetition.scenario.action.type === 'deletePod'
        ? []
        : ofPods(repetition, ({ moments }) => between(moments.terminatingMs, moments.killStartedMs)),
    assumed: 'the kubelet sees the deletion as the recorder does',
  },
  {
    id: 'rules',
    spans: "slice seen until the node's rules lacked the Pod",
    site: 'kubeProxy.sync',
    known: ['watch.kubeProxy', 'recorder'],
    sum: (sync, draw) => draw('watch.kubeProxy') + sync - draw('recorder'),
    values: (repetition) => afterIdleSlice(repetition, ({ moments }) => moments.rulesRemovedMs),
    assumed: 'kube-proxy sees slices as the recorder does; the rest is its sync',
  },
  {
    id: 'last answer',
    spans: "slice seen until the deleted Pod's last answer, plus the mean gap between probes",
    site: 'kubeProxy.sync',
    known: ['watch.kubeProxy', 'recorder'],
    sum: (sync, draw) => draw('watch.kubeProxy') + sync - draw('recorder'),
    values: (repetition) =>
      afterIdleSlice(
        repetition,
        ({ moments, answersCutOff }) => (answersCutOff === true ? undefined : moments.lastAnswerMs),
        ({ answerGapMs = 0 }) => -answerGapMs,
      ),
    assumed:
      'kube-proxy sees slices as the recorder does; the last answer is a lower bound, set right by endpoints / probes a second',
  },
  {
    id: 'replacement',
    spans: 'deletion seen until the replacement was seen',
    site: 'replicaSetController.sync',
    known: ['watch.replicaSetController', 'apiServer.write'],
    values: (repetition) =>
      isReplacedAtOnce(repetition)
        ? repetition.observation.pods.flatMap(({ moments: { stoppedAtMs = 0, terminatingMs } }, k) =>
            between(
              since(stoppedAtMs, terminatingMs),
              repetition.observation.replacements[k]?.moments.createdMs,
            ),
          )
        : [],
    assumed:
      'the controller sees Pods as the recorder does, its write takes what a DELETE takes; the rest is its sync',
  },
  {
    id: 'rollout',
    spans: "PATCH sent until the rollout's first new Pod was seen",
    site: 'deploymentController.sync',
    known: [
      'apiServer.write',
      'watch.deploymentController',
      'apiServer.write',
      'watch.replicaSetController',
      'replicaSetController.sync',
      'apiServer.write',
      'recorder',
    ],
    values: ({ scenario, observation }) =>
      scenario.action.type === 'rollingUpdate' && observation.patchAnsweredMs !== undefined
        ? between(0, observation.replacements[0]?.moments.createdMs)
        : [],
    assumed:
      'three writes take what the PATCH takes, the ReplicaSet controller what it takes elsewhere; the rest is the Deployment controller',
  },
  {
    id: 'binding',
    spans: 'replacement seen until it was bound to a node',
    site: 'scheduler.schedule',
    known: ['watch.scheduler'],
    values: (repetition) =>
      ofReplacements(repetition, (each) =>
        startsAlone(repetition, each) ? between(each.moments.createdMs, each.moments.boundMs) : [],
      ),
    assumed: 'the scheduler sees Pods as the recorder does',
  },
  {
    id: 'start',
    spans: 'replacement bound until its phase Running was seen',
    site: 'kubelet.startPod',
    known: ['watch.kubelet', 'kubelet.plegRelist', 'startRelist', 'kubelet.statusManager'],
    values: (repetition) =>
      ofReplacements(repetition, (each, scenario) =>
        hasOneContainer(scenario) && startsAlone(repetition, each)
          ? between(each.moments.boundMs, each.moments.runningMs)
          : [],
      ),
    assumed: 'watch, relist and status patch as elsewhere; the rest is sandbox, network and processes',
  },
  {
    id: 'start, from the creation',
    spans: 'replacement seen until its phase Running was seen',
    site: 'kubelet.startPod',
    known: [
      'watch.scheduler',
      'scheduler.schedule',
      'watch.kubelet',
      'kubelet.plegRelist',
      'startRelist',
      'kubelet.statusManager',
    ],
    values: (repetition) =>
      ofReplacements(repetition, (each, scenario) =>
        hasOneContainer(scenario) && startsAlone(repetition, each)
          ? between(each.moments.createdMs, each.moments.runningMs)
          : [],
      ),
    assumed:
      'scheduler, watch, relist and status patch as elsewhere; the rest is sandbox, network and processes',
  },
  {
    id: 'readiness',
    spans: 'phase Running seen until Ready was seen, where the first probe succeeded',
    site: 'kubelet.probe',
    known: ['kubelet.statusManager', 'watch.kubelet'],
    sum: (probe, draw) => {
      const first = draw('kubelet.statusManager');
      // The second status waits until the first one has come back.
      return Math.max(probe, first + draw('watch.kubelet')) + draw('kubelet.statusManager') - first;
    },
    values: (repetition) =>
      ofReplacements(repetition, (replacement, scenario) =>
        !scenario.publishNotReadyAddresses && cameAtOnce(replacement, scenario)
          ? between(replacement.moments.runningMs, replacement.moments.readyMs)
          : [],
      ),
    assumed: 'the status patch as by default',
  },
  {
    id: 'second container',
    spans: 'replacement seen until its phase Running was seen, with a sidecar',
    site: 'runtime.startContainer',
    known: [
      'watch.scheduler',
      'scheduler.schedule',
      'watch.kubelet',
      'kubelet.startPod',
      'kubelet.plegRelist',
      'startRelist',
      'kubelet.statusManager',
    ],
    values: (repetition) =>
      ofReplacements(repetition, (each, scenario) =>
        hasTwoContainers(scenario) && startsAlone(repetition, each)
          ? between(each.moments.createdMs, each.moments.runningMs)
          : [],
      ),
    assumed: 'all but the second container as with one',
  },
  ...TEARDOWN_CHAINS,
];
