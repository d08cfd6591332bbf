import type { AppTraffic } from '../cluster/clients.ts';
import type { AppInfo, RangeInfo } from '../cluster/world.ts';
import type { DeepReadonly } from '../schema/deep-readonly.ts';
import {
  delaySchema,
  durationOf,
  durationSchema,
  isRange,
  longestOf,
  micros,
  toDistribution,
} from '../schema/delay-input.ts';
import * as z from '../schema/zod.ts';

/**
 * What a container's process does: at the stop signal, in its preStop hook, and with connections and requests. How long something takes
 * may be a range: each run draws once for a container (ranges.ts); what is compiled holds the longest.
 */

const preStopSchema = z.strictObject({
  /** How long the hook really takes, from its start in the container; needed where the manifest cannot say. */
  duration: delaySchema.optional(),
  outcome: z.enum(['completed', 'failed']).optional(),
  /** The command is not in the image (distroless): the hook fails at once. */
  missingBinary: z.boolean().optional(),
  /** A container of the same Pod: the hook ends when that one stops accepting. */
  waitsFor: z.string().min(1).optional(),
  /** What it does to the app beside taking time; left out: what its command says, else nothing. */
  effect: z.enum(['none', 'closeListener', 'failReadiness']).optional(),
  /** Whether it does so first and sleeps then, or sleeps first, or how long after its start. Left out: as its command says, else first. */
  effectAt: z.union([z.enum(['start', 'end']), delaySchema]).optional(),
});

export const appSchema = z.strictObject({
  name: z.string().optional(),
  sources: z.array(z.string()).optional(),
  confidence: z.enum(['measured', 'published', 'estimate']).optional(),
  /** The image's stop signal where it is another than SIGTERM; for the reader: `onStopSignal` says what it does. */
  stopSignal: z.string().optional(),
  /**
   * `drain`: stops accepting, finishes its work, exits. `exit`: exits at once, whatever is in flight. `crash`: the same, with an
   * error. `ignore`: takes no notice (a shell as PID 1).
   */
  onStopSignal: z.enum(['drain', 'exit', 'crash', 'ignore']).default('drain'),
  /** How long it goes on accepting after the stop signal. */
  keepAccepting: delaySchema.default('0s'),
  /** Each request that comes in this time begins it anew. */
  keptOpenByRequests: z.boolean().default(false),
  /** When this time is over it looks as often whether a request is in flight, and stops accepting at the first look that finds none. */
  idlePoll: durationOf('1ms').optional(),
  /**
   * How long its work in flight takes after it stopped accepting: then it exits, and cuts what is still in flight. Left out: it
   * exits as soon as no request of a client is in flight, as long as `maxDrain` and the grace period allow; without clients at once.
   */
  drain: delaySchema.optional(),
  /** Its own limit on waiting for work in flight; none by default. */
  maxDrain: delaySchema.optional(),
  exitCode: z.int().min(0).max(255).default(0),
  /** Its readiness probe fails from the stop signal on. */
  failReadiness: z.boolean().default(false),
  /** When its readiness probe fails though it serves: so long after the start of the run, or after its stop signal. */
  readiness: z
    .array(
      z.strictObject({
        at: durationSchema,
        for: durationSchema,
        since: z.enum(['start', 'stopSignal']).default('start'),
      }),
    )
    .max(20)
    .default([]),
  /** How long its image takes to be pulled; nothing where the node has it. */
  imagePull: delaySchema.default('0s'),
  /** From the start of its process until it accepts; left out: it accepts as soon as it runs. */
  startup: delaySchema.optional(),
  /** How long its work takes, from when it is up: then it exits by itself. Of a Job's container; left out: it goes on until it is stopped. */
  completesAfter: delaySchema.optional(),
  /** The exit code with which it does; anything but 0 is a failure. */
  completionExitCode: z.int().min(0).max(255).default(0),
  /** Whether a new connection passes this container: `port` where it declares the port, `always` (a proxy in front), `never`. */
  onPath: z.enum(['port', 'always', 'never']).default('port'),
  preStop: preStopSchema.optional(),
  /** Closes idle kept connections when it stops accepting. */
  closeIdleKeepAlive: z.boolean().default(true),
  /** From the stop signal on, its answers say `Connection: close`; never where it ignores the signal. */
  sendConnectionClose: z.boolean().default(true),
  /** HTTP/2: when it stops accepting, it sends GOAWAY on every connection, and still serves what comes before that has arrived. */
  sendGoAway: z.boolean().default(false),
  /** Connections that the kernel has taken and the app has not accepted yet are reset when the listener closes, as Linux does. */
  loseBacklog: z.boolean().default(true),
  /** Requests that it works on at a time; all of them where it is left out. Others wait in the accept backlog. */
  concurrency: z.int().min(1).optional(),
  /** Connections that wait at most (Linux: somaxconn); the first packets of more are dropped. */
  backlog: z.int().min(0).default(4096),
  /** After how long it closes an idle kept connection; never where it is left out. */
  keepAliveTimeout: delaySchema.optional(),
});

