import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';

/** A Pod of a node that is drained, as far as kubectl looks at it. */
export interface DrainPod {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** The kind of its controller; `none` for a bare Pod. */
  readonly owner: string;
  readonly hasEmptyDir: boolean;
}

/** The flags of `kubectl drain` that its filters know. */
export interface DrainFlags {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
}

/** Why a Pod keeps its node from being drained, and which flag would let it go. */
export type DrainRefusal = 'daemonSet' | 'localStorage' | 'unmanaged';

/** A Pod that a drain does not delete, and why. */
export interface RefusedPod {
  readonly pod: string;
  readonly reason: DrainRefusal;
}

/**
 * What `kubectl drain` does with a Pod: deletes it, passes over it without a word, or is refused by it. One that has finished always
 * goes; the first filter that keeps a Pod says why.
 * Source: kubectl/pkg/drain/filters.go makeFilters
 */
export function drainFilter(
  { phase, owner, hasEmptyDir }: DrainPod,
  { force, ignoreDaemonSets, deleteEmptyDirData }: DrainFlags,
): { readonly deletes: boolean; readonly refusal: DrainRefusal | null } {
  if (isPodPhaseTerminal(phase)) return { deletes: true, refusal: null };
  if (owner === 'DaemonSet') return { deletes: false, refusal: ignoreDaemonSets ? null : 'daemonSet' };
  if (hasEmptyDir && !deleteEmptyDirData) return { deletes: false, refusal: 'localStorage' };
  if (owner === 'none' && !force) return { deletes: false, refusal: 'unmanaged' };
  return { deletes: true, refusal: null };
}

const ERRORS: Readonly<Record<DrainRefusal, string>> = {
  daemonSet: 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
  localStorage: 'cannot delete Pods with local storage (use --delete-emptydir-data to override)',
  unmanaged: 'cannot delete Pods that declare no controller (use --force to override)',
};

/**
 * What `kubectl drain` reports of the Pods that refuse it: an error for each reason, with their names.
 * Source: kubectl/pkg/drain/filters.go PodDeleteList.errors, consts daemonSetFatal, localStorageFatal, unmanagedFatal
 */
export function drainErrors(refused: readonly RefusedPod[]): readonly string[] {
  const reasons = [...new Set(refused.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const pods = refused.filter((each) => each.reason === reason).map(({ pod }) => pod);
    return `${ERRORS[reason]}: ${pods.join(', ')}`;
  });
}
