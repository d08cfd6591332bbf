import type { Issue } from '../cluster/issue.ts';
import { formatPath } from '../cluster/issue.ts';
import type {
  HorizontalPodAutoscaler,
  ManifestObject,
  Node,
  PodDisruptionBudget,
  PriorityClass,
} from '../cluster/objects.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import {
  setDefaultsDaemonSet,
  setDefaultsDeployment,
  setDefaultsJob,
  setDefaultsPodSpec,
  setDefaultsReplicaSet,
  setDefaultsService,
  setDefaultsStatefulSet,
} from '../rules/validation/defaults.ts';
import type { DroppedField } from '../rules/validation/drop-disabled-fields.ts';
import {
  dropDisabledPodFields,
  dropDisabledServiceFields,
} from '../rules/validation/drop-disabled-fields.ts';
import type { FieldError } from '../rules/validation/field-error.ts';
import type {
  DaemonSetSpecFields,
  DeploymentSpecFields,
  JobSpecFields,
  ObjectMetaFields,
  PodTemplateSpecFields,
  ReplicaSetSpecFields,
  StatefulSetSpecFields,
} from '../rules/validation/manifest-fields.ts';
import { validateAutoscalerSpec } from '../rules/validation/validate-autoscaler.ts';
import { validateCronJobSpec } from '../rules/validation/validate-cron-job.ts';
import { validateDeploymentSpec, validateReplicaSetSpec } from '../rules/validation/validate-deployment.ts';
import { validateDisruptionBudgetSpec } from '../rules/validation/validate-disruption-budget.ts';
import { validateJobSpec } from '../rules/validation/validate-job.ts';
import { validateNodeSpec } from '../rules/validation/validate-node-placement.ts';
import { validateObjectMeta } from '../rules/validation/validate-object-meta.ts';
import { validatePodSpec } from '../rules/validation/validate-pod-spec.ts';
import { type RolloutSpecFields, validateRolloutSpec } from '../rules/validation/validate-rollout.ts';
import { validateScaledObject } from '../rules/validation/validate-scaled-object.ts';
import { validateServiceSpec } from '../rules/validation/validate-service.ts';
import { validateDaemonSetSpec, validateStatefulSetSpec } from '../rules/validation/validate-sets.ts';
import { decodeAutoscalerSpec, toAutoscaler } from './autoscaler.ts';
import { decodeCronJobSpec, toCronJob } from './cron-job.ts';
import type { Field, Source } from './decode.ts';
import { addIssue, fieldOf, member, optionalMap } from './decode.ts';
import { decodeDisruptionBudgetSpec, toDisruptionBudget } from './disruption-budget.ts';
import { issueOfFieldError, parseFieldPath } from './field-issue.ts';
import { decodeJobSpec, toJob } from './job.ts';
import { limits } from './limits.ts';
import { decodeNodeSpec, toNode } from './node.ts';
import { decodeObjectMeta, decodePodSpec, toObjectMeta, toPodSpec } from './pod.ts';
import { decodePriorityClass, toPriorityClass } from './priority-class.ts';
import { decodeRolloutSpec, setDefaultsRollout, toRollout } from './rollout.ts';
import { decodeScaledObject, toScaledAutoscaler } from './scaled-object.ts';
import { decodeServiceSpec, toService } from './service.ts';
import {
  decodeDaemonSetSpec,
  decodeDeploymentSpec,
  decodeReplicaSetSpec,
  decodeStatefulSetSpec,
  toDaemonSet,
  toDeployment,
  toReplicaSet,
  toStatefulSet,
} from './workload.ts';

/** What a manifest can be read as. */
export type ReadResult =
  | ManifestObject
  | Node
  | PodDisruptionBudget
  | PriorityClass
  | HorizontalPodAutoscaler;
export type ReadKind = ReadResult['kind'] | 'ScaledObject';

/** The API version that serves each kind that is simulated. */
export const servedApiVersion: Readonly<Record<ReadKind, string>> = {
  Pod: 'v1',
  Service: 'v1',
  Deployment: 'apps/v1',
  Rollout: 'argoproj.io/v1alpha1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  PodDisruptionBudget: 'policy/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  ScaledObject: 'keda.sh/v1alpha1',
  PriorityClass: 'scheduling.k8s.io/v1',
  Node: 'v1',
};

export interface ReadObject {
  /** Undefined where an issue was found. */
  readonly object: ReadResult | undefined;
  readonly dropped: readonly DroppedField[];
  /** Errors of fields that no step of the pipeline reads: worth a finding, no reason not to simulate. */
  readonly unread: readonly FieldError[];
}

interface Decoded {
  readonly errors: readonly FieldError[];
  readonly dropped: readonly DroppedField[];
  readonly build: () => ReadResult;
}

