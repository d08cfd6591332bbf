import { spawn } from 'node:child_process';
import { shellWord } from '../../cluster/printable.ts';

/** The user's own kubectl: its path, its context, its namespace; no credentials of ours. */
export interface KubectlOptions {
  /** `kubectl` on the PATH by default. */
  readonly kubectl?: string;
  readonly context?: string;
  readonly namespace?: string;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** When each line of stderr arrived, on the monotonic clock, ms. */
  readonly errLines: readonly { readonly atMs: number; readonly line: string }[];
}

/** kubectl could not do what the recorder needs; the message says what to change. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

export interface WatchHandlers {
  /** A whole JSON object, and when its last line break arrived, on the monotonic clock, ms. */
  readonly object: (value: unknown, atMs: number) => void;
  readonly ended: (why: string) => void;
}

/** How long a single request may take before the server counts as hanging, ms. */
const ANSWER_TIMEOUT_MS = 30_000;

export class Kubectl {
  private readonly path: string;
  private readonly global: readonly string[];

  constructor(
    { kubectl = 'kubectl', context, namespace }: KubectlOptions,
    private readonly timeoutMs = ANSWER_TIMEOUT_MS,
  ) {
    this.path = kubectl;
    this.global = [
      ...(context === undefined ? [] : ['--context', context]),
      ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ];
  }

  /** The command line, as a person would type it. */
  describe(args: readonly string[]): string {
    return [this.path, ...this.global, ...args].map(shellWord).join(' ');
  }

  /** Runs one command to its end. Rejects with a RecordError where kubectl is missing or hangs. */
  run(args: readonly string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.path, [...this.global, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      const errLines: { atMs: number; line: string }[] = [];
      const timer = setTimeout(() => {
        child.kill();
        reject(
          new RecordError(
            `${this.describe(args)} has not answered for ${this.timeoutMs / 1000} s; is the API server reachable?`,
          ),
        );
      }, this.timeoutMs);
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        stdout += chunk;
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        const atMs = performance.now();
        stderr += chunk;
        for (const line of chunk.split('\n')) if (line !== '') errLines.push({ atMs, line });
      });
      child.on('error', (error) => {
        clearTimeout(timer);
        reject(this.missing(error));
      });
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code: code ?? 1, stdout, stderr, errLines });
      });
    });
  }

  /** Reads an object. Rejects with a RecordError that repeats what kubectl said. */
  async read(args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run([...args, '-o', 'json']);
    if (code !== 0) throw refused(this.describe(args), stderr);
    try {
      return JSON.parse(stdout);
    } catch {
      throw new RecordError(`${this.describe(args)} answered what is no JSON: ${stdout.slice(0, 80)}`);
    }
  }

  /** Follows a watch until `stop` is called. */
  watch(args: readonly string[], { object, ended }: WatchHandlers): { readonly stop: () => void } {
    const all = [...this.global, 'get', ...args, '--watch', '--output-watch-events', '-o', 'json'];
    const child = spawn(this.path, all, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stopped = false;
    let stderr = '';
    let rest = '';
    const objects = new WatchText();
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const atMs = performance.now();
      rest += chunk;
      const whole = rest.split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        const text = objects.take(line);
        if (text === null) continue;
        const value = parsed(text);
        if (value === undefined) {
          ended(`a watch sent what is no JSON: ${text.slice(0, 80)}`);
          child.kill();
          return;
        }
        object(value, atMs);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = `${stderr}${chunk}`.slice(-2000);
    });
    child.on('error', (error) => {
      if (!stopped) ended(this.missing(error).message);
    });
    child.on('close', (code) => {
      if (!stopped) ended(stderr.trim() === '' ? `kubectl ended with code ${code ?? 'none'}` : stderr.trim());
    });
    return {
      stop: () => {
        stopped = true;
        child.kill();
      },
    };
  }

  private missing(error: Error): RecordError {
    const why = 'code' in error && error.code === 'ENOENT' ? 'there is no such program' : error.message;
    return new RecordError(`${this.path} cannot be run: ${why}. Install kubectl, or name it with --kubectl.`);
  }
}

/** What kubectl refused, with its own words; a missing right names the rights that are needed. */
export function refused(command: string, stderr: string): RecordError {
  const said = stderr.trim().split('\n').slice(-3).join(' ');
  const hint = /forbidden/i.test(said) ? ' prestop record --dry-run prints the Role that it needs.' : '';
  return new RecordError(`${command} failed: ${said === '' ? 'it said nothing' : said}.${hint}`);
}

/** The objects of a watch: kubectl prints each over several lines, and it ends with a brace that is not indented. */
export class WatchText {
  private lines: string[] = [];

  /** The text of the object that ends with this line; null where none does. */
  take(line: string): string | null {
    this.lines.push(line);
    if (!line.endsWith('}') || line.startsWith(' ') || line.startsWith('\t')) return null;
    const text = this.lines.join('\n');
    this.lines = [];
    return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
