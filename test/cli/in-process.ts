import { readFile, writeFile } from 'node:fs/promises';
import type { Io } from '../../src/cli/output.ts';
import { runCommandLine } from '../../src/cli/run.ts';

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command line in this process: quick, and without the bundle. */
export async function told(args: readonly string[], stdin = ''): Promise<Told> {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    errRaw: (text) => err.push(text),
    color: false,
    isTerminal: false,
    confirm: async () => null,
    columns: 100,
    openFile: async () => {},
    readStdin: async () => stdin,
    writeFile: (path, text) => writeFile(path, text),
    readFile: (path) => readFile(path, 'utf8'),
    interrupt: () => new AbortController().signal,
    nowMs: () => 0,
  };
  const code = await runCommandLine(args, '0.0.0', io);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
