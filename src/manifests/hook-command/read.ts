import { notFound, runFields } from './commands.ts';
import {
  type HookReading,
  type HookSurroundings,
  type ListenerEffect,
  lengthOf,
  NO_SURROUNDINGS,
} from './reading.ts';
import { newRun, type SeenEffect, type ShellRun } from './run.ts';
import { INTERPRETER } from './statements.ts';
import { known } from './words.ts';

/**
 * What an exec hook does, read from its command as the kernel and the shell in it would: how long it takes, what becomes of the
 * process that listens, and when, how it ends, and which programs it needs. What is not certain is said not to be.
 */
export function readHookCommand(
  command: readonly string[],
  surroundings: HookSurroundings = NO_SURROUNDINGS,
): HookReading {
  return readingOf(ranCommand(command, surroundings));
}

/** A shell's work at the whole command, for whoever needs the places in it. */
export function ranCommand(command: readonly string[], surroundings: HookSurroundings): ShellRun {
  const run = newRun(surroundings, INTERPRETER);
  const [program] = command;
  if (program === undefined) {
    run.status = 'unknown';
    run.unsure = 'the command is empty';
  } else if (command.length === 1 && /\s/.test(program)) notFound(run, program);
  else runFields(run, command.map(known), false);
  holdsTheRuntime(run);
  return run;
}

/** The runtime waits until nobody holds the hook's output any more; whether it does so for long differs between runtimes. */
function holdsTheRuntime(run: ShellRun): void {
  const left = [...run.found.left, ...run.jobs].some((job) => job.ms > run.ms || job.unsure !== null);
  if (!left || !run.found.backgroundHolds) return;
  run.unsure ??=
    'a command is left in the background with the output of the hook, and whether the container runtime waits for it differs between runtimes';
}

export function readingOf(run: ShellRun): HookReading {
  const { binaries, notes, effects, doesMore } = run.found;
  const listener = listenerEffect(effects, run);
  const length = lengthOf(run.ms, run.unsure);
  return {
    length,
    onlySleeps: length.kind === 'exact' && !doesMore,
    listener,
    outcome: run.status === 'unknown' ? 'unknown' : run.status === 'ok' ? 'completed' : 'failed',
    binaries: [...binaries],
    notes: [...notes.values()],
    adjustable:
      length.kind === 'exact' &&
      run.status !== 'failed' &&
      everySleepIsPlaced(run) &&
      (listener === null || listener.at === 'end'),
  };
}

/** A hook that is nothing but a sleep has none in a script. */
function everySleepIsPlaced({ found: { sleeps, sleepsRun, scripts, binaries } }: ShellRun): boolean {
  return sleeps.length === sleepsRun || (scripts === 0 && binaries.size === 1);
}

/** The first thing that has the server stop listening. */
function listenerEffect(effects: readonly SeenEffect[], run: ShellRun): ListenerEffect | null {
  const [first] = [...effects].sort((a, b) => a.ms - b.ms);
  if (first === undefined) return null;
  const isLast = first.ms === run.ms && first.unsure === run.unsure;
  return { by: first.by, command: first.command, at: isLast ? 'end' : first.ms };
}
