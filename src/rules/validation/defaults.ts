import { UNLIMITED_BACKOFF } from '../batch/indexed-job.ts';
import type { MinorVersion } from '../machinery/version.ts';
import type {
  ContainerFields,
  DaemonSetSpecFields,
  DeploymentSpecFields,
  HTTPGetActionFields,
  JobSpecFields,
  LifecycleHandlerFields,
  PodSpecFields,
  PodTemplateSpecFields,
  ProbeFields,
  ReplicaSetSpecFields,
  ServiceSpecFields,
  StatefulSetSpecFields,
} from './manifest-fields.ts';
import { isExternallyAccessible } from './validate-service.ts';

/** Go's zero value stands for "not set" where a field is no pointer. */
function orDefault<T>(value: T | undefined, zero: T, fallback: T): T {
  return value === undefined || value === zero ? fallback : value;
}

/**
 * Fills in the numbers of a probe. A 0 means "default", except for initialDelaySeconds, where it means 0. Seconds.
 *
 * Source: pkg/apis/core/v1/defaults.go SetDefaults_Probe
 */
export function setDefaultsProbe(probe: ProbeFields): ProbeFields {
  return {
    ...probe,
    ...(probe.httpGet === undefined ? {} : { httpGet: setDefaultsHTTPGetAction(probe.httpGet) }),
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    timeoutSeconds: orDefault(probe.timeoutSeconds, 0, 1),
    periodSeconds: orDefault(probe.periodSeconds, 0, 10),
    successThreshold: orDefault(probe.successThreshold, 0, 1),
    failureThreshold: orDefault(probe.failureThreshold, 0, 3),
  };
}

/**
 * Fills in path and scheme of an HTTP request.
 *
 * Source: pkg/apis/core/v1/defaults.go SetDefaults_HTTPGetAction
 */
export function setDefaultsHTTPGetAction(httpGet: HTTPGetActionFields): HTTPGetActionFields {
  return {
    ...httpGet,
    path: orDefault(httpGet.path, '', '/'),
    scheme: orDefault(httpGet.scheme, '', 'HTTP'),
  };
}

function setDefaultsHandler(handler: LifecycleHandlerFields): LifecycleHandlerFields {
  return handler.httpGet === undefined
    ? handler
    : { ...handler, httpGet: setDefaultsHTTPGetAction(handler.httpGet) };
}

/**
 * Fills in the protocol of ports, the hooks' HTTP requests and the probes of a container.
 *
 * Source: pkg/apis/core/v1/zz_generated.defaults.go SetObjectDefaults_Pod (its walk over one container)
 */
export function setDefaultsContainer(container: ContainerFields): ContainerFields {
  const { ports, lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const { preStop, postStart } = lifecycle ?? {};
  return {
    ...container,
    ...(ports && {
      ports: ports.map((port) => ({ ...port, protocol: orDefault(port.protocol, '', 'TCP') })),
    }),
    ...(lifecycle && {
      lifecycle: {
        ...lifecycle,
        ...(postStart && { postStart: setDefaultsHandler(postStart) }),
        ...(preStop && { preStop: setDefaultsHandler(preStop) }),
      },
    }),
    ...(livenessProbe && { livenessProbe: setDefaultsProbe(livenessProbe) }),
    ...(readinessProbe && { readinessProbe: setDefaultsProbe(readinessProbe) }),
    ...(startupProbe && { startupProbe: setDefaultsProbe(startupProbe) }),
  };
}

/**
 * Fills in the spec of a Pod or of a template: restart policy, 30 s of grace, and with hostNetwork the host ports
 * (of Pods always; of templates only up to 1.27).
 *
 * Source: pkg/apis/core/v1/defaults.go SetDefaults_PodSpec, SetDefaults_Pod
 */
export function setDefaultsPodSpec(
  spec: PodSpecFields,
  options: { readonly minor: MinorVersion; readonly resourceIsPod: boolean },
): PodSpecFields {
  const fillsHostPorts = spec.hostNetwork === true && (options.resourceIsPod || options.minor < 28);
  const fill = (container: ContainerFields): ContainerFields => {
    const filled = setDefaultsContainer(container);
    if (!fillsHostPorts || filled.ports === undefined) return filled;
    return {
      ...filled,
      ports: filled.ports.map((port) => ({
        ...port,
        hostPort: orDefault(port.hostPort, 0, port.containerPort ?? 0),
      })),
    };
  };
  return {
    ...spec,
    ...(spec.containers && { containers: spec.containers.map(fill) }),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(fill) }),
    dnsPolicy: orDefault(spec.dnsPolicy, '', 'ClusterFirst'),
    restartPolicy: orDefault(spec.restartPolicy, '', 'Always'),
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    schedulerName: orDefault(spec.schedulerName, '', 'default-scheduler'),
  };
}

function setDefaultsTemplate(
  template: PodTemplateSpecFields | undefined,
  minor: MinorVersion,
): PodTemplateSpecFields {
  return { ...template, spec: setDefaultsPodSpec(template?.spec ?? {}, { minor, resourceIsPod: false }) };
}

/**
 * Fills in a Deployment: one replica, a rolling update by 25 % and 25 %, ten revisions, 600 s to make progress.
 *
 * Source: pkg/apis/apps/v1/defaults.go SetDefaults_Deployment
 */
