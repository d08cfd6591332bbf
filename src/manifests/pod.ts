import type { Container, LifecycleHandler, ObjectMeta, PodSpec, Probe } from '../cluster/objects.ts';
import { withDefaultTolerations } from '../rules/apiserver/tolerations.ts';
import type { NodeSelectorTerm } from '../rules/scheduler/node-affinity.ts';
import type {
  ContainerFields,
  LifecycleHandlerFields,
  NodeSelectorRequirementFields,
  NodeSelectorTermFields,
  ObjectMetaFields,
  PodSpecFields,
  ProbeFields,
} from '../rules/validation/manifest-fields.ts';
import type { Field } from './decode.ts';
import {
  hasOnly,
  member,
  optionalBoolean,
  optionalInteger,
  optionalIntOrString,
  optionalList,
  optionalMap,
  optionalString,
  optionalStringMap,
  optionalStrings,
  refuseMistaken,
} from './decode.ts';
import {
  CONTAINER_FIELDS,
  HANDLER_FIELDS,
  LIFECYCLE_FIELDS,
  POD_SPEC_FIELDS,
  PROBE_FIELDS,
  SLEEP_FIELDS,
} from './field-names.ts';

/** Reads the metadata of an object as written. */
export function decodeObjectMeta(field: Field): ObjectMetaFields {
  const text = (key: string) => optionalString(member(field, key));
  return {
    name: text('name'),
    namespace: text('namespace'),
    labels: optionalStringMap(member(field, 'labels')),
    annotations: optionalStringMap(member(field, 'annotations')),
    finalizers: optionalStrings(member(field, 'finalizers')),
  };
}

/** Reads the spec of a Pod or of a template as written. */
export function decodePodSpec(field: Field): PodSpecFields {
  refuseMistaken(field, POD_SPEC_FIELDS, { lifecycle: 'containers[]', preStop: 'containers[].lifecycle' });
  const text = (key: string) => optionalString(member(field, key));
  const flag = (key: string) => optionalBoolean(member(field, key));
  return {
    containers: optionalList(member(field, 'containers'), decodeContainer),
    initContainers: optionalList(member(field, 'initContainers'), decodeContainer),
    restartPolicy: text('restartPolicy'),
    terminationGracePeriodSeconds: optionalInteger(member(field, 'terminationGracePeriodSeconds'), 64),
    activeDeadlineSeconds: optionalInteger(member(field, 'activeDeadlineSeconds'), 64),
    nodeName: text('nodeName'),
    hostNetwork: flag('hostNetwork'),
    hostPID: flag('hostPID'),
    shareProcessNamespace: flag('shareProcessNamespace'),
    readinessGates: optionalList(member(field, 'readinessGates'), (gate) => ({
      conditionType: optionalString(member(gate, 'conditionType')),
    })),
    os: optionalMap(member(field, 'os'), (os) => ({ name: optionalString(member(os, 'name')) })),
    priority: optionalInteger(member(field, 'priority')),
    priorityClassName: text('priorityClassName'),
    tolerations: optionalList(member(field, 'tolerations'), (each) => ({
      key: optionalString(member(each, 'key')),
      operator: optionalString(member(each, 'operator')),
      value: optionalString(member(each, 'value')),
      effect: optionalString(member(each, 'effect')),
      tolerationSeconds: optionalInteger(member(each, 'tolerationSeconds'), 64),
    })),
    nodeSelector: optionalStringMap(member(field, 'nodeSelector')),
    requiredNodeAffinity: optionalMap(member(field, 'affinity'), decodeAffinity),
    volumes: optionalList(member(field, 'volumes'), (volume) => ({
      // A volume without a source is one, too. Source: pkg/apis/core/v1/defaults.go SetDefaults_Volume
      emptyDir: optionalMap(member(volume, 'emptyDir'), () => true) ?? hasOnly(volume, 'name'),
    })),
  };
}

/** The required part of the node affinity; the preferred one decides nothing here. */
function decodeAffinity(affinity: Field): PodSpecFields['requiredNodeAffinity'] {
  return optionalMap(member(affinity, 'nodeAffinity'), (nodeAffinity) =>
    optionalMap(member(nodeAffinity, 'requiredDuringSchedulingIgnoredDuringExecution'), (required) => ({
      nodeSelectorTerms: optionalList(member(required, 'nodeSelectorTerms'), (term) => ({
        matchExpressions: optionalList(member(term, 'matchExpressions'), decodeRequirement),
        matchFields: optionalList(member(term, 'matchFields'), decodeRequirement),
      })),
    })),
  );
}

