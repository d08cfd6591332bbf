import type { Container, PodSpec } from '../../cluster/objects.ts';
import { expandVariables } from '../../rules/kubelet/expand-variables.ts';
import type { HookSurroundings } from './reading.ts';
import { isShell, programName, shellArguments } from './shell.ts';

/** What a container's manifest says to its hook. */
export function surroundingsOf(container: Container, spec: PodSpec): HookSurroundings {
  return {
    env: environmentOf(container),
    moreEnv: container.envFrom,
    ownProcessOne: !spec.shareProcessNamespace && !spec.hostPID,
    servers: serversOf(container),
  };
}

/** Values refer to variables that stand before them. */
function environmentOf({ env }: Container): ReadonlyMap<string, string | null> {
  const known = new Map<string, string | null>();
  for (const { name, value } of env) {
    const text = value === null ? null : expandVariables(value, (other) => known.get(other));
    known.set(name, text);
  }
  return known;
}

/** By the last part of the image's name (`registry/team/nginx:1.27`), and by the program that the container runs. */
function serversOf({ image, command, args }: Container): string[] {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const words = [...command, ...args];
  const [program = ''] = words;
  const what = isShell(program) ? shellArguments(words.slice(1)) : null;
  const script = what?.kind === 'script' ? what.call.script : '';
  const started = /(?:^|[;&\n])\s*exec\s+(\S+)/.exec(script)?.[1] ?? script.trim().split(/\s+/)[0] ?? '';
  return [
    repository.slice(repository.lastIndexOf('/') + 1),
    programName(program),
    programName(started),
  ].filter((name) => name !== '');
}