export function setDefaultsDeployment(
  spec: DeploymentSpecFields,
  options: { readonly minor: MinorVersion },
): DeploymentSpecFields {
  const type = orDefault(spec.strategy?.type, '', 'RollingUpdate');
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  return {
    ...spec,
    replicas: spec.replicas ?? 1,
    strategy:
      type === 'RollingUpdate'
        ? { type, rollingUpdate: { maxSurge, maxUnavailable } }
        : { ...spec.strategy, type },
    template: setDefaultsTemplate(spec.template, options.minor),
    revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
  };
}

/**
 * Fills in a ReplicaSet: one replica.
 *
 * Source: pkg/apis/apps/v1/defaults.go SetDefaults_ReplicaSet
 */
export function setDefaultsReplicaSet(
  spec: ReplicaSetSpecFields,
  options: { readonly minor: MinorVersion },
): ReplicaSetSpecFields {
  return {
    ...spec,
    replicas: spec.replicas ?? 1,
    template: setDefaultsTemplate(spec.template, options.minor),
  };
}

/**
 * Fills in a StatefulSet: one replica, one Pod after the other, a rolling update of all of them.
 *
 * Source: pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet
 */
export function setDefaultsStatefulSet(
  spec: StatefulSetSpecFields,
  options: { readonly minor: MinorVersion },
): StatefulSetSpecFields {
  const type = orDefault(spec.updateStrategy?.type, '', 'RollingUpdate');
  const { partition = 0, ...rollingUpdate } = spec.updateStrategy?.rollingUpdate ?? {};
  return {
    ...spec,
    replicas: spec.replicas ?? 1,
    podManagementPolicy: orDefault(spec.podManagementPolicy, '', 'OrderedReady'),
    updateStrategy:
      type === 'RollingUpdate'
        ? { type, rollingUpdate: { ...rollingUpdate, partition } }
        : { ...spec.updateStrategy, type },
    template: setDefaultsTemplate(spec.template, options.minor),
  };
}

/**
 * Fills in a DaemonSet: a rolling update of one node after the other, without surge.
 *
 * Source: pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet
 */
export function setDefaultsDaemonSet(
  spec: DaemonSetSpecFields,
  options: { readonly minor: MinorVersion },
): DaemonSetSpecFields {
  const type = orDefault(spec.updateStrategy?.type, '', 'RollingUpdate');
  const { maxUnavailable = 1, maxSurge = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
  return {
    ...spec,
    updateStrategy:
      type === 'RollingUpdate'
        ? { type, rollingUpdate: { maxUnavailable, maxSurge } }
        : { ...spec.updateStrategy, type },
    template: setDefaultsTemplate(spec.template, options.minor),
  };
}

/**
 * Fills in a Job: one completion by one Pod at a time where neither is said; six failures, or any number where each index has a limit.
 *
 * Source: pkg/apis/batch/v1/defaults.go SetDefaults_Job
 */
export function setDefaultsJob(
  spec: JobSpecFields,
  options: { readonly minor: MinorVersion },
): JobSpecFields {
  const neither = spec.completions === undefined && spec.parallelism === undefined;
  return {
    ...spec,
    ...(neither && { completions: 1 }),
    parallelism: spec.parallelism ?? 1,
    backoffLimit: spec.backoffLimit ?? (spec.backoffLimitPerIndex === undefined ? 6 : UNLIMITED_BACKOFF),
    completionMode: orDefault(spec.completionMode, '', 'NonIndexed'),
    suspend: spec.suspend ?? false,
    template: setDefaultsTemplate(spec.template, options.minor),
  };
}

/**
 * Fills in a Service: type, affinity (10,800 s where it is by client), ports, and the traffic policies where they have a meaning.
 *
 * Source: pkg/apis/core/v1/defaults.go SetDefaults_Service
 */
export function setDefaultsService(spec: ServiceSpecFields): ServiceSpecFields {
  const type = orDefault(spec.type, '', 'ClusterIP');
  const sessionAffinity = orDefault(spec.sessionAffinity, '', 'None');
  const timeoutSeconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
  const { sessionAffinityConfig, externalTrafficPolicy, internalTrafficPolicy, ...rest } = spec;
  const external = orDefault(
    externalTrafficPolicy,
    '',
    isExternallyAccessible({ ...spec, type }) ? 'Cluster' : '',
  );
  const internal = internalTrafficPolicy ?? (type === 'ExternalName' ? undefined : 'Cluster');
  // A configuration beside affinity None is removed, not refused.
  const config = sessionAffinity === 'ClientIP' ? { clientIP: { timeoutSeconds } } : undefined;
  return {
    ...rest,
    type,
    sessionAffinity,
    ...(config && { sessionAffinityConfig: config }),
    ...(external !== '' && { externalTrafficPolicy: external }),
    ...(internal !== undefined && { internalTrafficPolicy: internal }),
    ports: (spec.ports ?? []).map((port) => ({
      ...port,
      protocol: orDefault(port.protocol, '', 'TCP'),
      targetPort:
        port.targetPort === undefined || port.targetPort === 0 || port.targetPort === ''
          ? (port.port ?? 0)
          : port.targetPort,
    })),
  };
}
