import { writeFileSync } from 'node:fs';
import type { Io } from '../../src/cli/output.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import type { Ended } from './run-bin.ts';

export interface RunHereOptions {
  readonly stdin?: string;
  /** What is other than in a pipe that nobody watches. */
  readonly io?: Partial<Io>;
}

/** Runs a command line as the bin does, but in this process and from the folder it is in: without the time that a process takes. */
export async function runHere(
  args: readonly string[],
  { stdin = '', io: other }: RunHereOptions = {},
): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    out: (text) => {
      stdout += `${text}\n`;
    },
    err: (text) => {
      stderr += `${text}\n`;
    },
    errRaw: (text) => {
      stderr += text;
    },
    color: false,
    columns: 100,
    openFile: async () => undefined,
    isTerminal: false,
    confirm: async () => null,
    readStdin: async () => stdin,
    writeFile: async (path, text) => writeFileSync(path, text),
    interrupt: () => new AbortController().signal,
    nowMs: () => performance.now(),
    ...other,
  };
  const code = await runCommandLine(args, '0.0.0', io);
  return { code, stdout, stderr };
}

/** Goes to a folder until what it returns is called. */
export function enter(folder: string): () => void {
  const before = process.cwd();
  process.chdir(folder);
  return () => process.chdir(before);
}
