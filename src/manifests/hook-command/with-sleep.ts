import { shellWord } from '../../cluster/printable.ts';
import { ranCommand, readingOf } from './read.ts';
import { type HookSurroundings, NO_SURROUNDINGS } from './reading.ts';
import { isShell, programName } from './shell.ts';

/**
 * The same hook with one sleep of so many seconds in the place of its own, and everything else that it does as it stands; a hook that
 * does not sleep gets one before it. null where no such change leaves the rest as it is: a sleep in a loop, in a branch, in the
 * background, or with something after it that takes time.
 */
export function withSleep(
  command: readonly string[],
  seconds: number,
  surroundings: HookSurroundings = NO_SURROUNDINGS,
): readonly string[] | null {
  const run = ranCommand(command, surroundings);
  if (!readingOf(run).adjustable) return null;
  const [program = ''] = command;
  if (programName(program) === 'sleep') return [program, String(seconds)];
  const { sleeps } = run.found;
  if (isShell(program)) {
    const at = command.findIndex((word, index) => index > 0 && !/^[-+]/.test(word));
    return command.map((word, index) => (index === at ? rewritten(word, sleeps, seconds) : word));
  }
  return seconds === 0 ? command : ['sh', '-c', `sleep ${seconds}; ${command.map(shellWord).join(' ')}`];
}

/** The first sleep takes it all, the others none. */
function rewritten(
  script: string,
  sleeps: readonly { readonly pos: number; readonly end: number }[],
  seconds: number,
): string {
  if (sleeps.length === 0) return seconds === 0 ? script : `sleep ${seconds}; ${script.trimStart()}`;
  let text = '';
  let at = 0;
  sleeps.forEach(({ pos, end }, index) => {
    text += `${script.slice(at, pos)}${index === 0 ? seconds : 0}`;
    at = end;
  });
  return text + script.slice(at);
}
