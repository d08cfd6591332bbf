import type { HookNote } from '../../cluster/finding.ts';
import type { Status } from './run.ts';
import type { Field } from './words.ts';

/** What a program does in a hook. */
export interface Deed {
  readonly status: Status;
  readonly ms?: number;
  /** Why nobody knows how much longer it takes. */
  readonly unsure?: string;
  /** It has the server stop listening: by a command of its own, or by the signal that stops it. */
  readonly closes?: 'command' | 'signal';
  /** It runs this command in its place; `atMostMs` cuts it. */
  readonly runs?: readonly Field[];
  readonly atMostMs?: number;
  readonly note?: HookNote;
}
