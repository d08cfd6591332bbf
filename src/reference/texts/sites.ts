import type { DelaySite } from '../../cluster/delay-sites.ts';

/** Delay sites in words: between which two moments each lies. */

export const SITE_TEXTS = {
  'apiServer.write': "A request's way to the API server, its admission and its commit in etcd.",
  'apiServer.response': 'From the commit until the client has the answer.',
  'watch.kubelet': "From the commit until the kubelet's Pod watch delivers it.",
  'watch.endpointSliceController': "From the commit until the EndpointSlice controller's watch delivers it.",
  'watch.replicaSetController': "From the commit until the ReplicaSet controller's watch delivers it.",
  'watch.scheduler': "From the commit until the scheduler's watch delivers it.",
  'watch.kubeProxy': "From the commit until a kube-proxy's EndpointSlice watch delivers it.",
  'watch.router':
    'From the commit until the EndpointSlice watch of another router, or of another data plane than kube-proxy, delivers it.',
  'endpointSliceController.podQueue':
    'EndpointSlice controller, 1.35 and newer: the second queue between a Pod event and its Services.',
  'endpointSliceController.sync':
    'EndpointSlice controller: from a key at the head of the queue until its worker has listed the Pods.',
  'replicaSetController.sync':
    'ReplicaSet controller: from a key at the head of the queue until its worker has listed the Pods.',
  'scheduler.schedule': "Scheduler: from an unassigned Pod's arrival until it asks to bind it.",
  'kubeProxy.sync': 'kube-proxy: added to the cost of a sync: from its start until the kernel has the rules.',
  'kubeProxy.syncEnd': "kube-proxy: from the kernel's change until the sync returns.",
  'kubelet.podWorker': "kubelet: from the Pod event until the Pod's worker acts on it.",
  'kubelet.plegRelist': 'kubelet: how long one relist of the container runtime takes.',
  'kubelet.statusManager': 'kubelet: from a new status until its patch is sent.',
  'kubelet.terminatedPod': 'kubelet: the last sync of a Pod (volumes, cgroup) until its DELETE is sent.',
  'kubelet.startPod':
    "kubelet: from the start of a Pod's first sync until its containers run (sandbox, network, create, start).",
  'kubelet.probe': 'kubelet: from the running container until its probe has an answer.',
  'runtime.execStart': "Container runtime: from the kubelet's exec call until the hook's process runs.",
  'runtime.stopSignal':
    'Container runtime: from the end of the hook (or of the wait) until the process has the stop signal.',
  'runtime.containerExit':
    "Container runtime: from the exit of a process until the kubelet's stop call returns.",
  'runtime.stopSandbox': 'Container runtime: tearing down the sandbox and its network.',
  'app.exit': 'A process: from the last thing it does until it has exited.',
  'app.start': "A process: added to the app's start-up time until it accepts.",
  'network.routerToPod': 'One way from the router that chose the Pod to the Pod.',
  'watch.deploymentController': "From the commit until the Deployment controller's watch delivers it.",
  'deploymentController.sync':
    'Deployment controller: from a key at the head of the queue until its worker has decided.',
  'watch.disruptionController': "From the commit until the disruption controller's watch delivers it.",
  'disruptionController.sync':
    'Disruption controller: from a key at the head of the queue until its worker has counted.',
  'nodeLifecycle.monitor':
    "Node lifecycle controller: from the end of a node's grace until its monitor looks.",
  'readinessGate.set': "From ready containers until somebody else has set the Pod's readiness gates.",
  'app.accept': 'A process: from a connection that the kernel has taken until the app has accepted it.',
  'runtime.stopSignalAtOnce':
    'Container runtime: added to the stop signal of a container without a hook, which falls into the work that the deletion itself makes.',
  'runtime.startContainer': "Container runtime: added to a Pod's start for each container after its first.",
  'node.powerOff':
    'A node that shuts down: from the end of its last Pod, or of the last period, until it is gone.',
  'dataPlane.sync':
    'Data plane of a node other than kube-proxy: from the start of its round until the kernel has the new state.',
} satisfies Readonly<Record<DelaySite, string>>;
