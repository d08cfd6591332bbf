import { featureEnabled } from '../machinery/feature-gates.ts';
import type { MinorVersion } from '../machinery/version.ts';
import type { FieldError } from './field-error.ts';
import { duplicate, forbidden, invalid, notSupported, required } from './field-error.ts';
import type { ServicePortFields, ServiceSpecFields } from './manifest-fields.ts';
import { isDNS1123Label, isValidPortNum, validatePortNumOrName } from './name-formats.ts';
import { supportedPortProtocols } from './validate-container.ts';
import { validateLabels } from './validate-object-meta.ts';

/** By which version a Service is validated. */
export interface ServiceValidation {
  readonly minor: MinorVersion;
  /** Gate PreferSameTrafficDistribution; the default of the version where absent. */
  readonly preferSameTrafficDistribution?: boolean;
}

const serviceTypes: readonly string[] = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const trafficPolicies: readonly string[] = ['Cluster', 'Local'];
const KUBELET_PORT = 10250;
const MAX_CLIENT_IP_TIMEOUT_SECONDS = 86_400;

/**
 * Checks the spec of a Service after defaulting, as far as routing and termination read it.
 *
 * Source: pkg/apis/core/validation/validation.go ValidateService, ValidateServiceCreate
 */
export function validateServiceSpec(
  spec: ServiceSpecFields,
  field: string,
  options: ServiceValidation,
): readonly FieldError[] {
  const ports = spec.ports ?? [];
  const headless = spec.clusterIP === 'None';
  const errors: FieldError[] = [];
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName')
    errors.push(required(`${field}.ports`));
  for (const each of validateServiceType(spec, field)) errors.push(each);
  for (const each of validateServicePorts(ports, `${field}.ports`)) errors.push(each);
  for (const each of validateLabels(spec.selector ?? {}, `${field}.selector`)) errors.push(each);
  for (const each of validateSessionAffinity(spec, field)) errors.push(each);
  if (spec.type === 'ClusterIP') {
    ports.forEach((port, index) => {
      if ((port.nodePort ?? 0) === 0) return;
      const path = `${field}.ports[${index}].nodePort`;
      errors.push(forbidden(path, "may not be used when `type` is 'ClusterIP'"));
    });
  }
  for (const each of validateTrafficPolicies(spec, field)) errors.push(each);
  for (const each of validateTrafficDistribution(spec.trafficDistribution, field, options)) errors.push(each);
  return errors;
}

/**
 * Checks trafficDistribution: PreferClose, and where the gate PreferSameTrafficDistribution is on
 * (default since 1.34) also PreferSameZone and PreferSameNode.
 *
 * Source: pkg/apis/core/validation/validation.go validateServiceTrafficDistribution
 */
export function validateTrafficDistribution(
  trafficDistribution: string | undefined,
  field: string,
  options: ServiceValidation,
): readonly FieldError[] {
  if (trafficDistribution === undefined) return [];
  const preferSame =
    options.preferSameTrafficDistribution ?? featureEnabled('PreferSameTrafficDistribution', options.minor);
  const supported = preferSame ? ['PreferClose', 'PreferSameNode', 'PreferSameZone'] : ['PreferClose'];
  if (supported.includes(trafficDistribution)) return [];
  return [notSupported(`${field}.trafficDistribution`, trafficDistribution, supported)];
}

function validateServiceType(spec: ServiceSpecFields, field: string): readonly FieldError[] {
  const { type = '', clusterIP = '', ports = [] } = spec;
  const errors: FieldError[] = [];
  if (type === '') return [required(`${field}.type`)];
  if (!serviceTypes.includes(type)) return [notSupported(`${field}.type`, type, serviceTypes)];
  if (type === 'LoadBalancer') {
    ports.forEach((port, index) => {
      if (port.port !== KUBELET_PORT) return;
      const detail = 'may not be exposed externally, because the kubelet uses it';
      errors.push(invalid(`${field}.ports[${index}]`, port.port, detail));
    });
  }
  if ((type === 'LoadBalancer' || type === 'NodePort') && clusterIP === 'None') {
    const detail = `may not be set to 'None' for ${type} services`;
    errors.push(invalid(`${field}.clusterIPs[0]`, clusterIP, detail));
  }
  if (type === 'ExternalName') {
    if (clusterIP !== '') {
      errors.push(forbidden(`${field}.clusterIPs`, 'may not be set for ExternalName services'));
    }
    if ((spec.externalName ?? '') === '') errors.push(required(`${field}.externalName`));
  }
  return errors;
}

