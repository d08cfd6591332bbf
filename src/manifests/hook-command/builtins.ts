import { joined, type ShellRun } from './run.ts';
import type { Field } from './words.ts';

/** Builtins that change the shell itself. None of them takes time or needs a file in the image. */

export interface ShellActions {
  /** Runs text as the shell would. */
  readonly runText: (text: string) => void;
  /** Runs a command in the shell's place. */
  readonly runFields: (fields: readonly Field[]) => void;
}

type Builtin = (run: ShellRun, args: readonly Field[], actions: ShellActions) => void;

const ok: Builtin = (run) => {
  run.status = 'ok';
};

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  exit: (run, [code]) => {
    if (code !== undefined)
      run.status = code.unknown !== null ? 'unknown' : /^0*$/.test(code.text) ? 'ok' : 'failed';
    run.ended = 'exit';
  },
  return: (run) => {
    run.ended = 'return';
  },
  exec: (run, args, { runFields }) => {
    // Without a command it only redirects.
    if (args.length === 0) return;
    runFields(args);
    run.ended = 'exit';
  },
  eval: (run, args, { runText }) => {
    if (args.some(({ unknown }) => unknown !== null)) {
      run.status = 'unknown';
      run.unsure ??= 'what eval runs is known only when it runs';
    } else runText(args.map(({ text }) => text).join(' '));
  },
  set: (run, args) => {
    for (const { text } of args) {
      if (/^-[a-z]*e/.test(text) || text === 'errexit') run.stopsAtFailure = true;
      if (/^\+[a-z]*e/.test(text)) run.stopsAtFailure = false;
    }
    run.status = 'ok';
  },
  trap: (run, [action, ...signals]) => {
    const atExit = signals.some(({ text }) => text === 'EXIT' || text === '0');
    if (action !== undefined && atExit) run.atExit = action.text === '-' ? null : action.text;
    run.status = 'ok';
  },
  wait: (run, args) => {
    for (const job of run.jobs) joined(run, job);
    if (args.length > 0 && run.jobs.length > 1)
      run.unsure ??= 'which of its jobs "wait" waits for is not clear';
    run.jobs = [];
    run.status = 'unknown';
  },
  export: (run, args) => {
    assign(run, args);
  },
  readonly: (run, args) => {
    assign(run, args);
  },
  local: (run, args) => {
    assign(run, args);
  },
  declare: (run, args) => {
    assign(run, args);
  },
  unset: (run, args) => {
    for (const { text } of args) run.variables.delete(text);
    run.status = 'ok';
  },
  cd: ok,
  shift: ok,
  umask: ok,
  ulimit: ok,
  hash: ok,
  alias: ok,
  shopt: ok,
  type: (run) => {
    run.status = 'unknown';
  },
  // The hook's standard input is closed.
  read: (run) => {
    run.status = 'failed';
  },
  '.': unreadable,
  source: unreadable,
};

function unreadable(run: ShellRun, [file]: readonly Field[]): void {
  run.status = 'unknown';
  run.unsure ??= `what ${file?.text ?? 'a file'} holds is not written in the manifest`;
}

function assign(run: ShellRun, args: readonly Field[]): void {
  for (const { text, unknown } of args) {
    const [name, ...value] = text.split('=');
    if (value.length > 0) run.variables.set(name!, unknown === null ? value.join('=') : null);
  }
  run.status = 'ok';
}

/** Exist in a shell, and not as files: without a shell they are "not found". `cd`, `read` … are files in some systems, in few images. */
export function existsOnlyInShell(program: string): boolean {
  return Object.hasOwn(BUILTINS, program) || [':', 'break', 'continue', 'times'].includes(program);
}