/** Decodes, defaults, strips and validates one object, in the order of an API server. Issues go to `source.issues`. */
export function readObject(kind: ReadKind, value: unknown, source: Source, minor: MinorVersion): ReadObject {
  const root = fieldOf(source, value);
  const metadata = optionalMap(member(root, 'metadata'), decodeObjectMeta) ?? {};
  const { errors, dropped, build } = DECODERS[kind](metadata, member(root, 'spec'), minor, root);
  // What else is wrong would not be told.
  if (source.issues.length >= limits.issues) return { object: undefined, dropped: [], unread: [] };
  const all = [...validateObjectMeta(metadata, 'metadata', kind), ...errors];
  const unread = all.filter(isUnread);
  const wrong = pathsOf(source.issues, source);
  for (const error of all) {
    if (isUnread(error) || followsFrom(error, wrong)) continue;
    addIssue(source, () => issueOfFieldError(error, source));
  }
  for (const each of dropped) {
    if (each.reason === 'unknownField') addIssue(source, () => unknownField(each, source, minor));
  }
  return source.issues.length === 0
    ? { object: build(), dropped, unread }
    : { object: undefined, dropped, unread: unread.slice(0, limits.issues) };
}

type Decoder = (metadata: ObjectMetaFields, spec: Field, minor: MinorVersion, root: Field) => Decoded;

const DECODERS: Readonly<Record<ReadKind, Decoder>> = {
  Pod: readPod,
  Service: readService,
  Deployment: (metadata, spec, minor) =>
    readWorkload(spec, minor, DEPLOYMENT, (kept) => toDeployment(metadata, kept)),
  Rollout: (metadata, spec, minor) => readWorkload(spec, minor, ROLLOUT, (kept) => toRollout(metadata, kept)),
  ReplicaSet: (metadata, spec, minor) =>
    readWorkload(spec, minor, REPLICA_SET, (kept) => toReplicaSet(metadata, kept)),
  StatefulSet: (metadata, spec, minor) =>
    readWorkload(spec, minor, STATEFUL_SET, (kept) => toStatefulSet(metadata, kept)),
  DaemonSet: (metadata, spec, minor) =>
    readWorkload(spec, minor, DAEMON_SET, (kept) => toDaemonSet(metadata, kept)),
  Job: (metadata, spec, minor) => readWorkload(spec, minor, JOB, (kept) => toJob(metadata, kept, minor)),
  CronJob: readCronJob,
  PodDisruptionBudget: (metadata, spec) => {
    const written = optionalMap(spec, decodeDisruptionBudgetSpec) ?? {};
    const errors = validateDisruptionBudgetSpec(written, 'spec');
    return { errors, dropped: [], build: () => toDisruptionBudget(metadata, written) };
  },
  HorizontalPodAutoscaler: (metadata, spec, minor) => {
    const written = optionalMap(spec, decodeAutoscalerSpec) ?? {};
    const errors = validateAutoscalerSpec(written, 'spec');
    return { errors, dropped: [], build: () => toAutoscaler(metadata, written, minor) };
  },
  ScaledObject: (metadata, spec, minor) => {
    const written = optionalMap(spec, decodeScaledObject) ?? {};
    const errors = validateScaledObject(written, 'spec');
    return { errors, dropped: [], build: () => toScaledAutoscaler(metadata, written, minor) };
  },
  Node: (metadata, spec) => {
    const written = optionalMap(spec, decodeNodeSpec) ?? {};
    const errors = validateNodeSpec(written, 'spec');
    return { errors, dropped: [], build: () => toNode(metadata, written) };
  },
  PriorityClass: (metadata, _spec, _minor, root) => {
    const values = decodePriorityClass(root);
    return { errors: [], dropped: [], build: () => toPriorityClass(metadata, values) };
  },
};

/** How the spec of a kind that has a Pod template is read, filled in and judged. */
interface WorkloadReading<S extends { readonly template?: PodTemplateSpecFields | undefined }> {
  readonly decode: (field: Field) => S;
  readonly setDefaults: (spec: S, options: { readonly minor: MinorVersion }) => S;
  readonly validate: (
    spec: S,
    field: string,
    options: { readonly minor: MinorVersion },
  ) => readonly FieldError[];
}

const DEPLOYMENT: WorkloadReading<DeploymentSpecFields> = {
  decode: decodeDeploymentSpec,
  setDefaults: setDefaultsDeployment,
  validate: validateDeploymentSpec,
};
const ROLLOUT: WorkloadReading<RolloutSpecFields> = {
  decode: decodeRolloutSpec,
  setDefaults: setDefaultsRollout,
  validate: validateRolloutSpec,
};
const REPLICA_SET: WorkloadReading<ReplicaSetSpecFields> = {
  decode: decodeReplicaSetSpec,
  setDefaults: setDefaultsReplicaSet,
  validate: validateReplicaSetSpec,
};
const STATEFUL_SET: WorkloadReading<StatefulSetSpecFields> = {
  decode: decodeStatefulSetSpec,
  setDefaults: setDefaultsStatefulSet,
  validate: validateStatefulSetSpec,
};
const DAEMON_SET: WorkloadReading<DaemonSetSpecFields> = {
  decode: decodeDaemonSetSpec,
  setDefaults: setDefaultsDaemonSet,
  validate: validateDaemonSetSpec,
};
const JOB: WorkloadReading<JobSpecFields> = {
  decode: decodeJobSpec,
  setDefaults: setDefaultsJob,
  validate: validateJobSpec,
};

