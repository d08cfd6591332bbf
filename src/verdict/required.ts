import { SITE } from '../cluster/delay-sites.ts';
import type { AppInfo, ContainerInfo } from '../cluster/world.ts';
import type { Draws } from '../kernel/draws.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { remainingGraceSeconds, stopTimeoutSeconds } from '../rules/kubelet/kill-container.ts';
import { sidecarsWaitForTurn } from '../rules/kubelet/termination-order.ts';
import type { RouteEnd, RouteRecord, StoppedContainer, StoppedPod } from './stopped-pod.ts';

/**
 * Reads the smallest preStop duration off one run: how long a hook must last for the listener to outlive the last router's
 * letting go. Exact where that letting go did not itself come about through the end of a hook, a signal or an exit.
 */

/** How the accepting of one container ends, as far as its hook's length does not change it. */
interface Ending {
  readonly killStartedAt: Micros;
  readonly graceSeconds: number;
  readonly hookBudgetSeconds: number;
  /** What the runtime adds to an exec hook's own duration. */
  readonly startUp: Micros;
  /** From the end of a hook until the process has the stop signal. */
  readonly signalDelay: Micros;
  /** What is added to that where no hook ran, as in this run. */
  readonly atOnce: Micros;
  /** The last thing that its hook does is to close the listener. */
  readonly closedByHook: boolean;
  readonly app: AppInfo;
  readonly minor: number;
}

export interface Requirement {
  /** Exact; negative where the run would be safe without a hook. */
  readonly exact: Micros;
  /** The smallest whole millisecond that is enough; null where the grace period is too short for any. */
  readonly required: Micros | null;
  readonly pod: StoppedPod;
  readonly route: RouteRecord;
  readonly port: number;
  readonly container: number;
  /** What `exact` is made of; absent where it was found by reruns. */
  readonly terms?: RequirementTerms;
}

/** How accepting would have ended after a hook of no length, and when the last router had let go. */
export interface RequirementTerms {
  readonly letGoAt: Micros;
  readonly letGoSeq: number;
  readonly killStartedAt: Micros;
  readonly hookStartUp: Micros;
  readonly signalDelay: Micros;
  readonly accepting: Micros;
  readonly killed: boolean;
}

/** A requirement could not be read off this run: `dependent` says that the routing itself depends on the hook. */
export type RequirementReading =
  | { readonly kind: 'read'; readonly requirement: Requirement | null }
  | { readonly kind: 'dependent' };

export interface ReadingContext {
  readonly draws: Draws;
  readonly minor: number;
  readonly kubeletActor: (node: number) => number;
  /** Takes the routing as this run had it even where it depends on hooks: where to look next, no answer. */
  readonly asItWas?: boolean;
}

/** The largest requirement over all Pods that were stopped; null where none of them was routed to. */
export function readRequirement(pods: readonly StoppedPod[], context: ReadingContext): RequirementReading {
  let largest: Requirement | null = null;
  for (const pod of pods) {
    for (const [place, route] of pod.routes.entries()) {
      if (!route.everRouted) continue;
      const dependent = route.dependent && context.asItWas !== true;
      if (route.routers > 0 || route.latest === null || dependent) return { kind: 'dependent' };
      for (const [port, path] of pod.template.path[place]!.entries()) {
        for (const container of path) {
          if (followsOthers(pod, path, container, route.latest.at, context.minor)) continue;
          if (pod.template.containers[container]!.injected) {
            if (outlasts(pod, container, route.latest.at)) continue;
            return { kind: 'dependent' };
          }
          const ending = endingOf(pod, container, context);
          if (ending === null) return { kind: 'dependent' };
          const { exact, required } = solve(ending, route.latest.at);
          if (largest === null || isLarger({ exact, required }, largest)) {
            const terms = termsOf(ending, route.latest, exact <= 0 ? ending.atOnce : 0);
            largest = { exact, required, pod, route, port, container, terms };
          }
        }
      }
    }
  }
  return { kind: 'read', requirement: largest };
}

type Length = Pick<Requirement, 'exact' | 'required'>;

/** None that fits is larger than any: Pods may have different grace periods. */
function isLarger(a: Length, b: Length): boolean {
  const [ofA, ofB] = [a.required ?? Number.POSITIVE_INFINITY, b.required ?? Number.POSITIVE_INFINITY];
  return ofA > ofB || (ofA === ofB && a.exact > b.exact);
}

/**
 * A native sidecar on the path is stopped after the regular container on it, so it never closes first, unless its own hook closes
 * it or its turn comes because the grace period is over.
 */
function followsOthers(
  pod: StoppedPod,
  path: readonly number[],
  index: number,
  needed: Micros,
  minor: number,
): boolean {
  const { containers } = pod.template;
  const { sidecar, hook } = containers[index]!;
  if (!sidecar || !sidecarsWaitForTurn(minor) || hook?.effect === 'closeListener') return false;
  if (pod.killStartedAt === null || needed > pod.killStartedAt + pod.graceSeconds * MICROS_PER_SECOND)
    return false;
  return path.some((other) => !containers[other]!.sidecar);
}

