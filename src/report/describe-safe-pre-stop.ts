import type {
  LowerEdge,
  NoneReason,
  NoSafePreStop,
  PreStopNotJudged,
  SafeInterval,
  SafePreStop,
  UpperEdge,
} from '../analysis/safe-pre-stop.ts';
import { formatDuration, MICROS_PER_MS } from '../kernel/time.ts';
import { MINIMUM_GRACE_PERIOD_SECONDS } from '../rules/kubelet/container-grace-period.ts';
import { fixText } from './describe-fix.ts';
import { notJudgedText } from './describe-not-judged.ts';
import { violationText } from './describe-violation.ts';
import { overLimitText } from './over-limit-text.ts';

/** Which values are safe and what decides the edges; or why there is none, and what would help. */
export function safePreStopText(found: SafePreStop): string {
  const { overLimit, firstOverLimit } = found.evidence;
  const left = overLimit === 0 ? '' : ` ${overLimitText(overLimit, firstOverLimit)}`;
  return `${answerText(found)}${left}`.trim();
}

function answerText(found: SafePreStop): string {
  if (found.kind === 'notJudged') return openTexts(found).join(' ');
  if (found.kind === 'none') {
    const fix = noneFix(found);
    return fix === null ? noneText(found) : `${noneText(found)} ${fix}`;
  }
  const { decidedBelow, decidedAbove } = found;
  return `A preStop sleep ${rangeText(found)} is safe. Below: ${lowerEdgeText(decidedBelow)}. Above: ${upperEdgeText(decidedAbove)}`;
}

/** `from 3 s to 28 s`. */
export function rangeText({ minSeconds, maxSeconds }: SafeInterval): string {
  return minSeconds === maxSeconds ? `of ${minSeconds} s alone` : `from ${minSeconds} s to ${maxSeconds} s`;
}

export function recommendationText({ headroom, minSeconds, maxSeconds, slackSeconds }: SafeInterval): string {
  const { below, above } = slackSeconds;
  if (maxSeconds - minSeconds < 2)
    return `the interval has no more than ${maxSeconds - minSeconds + 1} values, so each is an edge (${below} s to the lower, ${above} s to the upper one)`;
  const share = Math.round(headroom * 100);
  return `${below} s above the smallest safe value (${share} % of it, but no nearer to the other edge), ${above} s below the largest`;
}

/** What was not judged, sentence by sentence. */
export function openTexts({ notJudged, violation }: PreStopNotJudged): readonly string[] {
  const nothing = violation === null ? [] : [`${violationText(violation)} ${fixText(violation.fix)}`];
  return [...nothing, ...notJudged.map(notJudgedText)];
}

export function lowerEdgeText(edge: LowerEdge | null): string {
  if (edge === null) return 'no router needs a hook in any run';
  const needed = formatDuration(edge.requiredPreStopMs * MICROS_PER_MS);
  return `${edge.router} needed ${needed} in the slowest run (seed ${edge.seed})`;
}

export function upperEdgeText(edge: UpperEdge): string {
  switch (edge.by) {
    case 'violation': {
      const { fix } = edge.violation;
      const why = violationText(edge.violation);
      return fix.code === 'endBeforeTheNode' ? `${why} ${fixText(fix)}` : why;
    }
    case 'horizon':
      return 'with a second more the run ends at its horizon, before it can be judged: leave the horizon out, or set it later.';
    case 'overLimit':
      return 'with a second more every run meets a limit.';
    case 'maxSeconds':
      return `no value above ${edge.maxSeconds} s was looked at: maxSeconds allows no more.`;
    case 'grace':
      return (
        `the grace period ends there: from ${edge.lastSeconds} s on the app has only the ${MINIMUM_GRACE_PERIOD_SECONDS} s after its ` +
        'stop signal that the kubelet grants at least.'
      );
    default:
      return edge satisfies never;
  }
}

/** Why no value is safe. */
export function noneText(none: NoSafePreStop): string {
  return REASONS[none.reason](none);
}

/** What would help where no value does; null where that is not known. */
export function noneFix(none: NoSafePreStop): string | null {
  const { raiseTerminationGracePeriodSecondsTo: raise, violation, issue } = none;
  if (raise !== null) {
    const and =
      none.preStopSeconds === 0 ? ': with it' : ` and set preStop to ${none.preStopSeconds} s: with these`;
    return `Raise terminationGracePeriodSeconds to at least ${raise}${and} every run is safe.`;
  }
  if (issue !== null) return issue.fix ?? null;
  return violation === null ? null : fixText(violation.fix);
}

const REASONS: Readonly<Record<NoneReason, (none: NoSafePreStop) => string>> = {
  graceTooShort: ({ limitSeconds, workloads }) =>
    `No hook of ${workloads.join(', ')} that fits ${limitSeconds} s is long enough for the slowest router in every run.`,
  noOtherEndpoint: ({ affectedRuns, evidence, workloads }) =>
    `In ${affectedRuns} of ${evidence.runs} runs no other endpoint of ${workloads.join(', ')} took over before the Pod was gone: routers fall back to ` +
    'a terminating Pod while nothing else is ready, so refused connections follow its end however long preStop is.',
  routedUntilUnhealthy: ({ affectedRuns, evidence, workloads }) =>
    `In ${affectedRuns} of ${evidence.runs} runs a router let go of a Pod of ${workloads.join(', ')} only once its health check had found it closed, however long ` +
    'preStop was.',
  readyTooEarly: ({ affectedRuns, evidence, workloads }) =>
    `In ${affectedRuns} of ${evidence.runs} runs a Pod of ${workloads.join(', ')} was routed to before its process accepted: no preStop helps; ` +
    'give it a readinessProbe.',
  sidecarLeavesFirst: ({ affectedRuns, evidence, workloads }) =>
    `In ${affectedRuns} of ${evidence.runs} runs the proxy that a webhook puts into the Pods of ${workloads.join(', ')} left before the routers had let go: no hook of ` +
    'the app holds it.',
  drainTooLong: ({ neededSeconds, violation }) =>
    neededSeconds === 0
      ? `The app has not enough time before SIGKILL, even without a hook: ${told(violation)}`
      : `Routing needs ${neededSeconds} s of preStop, and then the app has not enough time before SIGKILL: ${told(violation)}`,
  hookDoesMore: ({ issue }) => issue?.message ?? 'A hook does something else than sleep.',
  unsafeAtEveryValue: ({ violation }) => told(violation),
};

function told(violation: NoSafePreStop['violation']): string {
  return violation === null ? '' : violationText(violation);
}
