import {
  MAX_GRACEFUL_TERMINATION_SECONDS,
  MAX_POD_EVICTION_SECONDS,
  NODE_DELETE_DELAY_AFTER_TAINT_SECONDS,
} from '../rules/node-autoscaling/cluster-autoscaler.ts';
import type { DeepReadonly } from '../schema/deep-readonly.ts';
import { durationSchema } from '../schema/delay-input.ts';
import * as z from '../schema/zod.ts';

/** What someone does to the cluster at a time: the shapes of a scenario's actions. */

const at = durationSchema.default('0s');
/** Its name, or namespace/name outside `default`. */
const name = z.string().min(1);
/** 0 is a forced deletion; left out: the Pod's own terminationGracePeriodSeconds. */
const gracePeriodSeconds = z.int().optional();

const deletePod = z.strictObject({ type: z.literal('deletePod'), at, pod: name, gracePeriodSeconds });

/** Several Pods at once. */
const deletePods = z.strictObject({
  type: z.literal('deletePods'),
  at,
  pods: z.array(name).min(1).max(10_000),
  gracePeriodSeconds,
});

/** What is rolled, scaled or paused: `workload: 'StatefulSet/db'` with its `namespace`, or `deployment: 'web'` for short. */
const target = {
  /** `kind/name`. */
  workload: z
    .string()
    .regex(/^[A-Za-z]+\/[^/]+$/, "must be kind/name, as in 'StatefulSet/db'")
    .optional(),
  /** Of `workload`: `default` where it is left out. */
  namespace: name.optional(),
  /** A Deployment's name, or namespace/name outside `default`. */
  deployment: name.optional(),
};

/** A new revision of a workload: its Pods are replaced as its strategy says. */
const rollingUpdate = z.strictObject({
  type: z.literal('rollingUpdate'),
  at,
  ...target,
  /** The whole new Pod template, as in a manifest; left out: the present one in everything but its revision. */
  template: z.record(z.string(), z.unknown()).optional(),
  /** Of an Argo Rollout alone: somebody promotes it as soon as it waits for that. */
  promote: z.boolean().default(false),
});

/** `kubectl rollout restart`: a new revision of the same template; nothing where the Deployment is paused. */
const rolloutRestart = z.strictObject({ type: z.literal('rolloutRestart'), at, ...target });

/** `kubectl set image`: a new revision with another image in one container. */
const setImage = z.strictObject({
  type: z.literal('setImage'),
  at,
  ...target,
  /** Left out: the only container. */
  container: name.optional(),
  image: name,
});

/** `kubectl rollout undo`: back to the template of an earlier revision, the one before the present by default. */
const rollback = z.strictObject({
  type: z.literal('rollback'),
  at,
  ...target,
  toRevision: z.int().min(1).optional(),
});

const scale = z.strictObject({
  type: z.literal('scale'),
  at,
  ...target,
  replicas: z.int().min(0).max(10_000),
});

const rolloutPause = z.strictObject({ type: z.literal('rolloutPause'), at, ...target });
const rolloutResume = z.strictObject({ type: z.literal('rolloutResume'), at, ...target });

/** `kubectl delete` of a workload: its Pods follow, all at once and past every budget, and nobody makes them again. */
const deletion = z.strictObject({
  type: z.literal('delete'),
  at,
  ...target,
  /** `orphan`: its Pods stay. */
  cascade: z.enum(['background', 'foreground', 'orphan']).default('background'),
});

/** `kubectl set selector`: a Service sends to other Pods, as in a blue-green switch. Nothing stops; who is left out just leaves its slices. */
const setSelector = z.strictObject({
  type: z.literal('setSelector'),
  at,
  /** Its name, or namespace/name outside `default`. */
  service: name,
  /** All of the new selector. */
  selector: z
    .record(z.string(), z.string())
    .refine((selector) => Object.keys(selector).length > 0, "must name a label, as in { color: 'green' }"),
});

/** A Job's `spec.suspend`: all its Pods are deleted, and made again when it is resumed. */
const suspend = z.strictObject({ type: z.literal('suspend'), at, ...target });
const resume = z.strictObject({ type: z.literal('resume'), at, ...target });

/** What an autoscaler's metric shows, as a curve of steps. */
const metric = z.strictObject({
  type: z.literal('metric'),
  at,
  /** Name of the HorizontalPodAutoscaler; namespace/name outside `default`. */
  autoscaler: name,
  /**
   * Each `at` counts from the action's own. `load`: what the Pods have to do together, where 1 is what one Pod does at the metric's
   * target; so 6 asks for six Pods.
   */
  curve: z
    .array(z.strictObject({ at: durationSchema.default('0s'), load: z.number().min(0).max(1_000_000) }))
    .min(1)
    .max(10_000),
});

/** Through the Eviction API, once: a budget may refuse it. */
const evictPod = z.strictObject({ type: z.literal('evictPod'), at, pod: name, gracePeriodSeconds });

/** A taint of a node, as kubectl has it: key=value:effect. */
export const taintSchema = z.strictObject({
  key: z.string().min(1),
  value: z.string().default(''),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
});

/** `kubectl taint`: Pods that do not tolerate it are no longer put there, and with NoExecute those that run there go. */
const taintNode = z.strictObject({ type: z.literal('taintNode'), at, node: name, taint: taintSchema });

/** Takes a taint away. */
const untaintNode = z.strictObject({
  type: z.literal('untaintNode'),
  at,
  node: name,
  key: z.string().min(1),
  /** Left out: whatever its effect. */
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
});

