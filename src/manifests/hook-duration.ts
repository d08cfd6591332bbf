/** How long a command takes by itself, and what it does, where its text says so for certain. */
export type HookDuration =
  /** `closesListener`: it has the server stop listening, as its first or as its last thing. */
  | { readonly kind: 'known'; readonly ms: number; readonly closesListener: 'start' | 'end' | null }
  /** `atLeastMs`: what the part before the first unknown command takes. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly atLeastMs: number };

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const shells: readonly string[] = ['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh'];

/**
 * Reads how long an exec hook takes: `["sleep", "15"]`, or a shell that runs nothing but sleeps one after the other, with a command
 * before or after them that has a known server stop listening and returns at once (`nginx -s quit`). Durations are those of
 * coreutils: decimals, the suffixes s, m, h and d, several operands added up. Anything else is unknown.
 */
export function readHookDuration(command: readonly string[]): HookDuration {
  const [program, ...args] = command;
  if (program === undefined) return unknown('the command is empty', 0);
  const script = shellScript(command);
  if (script !== undefined) return readScript(script);
  if (isShell(program)) return unknown(`${program} is not given a script with -c alone`, 0);
  return readCommands([[program, ...args]]);
}

/** The same hook with one sleep of so many seconds in the place of its own, before what it does beside sleeping. */
export function withSleep(command: readonly string[], seconds: number): readonly string[] {
  const script = shellScript(command);
  const commands = script === undefined ? [command] : splitCommands(script).commands;
  const rest = commands.filter((words) => !isSleep(words));
  if (script === undefined && seconds === 0) return command;
  const shell = script === undefined ? ['sh', '-c'] : command.slice(0, 2);
  const sleep = seconds === 0 ? [] : [`sleep ${seconds}`];
  return [...shell, [...sleep, ...rest.map((words) => words.map(quoted).join(' '))].join('; ')];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:+,@%=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The text that `sh -c` runs; undefined where the command is something else. Extra operands only set $0, $1 … */
export function shellScript(command: readonly string[]): string | undefined {
  const [program, option, script] = command;
  if (program === undefined || option === undefined || !isShell(program)) return undefined;
  return /^-[eux]*c$/.test(option) ? script : undefined;
}

function isShell(program: string): boolean {
  return shells.includes(baseName(program));
}

function baseName(program: string): string {
  const match = /^(?:\/usr\/local\/bin\/|\/usr\/bin\/|\/bin\/)?([^/]+)$/.exec(program);
  return match?.[1] ?? program;
}

function unknown(reason: string, atLeastMs: number): HookDuration {
  return { kind: 'unknown', reason, atLeastMs };
}

function readScript(script: string): HookDuration {
  const { commands, problem } = splitCommands(script);
  if (commands.length === 0 && problem === undefined) return unknown('the script is empty', 0);
  const read = readCommands(commands);
  return problem === undefined || read.kind === 'unknown' ? read : unknown(problem, read.ms);
}

/** One command after the other. */
function readCommands(commands: readonly (readonly string[])[]): HookDuration {
  let ms = 0;
  let closedAtMs: number | null = null;
  for (const words of commands) {
    if (quits(words)) {
      closedAtMs ??= ms;
      continue;
    }
    const taken = readSleep(words);
    if (typeof taken === 'string') return unknown(taken, ms);
    ms += taken;
  }
  if (closedAtMs === null) return { kind: 'known', ms, closesListener: null };
  if (closedAtMs === ms) return { kind: 'known', ms, closesListener: 'end' };
  if (closedAtMs === 0) return { kind: 'known', ms, closesListener: 'start' };
  return unknown('it sleeps before and after it has the server stop listening', ms);
}

/** Servers that stop listening and finish their work at a word of their own command line, which returns before they have ended. */
const QUITTING: readonly { readonly programs: readonly string[]; readonly says: RegExp }[] = [
  { programs: ['nginx', 'openresty'], says: /(^| )-s ?quit( |$)/ },
  { programs: ['apachectl', 'apache2ctl', 'httpd', 'apache2'], says: /(^| )(-k )?graceful-stop( |$)/ },
];

function quits(words: readonly string[]): boolean {
  const [program = '', ...operands] = words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  return QUITTING.some(({ programs, says }) => programs.includes(name) && says.test(operands.join(' ')));
}

function isSleep([program = '']: readonly string[]): boolean {
  return baseName(program) === 'sleep';
}

/** Milliseconds, or why nobody knows. */
function readSleep(words: readonly string[]): number | string {
  const [program = '', ...operands] = words;
  if (!isSleep(words)) return `how long ${JSON.stringify(program)} takes is not written anywhere`;
  if (operands.length === 0) return 'sleep without a duration fails at once';
  let totalMs = 0;
  for (const operand of operands) {
    const ms = parseDurationMs(operand);
    if (ms === undefined) return `sleep does not take ${JSON.stringify(operand)} as a duration`;
    totalMs += ms;
  }
  return totalMs;
}

function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  if (match === null) return undefined;
  const ms = Math.round(Number(match[1]) * (unitMs[match[2] || 's'] ?? 1_000));
  return Number.isSafeInteger(ms) ? ms : undefined;
}

interface Script {
  readonly commands: readonly (readonly string[])[];
  /** Why the text after these commands cannot be read. */
  readonly problem?: string;
}

/** Splits a script at `;`, `&&` and line ends into commands of words; stops at the first thing that only a shell can judge. */
export function splitCommands(script: string): Script {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let index = 0; index < script.length; index += 1) {
    const char = script.charAt(index);
    if (char === "'" || char === '"') {
      const end = script.indexOf(char, index + 1);
      if (end < 0) return { commands, problem: 'a quote is not closed' };
      const quoted = script.slice(index + 1, end);
      if (char === '"' && /[$`\\]/.test(quoted)) return { commands, problem: needsShell(quoted) };
      word = (word ?? '') + quoted;
      index = end;
    } else if (char === ' ' || char === '\t') endWord();
    else if (char === ';' || char === '\n') endCommand();
    else if (script.startsWith('&&', index)) {
      endCommand();
      index += 1;
    } else if (/[A-Za-z0-9_./:+,@%=-]/.test(char)) word = (word ?? '') + char;
    else return { commands, problem: needsShell(char) };
  }
  endCommand();
  return { commands };
}

function needsShell(text: string): string {
  return `${JSON.stringify(text)} has to be interpreted by the shell`;
}
