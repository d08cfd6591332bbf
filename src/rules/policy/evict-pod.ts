import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';
import type { MinorVersion } from '../machinery/version.ts';

/**
 * Back-off of the API server's own retries on conflict: 20 attempts, 500 ms apart, each delay stretched by up to 10
 * %.
 */
export const EVICTIONS_RETRY = { attempts: 20, delayUs: 500_000, jitter: 0.1 } as const;
/** Most entries of `status.disruptedPods`; beyond, evictions are forbidden. */
export const MAX_DISRUPTED_POD_SIZE = 2000;

/** What of a Pod its eviction is decided by. */
export interface EvictedPod {
  readonly name: string;
  readonly phase: string;
  readonly deletionTimestamp: number | string | null;
  readonly ready: boolean;
}

/** A PodDisruptionBudget that matches the Pod (one with an empty selector matches none). */
export interface EvictionBudget {
  readonly name: string;
  readonly generation: number;
  readonly unhealthyPodEvictionPolicy: 'IfHealthyBudget' | 'AlwaysAllow' | null;
  readonly status: {
    readonly observedGeneration: number;
    readonly disruptionsAllowed: number;
    readonly currentHealthy: number;
    readonly desiredHealthy: number;
    /** Time of eviction (µs) by Pod name. */
    readonly disruptedPods: Readonly<Record<string, number>>;
    /** The condition DisruptionAllowed. */
    readonly disruptionAllowedCondition?: {
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    };
  };
}

/** The API server's answer to an eviction that it refuses. */
export interface EvictionRefusal {
  readonly code: 403 | 429 | 500;
  readonly message: string;
  readonly cause: string | null;
  readonly retryAfterSeconds: number | null;
  /** The budget's arithmetic, where that is what its cause says. */
  readonly counts?: BudgetCounts;
}

/** A budget's name and its counts, as an answer names them. */
export interface BudgetCounts {
  readonly name: string;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
}

/** What the API server makes of an eviction. */
export type EvictionDecision =
  | {
      readonly kind: 'delete';
      /** Without budget (the Pod is pending, finished or terminating), which alone is retried on conflict. */
      readonly ignoresBudget: boolean;
      /** Pin the delete to the version that was judged, unless the caller pinned one. */
      readonly pinsResourceVersion: boolean;
      /** The budget's status to write before the delete, or null. */
      readonly budgetStatus: EvictionBudget['status'] | null;
      readonly budgetName: string | null;
    }
  | { readonly kind: 'refuse'; readonly refusal: EvictionRefusal };

const VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget.";

/**
 * What the Eviction API does with a Pod, given the budgets that match it. A budget decides only whether the delete is
 * sent; it neither delays nor shortens a termination. `unhealthyPodEvictionPolicy` counts from 1.27 on (off by
 * default in 1.26). From 1.26 on a condition DisruptionTarget is written before the delete.
 * Source: pkg/registry/core/pod/storage/eviction.go EvictionREST.Create
 */
export function decideEviction(
  pod: EvictedPod,
  budgets: readonly EvictionBudget[],
  nowUs: number,
  minor: MinorVersion,
): EvictionDecision {
  const allow = { kind: 'delete', budgetStatus: null, budgetName: null } as const;
  if (canIgnorePDB(pod)) {
    return { ...allow, ignoresBudget: true, pinsResourceVersion: shouldEnforceResourceVersion(pod) };
  }
  const [budget] = budgets;
  if (budget === undefined) return { ...allow, ignoresBudget: false, pinsResourceVersion: false };
  if (budgets.length > 1) {
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    return refuse({ code: 500, message, cause: null, retryAfterSeconds: null });
  }
  const { currentHealthy, desiredHealthy } = budget.status;
  const alwaysAllow = minor >= 27 && budget.unhealthyPodEvictionPolicy === 'AlwaysAllow';
  if (!pod.ready && (alwaysAllow || (currentHealthy >= desiredHealthy && desiredHealthy > 0))) {
    return { ...allow, ignoresBudget: false, pinsResourceVersion: true, budgetName: budget.name };
  }
  const checked = checkAndDecrement(budget, pod.name, nowUs);
  if ('refusal' in checked) return refuse(checked.refusal);
  return {
    ...allow,
    ignoresBudget: false,
    pinsResourceVersion: false,
    budgetStatus: checked.status,
    budgetName: budget.name,
  };
}

