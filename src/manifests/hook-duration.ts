/** How long a command takes by itself, where its text says so for certain. */
export type HookDuration =
  | { readonly kind: 'known'; readonly ms: number }
  /** `atLeastMs`: what the part before the first unknown command takes. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly atLeastMs: number };

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const shells: readonly string[] = ['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh'];

/**
 * Reads how long an exec hook takes: `["sleep", "15"]`, or a shell that runs nothing but sleeps one after the other.
 * Durations are those of coreutils: decimals, the suffixes s, m, h and d, several operands added up. Anything else is unknown.
 */
export function readHookDuration(command: readonly string[]): HookDuration {
  const [program, ...args] = command;
  if (program === undefined) return unknown('the command is empty', 0);
  const script = shellScript(command);
  if (script !== undefined) return readScript(script);
  if (isShell(program)) return unknown(`${program} is not given a script with -c alone`, 0);
  return readCommand([program, ...args], 0);
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
  const parsed = splitCommands(script);
  let totalMs = 0;
  for (const words of parsed.commands) {
    const duration = readCommand(words, totalMs);
    if (duration.kind === 'unknown') return duration;
    totalMs = duration.ms;
  }
  if (parsed.problem !== undefined) return unknown(parsed.problem, totalMs);
  return parsed.commands.length === 0 ? unknown('the script is empty', 0) : { kind: 'known', ms: totalMs };
}

/** One command after `beforeMs` of others. */
function readCommand(words: readonly string[], beforeMs: number): HookDuration {
  const [program = '', ...operands] = words;
  if (baseName(program) !== 'sleep') {
    return unknown(`how long ${JSON.stringify(program)} takes is not written anywhere`, beforeMs);
  }
  if (operands.length === 0) return unknown('sleep without a duration fails at once', beforeMs);
  let totalMs = beforeMs;
  for (const operand of operands) {
    const ms = parseDurationMs(operand);
    if (ms === undefined) {
      return unknown(`sleep does not take ${JSON.stringify(operand)} as a duration`, beforeMs);
    }
    totalMs += ms;
  }
  return { kind: 'known', ms: totalMs };
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
