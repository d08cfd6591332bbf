import type { Job } from '../cluster/objects.ts';
import { parseIndexes } from '../rules/batch/indexed-job.ts';
import { effectivePodReplacementPolicy, type PodFailurePolicyRule } from '../rules/batch/job.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type {
  JobSpecFields,
  ObjectMetaFields,
  PodFailurePolicyRuleFields,
} from '../rules/validation/manifest-fields.ts';
import {
  type Field,
  member,
  optionalBoolean,
  optionalInteger,
  optionalIntegers,
  optionalList,
  optionalMap,
  optionalString,
  refuseMistaken,
} from './decode.ts';
import { JOB_SPEC_FIELDS } from './field-names.ts';
import { toObjectMeta } from './pod.ts';
import { decodeTemplate, toTemplate } from './workload.ts';

/** Reads the spec of a Job as written. */
export function decodeJobSpec(field: Field): JobSpecFields {
  refuseMistaken(field, JOB_SPEC_FIELDS, {
    containers: 'template.spec',
    restartPolicy: 'template.spec',
    terminationGracePeriodSeconds: 'template.spec',
  });
  const count = (key: string) => optionalInteger(member(field, key));
  return {
    parallelism: count('parallelism'),
    completions: count('completions'),
    completionMode: optionalString(member(field, 'completionMode')),
    backoffLimit: count('backoffLimit'),
    backoffLimitPerIndex: count('backoffLimitPerIndex'),
    maxFailedIndexes: count('maxFailedIndexes'),
    successPolicy: optionalMap(member(field, 'successPolicy'), (policy) => ({
      rules:
        optionalList(member(policy, 'rules'), (rule) => ({
          succeededIndexes: optionalString(member(rule, 'succeededIndexes')),
          succeededCount: optionalInteger(member(rule, 'succeededCount')),
        })) ?? [],
    })),
    activeDeadlineSeconds: optionalInteger(member(field, 'activeDeadlineSeconds'), 64),
    ttlSecondsAfterFinished: count('ttlSecondsAfterFinished'),
    suspend: optionalBoolean(member(field, 'suspend')),
    podReplacementPolicy: optionalString(member(field, 'podReplacementPolicy')),
    podFailurePolicy: optionalMap(member(field, 'podFailurePolicy'), (policy) => ({
      rules: optionalList(member(policy, 'rules'), decodeRule) ?? [],
    })),
    template: optionalMap(member(field, 'template'), decodeTemplate),
  };
}

function decodeRule(field: Field): PodFailurePolicyRuleFields {
  return {
    action: optionalString(member(field, 'action')),
    onExitCodes: optionalMap(member(field, 'onExitCodes'), (codes) => ({
      containerName: optionalString(member(codes, 'containerName')),
      operator: optionalString(member(codes, 'operator')),
      values: optionalIntegers(member(codes, 'values')),
    })),
    onPodConditions: optionalList(member(field, 'onPodConditions'), (condition) => ({
      type: optionalString(member(condition, 'type')),
      status: optionalString(member(condition, 'status')),
    })),
  };
}

/** The labels by which a Job knows its Pods; the older one is kept for those who select by it. */
function jobLabels(name: string, minor: MinorVersion): Readonly<Record<string, string>> {
  return { 'job-name': name, ...(minor >= 27 && { 'batch.kubernetes.io/job-name': name }) };
}

/** Failures and successes by index, where the version knows of them. */
function ofIndexes(spec: JobSpecFields, minor: MinorVersion) {
  const perIndex = featureEnabled('JobBackoffLimitPerIndex', minor);
  const limit = spec.backoffLimitPerIndex;
  return {
    // Filled in as for a limit of each index; where that is dropped, what is left is unlimited all the same.
    backoffLimit: spec.backoffLimit ?? 6,
    backoffLimitPerIndex: perIndex ? (limit ?? null) : null,
    maxFailedIndexes: perIndex ? (spec.maxFailedIndexes ?? null) : null,
    successPolicy: featureEnabled('JobSuccessPolicy', minor)
      ? (spec.successPolicy?.rules.map(({ succeededIndexes, succeededCount }) => ({
          succeededIndexes: succeededIndexes === undefined ? null : parseIndexes(succeededIndexes),
          succeededCount: succeededCount ?? null,
        })) ?? null)
      : null,
  };
}

/** The Job as the pipeline takes it, after defaulting and validation. */
export function toJob(metadata: ObjectMetaFields, spec: JobSpecFields, minor: MinorVersion): Job {
  const { podFailurePolicy, podReplacementPolicy, completions, parallelism = 1 } = spec;
  const template = toTemplate(spec.template);
  const written =
    podReplacementPolicy === 'Failed' || podReplacementPolicy === 'TerminatingOrFailed'
      ? podReplacementPolicy
      : null;
  const labels = { ...template.metadata.labels, ...jobLabels(metadata.name ?? '', minor) };
  return {
    kind: 'Job',
    metadata: toObjectMeta(metadata),
    spec: {
      parallelism,
      completions: completions ?? null,
      indexed: spec.completionMode === 'Indexed',
      ...ofIndexes(spec, minor),
      activeDeadlineSeconds: spec.activeDeadlineSeconds ?? null,
      ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished ?? null,
      podReplacementPolicy: effectivePodReplacementPolicy(written, podFailurePolicy !== undefined, minor),
      podFailurePolicy: podFailurePolicy?.rules.map(toRule) ?? null,
      suspend: spec.suspend ?? false,
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

const ACTIONS = ['FailJob', 'FailIndex', 'Ignore'] as const;

function toRule({
  action,
  onExitCodes,
  onPodConditions = [],
}: PodFailurePolicyRuleFields): PodFailurePolicyRule {
  return {
    action: ACTIONS.find((each) => each === action) ?? 'Count',
    onExitCodes:
      onExitCodes === undefined
        ? null
        : {
            containerName: onExitCodes.containerName ?? null,
            operator: onExitCodes.operator === 'NotIn' ? 'NotIn' : 'In',
            values: onExitCodes.values ?? [],
          },
    onDisruptionTarget: onPodConditions.some(
      ({ type, status = 'True' }) => type === 'DisruptionTarget' && status === 'True',
    ),
  };
}