/**
 * Takes one disruption from a budget, or says why not. The causes are worded as in 1.36; older versions always name
 * the counts.
 * Source: pkg/registry/core/pod/storage/eviction.go checkAndDecrement
 */
export function checkAndDecrement(
  budget: EvictionBudget,
  podName: string,
  nowUs: number,
): { readonly status: EvictionBudget['status'] } | { readonly refusal: EvictionRefusal } {
  const { status } = budget;
  if (status.observedGeneration < budget.generation) return { refusal: stillBeingProcessed(budget.name) };
  const forbidden = (reason: string) => ({
    refusal: {
      code: 403 as const,
      message: `poddisruptionbudget.policy "${budget.name}" is forbidden: ${reason}`,
      cause: null,
      retryAfterSeconds: null,
    },
  });
  if (status.disruptionsAllowed < 0) return forbidden('pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods).length > MAX_DISRUPTED_POD_SIZE) {
    return forbidden('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (status.disruptionsAllowed === 0) {
    return { refusal: { code: 429, message: VIOLATION, ...exhausted(budget), retryAfterSeconds: null } };
  }
  const disruptedPods = { ...status.disruptedPods, [podName]: nowUs };
  return { status: { ...status, disruptionsAllowed: status.disruptionsAllowed - 1, disruptedPods } };
}

/**
 * What follows the answer to the delete that a decision asked for. `attempt` counts from 1 and starts over with a new
 * request. `retry`: read the Pod again and decide anew, after the back-off. `tooManyRequests`: 429, so that the
 * client retries.
 * Source: pkg/registry/core/pod/storage/eviction.go EvictionREST.Create
 */
export function afterEvictionDelete(
  decision: Extract<EvictionDecision, { kind: 'delete' }>,
  answer: 'deleted' | 'conflict' | 'failed',
  callerSetResourceVersion: boolean,
  attempt: number,
): 'success' | 'retry' | 'tooManyRequests' | 'error' {
  if (answer === 'deleted') return 'success';
  if (answer === 'failed' || callerSetResourceVersion) return 'error';
  if (decision.ignoresBudget) return attempt < EVICTIONS_RETRY.attempts ? 'retry' : 'error';
  return decision.pinsResourceVersion ? 'tooManyRequests' : 'error';
}

/**
 * The 429 for a budget whose controller lags behind, which asks for 10 s of patience.
 * Source: pkg/registry/core/pod/storage/eviction.go createTooManyRequestsError
 */
export function stillBeingProcessed(budgetName: string): EvictionRefusal {
  const cause = `The disruption budget ${budgetName} is still being processed by the server.`;
  return { code: 429, message: VIOLATION, cause, retryAfterSeconds: 10 };
}

function canIgnorePDB(pod: EvictedPod): boolean {
  return isPodPhaseTerminal(pod.phase) || pod.phase === 'Pending' || pod.deletionTimestamp !== null;
}

/** A pending Pod could become ready, and so guarded, between the look and the delete. */
function shouldEnforceResourceVersion(pod: EvictedPod): boolean {
  return !isPodPhaseTerminal(pod.phase) && pod.deletionTimestamp === null;
}

/** A failed sync comes first, as its counts cannot be trusted. */
function exhausted({ name, status }: EvictionBudget): Pick<EvictionRefusal, 'cause' | 'counts'> {
  const condition = status.disruptionAllowedCondition;
  const stated = condition?.status === 'False' && condition.message !== '' ? condition : null;
  const blocked = `The disruption budget ${name} does not allow evicting pods currently`;
  if (stated?.reason === 'SyncFailed')
    return { cause: `${blocked} because it failed sync: ${stated.message}` };
  const { desiredHealthy, currentHealthy } = status;
  if (currentHealthy <= desiredHealthy) {
    const cause = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    return { cause, counts: { name, desiredHealthy, currentHealthy } };
  }
  return { cause: stated === null ? blocked : `${blocked} (${stated.reason}): ${stated.message}` };
}

function refuse(refusal: EvictionRefusal): EvictionDecision {
  return { kind: 'refuse', refusal };
}
