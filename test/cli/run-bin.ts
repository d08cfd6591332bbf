import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { builtDist } from '../node/built-dist.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunBinOptions {
  readonly cwd: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent once stderr has this text. */
  readonly interruptAt?: string;
  /** What is sent then: Ctrl-C by default. */
  readonly signal?: NodeJS.Signals;
}

/** The path of the built bin. */
export async function binPath(): Promise<string> {
  return join(await builtDist(), 'cli.js');
}

/** Runs the built bin as a process of its own, without a terminal and without colours. */
export async function runBin(args: readonly string[], options: RunBinOptions): Promise<Ended> {
  return runProcess(process.execPath, [await binPath(), ...args], options);
}

export function runProcess(
  command: string,
  args: readonly string[],
  { cwd, stdin = '', env = {}, interruptAt, signal = 'SIGINT' }: RunBinOptions,
): Promise<Ended> {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  const child = spawn(command, args, { cwd, env: { ...inherited, ...env } });
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    if (interruptAt === undefined || interrupted || !stderr.includes(interruptAt)) return;
    interrupted = true;
    child.kill(signal);
  });
  // A process that has already failed reads nothing.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
