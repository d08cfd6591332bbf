import type {
  ChangeDeploymentAction,
  ChangeSetAction,
  CordonNodeAction,
  DeletePodAction,
  DeleteReplicaSetAction,
  EvictPodAction,
  ScaleReplicaSetAction,
  SetSelectorAction,
} from '../cluster/actions.ts';
import { SITE } from '../cluster/delay-sites.ts';
import {
  type CordonNode,
  type DeletePod,
  type EvictionAnswered,
  type EvictPod,
  T,
} from '../cluster/events.ts';
import { keyOfObject, requestKey, Transition } from '../cluster/state.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, NO_EFFECTS } from '../kernel/event.ts';
import { defineActor } from './define-actor.ts';
import { API } from './protocol.ts';
import type { Self } from './wiring.ts';

/** Whoever acts on the cluster from outside: sends the scenario's requests at their times. Has no state. */

const deleteRequested: Reducer<null, DeletePodAction, Self> = (state, event, { self }) => {
  const { pod, gracePeriodSeconds } = event.data;
  const request: DeletePod = { gracePeriodSeconds };
  return [
    state,
    [
      after({
        type: T.deletePod,
        actor: self.wiring.apiServer,
        kind: API.pod,
        object: pod,
        about: pod,
        data: request,
        site: SITE['apiServer.write'],
        transition: Transition.terminating,
      }),
    ],
  ];
};

const deploymentChangeRequested: Reducer<null, ChangeDeploymentAction, Self> = (state, event, { self }) => {
  const { change } = event.data;
  const to = self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const { deployment } = change;
  const key = keyOfObject(requestKey('changeDeployment', 0), self.world.deployments[deployment]!.name);
  return [
    state,
    [
      after({
        type: T.changeDeployment,
        actor: to,
        kind: API.deployment,
        object: deployment,
        about: -1,
        data: change,
        site,
        transition: key,
      }),
    ],
  ];
};

const setChangeRequested: Reducer<null, ChangeSetAction, Self> = (state, event, { self }) => {
  const { change } = event.data;
  const request = after({
    type: T.changeSet,
    actor: self.wiring.apiServer,
    kind: API.set,
    object: change.set,
    about: -1,
    data: change,
    site: SITE['apiServer.write'],
    transition: keyOfObject(requestKey('changeSet', 0), self.world.sets[change.set]!.name),
  });
  return [state, [request]];
};

const replicaSetDeleteRequested: Reducer<null, DeleteReplicaSetAction, Self> = (state, event, { self }) => {
  const { replicaSet, cascade } = event.data;
  const request = after({
    type: T.deleteReplicaSet,
    actor: self.wiring.apiServer,
    kind: API.replicaSet,
    object: replicaSet,
    about: -1,
    data: { replicaSet, cascade },
    site: SITE['apiServer.write'],
    transition: keyOfObject(requestKey('delete', 0), self.world.replicaSets[replicaSet]!.podPrefix),
  });
  return [state, [request]];
};

const replicaSetScaleRequested: Reducer<null, ScaleReplicaSetAction, Self> = (state, event, { self }) => {
  const { replicaSet, replicas } = event.data;
  const request = after({
    type: T.resizeReplicaSet,
    actor: self.wiring.apiServer,
    kind: API.replicaSet,
    object: replicaSet,
    about: -1,
    data: { replicas },
    site: SITE['apiServer.write'],
    transition: keyOfObject(requestKey('scaleReplicaSet', 0), self.world.replicaSets[replicaSet]!.podPrefix),
  });
  return [state, [request]];
};

const selectorChangeRequested: Reducer<null, SetSelectorAction, Self> = (state, event, { self }) => {
  const { service, selector } = event.data;
  const request = after({
    type: T.changeService,
    actor: self.wiring.apiServer,
    kind: API.service,
    object: service,
    about: -1,
    data: { service, selector },
    site: SITE['apiServer.write'],
    transition: keyOfObject(Transition.none, `Service/${self.world.services[service]!.name}`),
  });
  return [state, [request]];
};

const evictRequested: Reducer<null, EvictPodAction, Self> = (state, event, { self }) => {
  const { pod, gracePeriodSeconds } = event.data;
  const data: EvictPod = { gracePeriodSeconds, asker: 'kubectl' };
  const to = self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  return [
    state,
    [
      after({
        type: T.evictPod,
        actor: to,
        kind: API.pod,
        object: pod,
        about: pod,
        data,
        site,
        transition: requestKey('eviction', 0),
      }),
    ],
  ];
};

/** It reports and does no more: nothing is retried. */
const evictionAnswered: Reducer<null, EvictionAnswered, Self> = (state) => [state, NO_EFFECTS];

const cordonRequested: Reducer<null, CordonNodeAction, Self> = (state, event, { self }) => {
  const { node, type } = event.data;
  const data: CordonNode = { unschedulable: type === 'cordonNode' };
  const to = self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const key = keyOfObject(requestKey('cordon', 0), self.world.nodes[node]!.name);
  return [
    state,
    [
      after({
        type: T.cordonNode,
        actor: to,
        kind: API.node,
        object: node,
        about: -1,
        data,
        site,
        transition: key,
      }),
    ],
  ];
};

export const kubectl = defineActor<'kubectl', { readonly session: null }>('kubectl', {
  session: {
    deleteRequested,
    deploymentChangeRequested,
    evictRequested,
    evictionAnswered,
    cordonRequested,
    setChangeRequested,
    replicaSetDeleteRequested,
    replicaSetScaleRequested,
    selectorChangeRequested,
  },
});
