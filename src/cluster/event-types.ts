/**
 * Everything that happens, by name: the `type` of a trace event. `docs` of each says who handles it and what it means.
 * The order is part of the digest: new types go to the end.
 */
export const EVENT_TYPES = [
  /** A user or a tool sends a DELETE for a Pod. */
  'deleteRequested',
  /** API server: a DELETE of a Pod is committed (deletionTimestamp set, grace shortened, object gone, or nothing). */
  'deletePod',
  /** API server: a Pod of a ReplicaSet is created. */
  'createPod',
  /** API server: a Pod gets its node. */
  'bindPod',
  /** API server: a kubelet's status patch is committed (Ready, phase, IP). */
  'patchPodStatus',
  /** API server: an EndpointSlice is created, updated or deleted. */
  'writeEndpointSlice',
  /** A watcher receives a new version of a Pod. */
  'podObserved',
  /** A watcher receives a new version of an EndpointSlice. */
  'endpointSliceObserved',
  /** EndpointSlice controller: a Service's key goes to the work queue. */
  'serviceEnqueued',
  /** EndpointSlice controller: a worker lists the Pods from its cache and compares. */
  'serviceSyncStarted',
  /** EndpointSlice controller: a write was answered. */
  'endpointSliceAnswered',
  /** Router, kube-proxy among them: it routes by something else from now on, and says why. */
  'routesChanged',
  /** kube-proxy: a sync returned. */
  'proxySyncEnded',
  /** kube-proxy: the cool-down or the retry timer of its runner. */
  'proxyTimer',
  /** Router other than kube-proxy: one of its parts wakes. */
  'routerTimer',
  /** kubelet: the Pod's worker starts to stop its containers. */
  'podKillStarted',
  /** kubelet: a container's preStop hook starts. */
  'preStopStarted',
  /** kubelet: a container's preStop hook ended, failed, or was cut off by the end of the grace period. */
  'preStopEnded',
  /** kubelet: a sidecar has waited long enough for its turn. */
  'turnTimedOut',
  /** Container: its hook does something to the app. */
  'hookEffect',
  /** Container: the stop signal (SIGTERM, unless the image says otherwise) reaches its process. */
  'stopSignal',
  /** Container: its process no longer accepts connections. */
  'listenerClosed',
  /** Container: its process ends by itself. */
  'containerExited',
  /** Container: SIGKILL. */
  'sigkill',
  /** kubelet: the runtime reports that a container has stopped. */
  'containerStopped',
  /** kubelet: the Pod's sandbox, and with it its network, is gone. */
  'sandboxStopped',
  /** kubelet: the last sync of a Pod: volumes and cgroup are gone. */
  'podTerminated',
  /** kubelet: a readiness probe has something new to find. */
  'probeTargetChanged',
  /** kubelet: a readiness probe runs. */
  'readinessProbed',
  /** kubelet: a Pod's containers have been created and run. */
  'podStarted',
  /** kubelet: its runtime status shows the containers running. */
  'podRunningObserved',
  /** Container: its process starts. */
  'containerStarted',
  /** Container: its process accepts connections. */
  'listenerOpened',
  /** ReplicaSet controller: counts a ReplicaSet's Pods and creates what is missing. */
  'replicaSetSynced',
  /** ReplicaSet controller: a create was answered. */
  'createAnswered',
  /** A user or a tool changes a Deployment: a new template, another number of replicas, pause, resume. */
  'deploymentChangeRequested',
  /** API server: a change of a Deployment's spec is committed. */
  'changeDeployment',
  /** API server: a ReplicaSet is created. */
  'createReplicaSet',
  /** API server: a ReplicaSet's number of replicas is changed, unless the writer's copy of it was old. */
  'scaleReplicaSet',
  /** API server: a ReplicaSet's status is committed. */
  'patchReplicaSetStatus',
  /** API server: a Deployment's status is committed, unless the writer's copy of it was old. */
  'patchDeploymentStatus',
  /** A watcher receives a new version of a Deployment. */
  'deploymentObserved',
  /** A watcher receives a new version of a ReplicaSet. */
  'replicaSetObserved',
  /** Deployment controller: a Deployment's key goes to the work queue again, after a back-off or at its progress deadline. */
  'deploymentEnqueued',
  /** Deployment controller: a worker lists the ReplicaSets from its cache and decides the next step. */
  'deploymentSynced',
  /** Deployment controller: a write was answered. */
  'deploymentWriteAnswered',
  /** ReplicaSet controller: a ReplicaSet's key goes to the work queue again, to see whether Pods became available. */
  'replicaSetEnqueued',
  /** ReplicaSet controller: a delete was answered. */
  'deleteAnswered',
  /** ReplicaSet controller: its write of a status was answered. */
  'replicaSetStatusAnswered',
  /** A user or a tool asks for the eviction of a Pod. */
  'evictRequested',
  /** API server: an eviction is judged by the PodDisruptionBudgets; where they allow it, a DELETE follows. */
  'evictPod',
  /** Whoever asked for an eviction has the answer. */
  'evictionAnswered',
  /** A user or a tool cordons or uncordons a node. */
  'cordonRequested',
  /** API server: a node becomes unschedulable, or schedulable again. */
  'cordonNode',
  /** A watcher receives a new version of a node. */
  'nodeObserved',
  /** kubectl drain: a drain begins. */
  'drainRequested',
  /** API server: a list of a node's Pods is read. */
  'listPods',
  /** kubectl drain: it has the list of a node's Pods. */
  'podsListed',
  /** kubectl drain: an eviction that was refused is asked for once more. */
  'evictionRetried',
  /** API server: a Pod is read. */
  'getPod',
  /** kubectl drain: it has seen whether a Pod is gone. */
  'podGot',
  /** kubectl drain: a node is drained, or the drain was refused. */
  'drainEnded',
  /** A watcher receives a new version of a PodDisruptionBudget. */
  'budgetObserved',
  /** Disruption controller: counts the healthy Pods of a PodDisruptionBudget. */
  'budgetSynced',
  /** API server: the status of a PodDisruptionBudget is committed, unless the writer's copy of it was old. */
  'patchBudgetStatus',
  /** Client: it starts to send. */
  'clientStarted',
  /** Client: a request begins. */
  'requestSent',
  /** Client: a request that failed is tried again. */
  'requestRetried',
  /** Router (a node's data plane, or another): the first packet of a connection meets what it holds. */
  'connectionAttempted',
  /** Container: the first packet of a connection arrives at its Pod. */
  'connectionArrived',
  /** Container: a request arrives over a connection that was there before. */
  'requestArrived',
  /** Container: the app has finished a request and answers. */
  'requestServed',
  /** Container: what it answers to a request from now on would come too late for the client. */
  'answerOverdue',
  /** Container: the Pod's network is gone. */
  'podNetworkRemoved',
  /** Client: an answer arrives. */
  'responseReceived',
  /** Client: an attempt failed. */
  'requestFailed',
  /** Client: a Pod's server closes its idle connections, or asks for no more requests. */
  'connectionsClosed',
  /** kubelet: something other than a DELETE asks for a Pod's death (eviction by the kubelet, node shutdown). */
  'podKillRequested',
  /** kubelet: the node begins to shut down gracefully. */
  'nodeShutdownStarted',
  /** A node is gone: its processes end, and its kubelet and kube-proxy do nothing more. */
  'nodeLost',
  /** Node lifecycle controller: it takes a node for not ready. */
  'nodeNotReady',
  /** Node lifecycle controller: the Pods of a node that is not ready are to be evicted. */
  'taintEvictionDue',
  /** API server: the Pods of a node get Ready=False. */
  'markPodsNotReady',
  /** API server: the Pods of a tainted node are deleted. */
  'evictTaintedPods',
  /** kubelet: whoever sets a Pod's readiness gates has set them. */
  'readinessGatesSet',
  /** API server: a node's condition Ready or its taints are committed. */
  'patchNode',
  /** kubelet: a new Pod's images are on the node. */
  'podImagesPulled',
  /** kubelet: a startup probe runs. */
  'startupProbed',
  /** kubelet: a liveness probe runs and does not find the app up, or finds it up again. */
  'livenessProbed',
  /** kubelet: the Pod's worker kills a container that failed its startup or liveness probe, to start it again. */
  'containerKillStarted',
  /** kubelet: such a container has been started again. */
  'containerRestarted',
  /** kubelet: its runtime status shows the restarted container. */
  'restartObserved',
  /** kubelet: a Pod that a shutdown of the node waits for is gone. */
  'shutdownPodEnded',
  /** kubelet: a group of Pods has had its time in a shutdown of the node. */
  'shutdownGroupEnded',
  /** A user or a tool changes a StatefulSet or a DaemonSet: a new template, another number of replicas. */
  'setChangeRequested',
  /** API server: a change of a StatefulSet's or DaemonSet's spec is committed. */
  'changeSet',
  /** API server: the status of such a set is committed. */
  'patchSetStatus',
  /** StatefulSet and DaemonSet controller: its watch delivers a new version of a set. */
  'setObserved',
  /** StatefulSet and DaemonSet controller: a set's key goes to the work queue again, to see whether Pods became available. */
  'setEnqueued',
  /** StatefulSet and DaemonSet controller: a worker lists the Pods from its cache and decides what to create and to delete. */
  'setSynced',
  /** StatefulSet and DaemonSet controller: a write was answered. */
  'setWriteAnswered',
  /** Router: from now on its health check hears something else from a Pod. */
  'targetAnswers',
  /** Router whose targets are nodes: a node sends a Service's connections to other Pods of its own, or answers its health check otherwise. */
  'nodeAnswers',
  /** What the Pods that an autoscaler scales have to do together changes. */
  'loadChanged',
  /** HorizontalPodAutoscaler controller: it looks at its metric. */
  'autoscalerSynced',
  /** Container: its process would exit, and first finishes the requests in flight. */
  'exitDue',
  /** A user deletes a ReplicaSet that no Deployment owns. */
  'replicaSetDeleteRequested',
  /** API server: the DELETE of a ReplicaSet is committed. */
  'deleteReplicaSet',
  /** Pod: whoever routed connections to it no longer holds it, and resets what clients have open through it. */
  'connectionsReset',
  /** Client: the connection that its requests share has come about. */
  'connectionOpened',
  /** Client: from now on it begins no request. */
  'clientStopped',
  /** Container: what asks it whether it is ready begins to hear no, or hears yes again. */
  'readinessFlapped',
  /** Client: its Pod has ended, or its node is gone, and with it whatever it had open. */
  'clientEnded',
  /** CronJob controller: a scheduled time has come, or one of its Jobs has changed. */
  'cronJobSynced',
  /** API server: a Job of a CronJob is created. */
  'createJob',
  /** Router: what it sent on has failed behind it. */
  'tryFailed',
  /** An autoscaler has chosen nodes to take away. */
  'nodeRemovalRequested',
  /** Autoscaler: it looks at a node that it drains. */
  'nodeRemovalLooked',
  /** Autoscaler: a node goes, is kept, or cannot go. */
  'nodeRemovalEnded',
  /** A user scales a ReplicaSet that no Deployment owns. */
  'replicaSetScaleRequested',
  /** API server: its new size is committed. */
  'resizeReplicaSet',
  /** KEDA: it looks at the triggers of a ScaledObject. */
  'kedaPolled',
  /** A user gives a Service another selector. */
  'selectorChangeRequested',
  /** API server: a Service's new selector is committed. */
  'changeService',
  /** EndpointSlice controller, or a router that watches Pods: its watch delivers a new version of a Service. */
  'serviceObserved',
  /** Container: the time in which its process goes on accepting is over; requests may prolong it. */
  'closingDue',
  /** A user taints a node, or takes a taint away. */
  'taintRequested',
  /** A node is there from now on: its data plane begins to program. */
  'nodeJoined',
  /** Router: its controller looks whether Pods that wait for their readiness gates are sent to. */
  'gatesLookedAt',
  /** StatefulSet controller: the claims of a Pod that is gone are deleted, or gone. */
  'claimsChanged',
] as const;

/** A type of event. */
export type TraceType = (typeof EVENT_TYPES)[number];