/** Whether a container that no hook of the manifest holds accepts until `needed` by itself. */
function outlasts({ containers, template }: StoppedPod, container: number, needed: Micros): boolean {
  const { stopSignalAt, closedAt } = containers[container]!;
  const { app } = template.containers[container]!;
  if (stopSignalAt === null || stopSignalAt + app.keepAccepting >= needed) return true;
  return staysForRequests(app) && (closedAt === null || closedAt >= needed);
}

/** How long it accepts depends on who sends. */
function staysForRequests({ keptOpenByRequests, idlePoll }: AppInfo): boolean {
  return keptOpenByRequests || idlePoll !== null;
}

/** null where it cannot be said: a hook that closes the listener itself, a sidecar that waited for its turn, a run that ended before. */
function endingOf(pod: StoppedPod, index: number, context: ReadingContext): Ending | null {
  const info: ContainerInfo = pod.template.containers[index]!;
  const seen: StoppedContainer = pod.containers[index]!;
  const hookOver = seen.hookEndedAt ?? pod.killStartedAt;
  if (pod.killStartedAt === null || seen.stopSignalAt === null || hookOver === null) return null;
  const closedByHook = info.hook?.effect === 'closeListener';
  if (closedByHook && info.hook?.effectAt !== 'end') return null;
  if (info.sidecar && sidecarsWaitForTurn(context.minor)) return null;
  if (staysForRequests(info.app)) return null;
  const actor = context.kubeletActor(pod.node);
  const startUp =
    info.hook?.startsUp === true
      ? context.draws.first(SITE['runtime.execStart'], actor, pod.index, info.drawKey)
      : 0;
  const atOnce =
    seen.hookEndedAt === null ? context.draws.fixed(SITE['runtime.stopSignalAtOnce'], actor, pod.index) : 0;
  return {
    killStartedAt: pod.killStartedAt,
    graceSeconds: pod.graceSeconds,
    hookBudgetSeconds: pod.hookBudgetSeconds,
    startUp,
    signalDelay: seen.stopSignalAt - hookOver - atOnce,
    atOnce,
    closedByHook,
    app: info.app,
    minor: context.minor,
  };
}

/** How the container stops accepting if its hook lasts `duration`: from the stop signal on, and by whose doing. */
interface Closing {
  /** The hook as the kubelet waits for it: with its start-up, and never beyond the grace period. */
  readonly hook: Micros;
  /** From its end until the stop signal; 0 where it closes the listener itself. */
  readonly signalDelay: Micros;
  readonly accepting: Micros;
  readonly killed: boolean;
}

function closing(ending: Ending, duration: Micros): Closing {
  const { graceSeconds, hookBudgetSeconds, app, minor, signalDelay } = ending;
  const budget = hookBudgetSeconds * MICROS_PER_SECOND;
  const hook = Math.min(ending.startUp + duration, budget);
  const remainingSeconds = remainingGraceSeconds({ graceSeconds, elapsedMs: hook / MICROS_PER_MS });
  const timeout =
    stopTimeoutSeconds({ remainingSeconds, graceOverrideSeconds: graceSeconds, minor }) * MICROS_PER_SECOND;
  const killed = app.ignoresSignal || timeout < app.keepAccepting;
  const accepting = killed ? timeout : app.keepAccepting;
  // A command goes on when it is cut off, and may close the listener later than the kubelet waits for it.
  const late = ending.startUp + duration - hook;
  if (ending.closedByHook && late < signalDelay + accepting)
    return { hook, signalDelay: 0, accepting: late, killed: false };
  return { hook, signalDelay, accepting, killed };
}

function closesAt(ending: Ending, duration: Micros): Micros {
  const { hook, signalDelay, accepting } = closing(ending, duration);
  return ending.killStartedAt + hook + signalDelay + accepting;
}

function termsOf(ending: Ending, letGo: RouteEnd, atOnce: Micros): RequirementTerms {
  const { hook, signalDelay, accepting, killed } = closing(ending, 0);
  const { killStartedAt } = ending;
  const { at: letGoAt, seq: letGoSeq } = letGo;
  return {
    letGoAt,
    letGoSeq,
    killStartedAt,
    hookStartUp: hook,
    signalDelay: signalDelay + atOnce,
    accepting,
    killed,
  };
}

/**
 * The smallest hook with which the container accepts until `needed`. The time after the hook shrinks by a whole second with each
 * second that the hook takes, wherever SIGKILL ends the accepting; so each second has a smallest length of its own to try.
 */
function solve(ending: Ending, needed: Micros): { readonly exact: Micros; readonly required: Micros | null } {
  const exact = needed - closesAt(ending, 0);
  if (exact <= ending.atOnce) return { exact: exact - ending.atOnce, required: 0 };
  const limit = ending.hookBudgetSeconds * MICROS_PER_SECOND - ending.startUp;
  for (let from = 0; from <= limit; ) {
    const to = from + MICROS_PER_SECOND - ((from + ending.startUp) % MICROS_PER_SECOND);
    const missing = Math.max(0, needed - closesAt(ending, from));
    const enough = inWholeMs(from + missing);
    if (enough <= limit && closesAt(ending, enough) >= needed) return { exact, required: enough };
    from = to;
  }
  return { exact, required: null };
}

function inWholeMs(micros: Micros): Micros {
  return Math.ceil(micros / MICROS_PER_MS) * MICROS_PER_MS;
}
