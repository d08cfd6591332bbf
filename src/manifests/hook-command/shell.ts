import { type ParsedScript, parse } from 'unbash';

export type {
  ArithmeticExpression,
  Assignment,
  Command,
  CommandNode,
  CompoundCommand,
  DoubleQuotedChild,
  Function as ShellFunction,
  ParameterExpansionPart,
  ParsedScript,
  PipelineNode,
  Redirection,
  Statement,
  Word,
  WordPart,
} from 'unbash';

/** The door to the shell's grammar, the package `unbash`: text → statements. Never throws. */

export type ShellText =
  | { readonly ok: true; readonly script: ParsedScript }
  | { readonly ok: false; readonly problem: string };

export function parseShell(text: string): ShellText {
  const script = parse(text);
  const [error] = script.errors ?? [];
  return error === undefined
    ? { ok: true, script }
    : { ok: false, problem: `the shell refuses it: ${error.message}` };
}

const SHELLS: readonly string[] = ['sh', 'bash', 'ash', 'dash', 'ksh', 'mksh', 'zsh'];
const FOLDERS = /^(?:\/usr\/local\/s?bin\/|\/usr\/s?bin\/|\/s?bin\/|\/busybox\/)/;

/** A program by its name, where it lies in a usual folder. */
export function programName(path: string): string {
  const name = path.replace(FOLDERS, '');
  // Servers and hooks that images keep in folders of their own go by their last part; a `sleep` of one's own may be anything.
  return name.includes('/') && !/\/(sleep|true|false|echo|touch|kill)$/.test(name)
    ? name.slice(name.lastIndexOf('/') + 1)
    : name;
}

export function isShell(program: string): boolean {
  return SHELLS.includes(programName(program));
}

export interface ShellCall {
  readonly script: string;
  /** $0, $1 … */
  readonly positional: readonly string[];
  readonly stopsAtFailure: boolean;
}

export type ShellArguments =
  | { readonly kind: 'script'; readonly call: ShellCall }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'nothing' };

/** What the arguments of a shell have it run: the text after `-c`, in whatever bundle of options (`-ec`, `-e -u -c`), or a file. */
export function shellArguments(args: readonly string[]): ShellArguments {
  let stopsAtFailure = false;
  let takesText = false;
  let at = 0;
  for (; at < args.length; at += 1) {
    const option = args[at]!;
    if (!/^[-+]/.test(option)) break;
    if (option === '--') {
      at += 1;
      break;
    }
    if (/^-[a-z]*c/.test(option)) takesText = true;
    if (/^-[a-z]*e/.test(option)) stopsAtFailure = true;
    // `-o pipefail` has a word of its own.
    if (/^[-+][a-z]*o$/.test(option)) {
      at += 1;
      if (args[at] === 'errexit') stopsAtFailure = true;
    }
  }
  const [first, ...rest] = args.slice(at);
  if (first === undefined) return { kind: 'nothing' };
  return takesText
    ? { kind: 'script', call: { script: first, positional: rest, stopsAtFailure } }
    : { kind: 'file', file: first };
}
