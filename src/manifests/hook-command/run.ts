import type { HookNote } from '../../cluster/finding.ts';
import type { HookSurroundings } from './reading.ts';
import {
  type CommandNode,
  type ParsedScript,
  parseShell,
  type ShellFunction,
  type ShellText,
  type Statement,
} from './shell.ts';

/** How a command ended, where that is certain. */
export type Status = 'ok' | 'failed' | 'unknown';

/** What a command was found to do to the process that listens. */
export interface SeenEffect {
  readonly by: 'command' | 'signal';
  readonly command: string;
  readonly ms: number;
  readonly unsure: string | null;
}

interface Job {
  readonly ms: number;
  readonly unsure: string | null;
}

/** One shell at work: what it knows, and how far it has come. A subshell has a clock of its own and shares what is found. */
export interface ShellRun {
  /** Milliseconds since the hook's start that have passed at least. */
  ms: number;
  /** Why more may have passed; null where `ms` is exact. */
  unsure: string | null;
  /** Why what follows may not run at all; null where it does. Time that passes then is not certain. */
  doubt: string | null;
  status: Status;
  /** `exit`, or `return` in a function, has been reached. */
  ended: 'exit' | 'return' | null;
  /** `set -e` */
  stopsAtFailure: boolean;
  /** Commands that `trap … EXIT` leaves for the end. */
  atExit: string | null;
  readonly variables: Map<string, string | null>;
  readonly functions: Map<string, ShellFunction>;
  readonly positional: readonly string[];
  jobs: Job[];
  /** How many texts, functions and programs deep: 1 in the script that the hook's own shell is given. */
  depth: number;
  readonly found: Findings;
}

/** Runs what a command is made of; the kinds of commands know each other through it alone. */
export interface Interpreter {
  readonly statements: (run: ShellRun, statements: readonly Statement[]) => void;
  readonly command: (run: ShellRun, command: CommandNode) => void;
  /** A script of its own, as a shell is given one. */
  readonly script: (run: ShellRun, script: ParsedScript) => void;
  /** `$(…)` */
  readonly inner: (run: ShellRun, script: ParsedScript) => void;
  /** Text as `eval` takes it. */
  readonly text: (run: ShellRun, text: string) => void;
}

/** Shared by a shell and its subshells. */
export interface Findings {
  readonly interpreter: Interpreter;
  readonly surroundings: HookSurroundings;
  readonly binaries: Set<string>;
  readonly effects: SeenEffect[];
  readonly notes: Map<string, HookNote>;
  /** Sleeps that run one after the other and nothing else decides about: where their text stands in the script. */
  readonly sleeps: { readonly pos: number; readonly end: number }[];
  /** All that slept, also where no sleep of another length can be put: in a loop, a branch, the background. */
  sleepsRun: number;
  /** Texts that a shell was given. */
  scripts: number;
  /** Background jobs of shells that have ended. */
  readonly left: Job[];
  /** Something else than sleeping and ending is done. */
  doesMore: boolean;
  /** Something is left running in the background that may still write where the runtime listens. */
  backgroundHolds: boolean;
  /** Commands that may still be looked at: a loop over a million words ends somewhere. */
  stepsLeft: number;
  /** Characters of scripts that may still be read, those within others included. */
  charactersLeft: number;
}

const MAX_STEPS = 10_000;
/** A longer script is a program, and is not looked into. */
const MAX_CHARACTERS = 64 * 1024;
/** Nobody means a hook that is nested deeper. */
const MAX_DEPTH = 32;

export function newRun(surroundings: HookSurroundings, interpreter: Interpreter): ShellRun {
  return {
    ms: 0,
    unsure: null,
    doubt: null,
    status: 'ok',
    ended: null,
    stopsAtFailure: false,
    atExit: null,
    variables: new Map(surroundings.env),
    functions: new Map(),
    positional: [],
    jobs: [],
    depth: 0,
    found: {
      interpreter,
      surroundings,
      binaries: new Set(),
      effects: [],
      notes: new Map(),
      sleeps: [],
      sleepsRun: 0,
      scripts: 0,
      left: [],
      doesMore: false,
      backgroundHolds: false,
      stepsLeft: MAX_STEPS,
      charactersLeft: MAX_CHARACTERS,
    },
  };
}

/** A shell that starts where this one is, with its variables. */
export function subshell(run: ShellRun): ShellRun {
  return {
    ...run,
    variables: new Map(run.variables),
    functions: new Map(run.functions),
    jobs: [],
    atExit: null,
  };
}

/** Time passes; none of it is certain where nobody knows whether this runs. */
export function advance(run: ShellRun, ms: number, unsure: string | null = null): void {
  if (run.doubt === null) run.ms += ms;
  else if (ms > 0) run.unsure ??= run.doubt;
  if (unsure !== null) run.unsure ??= unsure;
}

/** Goes on when another shell is done. */
export function joined(run: ShellRun, other: { readonly ms: number; readonly unsure: string | null }): void {
  run.ms = Math.max(run.ms, other.ms);
  run.unsure ??= other.unsure;
}

/** Runs what is given to another shell, a function, a program that runs programs: places in it are no places in the script. */
export function deeper(run: ShellRun, body: () => void): void {
  if (run.depth >= MAX_DEPTH) {
    run.status = 'unknown';
    run.unsure ??= 'its commands are nested too deep to be followed';
    return;
  }
  run.depth += 1;
  body();
  run.depth -= 1;
}

export function seen(run: ShellRun, by: SeenEffect['by'], command: string): void {
  run.found.effects.push({ by, command, ms: run.ms, unsure: run.unsure });
}

export function note(run: ShellRun, fact: HookNote): void {
  run.found.notes.set(JSON.stringify(fact), fact);
}

export function unclear(run: ShellRun, why: string): void {
  run.status = 'unknown';
  advance(run, 0, why);
}

/** Nothing that sleeps in here can be given another length without a change to the rest. */
export function quietly(run: ShellRun, body: () => void): void {
  const before = run.found.sleeps.length;
  body();
  run.found.sleeps.length = before;
}

/** What may run and may not: time that passes in it is not certain, what it does to the listener is taken to happen. */
export function perhaps(run: ShellRun, why: string, body: () => void): void {
  const { doubt } = run;
  run.doubt ??= why;
  quietly(run, body);
  // After an exit that may have come, nothing more is certain.
  if (run.ended !== null) run.ended = null;
  else run.doubt = doubt;
  run.status = 'unknown';
}

export const TOO_LONG = 'the script is longer than is read';

/** null: more than is read. */
export function parseWithin({ found }: ShellRun, text: string): ShellText | null {
  found.charactersLeft -= text.length;
  return found.charactersLeft < 0 ? null : parseShell(text);
}
