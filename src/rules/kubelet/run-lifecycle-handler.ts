import { featureEnabled } from '../machinery/feature-gates.ts';
import type { MinorVersion } from '../machinery/version.ts';
import {
  type HTTPGetContext,
  type HTTPGetHandler,
  type HTTPGetRequest,
  httpFallbackRequest,
  httpGetRequest,
  isHTTPResponseError,
} from './http-get-request.ts';

/** A hook as the kubelet finds it in the Pod. */
export interface LifecycleHandlerSpec {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: HTTPGetHandler;
  readonly tcpSocket?: object;
  readonly sleep?: { readonly seconds: number };
}

/** What a lifecycle handler does. */
export type LifecycleHandlerKind = 'exec' | 'httpGet' | 'sleep' | 'invalid';

/**
 * Which part of a hook the kubelet runs: exec before httpGet before sleep. Anything else (tcpSocket, nothing) is an
 * invalid handler: the hook fails at once and the stop signal follows immediately.
 *
 * Versions: a kubelet before 1.29 does not know sleep and finds an empty hook.
 *
 * Source: pkg/kubelet/lifecycle/handlers.go Run
 */
export function lifecycleHandlerKind(
  handler: LifecycleHandlerSpec,
  minor: MinorVersion,
): LifecycleHandlerKind {
  if (handler.exec !== undefined) return 'exec';
  if (handler.httpGet !== undefined) return 'httpGet';
  if (handler.sleep !== undefined && minor >= 29) return 'sleep';
  return 'invalid';
}

/**
 * How many seconds a sleep hook takes in the kubelet. Where the feature is off it succeeds at once.
 *
 * Versions: in 1.29 the gate PodLifecycleSleepAction is off unless somebody turns it on (`enabled`); from 1.30 it is on.
 *
 * Source: pkg/kubelet/lifecycle/handlers.go runSleepHandler
 */
export function sleepHandlerSeconds(
  seconds: number,
  minor: MinorVersion,
  enabled = featureEnabled('PodLifecycleSleepAction', minor),
): number {
  return enabled ? Math.max(seconds, 0) : 0;
}

/** What the world answers to a hook; an error is a text. */
export interface LifecycleHandlerWorld extends Omit<HTTPGetContext, 'purpose'> {
  /** Error of the runtime or of the command's exit code; null where it succeeded. */
  readonly exec: (command: readonly string[]) => string | null;
  /** Transport error; null for every HTTP response, 500 included. */
  readonly http: (request: HTTPGetRequest) => string | null;
  /** When the context of the hook ends, in seconds from its start; null: never, as in every termination. */
  readonly contextEndsAfterSeconds: number | null;
}

/** What a lifecycle handler did. */
export interface LifecycleHandlerRun {
  /** Null: the hook succeeded. */
  readonly error: string | null;
  readonly requests: readonly HTTPGetRequest[];
  readonly executedCommand: readonly string[] | null;
  /** How long a sleep hook took; 0 for the other kinds, whose time is the world's. */
  readonly sleptSeconds: number;
  /** Event that a fallback from HTTPS to HTTP is reported with. */
  readonly event: 'LifecycleHTTPFallback' | null;
}

const NOTHING_DONE: LifecycleHandlerRun = {
  error: null,
  requests: [],
  executedCommand: null,
  sleptSeconds: 0,
  event: null,
};

/**
 * Runs a hook against what the world answers and says how it ended. A postStart hook runs the same way.
 * exec has no time limit; httpGet succeeds with any response; sleep is cut only when its context ends.
 *
 * Source: pkg/kubelet/lifecycle/handlers.go Run, runHTTPHandler, runSleepHandler
 */
export function runLifecycleHandler(
  handler: LifecycleHandlerSpec,
  world: LifecycleHandlerWorld,
  minor: MinorVersion,
): LifecycleHandlerRun {
  const kind = lifecycleHandlerKind(handler, minor);
  if (kind === 'exec' && handler.exec !== undefined) {
    const { command } = handler.exec;
    return { ...NOTHING_DONE, executedCommand: command, error: world.exec(command) };
  }
  if (kind === 'httpGet' && handler.httpGet !== undefined) return runHTTPHandler(handler.httpGet, world);
  if (kind === 'sleep' && handler.sleep !== undefined) {
    return runSleepHandler(sleepHandlerSeconds(handler.sleep.seconds, minor), world.contextEndsAfterSeconds);
  }
  return { ...NOTHING_DONE, error: 'invalid handler' };
}

function runHTTPHandler(handler: HTTPGetHandler, world: LifecycleHandlerWorld): LifecycleHandlerRun {
  const built = httpGetRequest(handler, { ...world, purpose: 'lifecycle' });
  if ('error' in built) return { ...NOTHING_DONE, error: built.error };
  const { request } = built;
  const error = world.http(request);
  if (!isHTTPResponseError(error)) return { ...NOTHING_DONE, requests: [request], error };
  const fallback = httpFallbackRequest(request);
  const fellBack = world.http(fallback) === null;
  return {
    ...NOTHING_DONE,
    requests: [request, fallback],
    // A fallback that fails, too, leaves the first error in place.
    error: fellBack ? null : error,
    event: fellBack ? 'LifecycleHTTPFallback' : null,
  };
}

function runSleepHandler(seconds: number, contextEndsAfterSeconds: number | null): LifecycleHandlerRun {
  if (contextEndsAfterSeconds !== null && contextEndsAfterSeconds < seconds) {
    const error = 'container terminated before sleep hook finished';
    return { ...NOTHING_DONE, sleptSeconds: contextEndsAfterSeconds, error };
  }
  return { ...NOTHING_DONE, sleptSeconds: seconds };
}
