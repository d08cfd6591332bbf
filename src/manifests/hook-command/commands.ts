import { BUILTINS, existsOnlyInShell } from './builtins.ts';
import type { Deed } from './deed.ts';
import { meaningOf, unknownTime } from './meanings.ts';
import {
  advance,
  deeper,
  joined,
  note,
  parseWithin,
  quietly,
  type ShellRun,
  seen,
  subshell,
  TOO_LONG,
  unclear,
} from './run.ts';
import {
  type Assignment,
  type Command,
  isShell,
  type ParsedScript,
  programName,
  type Redirection,
  shellArguments,
  type Word,
} from './shell.ts';
import { expandWord, expandWords, type Field } from './words.ts';

/** One command: its words, what they become, and what it then does. */

function isWord(part: Word | Assignment | Redirection): part is Word {
  return part.type === 'Word';
}

export function runSimple(run: ShellRun, command: Command): void {
  const inner = (script: ParsedScript) => run.found.interpreter.inner(run, script);
  const { name, prefix, suffix } = command;
  run.found.doesMore ||= command.redirects.length > 0;
  if (name === undefined) {
    run.status = 'ok';
    for (const part of prefix) if (part.type === 'Assignment') assign(run, part, inner);
    return;
  }
  // `export A=1` has an assignment among its arguments.
  const args = suffix.flatMap((part): Field[] => {
    if (part.type === 'Assignment') return [assignmentField(part, run, inner)];
    return isWord(part) ? expandWords([part], run, inner) : [];
  });
  const [program, ...first] = expandWords([name], run, inner);
  if (program === undefined) return;
  if (program.unknown !== null) {
    unclear(run, program.unknown);
    return;
  }
  runFields(run, [program, ...first, ...args], true);
  if (programName(program.text) === 'sleep') noteSleep(run, suffix.filter(isWord));
}

/** Where its operands stand, so that others can be put there. */
function noteSleep(run: ShellRun, operands: readonly Word[]): void {
  const [first] = operands;
  const last = operands.at(-1);
  if (first === undefined || last === undefined || run.depth > 1) return;
  run.found.sleeps.push({ pos: first.pos, end: last.end });
}

function assign(run: ShellRun, part: Assignment, inner: (script: ParsedScript) => void): void {
  const { text, unknown } = assignmentField(part, run, inner);
  run.variables.set(part.name, unknown === null ? text.slice(part.name.length + 1) : null);
}

function assignmentField(part: Assignment, run: ShellRun, inner: (script: ParsedScript) => void): Field {
  if (part.value.type !== 'Word' || part.append === true || part.index !== undefined) {
    return { text: part.text, unknown: `${part.text} is known only when it runs`, processOf: null };
  }
  const value = expandWord(part.value, run, inner);
  return { ...value, text: `${part.name}=${value.text}` };
}

/** Runs a command by its words. `inShell`: builtins and functions exist. */
export function runFields(run: ShellRun, fields: readonly Field[], inShell: boolean): void {
  const [{ text: program }, ...args] = fields as [Field, ...Field[]];
  const name = programName(program);
  if (inShell && run.functions.has(program)) {
    runFunction(run, program, args);
    return;
  }
  if (isShell(program)) {
    run.found.binaries.add(program);
    runShell(run, args);
    return;
  }
  if (inShell && Object.hasOwn(BUILTINS, program)) {
    BUILTINS[program]!(run, args, {
      runText: (text) => deeper(run, () => run.found.interpreter.text(run, text)),
      runFields: (inner) => deeper(run, () => runFields(run, inner, true)),
    });
    return;
  }
  if (!inShell && existsOnlyInShell(program)) {
    notFound(run, program);
    return;
  }
  if (!(inShell && BUILT_IN.has(program))) run.found.binaries.add(program);
  if (!INERT.has(name)) run.found.doesMore = true;
  if (name === 'sleep') run.found.sleepsRun += 1;
  const meaning = meaningOf(name);
  const written = fields.map(({ text }) => text).join(' ');
  apply(run, meaning?.does(args, name, run.found.surroundings) ?? unknownTime(program), written);
}

/** Programs that leave nothing behind. */
const INERT: ReadonlySet<string> = new Set(['sleep', 'true', ':', 'false']);

/** Programs that every shell has built in. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'true',
  'false',
  ':',
  'echo',
  'printf',
  'test',
  '[',
  'kill',
  'pwd',
  'command',
  'builtin',
  'time',
]);

function apply(run: ShellRun, deed: Deed, written: string): void {
  if (deed.note !== undefined) note(run, deed.note);
  if (deed.closes !== undefined) seen(run, deed.closes, written);
  if (deed.runs !== undefined) {
    runCapped(run, deed.runs, deed.atMostMs);
    return;
  }
  advance(run, deed.ms ?? 0, deed.unsure ?? null);
  run.status = deed.status;
}

/** A command in the place of another; `timeout` cuts it. */
function runCapped(run: ShellRun, fields: readonly Field[], atMostMs: number | undefined): void {
  if (atMostMs === undefined) {
    deeper(run, () => runFields(run, fields, false));
    return;
  }
  const inner = subshell(run);
  inner.unsure = null;
  quietly(inner, () => deeper(inner, () => runFields(inner, fields, false)));
  const taken = inner.ms - run.ms;
  const cut = taken >= atMostMs;
  advance(run, Math.min(taken, atMostMs), cut ? null : inner.unsure);
  run.status = cut ? 'failed' : inner.status;
}

function runFunction(run: ShellRun, name: string, args: readonly Field[]): void {
  const body = run.functions.get(name)!.body;
  const inner: ShellRun = { ...run, positional: [name, ...args.map(({ text }) => text)], jobs: run.jobs };
  quietly(inner, () =>
    deeper(inner, () => {
      if (body.type === 'CompoundList') inner.found.interpreter.statements(inner, body.commands);
      else inner.found.interpreter.command(inner, body);
    }),
  );
  if (inner.ended === 'exit') run.ended = 'exit';
  Object.assign(run, { ms: inner.ms, unsure: inner.unsure, doubt: inner.doubt, status: inner.status });
}

/** `sh -c TEXT`, as the hook itself or within one. */
export function runShell(run: ShellRun, args: readonly Field[]): void {
  const unknown = args.find((arg) => arg.unknown !== null);
  const what = shellArguments(args.map(({ text }) => text));
  if (unknown !== undefined) unclear(run, unknown.unknown!);
  else if (what.kind === 'file' && /\s/.test(what.file)) notFound(run, what.file);
  else if (what.kind === 'file')
    unclear(run, `what the script ${what.file} does is not written in the manifest`);
  else if (what.kind === 'nothing') run.status = 'ok';
  else {
    const { script, positional, stopsAtFailure } = what.call;
    run.found.scripts += 1;
    const inner = { ...subshell(run), functions: new Map(), positional, stopsAtFailure };
    const parsed = parseWithin(run, script);
    if (parsed === null) unclear(run, TOO_LONG);
    else if (!parsed.ok) unreadable(run, parsed.problem);
    else {
      deeper(inner, () => inner.found.interpreter.script(inner, parsed.script));
      joined(run, inner);
      for (const each of inner.jobs) run.found.left.push(each);
      run.status = inner.status;
    }
  }
}

function unreadable(run: ShellRun, problem: string): void {
  note(run, { code: 'hookFails', cause: 'script', problem });
  run.status = 'failed';
}

export function notFound(run: ShellRun, program: string): void {
  note(run, { code: 'hookFails', cause: 'program', program });
  run.status = 'failed';
}
