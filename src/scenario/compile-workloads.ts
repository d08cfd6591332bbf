import type { CronJobInfo } from '../cluster/cron-jobs.ts';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ManifestObject,
  PodTemplateSpec,
  ReplicaSet,
  Rollout,
  Service,
  StatefulSet,
} from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { POD_TEMPLATE_HASH, type RolloutInfo } from '../cluster/rollouts.ts';
import type { DaemonSetInfo, SetInfo, StatefulSetInfo } from '../cluster/sets.ts';
import type { DeploymentInfo, InitialPod, ReplicaSetInfo, TemplateInfo } from '../cluster/world.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { kindOf } from '../manifests/stand-in.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import { hasDaemonPod } from './cluster-nodes.ts';
import { compileTemplate, type TemplateCompiler, type TemplateSource } from './compile-template.ts';
import { cronStarts } from './cron-schedule.ts';

/** The workloads of the manifests, and their Pods as they run before anything happens. */

/** How old the Pods of the steady state are. */
const INITIAL_AGE = 24 * 3_600 * MICROS_PER_SECOND;

export interface Draft {
  readonly templates: TemplateInfo[];
  readonly deployments: DeploymentInfo[];
  readonly replicaSets: ReplicaSetInfo[];
  readonly sets: SetInfo[];
  readonly cronJobs: CronJobInfo[];
  readonly pods: DraftPod[];
}

/** `node`: where it has to be; elsewhere it is placed. */
export type DraftPod = Omit<InitialPod, 'node'> & { readonly node?: number };

export function addWorkload(
  object: ManifestObject,
  compiler: TemplateCompiler,
  horizon: Micros | null,
  draft: Draft,
): void {
  if (object.kind === 'Service') return;
  const { namespace, name, labels, annotations } = object.metadata;
  const template = draft.templates.length;
  const owner = `${kindOf(object)}/${name}`;
  const source: TemplateSource =
    object.kind === 'Pod'
      ? { namespace, labels, annotations, spec: object.spec, content: '', owner, daemon: false }
      : { namespace, ...ofTemplate(object.spec.template), owner, daemon: object.kind === 'DaemonSet' };
  const compiled = compileTemplate(source, compiler);
  draft.templates.push(object.kind === 'Rollout' ? hashed(compiled, template) : compiled);
  if (object.kind === 'Pod') {
    const { finalizers } = object.metadata;
    draft.pods.push({ ...podOf(name, namespace, template, 'none'), finalizers });
    return;
  }
  if (object.kind === 'StatefulSet') {
    const set = draft.sets.length;
    const info = statefulSetInfo(object, template, compiler.minor);
    draft.sets.push(info);
    for (let place = info.start; place < info.start + info.replicas; place++) {
      const pod = podOf(`${name}-${place}`, namespace, template, 'StatefulSet');
      draft.pods.push({ ...pod, member: { set, revision: 1, place } });
    }
    return;
  }
  if (object.kind === 'DaemonSet') {
    const set = draft.sets.length;
    draft.sets.push(daemonSetInfo(object, template));
    compiler.cluster.nodes.forEach((node, place) => {
      if (!hasDaemonPod(node, compiled.nodes?.[place] ?? true, compiled.tolerations)) return;
      const pod = podOf(`${name}-${node.name}`, namespace, template, 'DaemonSet');
      draft.pods.push({ ...pod, node: place, member: { set, revision: 1, place } });
    });
    return;
  }
  if (object.kind === 'Job') {
    addJob(object, template, draft);
    return;
  }
  if (object.kind === 'CronJob') {
    addCronJob(object, template, horizon, draft);
    return;
  }
  addReplicaSet(object, template, compiler.services, draft);
}

/** The template of one revision of a Rollout: its controller tells their Pods apart by a label. */
export function hashed(template: TemplateInfo, index: number): TemplateInfo {
  return { ...template, labels: { ...template.labels, [POD_TEMPLATE_HASH]: String(index) } };
}

/** What a template is compiled from. */
export function ofTemplate({ metadata, spec, content }: PodTemplateSpec) {
  return { ...metadata, spec, content };
}

/** The Job of its first start begins with the run, those of later ones are not there yet. */
function addCronJob(object: CronJob, template: number, horizon: Micros | null, draft: Draft): void {
  const { metadata, cron, spec } = object;
  const { namespace, name } = metadata;
  const starts = cronStarts(object, horizon);
  const { template: _, ...rest } = spec;
  const jobs = starts.map((start, nth) => {
    if (nth === 0)
      addJob({ kind: 'Job', metadata: { ...metadata, name: start.name }, spec }, template, draft);
    else draft.sets.push({ kind: 'Job', name: qualifiedName(namespace, start.name), ...rest, template });
    return draft.sets.length - 1;
  });
  draft.cronJobs.push({
    name: qualifiedName(namespace, name),
    concurrencyPolicy: cron.concurrencyPolicy,
    startingDeadlineSeconds: cron.startingDeadlineSeconds,
    times: starts.map(({ at }) => at),
    jobs,
  });
}

