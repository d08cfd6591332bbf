import type { MinorVersion } from '../machinery/version.ts';
import type { FieldError } from './field-error.ts';
import { forbidden, invalid, notSupported, required } from './field-error.ts';
import type { PodSpecFields, PodTemplateSpecFields } from './manifest-fields.ts';
import { isQualifiedName } from './name-formats.ts';
import { validateContainers, validateInitContainers } from './validate-container.ts';
import type { LifecycleValidation } from './validate-lifecycle.ts';
import { validateNodePlacement } from './validate-node-placement.ts';
import { validateLabels } from './validate-object-meta.ts';
import { validateTolerations } from './validate-tolerations.ts';

/** By which version a Pod's spec is validated, and in what it stands. */
export interface PodSpecValidation {
  readonly minor: MinorVersion;
  /** False inside the template of a controller, where host ports may still be filled in later. */
  readonly resourceIsPod: boolean;
  /** Gate PodLifecycleSleepActionAllowZero; the default of the version where absent. */
  readonly allowZero?: boolean;
}

const podRestartPolicies: readonly string[] = ['Always', 'Never', 'OnFailure'];

/**
 * Checks the parts of a Pod's spec that the termination pipeline reads, after defaulting. The grace period has no lower bound:
 * 0 and negative numbers pass.
 *
 * Versions: a native sleep of zero passes from 1.33, a container's own restartPolicy from 1.35.
 *
 * Source: pkg/apis/core/validation/validation.go ValidatePodSpec
 */
export function validatePodSpec(
  spec: PodSpecFields,
  field: string,
  options: PodSpecValidation,
): readonly FieldError[] {
  const osName = spec.os?.name;
  const containerOptions: LifecycleValidation = {
    minor: options.minor,
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
    osName,
    ...(options.allowZero === undefined ? {} : { allowZero: options.allowZero }),
  };
  const containers = spec.containers ?? [];
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.push(required(`${field}.terminationGracePeriodSeconds`));
  }
  for (const each of validateContainers(containers, `${field}.containers`, containerOptions))
    errors.push(each);
  for (const each of validateInitContainers(
    spec.initContainers ?? [],
    containers,
    `${field}.initContainers`,
    containerOptions,
  ))
    errors.push(each);
  for (const each of validateRestartPolicy(spec.restartPolicy ?? '', `${field}.restartPolicy`))
    errors.push(each);
  for (const each of validateReadinessGates(spec, field)) errors.push(each);
  if (spec.hostNetwork === true)
    for (const each of validateHostNetworkPorts(spec, field, options.resourceIsPod)) errors.push(each);
  const activeDeadlineSeconds = spec.activeDeadlineSeconds;
  if (activeDeadlineSeconds !== undefined && activeDeadlineSeconds < 1) {
    errors.push(
      invalid(
        `${field}.activeDeadlineSeconds`,
        activeDeadlineSeconds,
        'must be between 1 and 2147483647, inclusive',
      ),
    );
  }
  for (const each of validateTolerations(spec.tolerations ?? [], `${field}.tolerations`)) errors.push(each);
  for (const each of validateNodePlacement(spec, field)) errors.push(each);
  if (spec.os !== undefined) {
    if ((osName ?? '') === '') errors.push(required(`${field}.os.name`));
    else if (osName !== 'linux' && osName !== 'windows') {
      errors.push(notSupported(`${field}.os.name`, osName, ['linux', 'windows']));
    }
  }
  return errors;
}

/**
 * Checks a Pod template: its labels and the whole of its spec, so a bad hook is refused with the Deployment, not with its Pods.
 *
 * Source: pkg/apis/core/validation/validation.go ValidatePodTemplateSpec
 */
export function validatePodTemplateSpec(
  template: PodTemplateSpecFields,
  field: string,
  options: Omit<PodSpecValidation, 'resourceIsPod'>,
): readonly FieldError[] {
  return [
    ...validateLabels(template.metadata?.labels ?? {}, `${field}.labels`),
    ...validatePodSpec(template.spec ?? {}, `${field}.spec`, { ...options, resourceIsPod: false }),
  ];
}

/**
 * Checks what the template of a Deployment or ReplicaSet must have beyond a valid Pod: restartPolicy Always and no deadline.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidatePodTemplateSpecForReplicaSet
 */
export function validateTemplateLifetime(spec: PodSpecFields, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (spec.restartPolicy !== 'Always') {
    errors.push(notSupported(`${field}.restartPolicy`, spec.restartPolicy ?? '', ['Always']));
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(
        `${field}.activeDeadlineSeconds`,
        'may not be set in the template of a ReplicaSet or Deployment',
      ),
    );
  }
  return errors;
}

function validateRestartPolicy(restartPolicy: string, field: string): readonly FieldError[] {
  if (restartPolicy === '') return [required(field)];
  if (podRestartPolicies.includes(restartPolicy)) return [];
  return [notSupported(field, restartPolicy, podRestartPolicies)];
}

function validateReadinessGates(spec: PodSpecFields, field: string): readonly FieldError[] {
  return (spec.readinessGates ?? []).flatMap((gate, index) => {
    const conditionType = gate.conditionType ?? '';
    const path = `${field}.readinessGates[${index}].conditionType`;
    return isQualifiedName(conditionType).map((rule) => invalid(path, conditionType, rule));
  });
}

/** Source: pkg/apis/core/validation/validation.go validatePodHostNetworkDeps (validateHostNetwork before 1.28) */
function validateHostNetworkPorts(
  spec: PodSpecFields,
  field: string,
  resourceIsPod: boolean,
): readonly FieldError[] {
  return (spec.containers ?? []).flatMap((container, index) =>
    (container.ports ?? []).flatMap((port, portIndex) => {
      const { hostPort = 0, containerPort = 0 } = port;
      if (hostPort === containerPort || (!resourceIsPod && hostPort === 0)) return [];
      const path = `${field}.containers[${index}].ports[${portIndex}].hostPort`;
      return [invalid(path, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}
