// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.

import type { Duration } from '../../kernel/time.ts';
import type { DelayInput } from '../delay-input.ts';

/** A time in which the readiness probe of an app fails though it serves. */
export interface ReadinessInput {
  /** When it begins to fail. */
  readonly at: Duration;
  /** How long it fails. */
  readonly for: Duration;
  /** From what `at` counts: the start of the run, or the stop signal of the container. Default: "start". */
  readonly since?: 'start' | 'stopSignal' | undefined;
}

/** What a preStop hook does, where the manifest cannot say. */
export interface PreStopInput {
  /** How long the hook really takes, from its start in the container. */
  readonly duration?: DelayInput | undefined;
  /** How it ends. */
  readonly outcome?: 'completed' | 'failed' | undefined;
  /** The command is not in the image (distroless): the hook fails at once. */
  readonly missingBinary?: boolean | undefined;
  /** Name of a container of the same Pod: the hook ends when that one stops accepting (Knative's `/wait-for-drain`), and fails where it does not run. */
  readonly waitsFor?: string | undefined;
  /** What it does to the app beside taking time; left out: what its command says, else nothing. */
  readonly effect?: 'none' | 'closeListener' | 'failReadiness' | undefined;
  /** Whether it does so first and sleeps then, or sleeps first, or how long after its start. Left out: as its command says, else first. */
  readonly effectAt?: 'start' | 'end' | DelayInput | undefined;
}

/** What a container's process does: at the stop signal, in its preStop hook, and with connections and requests. */
export interface AppInput {
  /** Of the preset that it is, for the assumptions. */
  readonly name?: string | undefined;
  /** Where its settings were read. */
  readonly sources?: readonly string[] | undefined;
  /** How sure they are. */
  readonly confidence?: 'measured' | 'published' | 'estimate' | undefined;
  /** The image's stop signal where it is another than SIGTERM; for the reader, `onStopSignal` says what it does. */
  readonly stopSignal?: string | undefined;
  /** `drain`: stops accepting, finishes its work, exits. `exit`: exits at once, whatever is in flight. `crash`: the same, with an error. `ignore`: takes no notice (a shell as PID 1). Default: "drain". */
  readonly onStopSignal?: 'drain' | 'exit' | 'crash' | 'ignore' | undefined;
  /** How long it goes on accepting after the stop signal. Default: "0s". */
  readonly keepAccepting?: DelayInput | undefined;
  /** Each request that comes in this time begins it anew (Knative's queue-proxy): it stops accepting once none has come for so long. Default: false. */
  readonly keptOpenByRequests?: boolean | undefined;
  /** When this time is over it looks as often whether a request is in flight, and stops accepting at the first look that finds none (Istio, EXIT_ON_ZERO_ACTIVE_CONNECTIONS). */
  readonly idlePoll?: Duration | undefined;
  /** How long its work in flight takes after it stopped accepting: then it exits, and cuts what is still in flight. Left out: it exits as soon as no request is in flight, as long as `maxDrain` and the grace period allow; without clients at once. */
  readonly drain?: DelayInput | undefined;
  /** Its own limit on waiting for work in flight; none by default. */
  readonly maxDrain?: DelayInput | undefined;
  /** What it exits with after the stop signal. Default: 0. */
  readonly exitCode?: number | undefined;
  /** Its readiness probe fails from the stop signal on. Default: false. */
  readonly failReadiness?: boolean | undefined;
  /** When its readiness probe fails though it serves, in every Pod of it; liveness and startup probes are not concerned. */
  readonly readiness?: readonly ReadinessInput[] | undefined;
  /** How long its image takes to be pulled; nothing where the node has it. Default: "0s". */
  readonly imagePull?: DelayInput | undefined;
  /** From the start of its process until it accepts. */
  readonly startup?: DelayInput | undefined;
  /** How long its work takes, from when it is up: then it exits by itself. Of a Job's container; left out: it goes on until it is stopped. */
  readonly completesAfter?: DelayInput | undefined;
  /** What it exits with then; anything but 0 is a failure. Default: 0. */
  readonly completionExitCode?: number | undefined;
  /** Whether a new connection passes this container: `port` where it declares the port, `always` (a proxy in front), `never`. Default: "port". */
  readonly onPath?: 'port' | 'always' | 'never' | undefined;
  /** What its preStop hook does, where the manifest cannot say. */
  readonly preStop?: PreStopInput | undefined;
  /** Closes idle kept connections when it stops accepting. Default: true. */
  readonly closeIdleKeepAlive?: boolean | undefined;
  /** From the stop signal on, its answers say `Connection: close`; never where it ignores the signal. Default: true. */
  readonly sendConnectionClose?: boolean | undefined;
  /** HTTP/2: when it stops accepting, it sends GOAWAY on every connection, and still serves what comes before that has arrived. Default: false. */
  readonly sendGoAway?: boolean | undefined;
  /** Connections that the kernel has taken and the app has not accepted yet are reset when the listener closes, as Linux does. Default: true. */
  readonly loseBacklog?: boolean | undefined;
  /** Requests that it works on at a time; all of them where it is left out. Others wait in the accept backlog. */
  readonly concurrency?: number | undefined;
  /** Connections that wait at most (Linux: somaxconn); the first packets of more are dropped. Default: 4096. */
  readonly backlog?: number | undefined;
  /** After how long it closes an idle kept connection; never where it is left out. */
  readonly keepAliveTimeout?: DelayInput | undefined;
}
