/** What the AWS load balancer controller registers with a target group: Pods, or the nodes of a NodePort. */

/** Status of a node's condition Ready; null: it has none. */
export type NodeReady = 'True' | 'False' | 'Unknown' | null;

/** What decides whether a Pod is registered as a target. */
export interface PodTarget {
  readonly ready: boolean | null;
  readonly terminating: boolean | null;
  /** Whether the Pod's condition ContainersReady is True; null: the controller does not know the Pod yet. */
  readonly containersReady: boolean | null;
  /** Status of its node; undefined: the node is not known. */
  readonly nodeReady: NodeReady | undefined;
}

/**
 * Which endpoints are registered as Pod targets: ready ones, and those that are held up by a readiness gate alone, on a node that is
 * well and unless they terminate. Where there is none, with fail-open, those on nodes that are not heard of.
 * Source: aws-load-balancer-controller pkg/backend/endpoint_resolver.go resolvePodEndpointsWithEndpointsData
 */
export function resolvePodEndpoints<T extends PodTarget>(
  endpoints: readonly T[],
  failOpen: boolean,
): readonly T[] {
  const ready: T[] = [];
  const unknown: T[] = [];
  for (const endpoint of endpoints) {
    const { containersReady, nodeReady, terminating } = endpoint;
    if (containersReady === null) continue;
    if (endpoint.ready === true) ready.push(endpoint);
    else if (!containersReady) continue;
    else if (nodeReady === 'True' && terminating !== true) ready.push(endpoint);
    else if (nodeReady === 'Unknown') unknown.push(endpoint);
  }
  return ready.length === 0 && failOpen ? unknown : ready;
}

/** What decides whether a node is registered as a target. */
export interface NodeTarget {
  readonly ready: NodeReady;
  readonly taintKeys: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';

/**
 * Whether a node may carry a load balancer's traffic at all.
 * Source: aws-load-balancer-controller pkg/backend/endpoint_utils.go IsNodeSuitableAsTrafficProxy
 */
export function isNodeSuitableAsTrafficProxy({ labels, taintKeys }: NodeTarget): boolean {
  return !(EXCLUDED in labels) && !taintKeys.includes(TO_BE_DELETED);
}

/**
 * Which nodes are registered as targets: suitable ones that are Ready; where there is none, with fail-open, those not heard of.
 * Source: aws-load-balancer-controller pkg/backend/endpoint_resolver.go ResolveNodePortEndpoints
 */
export function resolveNodePortEndpoints<T extends NodeTarget>(
  nodes: readonly T[],
  failOpen: boolean,
): readonly T[] {
  const suitable = nodes.filter(isNodeSuitableAsTrafficProxy);
  const ready = suitable.filter((node) => node.ready === 'True');
  return ready.length === 0 && failOpen ? suitable.filter((node) => node.ready === 'Unknown') : ready;
}

/**
 * When a reconcile that found targets to wait for comes again: so long after the one before, each time anew.
 * Source: aws-load-balancer-controller pkg/targetgroupbinding/resource_manager.go reconcileWithIPTargetType (NewRequeueNeededAfter)
 */
export function requeuedAtUs(reconciledAtUs: number, requeueDurationUs: number, nowUs: number): number {
  const rounds = Math.max(1, Math.ceil((nowUs - reconciledAtUs) / requeueDurationUs));
  return reconciledAtUs + rounds * requeueDurationUs;
}

/** A Pod's condition that its readiness gate waits for. */
export interface GateCondition {
  readonly type: string;
  readonly status: string;
}

/**
 * Whether some Pod's gate for this target group is written and not yet True, so that the controller must look again although nothing
 * changed. A gate that is not written yet is looked at when it is.
 * Source: aws-load-balancer-controller pkg/targetgroupbinding/resource_manager.go needReadinessGateFlip
 */
export function needReadinessGateFlip(
  pods: readonly { readonly conditions: readonly GateCondition[] }[],
  gate: string,
): boolean {
  return pods.some(({ conditions }) =>
    conditions.some(({ type, status }) => type === gate && status !== 'True'),
  );
}
