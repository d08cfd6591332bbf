// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.

import type { Duration } from '../../kernel/time.ts';
import type { ActionInput } from './actions.ts';
import type { AppInput } from './apps.ts';
import type { ClientInput } from './clients.ts';
import type { ClusterInput } from './cluster.ts';
import type { DelaysInput } from './delays.ts';
import type { RouterInput } from './routers.ts';

/** Bounds of one run: a LimitExceeded names the one that it met. */
export interface LimitsInput {
  /** How many events a run may take. Default: 50000000. */
  readonly maxEvents?: number | undefined;
  /** How many events a trace may keep. Default: 5000000. */
  readonly maxTraceEvents?: number | undefined;
  /** How many events may wait at a time. Default: 10000000. */
  readonly maxPending?: number | undefined;
  /** How many Pods the manifests may ask for, and actions may scale to, all together. Default: 50000. */
  readonly maxPods?: number | undefined;
  /** How many nodes a cluster may have. Default: 20000. */
  readonly maxNodes?: number | undefined;
  /** How many Services the manifests may hold. Default: 10000. */
  readonly maxServices?: number | undefined;
  /** How many requests all clients together may send a second, those of a given rate. Default: 100000. */
  readonly maxRequestsPerSecond?: number | undefined;
}

/** All that a run depends on, but the seed. */
export interface ScenarioInput {
  /** YAML text (several documents) or parsed objects, as applied to a cluster. */
  readonly manifests: string | object | readonly (string | object)[];
  /** Version, nodes and settings, under the names that Kubernetes gives them. */
  readonly cluster?: ClusterInput | undefined;
  /** What processes do at the stop signal, by `container`, `workload/container` or `namespace/workload/container`. */
  readonly apps?: Readonly<Record<string, AppInput>> | undefined;
  /** Whoever else sends to Pods: ingress controllers, load balancers, meshes. */
  readonly routers?: readonly RouterInput[] | undefined;
  /** Whether routers that the manifests name (an Ingress, a Gateway, a load balancer …) route, too. Default: true. */
  readonly inferRouters?: boolean | undefined;
  /** Who sends requests. Without any, the verdict is about whatever could be sent. */
  readonly clients?: readonly ClientInput[] | undefined;
  /** How long things take that no rule fixes, by delay site; what is left out keeps its measured default. */
  readonly delays?: DelaysInput | undefined;
  /** What happens, and when. Left out: one rolling update of the only Deployment at 0 s. */
  readonly actions?: readonly ActionInput[] | undefined;
  /** When to stop looking. Left out: when nothing is left that could change a route, a process or a request. */
  readonly horizon?: Duration | undefined;
  /** Bounds of one run, which only a livelock or a very large scenario meets. */
  readonly limits?: LimitsInput | undefined;
  /** How events at one microsecond are ordered: as they came about, or by a draw of the seed. Default: "sequence". */
  readonly ties?: 'sequence' | 'shuffled' | undefined;
}
