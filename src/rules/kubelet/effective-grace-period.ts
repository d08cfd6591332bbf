import type { MinorVersion } from '../machinery/version.ts';

/** Every grace period that somebody has asked for, and the one that held before. */
export interface EffectiveGracePeriodInput {
  /** What the worker handed down before for this Pod; 0 where it has not yet. */
  readonly previousGraceSeconds: number;
  /** `metadata.deletionGracePeriodSeconds`; null before a DELETE was seen. */
  readonly deletionGracePeriodSeconds: number | null;
  /** What the one who asked for the kill wants (eviction, node shutdown); null where it left that open. */
  readonly graceOverrideSeconds: number | null;
  /** `spec.terminationGracePeriodSeconds`. */
  readonly terminationGracePeriodSeconds: number | null;
  readonly minor: MinorVersion;
}

/** The grace period that holds, and whether it became shorter. */
export interface EffectiveGracePeriod {
  readonly graceSeconds: number;
  /** Whether a grace that was handed down before is now another one. */
  readonly gracePeriodShortened: boolean;
}

/**
 * The grace in whole seconds that a Pod's worker hands down to the stopping of its containers.
 * It starts from the previous one; the Pod's deletion grace and then the override replace it where they are smaller or
 * where there is none yet; a Pod with neither gets its own terminationGracePeriodSeconds; nobody gets less than 1.
 *
 * Versions: up to 1.29 a 0 cannot be told from "nothing was asked", so a force delete or a hard eviction gives the Pod
 * its whole terminationGracePeriodSeconds; from 1.30 it gives 1 second.
 *
 * Source: pkg/kubelet/pod_workers.go calculateEffectiveGracePeriod
 */
export function calculateEffectiveGracePeriod(input: EffectiveGracePeriodInput): EffectiveGracePeriod {
  let graceSeconds = input.previousGraceSeconds;
  let asked = false;
  for (const wanted of [input.deletionGracePeriodSeconds, input.graceOverrideSeconds]) {
    // A 0 from the first of the two counts as "none yet" for the second, in every version.
    if (wanted !== null && (graceSeconds === 0 || wanted < graceSeconds)) {
      graceSeconds = wanted;
      asked = true;
    }
  }
  const zeroMeansUnset = input.minor < 30 || !asked;
  if (graceSeconds === 0 && zeroMeansUnset && input.terminationGracePeriodSeconds !== null) {
    graceSeconds = input.terminationGracePeriodSeconds;
  }
  graceSeconds = Math.max(graceSeconds, 1);
  const { previousGraceSeconds } = input;
  return {
    graceSeconds,
    gracePeriodShortened: previousGraceSeconds !== 0 && previousGraceSeconds !== graceSeconds,
  };
}
