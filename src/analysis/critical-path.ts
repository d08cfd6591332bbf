import { betweenMs } from '../kernel/time.ts';
import type { Run } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import type { TraceEvent } from '../verdict/trace-events.ts';
import type { Decision, DecisionReading } from '../verdict/types.ts';
import { eventsWithHooks, tracedEvents } from './traced.ts';

/**
 * What a link of a critical path is. `event`: from one event to the one that it caused. The others are terms of the
 * requirement that are no events of the trace.
 */
export type PathLinkKind =
  | 'event'
  /** One way from the router to the Pod. */
  | 'wayToPod'
  /** Between the requests that the two sides begin with, where they are not the same. */
  | 'betweenRequests'
  /** The runtime's start-up of an exec hook. */
  | 'hookStartUp'
  /** From the end of the hook to the stop signal. */
  | 'stopSignal'
  /** How long the app goes on accepting after the stop signal, or until SIGKILL. */
  | 'accepting';

/** One link: `ms` lengthens the preStop that is needed where it is positive, and shortens it where it is negative. */
export interface PathLink {
  readonly side: 'routing' | 'pod';
  readonly kind: PathLinkKind;
  /** Signed milliseconds with three decimals. */
  readonly ms: number;
  /** The event that ends it; null for a link that no event ends. */
  readonly event: TraceEvent | null;
  /** The event that began it; null for a link that no event begins. */
  readonly from: TraceEvent | null;
}

/** Why the required preStop of a run is what it is. Its links add up to `exactMs` to the microsecond. */
export interface CriticalPath {
  readonly decision: Decision;
  readonly reading: DecisionReading;
  readonly links: readonly PathLink[];
  /** The sum of all links: what a hook had to last; negative where the run is safe without one. */
  readonly exactMs: number;
  /** What is added to `exactMs` for `requiredPreStopMs`; null where no hook is long enough. */
  readonly rounding: { readonly ms: number; readonly why: RoundingReason } | null;
  readonly requiredPreStopMs: number | null;
}

/** `wholeMs`: up to 1 ms. `neverNegative`: no hook is needed. `shorterKill`: the time to SIGKILL shrinks as the hook grows. */
export type RoundingReason = 'wholeMs' | 'neverNegative' | 'shorterKill';

/**
 * The critical path of `requiredPreStopMs`: from the DELETE along the router that let go last, less the way from the DELETE to
 * the end of accepting. null where nothing decided it, or where it was found by reruns and not read off one run.
 */
export function criticalPath(run: Run): CriticalPath | null {
  demand('criticalPath', 'run', run);
  const { decidedBy: decision, requiredPreStopMs } = run.verdict;
  const reading = decision?.reading ?? null;
  if (decision === null || reading === null) return null;
  const trace = reading.hookMs === null ? tracedEvents(run) : eventsWithHooks(run, reading.hookMs);
  const routing = chainTo(trace, trace[reading.letGoSeq]!);
  const kill = chainTo(trace, killOf(trace, decision.pod, reading.killStartedMs));
  const links = [
    ...routingLinks(routing, reading),
    ...requestLinks(routing, kill),
    ...podLinks(kill, reading),
  ];
  const { exactMs } = decision;
  const rounding = requiredPreStopMs === null ? null : roundingOf(requiredPreStopMs, exactMs);
  return { decision, reading, links, exactMs, rounding, requiredPreStopMs };
}

/** The events that led to `last`, from the first on. */
function chainTo(trace: readonly TraceEvent[], last: TraceEvent): readonly TraceEvent[] {
  const chain = [last];
  for (let { cause } = last; cause !== null; cause = trace[cause]!.cause) chain.push(trace[cause]!);
  return chain.reverse();
}

function killOf(trace: readonly TraceEvent[], pod: string, atMs: number): TraceEvent {
  return trace.find((event) => event.type === 'podKillStarted' && event.pod === pod && event.atMs === atMs)!;
}

function routingLinks(chain: readonly TraceEvent[], reading: DecisionReading): PathLink[] {
  const last = chain[chain.length - 1]!;
  const way = betweenMs(last.atMs, reading.letGoMs);
  const events = eventLinks('routing', chain, 1);
  return [...events, { side: 'routing', kind: 'wayToPod', ms: way, event: null, from: last }];
}

/** The side of the routers may have begun with another request than the Pod's own DELETE: another Pod's, whose sync took it along. */
function requestLinks(routing: readonly TraceEvent[], kill: readonly TraceEvent[]): PathLink[] {
  const [first] = routing;
  const [own] = kill;
  if (first!.seq === own!.seq) return [];
  const ms = betweenMs(own!.atMs, first!.atMs);
  return [{ side: 'pod', kind: 'betweenRequests', ms, event: own!, from: first! }];
}

function podLinks(chain: readonly TraceEvent[], reading: DecisionReading): PathLink[] {
  const terms: readonly (readonly [PathLinkKind, number])[] = [
    ['hookStartUp', reading.hookStartUpMs],
    ['stopSignal', reading.signalDelayMs],
    ['accepting', reading.acceptingMs],
  ];
  const links = terms
    .filter(([kind, ms]) => kind === 'stopSignal' || ms !== 0)
    .map(([kind, ms]): PathLink => ({ side: 'pod', kind, ms: negative(ms), event: null, from: null }));
  return [...eventLinks('pod', chain, -1), ...links];
}

function eventLinks(side: PathLink['side'], chain: readonly TraceEvent[], sign: 1 | -1): PathLink[] {
  return chain.slice(1).map((event, index) => {
    const from = chain[index]!;
    const ms = betweenMs(from.atMs, event.atMs);
    return { side, kind: 'event', ms: sign < 0 ? negative(ms) : ms, event, from };
  });
}

function negative(ms: number): number {
  return ms === 0 ? 0 : -ms;
}

function roundingOf(requiredMs: number, exactMs: number): NonNullable<CriticalPath['rounding']> {
  const ms = betweenMs(exactMs, requiredMs);
  return { ms, why: exactMs <= 0 ? 'neverNegative' : ms < 1 ? 'wholeMs' : 'shorterKill' };
}
