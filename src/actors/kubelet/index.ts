import { defineActor } from '../define-actor.ts';
import { whileAlive } from '../while-alive.ts';
import type { KubeletCells } from './cells.ts';
import {
  isLost,
  nodeLost,
  nodeShutdownStarted,
  podKillRequested,
  shutdownGroupEnded,
  shutdownPodEnded,
} from './kill.ts';
import { podTerminated, sandboxStopped } from './last-sync.ts';
import { livenessProbed, probeTargetChanged, startupProbed } from './probes.ts';
import { readinessGatesSet, readinessProbed } from './readiness-probe.ts';
import { containerKillStarted, containerRestarted, containerStopped, restartObserved } from './restart.ts';
import { podImagesPulled, podObserved, podRunningObserved, podStarted } from './startup.ts';
import { podKillStarted, preStopEnded, preStopStarted, turnTimedOut } from './termination.ts';

/** The kubelet of one node: a worker for each of its Pods. Once its node is gone it does nothing more. */
export const kubelet = whileAlive(
  defineActor<'kubelet', KubeletCells>('kubelet', {
    worker: {
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
      readinessGatesSet,
    },
    node: { nodeShutdownStarted, shutdownPodEnded, shutdownGroupEnded, nodeLost },
    starts: {},
  }),
  isLost,
  ['nodeLost'],
);
