import type { ManifestObject } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { type ClusterNodes, firstDaemonNode } from './cluster-nodes.ts';
import { cronStarts } from './cron-schedule.ts';

import type { ActionInput } from './schema.ts';

/** What has Pods. */
export type WorkloadObject = Exclude<ManifestObject, { readonly kind: 'Service' }>;

/** What is done to a workload to stop its Pods. */
export type Stop = 'rolledOut' | 'onePodDeleted';

/** How a workload is stopped where nobody says: a line for each kind. null: it has no Pod. */
type HowToStop = (
  object: WorkloadObject,
  name: string,
  cluster: ClusterNodes,
) => { readonly stop: Stop; readonly action: ActionInput } | null;

const deletes =
  (podOf: (name: string) => string) =>
  (object: WorkloadObject, name: string): ReturnType<HowToStop> =>
    'replicas' in object.spec && object.spec.replicas === 0
      ? null
      : { stop: 'onePodDeleted', action: { type: 'deletePod', pod: podOf(name) } };

/** A new revision, in the way of its kind; where an Argo Rollout waits for somebody, it is promoted: all of it is looked at. */
function rolled({ kind, metadata: { name, namespace } }: WorkloadObject): {
  readonly stop: Stop;
  readonly action: ActionInput;
} {
  return {
    stop: 'rolledOut',
    action: {
      type: 'rollingUpdate',
      workload: `${kind}/${name}`,
      namespace,
      ...(kind === 'Rollout' && { promote: true }),
    },
  };
}

const HOW: Readonly<Record<WorkloadObject['kind'], HowToStop>> = {
  Deployment: ({ spec }, name) => {
    if ('replicas' in spec && spec.replicas === 0) return null;
    // Nothing rolls a Deployment that is paused.
    if ('paused' in spec && spec.paused)
      return { stop: 'onePodDeleted', action: { type: 'deletePod', pod: `${name}-1-0` } };
    return { stop: 'rolledOut', action: { type: 'rollingUpdate', deployment: name } };
  },
  Rollout: (object, name) =>
    object.kind !== 'Rollout' || object.spec.paused || object.spec.replicas === 0
      ? deletes(() => `${name}-1-0`)(object, name)
      : rolled(object),
  ReplicaSet: deletes((name) => `${name}-0`),
  StatefulSet: (object, name) => {
    if (object.kind !== 'StatefulSet') return null;
    const { updateStrategy, replicas, start } = object.spec;
    const rolls = updateStrategy.type === 'RollingUpdate' && updateStrategy.partition < replicas;
    return rolls ? rolled(object) : deletes(() => `${name}-${start}`)(object, name);
  },
  DaemonSet: (object, name, cluster) => {
    if (object.kind !== 'DaemonSet') return null;
    if (object.spec.updateStrategy.type === 'RollingUpdate') return rolled(object);
    const node = firstDaemonNode(object, cluster);
    return node === null ? null : deletes(() => `${name}-${node}`)(object, name);
  },
  Job: (object, name) =>
    object.kind !== 'Job' || object.spec.suspend || object.spec.parallelism === 0
      ? null
      : deletes(() => `${name}-0`)(object, name),
  CronJob: (object, name) => {
    const [first] = object.kind === 'CronJob' ? cronStarts(object, null) : [];
    if (
      first === undefined ||
      object.kind !== 'CronJob' ||
      object.spec.suspend ||
      object.spec.parallelism === 0
    )
      return null;
    const job = qualifiedName(object.metadata.namespace, first.name);
    return deletes(() => `${job}-0`)(object, name);
  },
  Pod: deletes((name) => name),
};

/** How a workload of the manifests is stopped; null where it has no Pod. */
export function stopOf(object: WorkloadObject, cluster: ClusterNodes): ReturnType<HowToStop> {
  const { namespace, name } = object.metadata;
  return HOW[object.kind](object, qualifiedName(namespace, name), cluster);
}
