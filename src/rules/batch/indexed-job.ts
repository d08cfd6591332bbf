/** A rule of a Job's successPolicy. Its conditions have to be met together. */
export interface SuccessPolicyRule {
  /** All of these have to succeed, or, with a count, so many of them; null: any. */
  readonly succeededIndexes: readonly (readonly [first: number, last: number])[] | null;
  readonly succeededCount: number | null;
}

/**
 * How many failures a Job with a limit for each index may have in all, where nothing is said.
 * Source: pkg/apis/batch/v1/defaults.go SetDefaults_Job
 */
export const UNLIMITED_BACKOFF = 2_147_483_647;

/**
 * Whether a completion index has failed for good: a rule says so, or it has failed more often than its limit.
 * Source: pkg/controller/job/backoff_utils.go; pkg/controller/job/indexed_job_utils.go isIndexFailed
 */
export function isIndexFailed(
  failures: number,
  backoffLimitPerIndex: number | null,
  matchedFailIndex: boolean,
): boolean {
  if (backoffLimitPerIndex === null) return false;
  return matchedFailIndex || failures > backoffLimitPerIndex;
}

/** Why an Indexed Job with limits for single indexes has failed. */
export type IndexedJobFailure = 'MaxFailedIndexesExceeded' | 'FailedIndexes';

/**
 * Why a Job with a limit for each index fails now: too many indexes have failed, or none is left to try and one has. null: it goes on.
 * Source: pkg/controller/job/job_controller.go syncJob
 */
export function indexedJobFailure(
  {
    completions,
    maxFailedIndexes,
  }: { readonly completions: number; readonly maxFailedIndexes: number | null },
  indexes: { readonly failed: number; readonly succeeded: number },
): IndexedJobFailure | null {
  const { failed, succeeded } = indexes;
  if (maxFailedIndexes !== null && failed > maxFailedIndexes) return 'MaxFailedIndexesExceeded';
  return failed > 0 && failed + succeeded >= completions ? 'FailedIndexes' : null;
}

/**
 * Whether a Job is done before all its completions are: one rule is met. What still runs is deleted then, each Pod with its grace period.
 * Source: pkg/controller/job/success_policy.go matchSuccessPolicy
 */
export function matchSuccessPolicy(
  rules: readonly SuccessPolicyRule[] | null,
  completions: number,
  succeeded: ReadonlySet<number>,
): boolean {
  return (rules ?? []).some(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === null) return succeededCount !== null && succeeded.size >= succeededCount;
    const named = succeededIndexes.map(([first, last]) => [first, Math.min(last, completions - 1)] as const);
    const wanted = named.reduce((sum, [first, last]) => sum + Math.max(last - first + 1, 0), 0);
    const done = [...succeeded].filter((index) =>
      named.some(([first, last]) => index >= first && index <= last),
    );
    return done.length >= (succeededCount ?? wanted);
  });
}

/**
 * The indexes that a text names: `1,3-5`. null where it is none: they have to ascend, and an interval has to hold more than one.
 * Source: pkg/apis/batch/validation/validation.go validateIndexesFormat, parseIndexInterval
 */
export function parseIndexes(text: string): readonly (readonly [first: number, last: number])[] | null {
  const intervals: (readonly [number, number])[] = [];
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) return null;
    const interval = [Number(first), Number(last)] as const;
    const before = intervals.at(-1)?.[1] ?? -1;
    if (interval[0] <= before || interval[1] < interval[0] || (part.includes('-') && first === last))
      return null;
    intervals.push(interval);
  }
  return intervals;
}
