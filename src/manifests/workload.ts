import type {
  DaemonSet,
  Deployment,
  LabelSelector,
  PodTemplateSpec,
  ReplicaSet,
  StatefulSet,
} from '../cluster/objects.ts';
import type {
  DaemonSetSpecFields,
  DeploymentSpecFields,
  LabelSelectorFields,
  ObjectMetaFields,
  PodTemplateSpecFields,
  ReplicaSetSpecFields,
  StatefulSetSpecFields,
} from '../rules/validation/manifest-fields.ts';
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
import { WORKLOAD_SPEC_FIELDS } from './field-names.ts';
import { decodePodSpec, toObjectMeta, toPodSpec } from './pod.ts';
import { templateContent } from './template-content.ts';

/** Reads the spec of a Deployment as written. */
export function decodeDeploymentSpec(field: Field): DeploymentSpecFields {
  return {
    ...decodeReplicaSetSpec(field),
    strategy: optionalMap(member(field, 'strategy'), decodeRollingStrategy),
    progressDeadlineSeconds: optionalInteger(member(field, 'progressDeadlineSeconds')),
    revisionHistoryLimit: optionalInteger(member(field, 'revisionHistoryLimit')),
    paused: optionalBoolean(member(field, 'paused')),
  };
}

/** Reads the spec of a ReplicaSet as written. */
export function decodeReplicaSetSpec(field: Field): ReplicaSetSpecFields {
  refuseMistaken(field, WORKLOAD_SPEC_FIELDS, {
    containers: 'template.spec',
    terminationGracePeriodSeconds: 'template.spec',
  });
  return {
    replicas: optionalInteger(member(field, 'replicas')),
    selector: optionalMap(member(field, 'selector'), decodeLabelSelector),
    template: optionalMap(member(field, 'template'), decodeTemplate),
    minReadySeconds: optionalInteger(member(field, 'minReadySeconds')),
  };
}

/** Reads the spec of a StatefulSet as written. */
export function decodeStatefulSetSpec(field: Field): StatefulSetSpecFields {
  return {
    ...decodeReplicaSetSpec(field),
    serviceName: optionalString(member(field, 'serviceName')),
    podManagementPolicy: optionalString(member(field, 'podManagementPolicy')),
    updateStrategy: optionalMap(member(field, 'updateStrategy'), (strategy) => ({
      type: optionalString(member(strategy, 'type')),
      rollingUpdate: optionalMap(member(strategy, 'rollingUpdate'), (rollingUpdate) => ({
        partition: optionalInteger(member(rollingUpdate, 'partition')),
        maxUnavailable: optionalIntOrString(member(rollingUpdate, 'maxUnavailable')),
      })),
    })),
    ordinals: optionalMap(member(field, 'ordinals'), (ordinals) => ({
      start: optionalInteger(member(ordinals, 'start')),
    })),
    persistentVolumeClaimRetentionPolicy: optionalMap(
      member(field, 'persistentVolumeClaimRetentionPolicy'),
      (policy) => ({
        whenDeleted: optionalString(member(policy, 'whenDeleted')),
        whenScaled: optionalString(member(policy, 'whenScaled')),
      }),
    ),
    volumeClaimTemplates: optionalList(member(field, 'volumeClaimTemplates'), (claim) => ({
      name: optionalMap(member(claim, 'metadata'), (metadata) => optionalString(member(metadata, 'name'))),
    })),
  };
}

/** Reads the spec of a DaemonSet as written. */
export function decodeDaemonSetSpec(field: Field): DaemonSetSpecFields {
  const { selector, template, minReadySeconds } = decodeReplicaSetSpec(field);
  return {
    selector,
    template,
    minReadySeconds,
    updateStrategy: optionalMap(member(field, 'updateStrategy'), decodeRollingStrategy),
  };
}

function decodeRollingStrategy(strategy: Field) {
  return {
    type: optionalString(member(strategy, 'type')),
    rollingUpdate: optionalMap(member(strategy, 'rollingUpdate'), (rollingUpdate) => ({
      maxSurge: optionalIntOrString(member(rollingUpdate, 'maxSurge')),
      maxUnavailable: optionalIntOrString(member(rollingUpdate, 'maxUnavailable')),
    })),
  };
}

/** Reads a selector of labels as written. */
export function decodeLabelSelector(field: Field): LabelSelectorFields {
  return {
    matchLabels: optionalStringMap(member(field, 'matchLabels')),
    matchExpressions: optionalList(member(field, 'matchExpressions'), (expression) => ({
      key: optionalString(member(expression, 'key')),
      operator: optionalString(member(expression, 'operator')),
      values: optionalStrings(member(expression, 'values')),
    })),
  };
}

