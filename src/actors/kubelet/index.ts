import type { Behaviour } from '../../kernel/actor.ts';
import { table } from '../table.ts';
import { probeTargetChanged, readinessProbed } from './probes.ts';
import { podObserved, podRunningObserved, podStarted } from './startup.ts';
import {
  containerStopped,
  podKillStarted,
  podTerminated,
  preStopEnded,
  preStopStarted,
  sandboxStopped,
  turnTimedOut,
} from './termination.ts';

/** The kubelet of one node: a worker for each of its Pods. */
export const kubelet: Behaviour = {
  kinds: ['worker'],
  reducers: table({
    podObserved,
    podStarted,
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
  }),
};
