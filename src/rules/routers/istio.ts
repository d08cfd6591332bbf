/**
 * Istio's debounce of configuration events: what fires when no event came for a while, or when the first one has waited long enough,
 * and never while a push is still being made.
 */
export interface DebounceConfig {
  /** PILOT_DEBOUNCE_AFTER: how long it must be quiet. */
  readonly quietUs: number;
  /** PILOT_DEBOUNCE_MAX: how long the first event waits at most; looked at only when a quiet timer ends. */
  readonly maxUs: number;
}

/** Where istiod's debouncing stands. */
export interface DebounceState {
  /** When the first event came that no push has taken up; null while none waits. */
  readonly firstUs: number | null;
  readonly lastUs: number;
  /** When its timer ends; null while none is armed. */
  readonly timerUs: number | null;
  /** A push is being computed and queued. */
  readonly pushing: boolean;
}

/** Nothing has come since the last push. */
export const IDLE_DEBOUNCE: DebounceState = { firstUs: null, lastUs: 0, timerUs: null, pushing: false };

/** The state after an event, and whether istiod pushes. */
export interface DebounceStep {
  readonly state: DebounceState;
  /** A push starts now, with all that came until now. */
  readonly push: boolean;
}

/**
 * An event arrives: the first one arms the timer, later ones only count as unrest.
 * Source: istio pilot/pkg/xds/discovery.go debounce (case r := <-ch)
 */
export function debounceEvent(config: DebounceConfig, state: DebounceState, nowUs: number): DebounceState {
  if (state.firstUs !== null) return { ...state, lastUs: nowUs };
  return { ...state, firstUs: nowUs, lastUs: nowUs, timerUs: nowUs + config.quietUs };
}

/**
 * The timer ends. While a push is being made nothing happens: its end looks again.
 * Source: istio pilot/pkg/xds/discovery.go debounce (case <-timeChan)
 */
export function debounceTimer(config: DebounceConfig, state: DebounceState, nowUs: number): DebounceStep {
  const fired = { ...state, timerUs: null };
  return state.pushing ? { state: fired, push: false } : pushWorker(config, fired, nowUs);
}

/**
 * A push has been computed and queued.
 * Source: istio pilot/pkg/xds/discovery.go debounce (case <-freeCh)
 */
export function debouncePushed(config: DebounceConfig, state: DebounceState, nowUs: number): DebounceStep {
  return pushWorker(config, { ...state, pushing: false }, nowUs);
}

function pushWorker(config: DebounceConfig, state: DebounceState, nowUs: number): DebounceStep {
  const { firstUs, lastUs } = state;
  if (firstUs === null) return { state, push: false };
  const quietUs = nowUs - lastUs;
  if (nowUs - firstUs >= config.maxUs || quietUs >= config.quietUs) {
    return { state: { ...state, firstUs: null, timerUs: null, pushing: true }, push: true };
  }
  return { state: { ...state, timerUs: nowUs + config.quietUs - quietUs }, push: false };
}

/** Something that istiod hears. */
export interface DebounceEvent {
  readonly atUs: number;
  /** Changes of endpoints alone can be told to pass at once; all else is debounced. */
  readonly kind: 'endpoints' | 'full';
}

/**
 * All pushes that a list of events brings about, each push taking `pushUs`: those of endpoints alone, which pass at once where
 * `debouncesEndpoints` is false, and debounced ones.
 * Source: istio pilot/pkg/xds/discovery.go debounce
 */
export function debouncePushes(
  config: DebounceConfig,
  events: readonly DebounceEvent[],
  pushUs: number,
  debouncesEndpoints: boolean,
): { readonly immediateUs: readonly number[]; readonly debouncedUs: readonly number[] } {
  const immediateUs: number[] = [];
  const debouncedUs: number[] = [];
  let state = IDLE_DEBOUNCE;
  let freeUs: number | null = null;
  const take = (step: DebounceStep, nowUs: number): void => {
    state = step.state;
    if (!step.push) return;
    debouncedUs.push(nowUs);
    freeUs = nowUs + pushUs;
  };
  const runUntil = (limitUs: number): void => {
    for (;;) {
      const timerUs: number = state.timerUs ?? Number.POSITIVE_INFINITY;
      const nextUs: number = Math.min(timerUs, freeUs ?? Number.POSITIVE_INFINITY);
      if (nextUs > limitUs || nextUs === Number.POSITIVE_INFINITY) return;
      if (nextUs === freeUs) {
        freeUs = null;
        take(debouncePushed(config, state, nextUs), nextUs);
      } else take(debounceTimer(config, state, nextUs), nextUs);
    }
  };
  for (const { atUs, kind } of events) {
    runUntil(atUs - 1);
    if (kind === 'endpoints' && !debouncesEndpoints) immediateUs.push(atUs);
    else state = debounceEvent(config, state, atUs);
  }
  runUntil(Number.MAX_SAFE_INTEGER);
  return { immediateUs, debouncedUs };
}

/** What decides whether a proxy sends to endpoints that are not ready. */
export interface UnhealthySettings {
  /** PILOT_SEND_UNHEALTHY_ENDPOINTS: for every Service. */
  readonly globalSendUnhealthy: boolean;
  /** PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS: where the destination rule does not set a panic threshold of its own. */
  readonly defaultSendUnhealthy: boolean;
  /** `trafficPolicy.outlierDetection.minHealthPercent` of the destination rule; null or 0: not set. */
  readonly minHealthPercent: number | null;
}

/**
 * Whether endpoints that are not ready are sent to proxies at all (terminating ones never are).
 * Source: istio pilot/pkg/xds/endpoints/endpoint_builder.go supportsUnhealthyEndpoints
 */
export function supportsUnhealthyEndpoints(settings: UnhealthySettings): boolean {
  if (settings.globalSendUnhealthy) return true;
  return settings.defaultSendUnhealthy && (settings.minHealthPercent ?? 0) === 0;
}

/**
 * How long ztunnel lets what is open go on after its stop signal: a little less than its Pod's grace period.
 * Source: ztunnel src/config.rs parse_config (self_termination_deadline)
 */
export function ztunnelDrainSeconds(terminationGracePeriodSeconds: number): number {
  const margin = terminationGracePeriodSeconds > 10 ? 5 : 1;
  return Math.max(1, terminationGracePeriodSeconds - margin);
}
