import type {
  AppInfo,
  ContainerInfo,
  DeploymentInfo,
  HookInfo,
  InitialPod,
  NodeInfo,
  ProbeInfo,
  ReplicaSetInfo,
  RouterInfo,
  ServiceInfo,
  TemplateInfo,
  World,
} from '../cluster/world.ts';
import type { AllFields } from '../kernel/changing.ts';

/**
 * A world as the actors of a run read it: all values of a type are written by one literal, so that they are of one hidden class, whoever
 * made the world and by which spread. Else the engine throws the actors' code away for the first few scenarios of a process, and looks
 * each field up from then on.
 */
export function shapedWorld(value: World): AllFields<World> {
  return {
    minor: value.minor,
    patch: value.patch,
    nodes: value.nodes.map(node),
    services: value.services.map(service),
    templates: value.templates.map(template),
    deployments: value.deployments.map(deployment),
    replicaSets: value.replicaSets.map(replicaSet),
    sets: value.sets.slice(),
    autoscalers: value.autoscalers.slice(),
    cronJobs: value.cronJobs.slice(),
    budgets: value.budgets.slice(),
    pods: value.pods.map(pod),
    routers: value.routers.map(router),
    clients: value.clients.slice(),
    network: value.network,
    actions: value.actions,
    writesStatus: value.writesStatus,
    dataPlane: value.dataPlane,
    controllerManager: value.controllerManager,
    kubelet: value.kubelet,
    churn: value.churn,
  };
}

function node(value: NodeInfo): AllFields<NodeInfo> {
  return {
    name: value.name,
    zone: value.zone,
    labels: value.labels,
    taints: value.taints,
    unschedulable: value.unschedulable,
    joins: value.joins,
  };
}

function service(value: ServiceInfo): AllFields<ServiceInfo> {
  return {
    name: value.name,
    selector: value.selector,
    ports: value.ports.slice(),
    publishNotReadyAddresses: value.publishNotReadyAddresses,
    internalPolicyLocal: value.internalPolicyLocal,
    externalPolicyLocal: value.externalPolicyLocal,
    hasHealthCheckNodePort: value.hasHealthCheckNodePort,
    externallyAccessible: value.externallyAccessible,
    behindBalancer: value.behindBalancer,
    headless: value.headless,
    forPeers: value.forPeers,
    trafficDistribution: value.trafficDistribution,
    topologyHints: value.topologyHints,
    affinity: value.affinity,
  };
}

function template(value: TemplateInfo): AllFields<TemplateInfo> {
  return {
    namespace: value.namespace,
    workload: value.workload,
    labels: value.labels,
    content: value.content,
    images: value.images,
    containers: value.containers.map(container),
    services: value.services.slice(),
    slicePorts: value.slicePorts.map((ports) => ports.slice()),
    terminationGracePeriodSeconds: value.terminationGracePeriodSeconds,
    restartPolicy: value.restartPolicy,
    imagePull: value.imagePull,
    readinessGates: value.readinessGates,
    priority: value.priority,
    hasEmptyDir: value.hasEmptyDir,
    tolerations: value.tolerations,
    nodes: value.nodes,
    unknownNodeLabels: value.unknownNodeLabels,
    doNotDisrupt: value.doNotDisrupt,
    safeToEvict: value.safeToEvict,
    podDeletionCost: value.podDeletionCost,
    hostPorts: value.hostPorts.slice(),
    path: value.path.map((ports) => ports.map((containers) => containers.slice())),
    undeclared: value.undeclared,
  };
}

function container(value: ContainerInfo): AllFields<ContainerInfo> {
  return {
    name: value.name,
    drawKey: value.drawKey,
    sidecar: value.sidecar,
    injected: value.injected,
    hook: hook(value.hook),
    restartHook: hook(value.restartHook),
    app: app(value.app),
    ranges: value.ranges,
    postStart: value.postStart,
    readiness: probe(value.readiness),
    startup: probe(value.startup),
    liveness: probe(value.liveness),
  };
}

function hook(value: HookInfo | null): AllFields<HookInfo> | null {
  if (value === null) return null;
  return {
    kind: value.kind,
    duration: value.duration,
    unknown: value.unknown,
    startsUp: value.startsUp,
    outcome: value.outcome,
    effect: value.effect,
    effectAt: value.effectAt,
    keepsCommand: value.keepsCommand,
    waitsFor: value.waitsFor,
    binaries: value.binaries,
    ranges: value.ranges,
  };
}

function app(value: AppInfo): AllFields<AppInfo> {
  return {
    stopSignal: value.stopSignal,
    ignoresSignal: value.ignoresSignal,
    keepAccepting: value.keepAccepting,
    keptOpenByRequests: value.keptOpenByRequests,
    idlePoll: value.idlePoll,
    drain: value.drain,
    exitCode: value.exitCode,
    failsReadiness: value.failsReadiness,
    flaps: value.flaps.slice(),
    completes: value.completes,
    startup: value.startup,
    traffic: value.traffic,
  };
}

function probe(value: ProbeInfo | null): AllFields<ProbeInfo> | null {
  if (value === null) return null;
  return {
    initialDelay: value.initialDelay,
    period: value.period,
    failureThreshold: value.failureThreshold,
    successThreshold: value.successThreshold,
    terminationGracePeriodSeconds: value.terminationGracePeriodSeconds,
  };
}

function pod(value: InitialPod): AllFields<InitialPod> {
  return {
    name: value.name,
    namespace: value.namespace,
    template: value.template,
    replicaSet: value.replicaSet,
    member: value.member,
    owner: value.owner,
    node: value.node,
    finalizers: value.finalizers,
    age: value.age,
  };
}

function deployment(value: DeploymentInfo): AllFields<DeploymentInfo> {
  return {
    name: value.name,
    template: value.template,
    replicas: value.replicas,
    strategy: value.strategy,
    maxSurge: value.maxSurge,
    maxUnavailable: value.maxUnavailable,
    minReadySeconds: value.minReadySeconds,
    progressDeadlineSeconds: value.progressDeadlineSeconds,
    paused: value.paused,
    rollout: value.rollout,
  };
}

function replicaSet(value: ReplicaSetInfo): AllFields<ReplicaSetInfo> {
  return {
    podPrefix: value.podPrefix,
    namespace: value.namespace,
    deployment: value.deployment,
    template: value.template,
    replicas: value.replicas,
    minReadySeconds: value.minReadySeconds,
  };
}

function router(value: RouterInfo): AllFields<RouterInfo> {
  return {
    name: value.name,
    services: value.services,
    targets: value.targets,
    before: value.before,
    watches: value.watches,
    pick: value.pick,
    controller: value.controller,
    established: value.established,
    parts: value.parts,
    proxy: value.proxy,
    gatesEvery: value.gatesEvery,
    instances: value.instances,
    latency: value.latency,
  };
}
