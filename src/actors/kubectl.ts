import type {
  ChangeDeploymentAction,
  ChangeSetAction,
  CordonNodeAction,
  DeletePodAction,
  DeleteReplicaSetAction,
  EvictPodAction,
  ScaleReplicaSetAction,
  SetSelectorAction,
  TaintNodeAction,
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

/** A write, and how long it takes. */
function toApiServer({ wiring }: Self) {
  return { actor: wiring.apiServer, site: SITE['apiServer.write'] } as const;
}

const deleteRequested: Reducer<null, DeletePodAction, Self> = (state, event, { self }) => {
  const { pod, gracePeriodSeconds } = event.data;
  const data: DeletePod = { gracePeriodSeconds };
  const transition = Transition.terminating;
  const { actor, site } = toApiServer(self);
  const type = T.deletePod;
  return [state, [after({ type, actor, kind: API.pod, object: pod, about: pod, data, site, transition })]];
};

const deploymentChangeRequested: Reducer<null, ChangeDeploymentAction, Self> = (state, event, { self }) => {
  const { change: data } = event.data;
  const { deployment: object } = data;
  const transition = keyOfObject(requestKey('changeDeployment', 0), self.world.deployments[object]!.name);
  const request = { ...toApiServer(self), kind: API.deployment, object, about: -1, data, transition };
  return [state, [after({ ...request, type: T.changeDeployment })]];
};

const setChangeRequested: Reducer<null, ChangeSetAction, Self> = (state, event, { self }) => {
  const { change: data } = event.data;
  const { set: object } = data;
  const transition = keyOfObject(requestKey('changeSet', 0), self.world.sets[object]!.name);
  const request = { ...toApiServer(self), kind: API.set, object, about: -1, data, transition };
  return [state, [after({ ...request, type: T.changeSet })]];
};

const replicaSetDeleteRequested: Reducer<null, DeleteReplicaSetAction, Self> = (state, event, { self }) => {
  const { replicaSet: object, cascade } = event.data;
  const data = { replicaSet: object, cascade };
  const transition = keyOfObject(requestKey('delete', 0), self.world.replicaSets[object]!.podPrefix);
  const request = { ...toApiServer(self), kind: API.replicaSet, object, about: -1, data, transition };
  return [state, [after({ ...request, type: T.deleteReplicaSet })]];
};

const replicaSetScaleRequested: Reducer<null, ScaleReplicaSetAction, Self> = (state, event, { self }) => {
  const { replicaSet: object, replicas } = event.data;
  const data = { replicas };
  const transition = keyOfObject(requestKey('scaleReplicaSet', 0), self.world.replicaSets[object]!.podPrefix);
  const request = { ...toApiServer(self), kind: API.replicaSet, object, about: -1, data, transition };
  return [state, [after({ ...request, type: T.resizeReplicaSet })]];
};

const selectorChangeRequested: Reducer<null, SetSelectorAction, Self> = (state, event, { self }) => {
  const { service: object, selector } = event.data;
  const data = { service: object, selector };
  const transition = keyOfObject(Transition.none, `Service/${self.world.services[object]!.name}`);
  const request = { ...toApiServer(self), kind: API.service, object, about: -1, data, transition };
  return [state, [after({ ...request, type: T.changeService })]];
};

const evictRequested: Reducer<null, EvictPodAction, Self> = (state, event, { self }) => {
  const { pod, gracePeriodSeconds } = event.data;
  const data: EvictPod = { gracePeriodSeconds, asker: 'kubectl' };
  const transition = requestKey('eviction', 0);
  const request = { ...toApiServer(self), kind: API.pod, object: pod, about: pod, data, transition };
  return [state, [after({ ...request, type: T.evictPod })]];
};

/** It reports and does no more: nothing is retried. */
const evictionAnswered: Reducer<null, EvictionAnswered, Self> = (state) => [state, NO_EFFECTS];

const cordonRequested: Reducer<null, CordonNodeAction, Self> = (state, event, { self }) => {
  const { node: object, type } = event.data;
  const data: CordonNode = { unschedulable: type === 'cordonNode' };
  const transition = keyOfObject(requestKey('cordon', 0), self.world.nodes[object]!.name);
  const request = { ...toApiServer(self), kind: API.node, object, about: -1, data, transition };
  return [state, [after({ ...request, type: T.cordonNode })]];
};

const taintRequested: Reducer<null, TaintNodeAction, Self> = (state, event, { self }) => {
  const { node: object, patch: data } = event.data;
  const transition = keyOfObject(requestKey('taint', 0), self.world.nodes[object]!.name);
  const request = { ...toApiServer(self), kind: API.node, object, about: -1, data, transition };
  return [state, [after({ ...request, type: T.patchNode })]];
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
    taintRequested,
  },
});
