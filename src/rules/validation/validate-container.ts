import type { FieldError } from './field-error.ts';
import { duplicate, forbidden, invalid, notSupported, required } from './field-error.ts';
import type { ContainerFields, ContainerPortFields } from './manifest-fields.ts';
import { isDNS1123Label, isValidPortName, isValidPortNum } from './name-formats.ts';
import type { LifecycleValidation } from './validate-lifecycle.ts';
import { validateLifecycle } from './validate-lifecycle.ts';
import { validateLivenessProbe, validateReadinessProbe, validateStartupProbe } from './validate-probe.ts';

/** Protocols of a port, sorted as the API server lists them. */
export const supportedPortProtocols: readonly string[] = ['SCTP', 'TCP', 'UDP'];

const containerRestartPolicies: readonly string[] = ['Always', 'Never', 'OnFailure'];

/**
 * Checks the regular containers of a Pod: at least one, names unique, hooks and probes, host ports not taken twice.
 * A restartPolicy of their own is forbidden up to 1.34 (gate ContainerRestartRules, on by default since 1.35).
 *
 * Source: pkg/apis/core/validation/validation.go validateContainers
 */
export function validateContainers(
  containers: readonly ContainerFields[],
  field: string,
  options: LifecycleValidation,
): readonly FieldError[] {
  if (containers.length === 0) return [required(field)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const path = `${field}[${index}]`;
    const name = container.name ?? '';
    for (const each of validateContainerCommon(container, path)) errors.push(each);
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    for (const each of validateHooksAndProbes(container, path, options)) errors.push(each);
    if (container.restartPolicy === undefined) return;
    if (options.minor < 35) {
      errors.push(forbidden(`${path}.restartPolicy`, 'may not be set for non-init containers'));
    } else if (!containerRestartPolicies.includes(container.restartPolicy)) {
      errors.push(notSupported(`${path}.restartPolicy`, container.restartPolicy, containerRestartPolicies));
    }
  });
  return [...errors, ...checkHostPortConflicts(containers, field)];
}

/**
 * Checks the init containers of a Pod. Hooks and probes are for those with restartPolicy Always, the native sidecars
 * (field known since 1.28). Their names must differ from those of the regular containers, too.
 *
 * Source: pkg/apis/core/validation/validation.go validateInitContainers
 */
export function validateInitContainers(
  containers: readonly ContainerFields[],
  regularContainers: readonly ContainerFields[],
  field: string,
  options: LifecycleValidation,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set(regularContainers.map((container) => container.name ?? ''));
  const policies = options.minor < 35 ? ['Always'] : containerRestartPolicies;
  containers.forEach((container, index) => {
    const path = `${field}[${index}]`;
    const name = container.name ?? '';
    for (const each of validateContainerCommon(container, path)) errors.push(each);
    if (container.restartPolicy !== undefined && !policies.includes(container.restartPolicy)) {
      errors.push(notSupported(`${path}.restartPolicy`, container.restartPolicy, policies));
    }
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    else if (name !== '') names.add(name);
    // Plain init containers run one after the other, so only a container's own ports can collide.
    for (const each of checkHostPortConflicts([container], field)) errors.push(each);
    if (container.restartPolicy === 'Always')
      for (const each of validateHooksAndProbes(container, path, options)) errors.push(each);
    else for (const each of forbidHooksAndProbes(container, path, options)) errors.push(each);
  });
  return errors;
}

function validateHooksAndProbes(
  container: ContainerFields,
  path: string,
  options: LifecycleValidation,
): readonly FieldError[] {
  return [
    ...(container.lifecycle === undefined
      ? []
      : validateLifecycle(container.lifecycle, `${path}.lifecycle`, options)),
    ...validateLivenessProbe(container.livenessProbe, `${path}.livenessProbe`, options),
    ...validateReadinessProbe(container.readinessProbe, `${path}.readinessProbe`, options),
    ...validateStartupProbe(container.startupProbe, `${path}.startupProbe`, options),
  ];
}

function forbidHooksAndProbes(
  container: ContainerFields,
  path: string,
  options: LifecycleValidation,
): readonly FieldError[] {
  const detail =
    options.minor < 28
      ? 'may not be set for init containers'
      : 'may not be set for init containers without restartPolicy=Always';
  return (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    .filter((key) => container[key] !== undefined)
    .map((key) => forbidden(`${path}.${key}`, detail));
}

/** Source: pkg/apis/core/validation/validation.go validateContainerCommon (the parts that the termination pipeline reads) */
function validateContainerCommon(container: ContainerFields, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = container.name ?? '';
  const image = container.image ?? '';
  if (name === '') errors.push(required(`${path}.name`));
  else
    for (const each of isDNS1123Label(name).map((rule) => invalid(`${path}.name`, name, rule)))
      errors.push(each);
  if (image === '') errors.push(required(`${path}.image`));
  else if (image.trim() !== image) {
    errors.push(invalid(`${path}.image`, image, 'must not have leading or trailing whitespace'));
  }
  return [...errors, ...validateContainerPorts(container.ports ?? [], `${path}.ports`)];
}

/**
 * Checks the ports that a container declares: names unique, numbers in range, a known protocol.
 *
 * Source: pkg/apis/core/validation/validation.go validateContainerPorts
 */
export function validateContainerPorts(
  ports: readonly ContainerPortFields[],
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const path = `${field}[${index}]`;
    const { name = '', containerPort = 0, hostPort = 0, protocol = '' } = port;
    if (name !== '') {
      const rules = isValidPortName(name);
      for (const each of rules.map((rule) => invalid(`${path}.name`, name, rule))) errors.push(each);
      if (rules.length === 0 && names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    if (containerPort === 0) errors.push(required(`${path}.containerPort`));
    else {
      const rules = isValidPortNum(containerPort);
      for (const each of rules.map((rule) => invalid(`${path}.containerPort`, containerPort, rule)))
        errors.push(each);
    }
    if (hostPort !== 0) {
      for (const each of isValidPortNum(hostPort).map((rule) => invalid(`${path}.hostPort`, hostPort, rule)))
        errors.push(each);
    }
    if (protocol === '') errors.push(required(`${path}.protocol`));
    else if (!supportedPortProtocols.includes(protocol)) {
      errors.push(notSupported(`${path}.protocol`, protocol, supportedPortProtocols));
    }
  });
  return errors;
}

/** Source: pkg/apis/core/validation/validation.go checkHostPortConflicts */
function checkHostPortConflicts(
  containers: readonly ContainerFields[],
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  containers.forEach((container, index) => {
    (container.ports ?? []).forEach((port, portIndex) => {
      if ((port.hostPort ?? 0) === 0) return;
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) errors.push(duplicate(`${field}[${index}].ports[${portIndex}].hostPort`, key));
      taken.add(key);
    });
  });
  return errors;
}