/** What it says itself, and its Jobs as if one were applied. */
function readCronJob(metadata: ObjectMetaFields, spec: Field, minor: MinorVersion): Decoded {
  const own = optionalMap(spec, decodeCronJobSpec) ?? {};
  const template = member(member(spec, 'jobTemplate'), 'spec');
  const job = setDefaultsJob(optionalMap(template, decodeJobSpec) ?? {}, { minor });
  const field = 'spec.jobTemplate.spec';
  const { template: kept, dropped } = dropOfTemplate(job.template, minor, `${field}.template.spec`);
  const jobs = { ...job, template: kept };
  const errors = [...validateCronJobSpec(own, 'spec'), ...validateJobSpec(jobs, field, { minor })];
  return { errors, dropped, build: () => toCronJob(metadata, own, jobs, minor) };
}

function readWorkload<S extends { readonly template?: PodTemplateSpecFields | undefined }>(
  spec: Field,
  minor: MinorVersion,
  { decode, setDefaults, validate }: WorkloadReading<S>,
  build: (kept: S) => ManifestObject,
): Decoded {
  const written = optionalMap(spec, decode) ?? decode({ ...spec, value: {} });
  const defaulted = setDefaults(written, { minor });
  const { template, dropped } = dropOfTemplate(defaulted.template, minor);
  const kept = { ...defaulted, template };
  const errors = validate(kept, 'spec', { minor });
  return { errors, dropped, build: () => build(kept) };
}

function readPod(metadata: ObjectMetaFields, spec: Field, minor: MinorVersion): Decoded {
  const written = optionalMap(spec, decodePodSpec) ?? {};
  const defaulted = setDefaultsPodSpec(written, { minor, resourceIsPod: true });
  const { kept, dropped } = dropDisabledPodFields(defaulted, 'spec', minor);
  const errors = validatePodSpec(kept, 'spec', { minor, resourceIsPod: true });
  const build = (): ManifestObject => ({
    kind: 'Pod',
    metadata: toObjectMeta(metadata),
    spec: toPodSpec(kept),
  });
  return { errors, dropped, build };
}

function readService(metadata: ObjectMetaFields, spec: Field, minor: MinorVersion): Decoded {
  const written = optionalMap(spec, decodeServiceSpec) ?? {};
  const { kept, dropped } = dropDisabledServiceFields(setDefaultsService(written), 'spec', minor);
  const errors = validateServiceSpec(kept, 'spec', { minor });
  return { errors, dropped, build: () => toService(metadata, kept) };
}

function dropOfTemplate(
  template: PodTemplateSpecFields | undefined,
  minor: MinorVersion,
  field = 'spec.template.spec',
) {
  const { kept, dropped } = dropDisabledPodFields(template?.spec ?? {}, field, minor);
  return { template: { ...template, spec: kept }, dropped };
}

/** An image is pulled and never looked at again. */
function isUnread(error: FieldError): boolean {
  return error.type === 'Required' && /ontainers\[\d+\]\.image$/.test(error.field);
}

/** Paths within an object, with `/` between their parts, and the paths one step above them. */
interface WrongPaths {
  readonly own: ReadonlySet<string>;
  readonly above: ReadonlySet<string>;
}

function pathsOf(issues: readonly Issue[], source: Source): WrongPaths {
  const paths = issues.map(({ path }) => path.slice(source.path.length));
  return {
    own: new Set(paths.map((path) => path.join('/'))),
    above: new Set(paths.map((path) => path.slice(0, -1).join('/'))),
  };
}

/** Whether a value of the wrong type, reported already, is what the API server would now miss. */
function followsFrom(error: FieldError, { own, above }: WrongPaths): boolean {
  if (own.size === 0) return false;
  const path = parseFieldPath(error.field);
  // A list whose only entry is refused looks empty, and a map judges by the member that is refused.
  const judges = error.type === 'Required' || error.type === 'Invalid';
  if (judges && above.has(path.join('/'))) return true;
  return path.some((_, index) => own.has(path.slice(0, index + 1).join('/'))) || own.has('');
}

function unknownField(dropped: DroppedField, source: Source, minor: MinorVersion): Issue {
  const path = parseFieldPath(dropped.field);
  const fix = dropped.field.endsWith('.sleep')
    ? 'Use exec: {command: ["sleep", "…"]} instead, or a cluster of 1.30 or newer.'
    : `Remove ${formatPath(path.slice(-1))}, or use a cluster of a newer version.`;
  return {
    code: 'unknownField',
    path: [...source.path, ...path],
    message: `${source.label} ${dropped.field}: unknown field: Kubernetes 1.${minor} does not have it`,
    rule: `must be a field that Kubernetes 1.${minor} knows`,
    fix,
    ...source.placeOf(path),
  };
}
