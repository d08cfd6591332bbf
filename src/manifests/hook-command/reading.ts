import type { HookNote } from '../../cluster/finding.ts';

/** What a hook's command does, as far as its text and the manifest around it say. */
export interface HookReading {
  readonly length: HookLength;
  /** What it does to the process that listens; null: nothing that its text shows. */
  readonly listener: ListenerEffect | null;
  /** How it ends by itself; `unknown` where an exit code decides that nobody knows. */
  readonly outcome: 'completed' | 'failed' | 'unknown';
  /** Programs that have to be in the image for it, each once, in the order of their first use. */
  readonly binaries: readonly string[];
  readonly notes: readonly HookNote[];
  /** A sleep of another length may take the place of its own without a change to anything else that it does. */
  readonly adjustable: boolean;
  /** It does nothing but sleep. */
  readonly onlySleeps: boolean;
}

export type HookLength =
  | { readonly kind: 'exact'; readonly ms: number }
  /** It sleeps for so long, and something whose time nobody knows comes on top. */
  | { readonly kind: 'atLeast'; readonly ms: number; readonly reason: string }
  | { readonly kind: 'unknown'; readonly ms: 0; readonly reason: string };

export interface ListenerEffect {
  /** `command`: the server is told to stop accepting; `signal`: its process gets a signal, and does what it does at its stop signal. */
  readonly by: 'command' | 'signal';
  /** Milliseconds from the start of the hook; `end`: it is the last thing that takes time or does anything. */
  readonly at: number | 'end';
  /** The command that does it, as written. */
  readonly command: string;
}

/** What a command's text refers to. */
export interface HookSurroundings {
  /** The container's `env`: a text, or null where the manifest has the name and not the value. */
  readonly env: ReadonlyMap<string, string | null>;
  /** Names that `env` does not list may still be set (`envFrom`). */
  readonly moreEnv: boolean;
  /** Whether process 1 is the container's own; with shareProcessNamespace or hostPID it is another. */
  readonly ownProcessOne: boolean;
  /** Names by which the server may be known: the image's, the first word of its command. */
  readonly servers: readonly string[];
}

export const NO_SURROUNDINGS: HookSurroundings = {
  env: new Map(),
  moreEnv: false,
  ownProcessOne: true,
  servers: [],
};

export function lengthOf(ms: number, unsure: string | null): HookLength {
  if (unsure === null) return { kind: 'exact', ms };
  return ms > 0 ? { kind: 'atLeast', ms, reason: unsure } : { kind: 'unknown', ms: 0, reason: unsure };
}