function decodeRequirement(field: Field): NodeSelectorRequirementFields {
  return {
    key: optionalString(member(field, 'key')),
    operator: optionalString(member(field, 'operator')),
    values: optionalStrings(member(field, 'values')),
  };
}

function decodeContainer(field: Field): ContainerFields {
  refuseMistaken(field, CONTAINER_FIELDS, {
    preStop: 'lifecycle',
    postStart: 'lifecycle',
    terminationGracePeriodSeconds: "the Pod's spec, beside containers",
  });
  const text = (key: string) => optionalString(member(field, key));
  const probe = (key: string) => optionalMap(member(field, key), decodeProbe);
  return {
    name: text('name'),
    image: text('image'),
    command: optionalStrings(member(field, 'command')),
    args: optionalStrings(member(field, 'args')),
    env: optionalList(member(field, 'env'), (each) => ({
      name: optionalString(member(each, 'name')),
      value: optionalString(member(each, 'value')),
      valueFrom: optionalMap(member(each, 'valueFrom'), () => true),
    })),
    envFrom: optionalList(member(field, 'envFrom'), () => true as const),
    ports: optionalList(member(field, 'ports'), (port) => ({
      name: optionalString(member(port, 'name')),
      containerPort: optionalInteger(member(port, 'containerPort')),
      hostPort: optionalInteger(member(port, 'hostPort')),
      hostIP: optionalString(member(port, 'hostIP')),
      protocol: optionalString(member(port, 'protocol')),
    })),
    lifecycle: optionalMap(member(field, 'lifecycle'), decodeLifecycle),
    livenessProbe: probe('livenessProbe'),
    readinessProbe: probe('readinessProbe'),
    startupProbe: probe('startupProbe'),
    restartPolicy: text('restartPolicy'),
  };
}

function decodeLifecycle(field: Field): ContainerFields['lifecycle'] {
  refuseMistaken(field, LIFECYCLE_FIELDS, {
    terminationGracePeriodSeconds: "the Pod's spec, beside containers",
  });
  return {
    postStart: optionalMap(member(field, 'postStart'), decodeHandler),
    preStop: optionalMap(member(field, 'preStop'), decodeHandler),
    stopSignal: optionalString(member(field, 'stopSignal')),
  };
}

function decodeHandler(field: Field): LifecycleHandlerFields {
  refuseMistaken(field, HANDLER_FIELDS);
  return decodeActions(field);
}

function decodeActions(field: Field): LifecycleHandlerFields {
  return {
    exec: optionalMap(member(field, 'exec'), (exec) => ({
      command: optionalStrings(member(exec, 'command')),
    })),
    httpGet: optionalMap(member(field, 'httpGet'), (httpGet) => ({
      path: optionalString(member(httpGet, 'path')),
      port: optionalIntOrString(member(httpGet, 'port')),
      host: optionalString(member(httpGet, 'host')),
      scheme: optionalString(member(httpGet, 'scheme')),
      httpHeaders: optionalList(member(httpGet, 'httpHeaders'), (header) => ({
        name: optionalString(member(header, 'name')),
        value: optionalString(member(header, 'value')),
      })),
    })),
    tcpSocket: optionalMap(member(field, 'tcpSocket'), (tcpSocket) => ({
      port: optionalIntOrString(member(tcpSocket, 'port')),
      host: optionalString(member(tcpSocket, 'host')),
    })),
    sleep: optionalMap(member(field, 'sleep'), (sleep) => {
      refuseMistaken(sleep, SLEEP_FIELDS);
      return { seconds: optionalInteger(member(sleep, 'seconds'), 64) };
    }),
  };
}

function decodeProbe(field: Field): ProbeFields {
  refuseMistaken(field, PROBE_FIELDS);
  const { exec, httpGet, tcpSocket } = decodeActions(field);
  const number = (key: string) => optionalInteger(member(field, key));
  return {
    exec,
    httpGet,
    tcpSocket,
    grpc: optionalMap(member(field, 'grpc'), (grpc) => ({ port: optionalInteger(member(grpc, 'port')) })),
    initialDelaySeconds: number('initialDelaySeconds'),
    periodSeconds: number('periodSeconds'),
    timeoutSeconds: number('timeoutSeconds'),
    successThreshold: number('successThreshold'),
    failureThreshold: number('failureThreshold'),
    terminationGracePeriodSeconds: optionalInteger(member(field, 'terminationGracePeriodSeconds'), 64),
  };
}

/** The metadata as the pipeline takes it. Names have been validated. */
export function toObjectMeta(metadata: ObjectMetaFields): ObjectMeta {
  return {
    name: metadata.name ?? '',
    namespace: metadata.namespace || 'default',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    finalizers: metadata.finalizers ?? [],
  };
}

