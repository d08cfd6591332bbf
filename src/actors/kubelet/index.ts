import type { Behaviour } from '../../kernel/actor.ts';
import { table } from '../table.ts';
import { whileAlive } from '../while-alive.ts';
import {
  isLost,
  nodeLost,
  nodeShutdownStarted,
  podKillRequested,
  shutdownGroupEnded,
  shutdownPodEnded,
} from './kill.ts';
import { livenessProbed, probeTargetChanged, startupProbed } from './probes.ts';
import { readinessGatesSet, readinessProbed } from './readiness-probe.ts';
import { containerKillStarted, containerRestarted, containerStopped, restartObserved } from './restart.ts';
import { podImagesPulled, podObserved, podRunningObserved, podStarted } from './startup.ts';
import {
  podKillStarted,
  podTerminated,
  preStopEnded,
  preStopStarted,
  sandboxStopped,
  turnTimedOut,
} from './termination.ts';

const OWN = {
  podObserved,
  podStarted,
  podImagesPulled,
  podRunningObserved,
  podKillStarted,
  preStopStarted,
  preStopEnded,
  turnTimedOut,
  containerStopped,
  sandboxStopped,
  podTerminated,
  probeTargetChanged,
  readinessProbed,
  startupProbed,
  livenessProbed,
  containerKillStarted,
  containerRestarted,
  restartObserved,
  podKillRequested,
  nodeShutdownStarted,
  shutdownPodEnded,
  shutdownGroupEnded,
  readinessGatesSet,
};

/** The kubelet of one node: a worker for each of its Pods. */
export const kubelet: Behaviour = {
  kinds: ['worker', 'node', 'starts'],
  reducers: table({ ...whileAlive(OWN, isLost), nodeLost }),
};
