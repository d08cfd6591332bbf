import { z } from 'zod';
import { DELAY_SITES } from '../cluster/delay-sites.ts';
import { parseMinorVersion } from '../rules/version.ts';
import { actionSchema } from './actions.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { delaySchema, durationSchema } from './delay-input.ts';

/** The shape of a scenario's input. Field names are upstream's where Kubernetes has the field. */

const count = z.int().min(0);
const positive = z.int().min(1);
const rate = z.number().min(0);

export const delaysSchema = z.strictObject(
  Object.fromEntries(DELAY_SITES.map((site) => [site, delaySchema.optional()])) as Record<
    (typeof DELAY_SITES)[number],
    z.ZodOptional<typeof delaySchema>
  >,
);

const nodeSchema = z.strictObject({
  name: z.string().min(1).optional(),
  zone: z.string().optional(),
  /** Names of the Pods that start on this node; all others are spread over the nodes in turn. */
  pods: z.array(z.string()).optional(),
});

export const clusterSchema = z.strictObject({
  /** Says where the settings and delays are from; printed with the assumptions. */
  name: z.string().optional(),
  sources: z.array(z.string()).optional(),
  version: z
    .string()
    .refine((text) => parseMinorVersion(text) !== null, {
      error: 'is no Kubernetes version from 1.26 to 1.36',
    })
    .default('1.30'),
  nodes: z.union([positive.max(20_000), z.array(nodeSchema).min(1).max(20_000)]).default(3),
  kubeProxy: z
    .strictObject({
      minSyncPeriod: durationSchema.default('1s'),
      syncPeriod: durationSchema.default('30s'),
    })
    .prefault({}),
  controllerManager: z
    .strictObject({
      endpointUpdatesBatchPeriod: durationSchema.default('0s'),
      maxEndpointsPerSlice: positive.max(1000).default(100),
      concurrentServiceEndpointSyncs: positive.max(50).default(5),
      kubeAPIQPS: positive.default(20),
      kubeAPIBurst: positive.default(30),
    })
    .prefault({}),
  kubelet: z.strictObject({ syncFrequency: durationSchema.default('1m') }).prefault({}),
  churn: z
    .strictObject({
      /** EndpointSlice changes of Services that the manifests do not hold, per second. */
      endpointSliceUpdatesPerSecond: rate.max(1000).default(0),
      /** Pod writes of the ReplicaSet controller for other ReplicaSets, per second. */
      podWritesPerSecond: rate.max(1000).default(0),
      /** Services and endpoints beside the manifests', which every sync of kube-proxy handles. */
      services: count.default(0),
      endpoints: count.default(0),
    })
    .prefault({}),
  delays: delaysSchema.optional(),
});

const preStopSchema = z.strictObject({
  /** How long the hook really takes, from its start in the container; needed where the manifest cannot say. */
  duration: durationSchema.optional(),
  outcome: z.enum(['completed', 'failed']).optional(),
  /** The command is not in the image (distroless): the hook fails at once. */
  missingBinary: z.boolean().optional(),
  effect: z.enum(['none', 'closeListener', 'failReadiness']).default('none'),
});

export const appSchema = z.strictObject({
  name: z.string().optional(),
  sources: z.array(z.string()).optional(),
  /** `drain`: stops accepting, finishes its work, exits. `exit`: exits at once. `ignore`: takes no notice (a shell as PID 1). */
  onStopSignal: z.enum(['drain', 'exit', 'ignore']).default('drain'),
  /** How long it goes on accepting after the stop signal. */
  keepAccepting: durationSchema.default('0s'),
  /** How long its work in flight takes after it stopped accepting. */
  drain: durationSchema.default('0s'),
  exitCode: z.int().min(0).max(255).default(0),
  /** Its readiness probe fails from the stop signal on. */
  failReadiness: z.boolean().default(false),
  /** From the start of its process until it accepts. */
  startup: durationSchema.default('0s'),
  /** Whether a new connection passes this container: `port` where it declares the port, `always` (a proxy in front), `never`. */
  onPath: z.enum(['port', 'always', 'never']).default('port'),
  preStop: preStopSchema.optional(),
});

export const routerSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, { error: 'must be lower case letters, digits, "-" and "."' }),
  sources: z.array(z.string()).optional(),
  confidence: z.enum(['measured', 'published', 'estimate']).optional(),
  /** Names of the Services it routes to; all where it is left out. */
  services: z.array(z.string()).optional(),
  /** From the arrival of a new EndpointSlice until it routes by it. */
  lag: delaySchema,
  /** One way to a Pod. */
  latency: delaySchema.default('1ms'),
  /** Whether it turns to terminating endpoints that still serve where none is ready. */
  terminatingFallback: z.boolean().default(false),
});

const manifestSchema = z.union([z.string(), z.record(z.string(), z.unknown())]);

export const scenarioSchema = z.strictObject({
  manifests: z.union([manifestSchema, z.array(manifestSchema).min(1)]),
  cluster: clusterSchema.prefault({}),
  apps: z.record(z.string(), appSchema).default({}),
  routers: z.array(routerSchema).max(100).default([]),
  delays: delaysSchema.prefault({}),
  actions: z.array(actionSchema).optional(),
  horizon: durationSchema.optional(),
  /** How events at one microsecond are ordered: as they came about, or by a draw of the seed. */
  ties: z.enum(['sequence', 'shuffled']).default('sequence'),
});

export type ScenarioInput = Omit<DeepReadonly<z.input<typeof scenarioSchema>>, 'manifests'> & {
  /** YAML text (several documents) or parsed objects, as applied to a cluster. */
  readonly manifests: string | object | readonly (string | object)[];
};
export type ScenarioSettings = DeepReadonly<z.output<typeof scenarioSchema>>;
export type ClusterInput = DeepReadonly<z.input<typeof clusterSchema>>;
export type ClusterSettings = DeepReadonly<z.output<typeof clusterSchema>>;
export type AppInput = DeepReadonly<z.input<typeof appSchema>>;
export type AppSettings = DeepReadonly<z.output<typeof appSchema>>;
export type RouterInput = DeepReadonly<z.input<typeof routerSchema>>;
export type { ActionInput } from './actions.ts';
export type DelaysInput = DeepReadonly<z.input<typeof delaysSchema>>;
