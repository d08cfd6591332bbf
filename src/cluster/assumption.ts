import type { Finding } from './finding.ts';

/** Something that nobody described and a verdict therefore rests on, as data. `describe(assumption)` of the package is its text. */
export type Assumption =
  /** No actions were given: the only Deployment gets a new revision at 0 s. */
  | { readonly code: 'defaultAction'; readonly setting: 'actions' }
  /** Containers that nobody described: taken for well-made servers. */
  | {
      readonly code: 'appsUndescribed';
      readonly setting: 'apps';
      readonly containers: readonly string[];
    }
  /** A hook whose duration alone was given is taken to do nothing to the listener. */
  | { readonly code: 'hookDoesNothing'; readonly setting: string; readonly container: string }
  /** How long a hook takes is written nowhere: it is judged with the least and with the longest that fits the grace period. */
  | {
      readonly code: 'hookDurationUnknown';
      readonly setting: string;
      readonly container: string;
      readonly leastMs: number;
      readonly reason: string;
    }
  /** Programs that hooks run are taken to be in the image. */
  | {
      readonly code: 'hookBinaries';
      readonly setting: string;
      readonly container: string;
      readonly binaries: readonly string[];
    }
  /** Containers that are described, but for how long they take to start: taken to accept as soon as they run. */
  | { readonly code: 'startupUndescribed'; readonly setting: string; readonly containers: readonly string[] }
  /** No container declares the port: each of these may be the one behind it, and the first to stop decides. */
  | {
      readonly code: 'portUndeclared';
      readonly setting: string;
      readonly workload: string;
      readonly service: string;
      readonly port: number;
      readonly containers: readonly string[];
    }
  /** A container off the path that stops before one on it. */
  | {
      readonly code: 'stopsBefore';
      readonly setting: string;
      readonly workload: string;
      readonly container: string;
      readonly serving: string;
    }
  /** A proxy in front of everything in a Pod, which nobody put on the path or took off it. */
  | {
      readonly code: 'proxyOffPath';
      readonly setting: string;
      readonly workload: string;
      readonly container: string;
    }
  /** A process that takes no notice of its stop signal ends each stop by SIGKILL, with exit code 137. */
  | { readonly code: 'ignoresStopSignal'; readonly setting: string; readonly container: string }
  /** By its command, a hook has the server stop listening. */
  | {
      readonly code: 'hookClosesListener';
      readonly setting: string;
      readonly container: string;
      /** Milliseconds after its start; `end`: as its last thing. */
      readonly at: number | 'end';
    }
  /** Requests in flight of containers whose drain nobody described. `withClients`: they are simulated, else taken to be finished at once. */
  | {
      readonly code: 'drainUndescribed';
      readonly setting: string;
      readonly containers: readonly string[];
      readonly withClients: boolean;
    }
  /** Settings out of a preset, and where it has them from. */
  | {
      readonly code: 'preset';
      readonly setting: string;
      readonly of: 'app' | 'router' | 'client';
      readonly name: string;
      readonly sources: readonly string[];
      readonly confidence: string | null;
      /** What the scenario says otherwise, field by field. */
      readonly changed: Readonly<Record<string, unknown>>;
    }
  /** Delays that nobody gave. */
  | {
      readonly code: 'delays';
      readonly setting: 'delays';
      readonly given: number;
      readonly preset: { readonly name: string; readonly sources: readonly string[] } | null;
      /** Where some were measured in the user's own cluster. */
      readonly measured: MeasuredDelays | null;
    }
  /** kube-proxy waits for its syncPeriod only after a sync that failed, and every sync succeeds. */
  | { readonly code: 'syncPeriodWithoutEffect'; readonly setting: 'cluster.kubeProxy.syncPeriod' }
  /** Services that ask for topology hints (`service.kubernetes.io/topology-mode: Auto`): taken to reach Pods of every zone. */
  | { readonly code: 'topologyHints'; readonly setting: 'manifests'; readonly services: readonly string[] }
  /** The data plane of the nodes alone routes: the manifests name nobody else. */
  | { readonly code: 'noRouters'; readonly setting: 'routers'; readonly dataPlane: string }
  /** Another data plane than kube-proxy in iptables mode: what is known of its numbers. */
  | {
      readonly code: 'dataPlane';
      readonly setting: 'cluster.dataPlane' | 'cluster.kubeProxy.mode';
      readonly title: string;
      readonly numbers: readonly {
        readonly what: string;
        readonly value: string;
        readonly source: string;
        readonly confidence: string;
      }[];
    }
  /** A router that the manifests name; it routes by its preset. */
  | {
      readonly code: 'routerFound';
      readonly setting: string;
      /** Its preset, as `--router` and `routers` call it. */
      readonly preset: string;
      /** What it is, in words. */
      readonly title: string;
      /** What names it, and what there says so. */
      readonly objects: readonly { readonly object: string; readonly because: string }[];
      readonly services: readonly string[];
      /** How sure its numbers are: no surer than the least sure of them. */
      readonly confidence: string;
      /** The one number that is worth measuring; null where all are known. */
      readonly measure: string | null;
    }
  /** A proxy of a mesh in the Pods, which every connection passes. */
  | {
      readonly code: 'meshSidecar';
      readonly setting: string;
      /** The workload, and what there says that it has one. */
      readonly object: string;
      readonly because: string;
      readonly container: string;
      /** A native sidecar stays until the app has ended. */
      readonly native: boolean;
      /** Of its mesh; null: nobody names it. */
      readonly version: string | null;
      /** How long a classic one stays after the Pod has begun to stop; null of a native one. */
      readonly staysSeconds: number | null;
    }
  /** Something that could be a router, and sends through the nodes: their data plane picks the Pods, which is simulated anyway. */
  | {
      readonly code: 'throughNodes';
      readonly setting: 'routers';
      readonly object: string;
      /** What says so. */
      readonly because: string;
      readonly services: readonly string[];
    }
  /** A readiness gate: the routers that make it True; none: it is taken to become so some time after the containers are ready. */
  | {
      readonly code: 'readinessGate';
      readonly setting: string;
      readonly workload: string;
      readonly conditionType: string;
      readonly routers: readonly string[];
      /** What puts it into the Pods; null: it stands in the template. */
      readonly injectedBy: string | null;
    }
  /** A route that its Gateway refuses: nobody comes to these Services by it. */
  | {
      readonly code: 'routeRefused';
      readonly setting: 'routers';
      readonly object: string;
      /** What it lacks. */
      readonly because: string;
      readonly services: readonly string[];
    }
  /** A router of the input stands in place of one that the manifests name. */
  | {
      readonly code: 'routerReplaced';
      readonly setting: string;
      /** The one that does not route. */
      readonly name: string;
      readonly services: readonly string[];
    }
  /** Something that sends to Pods, recognised and not modelled: its part is not judged. */
  | {
      readonly code: 'routerNotModelled';
      readonly setting: 'routers';
      readonly object: string;
      readonly what: string;
      readonly services: readonly string[];
    }
  /** What of an Argo Rollout is not simulated: a mesh's weights, analyses and experiments. */
  | {
      readonly code: 'rolloutSimplified';
      readonly setting: 'manifests';
      readonly workload: string;
      readonly trafficWeights: boolean;
      /** Steps that are taken to succeed at once. */
      readonly skipped: readonly string[];
    }
  /** An Argo Rollout waits for somebody, who promotes it at once. */
  | { readonly code: 'rolloutPromoted'; readonly setting: 'actions'; readonly workload: string }
  /** Labels that a workload asks nodes for, while nobody says which labels the nodes have: taken to be on all of them. */
  | {
      readonly code: 'nodeLabelsUnknown';
      readonly setting: 'cluster.nodes';
      readonly workload: string;
      readonly labels: readonly string[];
    }
  | {
      readonly code: 'shutdownPeriods';
      readonly setting: 'actions';
      readonly node: string;
      readonly shutdownGracePeriod: string;
      readonly shutdownGracePeriodCriticalPods: string;
    }
  /** Pods whose PriorityClass is not among the manifests count as priority 0. */
  | { readonly code: 'priorityUnknown'; readonly setting: 'manifests' }
  /** What the manifests say and an API server accepts, though hardly as it was meant. */
  | { readonly code: 'manifestFinding'; readonly setting: 'manifests'; readonly finding: Finding };

/** What was taken for granted. */
export type AssumptionCode = Assumption['code'];

/** Delays that were fitted from recordings or metrics. */
export interface MeasuredDelays {
  /** `2026-11-23`; null where nothing said. */
  readonly date: string | null;
  /** Repetitions; 0 where metrics alone were read. */
  readonly recordings: number;
  /** Which end of what the samples allow was taken; `rows`: each run draws one repetition. */
  readonly table: 'optimistic' | 'estimate' | 'pessimistic' | 'rows';
  readonly sites: Readonly<
    Record<string, { readonly n: number; readonly confidence: 'measured' | 'estimate' }>
  >;
}