/** Source: pkg/apis/core/validation/validation.go validateServicePort */
function validateServicePorts(ports: readonly ServicePortFields[], field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  ports.forEach((each, index) => {
    const path = `${field}[${index}]`;
    const { name = '', port = 0, targetPort = 0, nodePort = 0, protocol = '' } = each;
    if (name === '') {
      if (ports.length > 1) errors.push(required(`${path}.name`));
    } else {
      for (const each of isDNS1123Label(name).map((rule) => invalid(`${path}.name`, name, rule)))
        errors.push(each);
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    for (const each of isValidPortNum(port).map((rule) => invalid(`${path}.port`, port, rule)))
      errors.push(each);
    if (protocol === '') errors.push(required(`${path}.protocol`));
    else if (!supportedPortProtocols.includes(protocol)) {
      errors.push(notSupported(`${path}.protocol`, protocol, supportedPortProtocols));
    }
    for (const each of validatePortNumOrName(targetPort, `${path}.targetPort`)) errors.push(each);
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) errors.push(duplicate(path, { protocol, port }));
    numbers.add(key);
    if (nodePort === 0) return;
    const nodeKey = `${protocol}/${nodePort}`;
    if (nodePorts.has(nodeKey)) errors.push(duplicate(`${path}.nodePort`, nodePort));
    nodePorts.add(nodeKey);
  });
  return errors;
}

function validateSessionAffinity(spec: ServiceSpecFields, field: string): readonly FieldError[] {
  const { sessionAffinity = '', sessionAffinityConfig } = spec;
  const path = `${field}.sessionAffinityConfig`;
  if (sessionAffinity === '') return [required(`${field}.sessionAffinity`)];
  if (sessionAffinity === 'None') {
    if (sessionAffinityConfig === undefined) return [];
    return [forbidden(path, 'must not be set when session affinity is None')];
  }
  if (sessionAffinity !== 'ClientIP') {
    return [notSupported(`${field}.sessionAffinity`, sessionAffinity, ['ClientIP', 'None'])];
  }
  const timeoutSeconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (timeoutSeconds === undefined) return [required(path, 'when session affinity type is ClientIP')];
  if (timeoutSeconds > 0 && timeoutSeconds <= MAX_CLIENT_IP_TIMEOUT_SECONDS) return [];
  return [
    invalid(
      `${path}.clientIP.timeoutSeconds`,
      timeoutSeconds,
      `must be greater than 0 and at most ${MAX_CLIENT_IP_TIMEOUT_SECONDS}`,
    ),
  ];
}

/**
 * Whether traffic from outside the cluster can enter through a Service: its type, or external IPs on a ClusterIP Service.
 *
 * Source: pkg/api/service/util.go ExternallyAccessible
 */
export function isExternallyAccessible(spec: ServiceSpecFields): boolean {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') return true;
  return spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0;
}

/** Source: pkg/apis/core/validation/validation.go validateServiceExternalTrafficPolicy, validateServiceInternalTrafficFieldsValue */
function validateTrafficPolicies(spec: ServiceSpecFields, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { externalTrafficPolicy: external = '', internalTrafficPolicy: internal } = spec;
  const externalPath = `${field}.externalTrafficPolicy`;
  if (!isExternallyAccessible(spec)) {
    if (external !== '') {
      errors.push(invalid(externalPath, external, 'may only be set for externally-accessible services'));
    }
  } else if (external === '') errors.push(required(externalPath));
  else if (!trafficPolicies.includes(external)) {
    errors.push(notSupported(externalPath, external, trafficPolicies));
  }
  const internalPath = `${field}.internalTrafficPolicy`;
  if (internal === undefined) {
    if (spec.type !== 'ExternalName') errors.push(required(internalPath));
  } else if (!trafficPolicies.includes(internal)) {
    errors.push(notSupported(internalPath, internal, trafficPolicies));
  }
  return errors;
}
