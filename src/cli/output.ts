import { jsonText } from '../report/foreign.ts';

/** What a command may touch of the process: everything else it gets as arguments. */
export interface Io {
  /** Prints to stdout, with a line break. */
  readonly out: (text: string) => void;
  /** Prints to stderr, with a line break. */
  readonly err: (text: string) => void;
  /** Writes to stderr as it is. */
  readonly errRaw: (text: string) => void;
  /** Whether stdout takes colours. */
  readonly color: boolean;
  /** Whether progress is shown without being asked for. */
  readonly isTerminal: boolean;
  /** Asks on the terminal; null where there is none to ask. */
  readonly confirm: (question: string) => Promise<boolean | null>;
  /** Columns of the terminal that stdout is; 100 where it is none. */
  readonly columns: number;
  /** Shows a file to the user, in a browser. */
  readonly openFile: (path: string) => Promise<void>;
  readonly readStdin: () => Promise<string>;
  /** Writes a file in one step; rejects with OutputFailed. */
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /** Aborted by Ctrl-C; asking for it is what makes Ctrl-C gentle. */
  readonly interrupt: () => AbortSignal;
  /** Real time, for rates; only differences count. */
  readonly nowMs: () => number;
}

/** Also in README and --help. Where several hold, the first of 1, 5 and 4. */
export const EXIT = {
  safe: 0,
  unsafe: 1,
  badInput: 2,
  ownFault: 3,
  partial: 4,
  notJudged: 5,
  outputFailed: 6,
} as const;

/** What was to be written could not be: a full disk, a folder that is not there. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed';
}

/** Writes what was worked out to a file; where that fails it is printed, so that it is not lost, and the failure told. */
export async function save(
  path: string,
  text: string,
  io: Pick<Io, 'writeFile' | 'out' | 'err'>,
): Promise<void> {
  try {
    await io.writeFile(path, text);
  } catch (error) {
    io.out(text.trimEnd());
    throw error;
  }
}

/** A campaign that lacks runs has not shown that it is safe. */
export function exitOf({
  runs,
  failures,
  notJudged,
  complete,
}: {
  readonly runs: number;
  readonly failures: number;
  readonly notJudged: number;
  readonly complete: boolean;
}): number {
  if (failures > notJudged) return EXIT.unsafe;
  if (notJudged > 0) return EXIT.notJudged;
  return complete && runs > 0 ? EXIT.safe : EXIT.partial;
}

/** JSON as all commands print it: indented, so that it can be read and compared line by line. */
export function json(value: unknown): string {
  return jsonText(value);
}

/** Whether a stream takes colours: FORCE_COLOR and NO_COLOR decide, in this order, else whether it is a terminal. */
export function takesColor(
  env: {
    readonly FORCE_COLOR?: string | undefined;
    readonly NO_COLOR?: string | undefined;
    readonly TERM?: string | undefined;
  },
  isTerminal: boolean,
): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return isTerminal && term !== 'dumb';
}