/** Its first Pods begin their work with the run: as many at a time as it may run, and no more than there are completions. */
function addJob({ metadata, spec }: Job, template: number, draft: Draft): void {
  const { namespace, name } = metadata;
  const { template: _, ...rest } = spec;
  const set = draft.sets.length;
  draft.sets.push({ kind: 'Job', name: qualifiedName(namespace, name), ...rest, template });
  const { parallelism, completions, suspend } = spec;
  const running = suspend ? 0 : Math.min(parallelism, completions ?? parallelism);
  for (let place = 0; place < running; place++) {
    const pod = podOf(`${name}-${place}`, namespace, template, 'Job');
    draft.pods.push({ ...pod, age: 0, member: { set, revision: 1, place } });
  }
}

function addReplicaSet(
  object: Deployment | Rollout | ReplicaSet,
  template: number,
  services: readonly Service[],
  draft: Draft,
): void {
  const { namespace, name } = object.metadata;
  const { replicas, minReadySeconds } = object.spec;
  const deployment = object.kind === 'ReplicaSet' ? -1 : draft.deployments.length;
  if (object.kind !== 'ReplicaSet') draft.deployments.push(deploymentInfo(object, template, services));
  // A Deployment's first revision is running; a ReplicaSet of its own has no revision in its name.
  const podPrefix = object.kind === 'ReplicaSet' ? name : `${name}-1`;
  const replicaSet = draft.replicaSets.length;
  draft.replicaSets.push({
    podPrefix: qualifiedName(namespace, podPrefix),
    namespace,
    deployment,
    template,
    replicas,
    minReadySeconds,
  });
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    draft.pods.push({ ...podOf(`${podPrefix}-${ordinal}`, namespace, template, 'ReplicaSet'), replicaSet });
  }
}

function podOf(name: string, namespace: string, template: number, owner: InitialPod['owner']): DraftPod {
  return { name, namespace, template, replicaSet: -1, member: null, owner, finalizers: [], age: INITIAL_AGE };
}

function statefulSetInfo(
  { metadata, spec }: StatefulSet,
  template: number,
  minor: MinorVersion,
): StatefulSetInfo {
  const { replicas, minReadySeconds, podManagementPolicy, updateStrategy, start } = spec;
  return {
    kind: 'StatefulSet',
    name: qualifiedName(metadata.namespace, metadata.name),
    template,
    replicas,
    start,
    minReadySeconds,
    podManagementPolicy,
    updateStrategy: updateStrategy.type,
    partition: updateStrategy.partition,
    maxUnavailable: updateStrategy.maxUnavailable,
    claims: featureEnabled('StatefulSetAutoDeletePVC', minor) ? spec.claims : null,
  };
}

function daemonSetInfo({ metadata, spec }: DaemonSet, template: number): DaemonSetInfo {
  const { minReadySeconds, updateStrategy } = spec;
  return {
    kind: 'DaemonSet',
    name: qualifiedName(metadata.namespace, metadata.name),
    template,
    minReadySeconds,
    updateStrategy: updateStrategy.type,
    maxUnavailable: updateStrategy.maxUnavailable,
    maxSurge: updateStrategy.maxSurge,
  };
}

function deploymentInfo(
  object: Deployment | Rollout,
  template: number,
  services: readonly Service[],
): DeploymentInfo {
  const { metadata, spec } = object;
  const { replicas, strategy, minReadySeconds, progressDeadlineSeconds, paused } = spec;
  return {
    name: qualifiedName(metadata.namespace, metadata.name),
    template,
    replicas,
    strategy: strategy.type,
    maxSurge: strategy.maxSurge,
    maxUnavailable: strategy.maxUnavailable,
    minReadySeconds,
    progressDeadlineSeconds,
    paused,
    rollout: object.kind === 'Rollout' ? rolloutInfo(object, services) : null,
  };
}

/** Services that the manifests do not hold are moved by nobody. */
function rolloutInfo({ metadata, spec }: Rollout, services: readonly Service[]): RolloutInfo {
  const indexOf = (name: string | null) => {
    const index = services.findIndex(
      (service) => service.metadata.namespace === metadata.namespace && service.metadata.name === name,
    );
    return index < 0 ? null : index;
  };
  const { mainService, previewService } = spec.rollout;
  return { ...spec.rollout, mainService: indexOf(mainService), previewService: indexOf(previewService) };
}
