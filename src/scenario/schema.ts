import { DEFAULT_LIMITS } from '../kernel/limits.ts';
import { kubeProxySchema } from '../routing/planes/kube-proxy-mode.ts';
import { dataPlaneSchema, MODE_NAMES } from '../routing/planes/registry.ts';
import { routerSchema } from '../routing/router-schema.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import type { DeepReadonly } from '../schema/deep-readonly.ts';
import { delaySchema, durationOf, durationSchema } from '../schema/delay-input.ts';
import * as z from '../schema/zod.ts';
import { actionSchema, taintSchema } from './actions.ts';
import { appSchema } from './apps.ts';
import { bySite } from './by-site.ts';
import { clientSchema, networkSchema } from './clients.ts';

/** The shape of a scenario's input. Field names are upstream's where Kubernetes has the field. */

const count = z.int().min(0);
const positive = z.int().min(1);
const rate = z.number().min(0);

export const delaysSchema = bySite(delaySchema);

// YAML reads 1.30 as the number 1.3.
const A_VERSION = 'must be a Kubernetes version from 1.26 to 1.36; write it as text, in quotes: "1.30"';

/** Delays that were seen together, in ms: a run draws a whole row. A site that the scenario names by itself keeps what it says there. */
const delayRowSchema = bySite(durationSchema);

/** Where delays were measured: told with the assumptions. */
const measuredSchema = z.strictObject({
  /** `2026-11-23`. */
  date: z.string().nullable(),
  recordings: count,
  /** Which end of what the samples allow was taken. */
  table: z.enum(['optimistic', 'estimate', 'pessimistic', 'rows']),
  /** How many values each site rests on. */
  sites: z.record(z.string(), z.strictObject({ n: count, confidence: z.enum(['measured', 'estimate']) })),
});

const scenarioDelaysSchema = delaysSchema.extend({
  rows: z.array(delayRowSchema).min(1).max(10_000).optional(),
  measured: measuredSchema.optional(),
});

const nodeSchema = z.strictObject({
  name: z.string().min(1).optional(),
  zone: z.string().optional(),
  /** Names of the Pods that start on this node; all others are spread over the nodes in turn. */
  pods: z.array(z.string()).optional(),
  /** Beside kubernetes.io/hostname, kubernetes.io/os and the zone's, which it has anyway. */
  labels: z.record(z.string(), z.string()).optional(),
  taints: z.array(taintSchema).optional(),
  /** Cordoned from the start. */
  unschedulable: z.boolean().optional(),
});

export const clusterSchema = z.strictObject({
  /** Says where the settings and delays are from; printed with the assumptions. */
  name: z.string().optional(),
  sources: z.array(z.string()).optional(),
  /** Where it runs: who serves what the manifests do not give a class. */
  platform: z.enum(['gke', 'eks', 'aks', 'openshift', 'k3s', 'kind', 'metal']).optional(),
  version: z
    .string({ error: A_VERSION })
    .refine((text) => parseMinorVersion(text) !== null, { error: A_VERSION })
    .default('1.30'),
  nodes: z.union([positive, z.array(nodeSchema).min(1)]).default(3),
  /** Who programs the nodes: kube-proxy, or what stands in its place, by its name or with its settings. */
  dataPlane: dataPlaneSchema.default('kubeProxy'),
  kubeProxy: kubeProxySchema
    .extend({
      /** iptables where it is left out. */
      mode: z.enum(MODE_NAMES).optional(),
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
  network: networkSchema.prefault({}),
  kubelet: z
    .strictObject({
      syncFrequency: durationOf('1s').default('1m'),
      /**
       * By which share every other Pod that starts on the node at the same time slows a start down; no setting of the kubelet's. Read
       * off one node of two cores, where starts 400 ms apart took 30 ms longer than alone, and starts 100 ms apart 150 ms (sets E1s, C).
       */
      parallelStartSlowdown: z.number().min(0).max(10).default(0.22),
    })
    .prefault({}),
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

const NO_MANIFESTS = 'must be manifests; give YAML text, a parsed object, or a list of them';
const manifestSchema = z.union([z.string(), z.record(z.string(), z.unknown())], { error: NO_MANIFESTS });

export const scenarioSchema = z.strictObject({
  manifests: z.union([manifestSchema, z.array(manifestSchema).min(1)], { error: NO_MANIFESTS }),
  cluster: clusterSchema.prefault({}),
  apps: z.record(z.string(), appSchema).default({}),
  routers: z.array(routerSchema).max(100).default([]),
  /** Whether routers that the manifests name (an Ingress, a Gateway, a load balancer …) route, too. */
  inferRouters: z.boolean().default(true),
  clients: z.array(clientSchema).max(100).default([]),
  delays: scenarioDelaysSchema.prefault({}),
  actions: z.array(actionSchema).optional(),
  horizon: durationSchema.optional(),
  /** Bounds of one run, which only a livelock or a very large scenario meets: a LimitExceeded names the one it met. */
  limits: z
    .strictObject({
      maxEvents: positive.default(DEFAULT_LIMITS.maxEvents),
      maxTraceEvents: positive.default(DEFAULT_LIMITS.maxTraceEvents),
      maxPending: positive.default(DEFAULT_LIMITS.maxPending),
      /** Pods that the manifests ask for, all together: more is a slip, or wants to be said. */
      maxPods: positive.default(50_000),
      maxNodes: positive.default(20_000),
      maxServices: positive.default(10_000),
      /** Requests that all clients send, together. */
      maxRequestsPerSecond: positive.default(100_000),
    })
    .prefault({}),
  /** How events at one microsecond are ordered: as they came about, or by a draw of the seed. */
  ties: z.enum(['sequence', 'shuffled']).default('sequence'),
});

/** A scenario's input with every default filled in. */
export type ScenarioSettings = DeepReadonly<z.output<typeof scenarioSchema>>;
export type ClusterSettings = DeepReadonly<z.output<typeof clusterSchema>>;
export type {
  ActionInput,
  AppInput,
  ClientInput,
  ClusterInput,
  DelaysInput,
  RouterInput,
  ScenarioInput,
} from '../schema/inputs/index.ts';
export type { AppSettings } from './apps.ts';
export { appSchema } from './apps.ts';