/** Reads a Pod template as written. */
export function decodeTemplate(field: Field): PodTemplateSpecFields {
  return {
    metadata: optionalMap(member(field, 'metadata'), (metadata) => ({
      labels: optionalStringMap(member(metadata, 'labels')),
      annotations: optionalStringMap(member(metadata, 'annotations')),
    })),
    spec: optionalMap(member(field, 'spec'), decodePodSpec),
    content: templateContent(field.value),
  };
}

/** The Deployment as the pipeline takes it, after defaulting and validation. */
export function toDeployment(metadata: ObjectMetaFields, spec: DeploymentSpecFields): Deployment {
  const { maxSurge = 0, maxUnavailable = 0 } = spec.strategy?.rollingUpdate ?? {};
  return {
    kind: 'Deployment',
    metadata: toObjectMeta(metadata),
    spec: {
      ...toReplicaSetSpec(spec),
      strategy: {
        type: spec.strategy?.type === 'Recreate' ? 'Recreate' : 'RollingUpdate',
        maxSurge,
        maxUnavailable,
      },
      progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      paused: spec.paused ?? false,
    },
  };
}

/** The ReplicaSet as the pipeline takes it, after defaulting and validation. */
export function toReplicaSet(metadata: ObjectMetaFields, spec: ReplicaSetSpecFields): ReplicaSet {
  return { kind: 'ReplicaSet', metadata: toObjectMeta(metadata), spec: toReplicaSetSpec(spec) };
}

/** The StatefulSet as the pipeline takes it, after defaulting and validation. */
export function toStatefulSet(metadata: ObjectMetaFields, spec: StatefulSetSpecFields): StatefulSet {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  return {
    kind: 'StatefulSet',
    metadata: toObjectMeta(metadata),
    spec: {
      ...toReplicaSetSpec(spec),
      serviceName: spec.serviceName ?? '',
      podManagementPolicy: spec.podManagementPolicy === 'Parallel' ? 'Parallel' : 'OrderedReady',
      updateStrategy: {
        type: type === 'OnDelete' ? 'OnDelete' : 'RollingUpdate',
        partition: rollingUpdate?.partition ?? 0,
        maxUnavailable: rollingUpdate?.maxUnavailable ?? null,
      },
      start: spec.ordinals?.start ?? 0,
      claims:
        (spec.volumeClaimTemplates ?? []).length === 0
          ? null
          : {
              whenDeleted: retention(spec.persistentVolumeClaimRetentionPolicy?.whenDeleted),
              whenScaled: retention(spec.persistentVolumeClaimRetentionPolicy?.whenScaled),
            },
    },
  };
}

function retention(written: string | undefined): 'Retain' | 'Delete' {
  return written === 'Delete' ? 'Delete' : 'Retain';
}

/** The DaemonSet as the pipeline takes it, after defaulting and validation. */
export function toDaemonSet(metadata: ObjectMetaFields, spec: DaemonSetSpecFields): DaemonSet {
  const { selector, template, minReadySeconds } = toReplicaSetSpec(spec);
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  return {
    kind: 'DaemonSet',
    metadata: toObjectMeta(metadata),
    spec: {
      selector,
      template,
      minReadySeconds,
      updateStrategy: {
        type: type === 'OnDelete' ? 'OnDelete' : 'RollingUpdate',
        maxUnavailable: rollingUpdate?.maxUnavailable ?? 0,
        maxSurge: rollingUpdate?.maxSurge ?? 0,
      },
    },
  };
}

function toReplicaSetSpec(spec: ReplicaSetSpecFields): ReplicaSet['spec'] {
  return {
    replicas: spec.replicas ?? 1,
    selector: toLabelSelector(spec.selector),
    template: toTemplate(spec.template),
    minReadySeconds: spec.minReadySeconds ?? 0,
  };
}

/** The Pod template as the pipeline takes it. */
export function toTemplate(template: PodTemplateSpecFields | undefined): PodTemplateSpec {
  return {
    metadata: {
      labels: template?.metadata?.labels ?? {},
      annotations: template?.metadata?.annotations ?? {},
    },
    spec: toPodSpec(template?.spec ?? {}),
    content: template?.content ?? '',
  };
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** A selector with its absent parts filled in. */
export function toLabelSelector(selector: LabelSelectorFields | undefined): LabelSelector {
  return {
    matchLabels: selector?.matchLabels ?? {},
    matchExpressions: (selector?.matchExpressions ?? []).map(({ key = '', operator, values = [] }) => ({
      key,
      operator: operators.find((each) => each === operator) ?? 'In',
      values,
    })),
  };
}
