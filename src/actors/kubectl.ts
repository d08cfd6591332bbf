import { SITE } from '../cluster/delay-sites.ts';
import {
  type CordonNode,
  type DeletePod,
  type EvictionAnswered,
  type EvictPod,
  T,
} from '../cluster/events.ts';
import { keyOfObject, requestKey, Transition } from '../cluster/state.ts';
import type {
  ChangeDeploymentAction,
  CordonNodeAction,
  DeletePodAction,
  EvictPodAction,
} from '../cluster/world.ts';
import type { Behaviour, Reducer } from '../kernel/actor.ts';
import { after, NO_EFFECTS } from '../kernel/event.ts';
import { API } from './cell-kinds.ts';
import { table } from './table.ts';
import type { Self } from './wiring.ts';

/** Whoever acts on the cluster from outside: sends the scenario's requests at their times. Has no state. */

const deleteRequested: Reducer<null, DeletePodAction, Self> = (state, event, { self }) => {
  const { pod, gracePeriodSeconds } = event.data;
  const request: DeletePod = { gracePeriodSeconds };
  return [
    state,
    [
      after(
        T.deletePod,
        self.wiring.apiServer,
        API.pod,
        pod,
        pod,
        request,
        0,
        SITE['apiServer.write'],
        Transition.terminating,
      ),
    ],
  ];
};

const deploymentChangeRequested: Reducer<null, ChangeDeploymentAction, Self> = (state, event, { self }) => {
  const { change } = event.data;
  const to = self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const { deployment } = change;
  const key = keyOfObject(requestKey('changeDeployment', 0), deployment);
  return [state, [after(T.changeDeployment, to, API.deployment, deployment, -1, change, 0, site, key)]];
};

const evictRequested: Reducer<null, EvictPodAction, Self> = (state, event, { self }) => {
  const { pod, gracePeriodSeconds } = event.data;
  const data: EvictPod = { gracePeriodSeconds, drain: false };
  const to = self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  return [state, [after(T.evictPod, to, API.pod, pod, pod, data, 0, site, requestKey('eviction', 0))]];
};

/** It reports and does no more: nothing is retried. */
const evictionAnswered: Reducer<null, EvictionAnswered, Self> = (state) => [state, NO_EFFECTS];

const cordonRequested: Reducer<null, CordonNodeAction, Self> = (state, event, { self }) => {
  const { node, type } = event.data;
  const data: CordonNode = { unschedulable: type === 'cordonNode' };
  const to = self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const key = keyOfObject(requestKey('cordon', 0), node);
  return [state, [after(T.cordonNode, to, API.node, node, -1, data, 0, site, key)]];
};

export const kubectl: Behaviour = {
  kinds: ['session'],
  reducers: table({
    deleteRequested,
    deploymentChangeRequested,
    evictRequested,
    evictionAnswered,
    cordonRequested,
  }),
};