/** A node of the cluster is not there before: it is registered and Ready now. Its DaemonSet Pods are made, and it takes others. */
const nodeJoined = z.strictObject({ type: z.literal('nodeJoined'), at, node: name });

const cordonNode = z.strictObject({ type: z.literal('cordonNode'), at, node: name });
const uncordonNode = z.strictObject({ type: z.literal('uncordonNode'), at, node: name });

/** `kubectl drain`: cordons every node named, then evicts their Pods, node after node. */
const drainNode = z.strictObject({
  type: z.literal('drainNode'),
  at,
  node: z.union([name, z.array(name).min(1).max(1000)]),
  gracePeriodSeconds,
  /** Bare Pods refuse the drain without it. */
  force: z.boolean().default(false),
  /** DaemonSet Pods refuse the drain without it; they are never evicted. Unlike kubectl's, on by default. */
  ignoreDaemonSets: z.boolean().default(true),
  /** Pods with an emptyDir refuse the drain without it. Unlike kubectl's, on by default. */
  deleteEmptyDirData: z.boolean().default(true),
  /** Plain DELETEs, which no PodDisruptionBudget stops. */
  disableEviction: z.boolean().default(false),
});

/** The kubelet evicts a Pod over a threshold: next to no grace over a hard one. It sets no deletionTimestamp. */
const kubeletEviction = z.strictObject({
  type: z.literal('kubeletEviction'),
  at,
  /** A Pod of the steady state. */
  pod: name,
  threshold: z.enum(['hard', 'soft']).default('hard'),
  /** The kubelet's setting, which soft thresholds follow. */
  evictionMaxPodGracePeriod: durationSchema.default('0s'),
});

/** From which priority on Pods belong to a group, and how long the group has: the kubelet's setting. */
const priorityPeriod = z.strictObject({
  priority: z.int().min(-2_147_483_648).max(2_147_483_647),
  shutdownGracePeriodSeconds: z.int().min(0),
});

/**
 * A graceful shutdown of the node: Pods of low priority first, critical ones last, and the node is gone as soon as all have ended or
 * their time has. The kubelet's defaults, 0, are no graceful shutdown at all.
 */
const nodeShutdown = z.strictObject({
  type: z.literal('nodeShutdown'),
  at,
  node: name,
  shutdownGracePeriod: durationSchema.default('30s'),
  shutdownGracePeriodCriticalPods: durationSchema.default('10s'),
  /** Instead of the two. */
  shutdownGracePeriodByPodPriority: z.array(priorityPeriod).min(1).max(100).optional(),
});

/** The node is gone without a word. */
const nodeLost = z.strictObject({ type: z.literal('nodeLost'), at, node: name });

/**
 * The cloud takes a node back: it is drained from the notice on, and gone when the notice is over, whatever still runs. AWS gives 120 s,
 * GCP and Azure 30 s.
 */
const spotInterruption = z.strictObject({
  type: z.literal('spotInterruption'),
  at,
  node: name,
  cloud: z.enum(['aws', 'gcp', 'azure']).optional(),
  /** From the notice until the node is gone; left out: the cloud's. */
  notice: durationSchema.optional(),
  /** Somebody listens to the notice and drains the node (a termination handler, Karpenter); else nobody does before it is gone. */
  handled: z.boolean().default(true),
});

const nodesToRemove = z.union([name, z.array(name).min(1).max(1000)]);

/** cluster-autoscaler scales down: it takes the nodes away, one after the other, as its flags say. */
const clusterAutoscalerScaleDown = z.strictObject({
  type: z.literal('clusterAutoscalerScaleDown'),
  at,
  node: nodesToRemove,
  maxGracefulTerminationSec: z.int().min(0).default(MAX_GRACEFUL_TERMINATION_SECONDS),
  maxPodEvictionTime: durationSchema.default(`${MAX_POD_EVICTION_SECONDS}s`),
  nodeDeleteDelayAfterTaint: durationSchema.default(`${NODE_DELETE_DELAY_AFTER_TAINT_SECONDS}s`),
  maxDrainParallelism: z.int().min(1).default(1),
  skipNodesWithLocalStorage: z.boolean().default(true),
});

/** Karpenter disrupts nodes: as many at a time as the budget lets it. */
const karpenterDisruption = z.strictObject({
  type: z.literal('karpenterDisruption'),
  at,
  node: nodesToRemove,
  /** Of the NodePool; left out: it waits for its Pods without end. */
  terminationGracePeriod: durationSchema.optional(),
  /** How many nodes may go at a time: a number, or a percentage of the cluster's. */
  budget: z
    .union([
      z.int().min(0),
      z.string().regex(/^\d+%$/, "must be a number of nodes or a percentage, as in '10%'"),
    ])
    .default('10%'),
});

const ACTIONS = [
  deletePod,
  deletePods,
  rollingUpdate,
  rolloutRestart,
  setImage,
  rollback,
  scale,
  rolloutPause,
  rolloutResume,
  deletion,
  suspend,
  resume,
  setSelector,
  metric,
  spotInterruption,
  clusterAutoscalerScaleDown,
  karpenterDisruption,
  evictPod,
  cordonNode,
  uncordonNode,
  taintNode,
  untaintNode,
  nodeJoined,
  drainNode,
  nodeShutdown,
  kubeletEviction,
  nodeLost,
] as const;

export const actionSchema = z.discriminatedUnion('type', ACTIONS, {
  error: `must be one of the actions that exist: ${ACTIONS.map(({ shape }) => shape.type.value).join(', ')}`,
});

export type { ActionInput } from '../schema/inputs/index.ts';
export type ActionSettings = DeepReadonly<z.output<typeof actionSchema>>;