export type { AppInput } from '../schema/inputs/index.ts';
export type AppSettings = DeepReadonly<z.output<typeof appSchema>>;

const NEVER = Number.POSITIVE_INFINITY;

/** A crash that names no exit code has this one. */
const CRASH_EXIT_CODE = 1;

/** `stopSignal`: the one that the runtime sends. */
export function compileApp(app: AppSettings, stopSignal: string): AppInfo {
  const { onStopSignal, maxDrain } = app;
  const atOnce = endsAtOnce(app);
  const idlePoll = app.idlePoll === undefined ? null : micros(app.idlePoll);
  const limit = maxDrain === undefined ? NEVER : longestOf(maxDrain);
  return {
    stopSignal,
    ignoresSignal: onStopSignal === 'ignore',
    keepAccepting: longestOf(app.keepAccepting) + (idlePoll ?? 0),
    keptOpenByRequests: app.keptOpenByRequests,
    idlePoll,
    drain: atOnce ? 0 : Math.min(longestOf(app.drain ?? 0), limit),
    exitCode: onStopSignal === 'crash' && app.exitCode === 0 ? CRASH_EXIT_CODE : app.exitCode,
    failsReadiness: app.failReadiness,
    flaps: app.readiness.map((flap) => ({ since: flap.since, at: micros(flap.at), for: micros(flap.for) })),
    startup: longestOf(app.startup ?? 0),
    completes:
      app.completesAfter === undefined
        ? null
        : { after: longestOf(app.completesAfter), exitCode: app.completionExitCode },
    traffic: trafficOf(app, atOnce, limit),
  };
}

/** It drains nothing. */
export function endsAtOnce({ onStopSignal }: AppSettings): boolean {
  return onStopSignal === 'exit' || onStopSignal === 'crash';
}

function trafficOf(app: AppSettings, atOnce: boolean, maxDrain: number): AppTraffic {
  return {
    drainDescribed: atOnce || app.drain !== undefined,
    maxDrain,
    closesIdle: app.closeIdleKeepAlive,
    sendsClose: app.sendConnectionClose && app.onStopSignal !== 'ignore',
    goAway: app.sendGoAway,
    losesBacklog: app.loseBacklog,
    concurrency: app.concurrency ?? NEVER,
    backlog: app.backlog,
    keepAliveTimeout: app.keepAliveTimeout === undefined ? NEVER : longestOf(app.keepAliveTimeout),
  };
}

/** Those of its times that may be ranges. */
const TIMES = [
  'keepAccepting',
  'maxDrain',
  'drain',
  'startup',
  'completesAfter',
  'keepAliveTimeout',
  'imagePull',
] as const satisfies readonly RangeInfo['field'][];

/** Of a container's description; most are the same each time. */
export function rangesOf(app: AppSettings): readonly RangeInfo[] {
  const { duration, effectAt } = app.preStop ?? {};
  const own = TIMES.map((field) => [field, app[field]] as const);
  const hook = [
    ['preStop.duration', duration],
    ['preStop.effectAt', effectAt === 'start' || effectAt === 'end' ? undefined : effectAt],
  ] as const;
  return [...own, ...hook].flatMap(([field, delay]) =>
    isRange(delay) ? [{ field, most: longestOf(delay), distribution: toDistribution(delay) }] : [],
  );
}
