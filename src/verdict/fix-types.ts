import type { RefusedPod } from '../cluster/disruption.ts';

/** What would have helped, as data. `describe(fix)` of the package is its text. */

/** Who decides how much time a Pod has: its manifest, unless somebody gave it less than that. */
export type GraceGiver =
  | 'manifest'
  | 'deleteRequest'
  | 'nodeShutdown'
  | 'kubeletEviction'
  | 'clusterAutoscaler'
  | 'karpenter';

/** More time before SIGKILL. */
export interface MoreGrace {
  readonly code: 'moreGrace';
  readonly giver: GraceGiver;
  /** What the giver has to allow at least. */
  readonly seconds: number;
  /** What the Pod had. */
  readonly givenSeconds: number;
  /** What makes the time needed: a hook that was cut off, a hook and a drain, a drain, a preStop that does not fit yet. */
  readonly for: 'hook' | 'app' | 'hookAndDrain' | 'preStop' | 'requests';
  /** With `preStop`: how long the hook has to be in the time that is then there. */
  readonly preStopSeconds?: number;
}

/** Fixes that have nothing to say but their name. */
export type PlainFixCode =
  /** A longer preStop; by how much could not be read. */
  | 'lengthenPreStop'
  /** Nothing on a lost node runs any more: clients try again elsewhere. */
  | 'retryElsewhere'
  /** The kubelet stops the Pod by itself and sets no deletionTimestamp: fail the readiness probe first. */
  | 'failReadinessFirst'
  /** The last Pod of a Deployment that is scaled to 0. */
  | 'acceptTheEnd'
  | 'readinessFailsBeforeClosing'
  | 'acceptTheBacklog'
  | 'moreConcurrency'
  | 'longerRequestTimeout'
  | 'localPolicyEverywhere'
  /** Whoever routed a connection reset it: it has to keep what is open, or the Pod its readiness. */
  | 'keepOpenConnections'
  | 'finishBeforeExit'
  | 'passTheSignalOn'
  | 'announceTheClosing'
  | 'hookKindOfTheKubelet'
  | 'nativeSleep'
  | 'describeDnsClients'
  | 'stopLater'
  | 'addTheService'
  | 'addANode'
  | 'allowADisruption'
  /** A budget that allows no disruption at all. */
  | 'loosenTheBudget'
  /** A Pod keeps an autoscaler from taking its node away. */
  | 'letTheNodeGo'
  | 'stopAPod';

/** What would make a run safe. */
export type Fix =
  /** The node goes before the Pod is done: the hook may last so long at most. */
  | { readonly code: 'endBeforeTheNode'; readonly atMostSeconds: number; readonly goneAfterSeconds: number }
  /** The Pods that take over are not behind the Service: their labels or the names of their ports are others. */
  | { readonly code: 'keepTheLabels'; readonly service: string; readonly workload: string }
  | { readonly code: PlainFixCode }
  | {
      /** `preStopMs` is what this run needed, `preStopSeconds` the same in whole seconds. */
      readonly code: 'setPreStop';
      readonly preStopMs: number;
      readonly preStopSeconds: number;
      /** The hook that is there fails, whatever it says. */
      readonly failing?: true;
      /** Of so many runs it is the most that any needed, or what the worst of them did; absent where there is one alone. */
      readonly runs?: number | 'worst';
      /** Whose hook that is; absent where only one container of the Pod is on the path. */
      readonly container?: string;
    }
  | {
      /** The hook makes the process stop accepting when it starts: sleep first, so many seconds at least, and close then. */
      readonly code: 'sleepBeforeClosing';
      readonly seconds: number | null;
    }
  | {
      /** Nobody else is ready: another replica takes over. */
      readonly code: 'secondReplica';
      /** `name`, or `namespace/name` outside `default`; absent where nothing of the manifests is behind the Service. */
      readonly workload?: string;
      /** Where it has no maxUnavailable that could be 0: nobody makes a bare Pod anew, a StatefulSet stops a Pod before it starts another. */
      readonly owner?: 'Pod' | 'ReplicaSet' | 'StatefulSet';
    }
  | {
      /** Nobody was left: one replica more than stop at a time. */
      readonly code: 'moreReplicas';
      /** `name`, or `namespace/name` outside `default`; absent where nothing of the manifests is behind the Service. */
      readonly workload?: string;
      /** Where it has no maxUnavailable that could be 0: nobody makes a bare Pod anew, a StatefulSet stops a Pod before it starts another. */
      readonly owner?: 'Pod' | 'ReplicaSet' | 'StatefulSet';
    }
  | {
      /** The strategy Recreate stops every Pod before the first new one is made. */
      readonly code: 'useRollingUpdate';
      readonly workload?: string;
      /** For how long its Service has nobody, where that was seen. */
      readonly awaySeconds?: number;
    }
  /** No one of them is enough: all of them. */
  | { readonly code: 'together'; readonly fixes: readonly Fix[] }
  /** The run was not safe with what usually helps, nor with anything else that was tried. */
  | { readonly code: 'noneFound'; readonly tried: Fix }
  | MoreGrace
  | {
      /** A hook that ends before the grace period does; or more time for it. */
      readonly code: 'shortenHook';
      readonly belowSeconds: number;
      readonly or: MoreGrace;
    }
  | {
      /** The node's shutdown has to leave the Pod's group more time. */
      readonly code: 'moreShutdownTime';
      readonly seconds: number;
    }
  | {
      /** A Local traffic policy falls back to the terminating Pod while no other endpoint on the node is ready. */
      readonly code: 'endpointOnEveryNode';
      readonly service: string;
      readonly policy: 'externalTrafficPolicy' | 'internalTrafficPolicy';
    }
  | {
      /** What lets `kubectl drain` delete the Pods that refuse it. */
      readonly code: 'drainFlags';
      readonly reasons: readonly RefusedPod['reason'][];
    }
  | {
      /** With internalTrafficPolicy: Local a node has nobody while its own Pod is away: its successor has to be ready first. */
      readonly code: 'surgeOnTheNode';
      readonly service: string;
    }
  | {
      /** The Service's field makes terminating Pods count as ready. */
      readonly code: 'unsetPublishNotReadyAddresses';
      readonly service: string;
    }
  | {
      /** Whoever is ready or serves is sent to, terminating or not: readiness has to fail during preStop. */
      readonly code: 'failReadinessInPreStop';
      readonly router: string;
    }
  | {
      /** A router lets go only once it has found out that the Pod does not answer: it has to fail its health check before it closes. */
      readonly code: 'failHealthCheckFirst';
      readonly router: string;
      /** How long the Pod has to go on accepting after that. */
      readonly seconds: number;
    }
  | {
      /** The proxy in the Pod leaves by itself: it has to stay until routers have let go, or to be a native sidecar. */
      readonly code: 'keepSidecar';
      readonly container: string;
      /** How long it has to go on accepting after the Pod was asked to stop. */
      readonly seconds: number;
    }
  | {
      /** The app gives up its work in flight by itself: its limit has to be as long as the longest request. */
      readonly code: 'longerMaxDrain';
      readonly container: string;
      readonly seconds: number;
    }
  | { readonly code: 'addReadinessProbe' | 'addStartupProbe' | 'correctStartup'; readonly container: string };

/** Of which kind a fix is. */
export type FixCode = Fix['code'];
