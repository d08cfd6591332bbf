import type { Container, HTTPGetAction, LifecycleHandler, PodSpec } from '../cluster/objects.ts';
import type { AppInfo, HookInfo } from '../cluster/world.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { type HookReading, readHookCommand, surroundingsOf } from '../manifests/hook-command/index.ts';
import { httpGetRequest, kubeletUserAgentVersion } from '../rules/kubelet/http-get-request.ts';
import { lifecycleHandlerKind, sleepHandlerSeconds } from '../rules/kubelet/run-lifecycle-handler.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import { isRange, longestOf } from '../schema/delay-input.ts';
import type { AppOwner } from './app-of.ts';
import type { AppSettings } from './apps.ts';

/** A container's hooks as they really go: what the manifest says, what its command does, and what `apps` says of both. */

export interface HookOwner extends AppOwner {
  readonly container: Container;
  readonly spec: PodSpec;
  /** For messages: `Deployment/web`. */
  readonly owner: string;
  readonly minor: MinorVersion;
}

type Described = NonNullable<AppSettings['preStop']>;

/** The container that a hook waits for, and how long that accepts at least. */
export interface Awaited {
  readonly container: number;
  readonly least: Micros;
}

/** null: it has no preStop. Where nobody can say how long it takes, its duration is the least that it takes, and `unknown` says why. */
export function compileHook(
  { container, spec, minor }: HookOwner,
  app: AppSettings,
  info: AppInfo,
  awaited: Awaited | null,
): HookInfo | null {
  const handler = container.lifecycle.preStop;
  if (handler === undefined) return null;
  const kind = lifecycleHandlerKind(handler, minor);
  if (kind === 'invalid') return failing(kind);
  const described = app.preStop ?? {};
  if (handler.exec !== undefined) {
    const reading = readHookCommand(handler.exec.command, surroundingsOf(container, spec));
    return waitingFor(awaited, compileExec(reading, described, info));
  }
  const base = {
    startsUp: false,
    waitsFor: null,
    keepsCommand: false,
    binaries: [],
    ranges: [],
    ...effectOf(described, null, info),
  };
  if (handler.httpGet !== undefined) {
    if (!isReachable(handler.httpGet, container, minor)) return failing(kind);
    const { duration, outcome = 'completed' } = described;
    const unknown = duration === undefined ? 'how long the request takes is not written anywhere' : null;
    const hook: HookInfo = {
      ...base,
      kind,
      duration: longestOf(duration ?? 0),
      unknown,
      outcome,
      ranges: rangedIn(described),
    };
    return waitingFor(awaited, hook);
  }
  const seconds = sleepHandlerSeconds(handler.sleep?.seconds ?? 0, minor);
  return { ...base, kind, duration: seconds * MICROS_PER_SECOND, unknown: null, outcome: 'completed' };
}

/** Who else's end of accepting it waits for says how long it takes. */
function waitingFor(awaited: Awaited | null, hook: HookInfo): HookInfo {
  if (awaited === null) return hook;
  const { container, least } = awaited;
  return { ...hook, waitsFor: container, duration: least, unknown: null, startsUp: false };
}

/** A request that cannot even be built, as its port is none of the container's, fails at once. */
function isReachable(handler: HTTPGetAction, { ports }: Container, minor: MinorVersion): boolean {
  const built = httpGetRequest(handler, {
    // Any address will do: a Pod that is stopped has one.
    podIP: '10.0.0.1',
    containerPorts: ports,
    kubeletVersion: kubeletUserAgentVersion(minor),
    purpose: 'lifecycle',
  });
  return 'request' in built;
}

/** It ends with an error as soon as it starts. */
function failing(kind: HookInfo['kind']): HookInfo {
  return {
    kind,
    duration: 0,
    unknown: null,
    startsUp: false,
    outcome: 'failed',
    effect: 'none',
    effectAt: 0,
    keepsCommand: false,
    waitsFor: null,
    binaries: [],
    ranges: [],
  };
}

function compileExec(reading: HookReading, described: Described, info: AppInfo): HookInfo {
  const { length, binaries, adjustable, onlySleeps } = reading;
  if (described.missingBinary === true) return { ...failing('exec'), binaries };
  const own = described.duration === undefined;
  return {
    kind: 'exec',
    duration: own ? length.ms * MICROS_PER_MS : longestOf(described.duration!),
    unknown: own && length.kind !== 'exact' ? length.reason : null,
    startsUp: own,
    outcome: described.outcome ?? (reading.outcome === 'failed' ? 'failed' : 'completed'),
    ...effectOf(described, reading, info),
    keepsCommand: adjustable && !onlySleeps,
    waitsFor: null,
    binaries,
    ranges: rangedIn(described),
  };
}

/** Which of its times are ranges. */
function rangedIn({ duration, effectAt }: Described): HookInfo['ranges'] {
  return [
    ...(isRange(duration) ? ['preStop.duration' as const] : []),
    ...(typeof effectAt === 'object' ? ['preStop.effectAt' as const] : []),
  ];
}

/** What was described goes before what the command says; a described duration hides nothing of what it does. */
function effectOf(
  described: Described,
  reading: HookReading | null,
  info: AppInfo,
): Pick<HookInfo, 'effect' | 'effectAt'> {
  const { effect, effectAt } = described;
  const read = reading === null ? null : closingBy(reading, info);
  return {
    effect: effect ?? (read === null ? 'none' : 'closeListener'),
    effectAt: effectAt === undefined ? (read ?? 0) : whenDescribed(effectAt),
  };
}

function whenDescribed(effectAt: NonNullable<Described['effectAt']>): Micros | 'end' {
  if (effectAt === 'end') return 'end';
  return effectAt === 'start' ? 0 : longestOf(effectAt);
}

/** When the process stops listening because of what the command does; null: it goes on. */
function closingBy({ listener, length, outcome }: HookReading, info: AppInfo): Micros | 'end' | null {
  if (listener === null) return null;
  const { by, at } = listener;
  // What comes last does not come at all where a described failure is before it; one that is read has it behind.
  const exactly = at === 'end' && outcome === 'failed' ? length.ms : at;
  if (by === 'command') return exactly === 'end' ? 'end' : exactly * MICROS_PER_MS;
  // It does at the hook's signal what it does at the kubelet's, which follows the hook's end at once.
  if (info.ignoresSignal) return null;
  if (exactly === 'end') return info.keepAccepting === 0 ? 'end' : null;
  return exactly * MICROS_PER_MS + info.keepAccepting;
}

/** How long a postStart hook takes; what cannot be read from the manifest takes no time. */
export function postStartDuration(
  handler: LifecycleHandler | undefined,
  { container, spec, minor }: HookOwner,
): Micros {
  if (handler?.sleep !== undefined)
    return sleepHandlerSeconds(handler.sleep.seconds, minor) * MICROS_PER_SECOND;
  if (handler?.exec === undefined) return 0;
  return readHookCommand(handler.exec.command, surroundingsOf(container, spec)).length.ms * MICROS_PER_MS;
}
