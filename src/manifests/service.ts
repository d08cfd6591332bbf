import type { Service } from '../cluster/objects.ts';
import type { ObjectMetaFields, ServiceSpecFields } from '../rules/validation/manifest-fields.ts';
import type { Field } from './decode.ts';
import {
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
import { SERVICE_SPEC_FIELDS } from './field-names.ts';
import { toObjectMeta } from './pod.ts';

/** Reads the spec of a Service as written. */
export function decodeServiceSpec(field: Field): ServiceSpecFields {
  refuseMistaken(field, SERVICE_SPEC_FIELDS);
  const text = (key: string) => optionalString(member(field, key));
  return {
    type: text('type'),
    clusterIP: text('clusterIP'),
    externalName: text('externalName'),
    selector: optionalStringMap(member(field, 'selector')),
    ports: optionalList(member(field, 'ports'), (port) => ({
      name: optionalString(member(port, 'name')),
      port: optionalInteger(member(port, 'port')),
      targetPort: optionalIntOrString(member(port, 'targetPort')),
      nodePort: optionalInteger(member(port, 'nodePort')),
      protocol: optionalString(member(port, 'protocol')),
    })),
    publishNotReadyAddresses: optionalBoolean(member(field, 'publishNotReadyAddresses')),
    internalTrafficPolicy: text('internalTrafficPolicy'),
    externalTrafficPolicy: text('externalTrafficPolicy'),
    externalIPs: optionalStrings(member(field, 'externalIPs')),
    sessionAffinity: text('sessionAffinity'),
    sessionAffinityConfig: optionalMap(member(field, 'sessionAffinityConfig'), (config) => ({
      clientIP: optionalMap(member(config, 'clientIP'), (clientIP) => ({
        timeoutSeconds: optionalInteger(member(clientIP, 'timeoutSeconds')),
      })),
    })),
    trafficDistribution: text('trafficDistribution'),
  };
}

const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'] as const;

/** The Service as the pipeline takes it, after defaulting and validation. */
export function toService(metadata: ObjectMetaFields, spec: ServiceSpecFields): Service {
  return {
    kind: 'Service',
    metadata: toObjectMeta(metadata),
    spec: {
      type: types.find((each) => each === spec.type) ?? 'ClusterIP',
      clusterIP: spec.clusterIP ?? '',
      selector: spec.selector ?? {},
      ports: (spec.ports ?? []).map((port) => ({
        name: port.name ?? '',
        port: port.port ?? 0,
        targetPort: port.targetPort ?? 0,
        nodePort: port.nodePort ?? 0,
        protocol: port.protocol === 'UDP' || port.protocol === 'SCTP' ? port.protocol : 'TCP',
      })),
      publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
      internalTrafficPolicy: spec.internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
      externalTrafficPolicy: spec.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
      externalIPs: spec.externalIPs ?? [],
      sessionAffinity: spec.sessionAffinity === 'ClientIP' ? 'ClientIP' : 'None',
      sessionAffinityTimeoutSeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800,
      trafficDistribution: distributions.find((each) => each === spec.trafficDistribution) ?? '',
    },
  };
}
