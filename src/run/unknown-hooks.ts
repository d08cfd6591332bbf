import { largest, smallest } from '../kernel/lists.ts';
import { MICROS_PER_SECOND, toMs } from '../kernel/time.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { withUnknownHooks } from '../scenario/variants.ts';
import type { RunFold } from '../verdict/fold.ts';
import type { NotJudged, Outcome } from '../verdict/types.ts';

/** Hooks of which nobody can say how long they take: what a run means is asked at both ends of what is possible. */

type UnknownHook = Extract<NotJudged, { readonly code: 'hookDurationUnknown' }>;
type OutcomeOf = (scenario: Scenario) => Outcome;

export interface SafeSeconds {
  readonly from: number;
  readonly to: number;
}

interface RunOfUnknown {
  readonly scenario: Scenario;
  readonly fold: RunFold;
  readonly outcomeOf: OutcomeOf;
}

/**
 * The hooks of unknown length of a run in which they took the least that they take, where hooks that take the longest that fits the
 * grace period would come to something else. Between which whole seconds this run is safe is looked for when somebody asks.
 */
export function openHooks(
  outcome: Outcome,
  { scenario, fold, outcomeOf }: RunOfUnknown,
): readonly NotJudged[] {
  const hooks = unknownHooks(fold);
  if (hooks.length === 0 || outcome === 'notJudged') return [];
  const ends = endsOf(scenario);
  const isSafe = (seconds: number) => outcomeOf(withUnknownHooks(scenario, seconds)) !== 'unsafe';
  const atLeast = outcome !== 'unsafe';
  if (isSafe(ends.to) === atLeast && (atLeast || somewhereSafe(ends, isSafe) === null)) return [];
  let found: SafeSeconds | null | undefined;
  const safeSeconds = () => {
    if (found === undefined) found = safeBetween(ends, isSafe);
    return found;
  };
  return hooks.map((hook) => asked(hook, safeSeconds));
}

function asked(hook: Omit<UnknownHook, 'safeSeconds'>, safeSeconds: () => SafeSeconds | null): UnknownHook {
  const open: UnknownHook = { ...hook, safeSeconds: null };
  return Object.defineProperty(open, 'safeSeconds', { enumerable: true, get: safeSeconds });
}

/** The least and the most whole seconds that the unknown hooks of a scenario may take. A hook that takes all of the grace period is cut off. */
export function endsOf({ world }: Scenario): SafeSeconds {
  const own = world.templates.filter(({ containers }) =>
    containers.some(({ hook }) => hook !== null && hook.unknown !== null),
  );
  const least = own.flatMap(({ containers }) =>
    containers.flatMap(({ hook }) => (hook === null || hook.unknown === null ? [] : [hook.duration])),
  );
  const grace = smallest(own.map(({ terminationGracePeriodSeconds }) => terminationGracePeriodSeconds));
  const from = Math.floor(largest(least, 0) / MICROS_PER_SECOND);
  return { from, to: Math.max(from, grace - 1) };
}

/** How many values between the ends are looked at, where neither end is safe. */
const BETWEEN = 8;

function somewhereSafe({ from, to }: SafeSeconds, isSafe: (seconds: number) => boolean): number | null {
  const steps = Array.from({ length: BETWEEN - 1 }, (_, k) =>
    Math.round(from + ((to - from) * (k + 1)) / BETWEEN),
  );
  const tried = [...new Set([from + 1, from + 2, ...steps])].filter((each) => each > from && each < to);
  return tried.find(isSafe) ?? null;
}

/** The whole seconds between which it is safe; null where no value was found to be. */
export function safeBetween(ends: SafeSeconds, isSafe: (seconds: number) => boolean): SafeSeconds | null {
  const [least, most] = [isSafe(ends.from), isSafe(ends.to)];
  const inside = least ? ends.from : most ? ends.to : somewhereSafe(ends, isSafe);
  if (inside === null) return null;
  return {
    from: least ? ends.from : edge(inside, ends.from, isSafe),
    to: most ? ends.to : edge(inside, ends.to, isSafe),
  };
}

/** The last safe value on the way from a safe one to one that is not. */
function edge(from: number, unsafeAt: number, isSafe: (seconds: number) => boolean): number {
  let [safe, unsafe] = [from, unsafeAt];
  while (Math.abs(unsafe - safe) > 1) {
    const middle = Math.trunc((safe + unsafe) / 2);
    if (isSafe(middle)) safe = middle;
    else unsafe = middle;
  }
  return safe;
}

/** The hooks that ran in Pods which were stopped, each container once. */
function unknownHooks({ pods }: RunFold): readonly Omit<UnknownHook, 'safeSeconds'>[] {
  const found = new Map<string, Omit<UnknownHook, 'safeSeconds'>>();
  for (const pod of pods) {
    pod.template.containers.forEach(({ name: container, hook }, index) => {
      const unknown = hook?.unknown ?? null;
      if (hook === null || unknown === null || pod.containers[index]!.hookStartedAt === null) return;
      const key = `${pod.template.workload}/${container}`;
      if (found.has(key)) return;
      found.set(key, {
        code: 'hookDurationUnknown',
        gating: true,
        pod: pod.name,
        container,
        hook: hook.kind,
        reason: unknown,
        leastMs: toMs(hook.duration),
      });
    });
  }
  return [...found.values()];
}