/** The spec as the pipeline takes it. It has been defaulted and validated, so nothing that follows decides anything. */
export function toPodSpec(spec: PodSpecFields): PodSpec {
  const { restartPolicy } = spec;
  return {
    containers: (spec.containers ?? []).map((container) => toContainer(container, false)),
    initContainers: (spec.initContainers ?? []).map((container) => toContainer(container, true)),
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    restartPolicy: restartPolicy === 'OnFailure' || restartPolicy === 'Never' ? restartPolicy : 'Always',
    nodeName: spec.nodeName ?? '',
    hostNetwork: spec.hostNetwork ?? false,
    hostPID: spec.hostPID ?? false,
    shareProcessNamespace: spec.shareProcessNamespace ?? false,
    readinessGates: (spec.readinessGates ?? []).map((gate) => gate.conditionType ?? ''),
    priority: spec.priority ?? null,
    priorityClassName: spec.priorityClassName ?? '',
    tolerations: withDefaultTolerations(
      (spec.tolerations ?? []).map(({ key, operator, value, effect, tolerationSeconds }) => ({
        key: key ?? '',
        operator: operator ?? '',
        value: value ?? '',
        effect: effect ?? '',
        tolerationSeconds: tolerationSeconds ?? null,
      })),
    ),
    placement: {
      nodeSelector: spec.nodeSelector ?? {},
      terms:
        spec.requiredNodeAffinity === undefined
          ? null
          : (spec.requiredNodeAffinity.nodeSelectorTerms ?? []).map(toTerm),
    },
    hasEmptyDir: (spec.volumes ?? []).some(({ emptyDir }) => emptyDir === true),
  };
}

function toTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTermFields): NodeSelectorTerm {
  const requirement = ({ key = '', operator = '', values = [] }: NodeSelectorRequirementFields) => {
    return { key, operator, values };
  };
  return {
    matchExpressions: matchExpressions.map(requirement),
    matchFields: matchFields.map(requirement),
  };
}

function toContainer(container: ContainerFields, isInit: boolean): Container {
  const { lifecycle, readinessProbe, livenessProbe, startupProbe } = container;
  return {
    name: container.name ?? '',
    image: container.image ?? '',
    command: container.command ?? [],
    args: container.args ?? [],
    env: (container.env ?? []).map(({ name = '', value, valueFrom }) => ({
      name,
      value: valueFrom === true ? null : (value ?? ''),
    })),
    envFrom: (container.envFrom ?? []).length > 0,
    ports: (container.ports ?? []).map((port) => ({
      name: port.name ?? '',
      containerPort: port.containerPort ?? 0,
      hostPort: port.hostPort ?? 0,
      protocol: port.protocol === 'UDP' || port.protocol === 'SCTP' ? port.protocol : 'TCP',
    })),
    lifecycle: {
      ...(lifecycle?.postStart && { postStart: toHandler(lifecycle.postStart) }),
      ...(lifecycle?.preStop && { preStop: toHandler(lifecycle.preStop) }),
      ...(lifecycle?.stopSignal !== undefined && { stopSignal: lifecycle.stopSignal }),
    },
    ...(readinessProbe && { readinessProbe: toProbe(readinessProbe) }),
    ...(livenessProbe && { livenessProbe: toProbe(livenessProbe) }),
    ...(startupProbe && { startupProbe: toProbe(startupProbe) }),
    ...(isInit && container.restartPolicy === 'Always' && { restartPolicy: 'Always' as const }),
  };
}

function toHandler(handler: LifecycleHandlerFields): LifecycleHandler {
  const { exec, httpGet, tcpSocket, sleep } = handler;
  if (exec) return { exec: { command: exec.command ?? [] } };
  if (httpGet) {
    return {
      httpGet: {
        path: httpGet.path ?? '/',
        port: httpGet.port ?? 0,
        host: httpGet.host ?? '',
        scheme: httpGet.scheme === 'HTTPS' ? 'HTTPS' : 'HTTP',
      },
    };
  }
  if (tcpSocket) return { tcpSocket: { port: tcpSocket.port ?? 0, host: tcpSocket.host ?? '' } };
  return { sleep: { seconds: sleep?.seconds ?? 0 } };
}

function toProbe(probe: ProbeFields): Probe {
  const graceSeconds = probe.terminationGracePeriodSeconds;
  return {
    port: probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? null,
    handler: probe.exec ? 'exec' : probe.httpGet ? 'httpGet' : probe.tcpSocket ? 'tcpSocket' : 'grpc',
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds ?? 10,
    timeoutSeconds: probe.timeoutSeconds ?? 1,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
    ...(graceSeconds !== undefined && { terminationGracePeriodSeconds: graceSeconds }),
  };
}
