import type { Note } from '../cluster/finding.ts';
import type { Container, PodSpec } from '../cluster/objects.ts';
import { resolveContainerPort } from '../rules/kubelet/resolve-container-port.ts';
import { type HookReading, readHookCommand, surroundingsOf } from './hook-command/index.ts';
import { isShell, parseShell, shellArguments } from './hook-command/shell.ts';

/** What is probably not meant about a container's hooks and the process they are for. */

/** A shell as the container's first process keeps the stop signal to itself. */
export function notesOnPidOne(container: Container, spec: PodSpec): readonly Note[] {
  const [program = '', ...args] = [...container.command, ...container.args];
  const what = isShell(program) ? shellArguments(args) : null;
  if (what?.kind !== 'script' || spec.shareProcessNamespace) return [];
  const { script } = what.call;
  const lastLine =
    script
      .trim()
      .split(/&&|\|\||[;\n]/)
      .at(-1) ?? '';
  if (/^\s*exec\s/.test(lastLine) || /\btrap\s/.test(script)) return [];
  return [
    { code: 'shellIsPidOne', severity: 'warning', container: container.name, instead: withExec(script) },
  ];
}

function withExec(script: string): string | null {
  const parsed = parseShell(script);
  const only = parsed.ok && parsed.script.commands.length === 1 ? parsed.script.commands[0] : undefined;
  return only?.command.type === 'Command' ? `exec ${script.trim().replace(/;$/, '')}` : null;
}

export function notesOnPreStop(container: Container, spec: PodSpec): readonly Note[] {
  const { preStop } = container.lifecycle;
  const graceSeconds = spec.terminationGracePeriodSeconds;
  if (preStop === undefined) return [];
  if (preStop.tcpSocket !== undefined) return [{ code: 'tcpSocketPreStop', severity: 'warning' }];
  if (preStop.sleep !== undefined)
    return notesOnSleep('sleep', preStop.sleep.seconds * 1000, true, graceSeconds);
  if (preStop.httpGet !== undefined) return notesOnPort(preStop.httpGet.port, container);
  if (preStop.exec === undefined) return [];
  const reading = readHookCommand(preStop.exec.command, surroundingsOf(container, spec));
  const { length, notes } = reading;
  return [
    ...notes.map((note): Note => ({ ...note, severity: note.code === 'sleepDiffers' ? 'info' : 'warning' })),
    ...notesOnBinaries(reading, container),
    ...notesOnListener(reading),
    ...notesOnSleep('exec', length.ms, length.kind === 'exact', graceSeconds),
  ];
}

function notesOnPort(port: number | string, { name, ports }: Container): readonly Note[] {
  if (resolveContainerPort(port, ports) !== null) return [];
  const named = ports.flatMap((each) => (each.name === '' ? [] : [each.name]));
  return [{ code: 'hookPortUnknown', severity: 'warning', container: name, port, named }];
}

/** Images whose names say that they hold one program and no shell. */
const WITHOUT_TOOLS = /(^|\/)(distroless\/|scratch(:|$)|chainguard\/static|static(-debian\d+)?:nonroot)/;

function notesOnBinaries({ binaries }: HookReading, { name, image }: Container): readonly Note[] {
  if (binaries.length === 0 || !WITHOUT_TOOLS.test(image) || /:debug/.test(image)) return [];
  return [{ code: 'hookNeedsBinary', severity: 'warning', container: name, image, binaries }];
}

/** It is no use to sleep once the listener is closed. */
function notesOnListener({ listener, length }: HookReading): readonly Note[] {
  if (listener === null || (listener.at === 'end' && length.ms > 0)) return [];
  return [{ code: 'hookClosesListener', severity: 'warning', atMs: listener.at, command: listener.command }];
}

function notesOnSleep(
  hook: 'sleep' | 'exec',
  hookMs: number,
  exact: boolean,
  graceSeconds: number,
): readonly Note[] {
  // A grace period of 0 or below has no hook at all, or one second; what a hook may take is then beside the point.
  if (graceSeconds <= 0 || hookMs < graceSeconds * 1000) return [];
  const code = hookMs > graceSeconds * 1000 ? 'preStopExceedsGrace' : 'preStopTakesAllGrace';
  return [{ code, severity: 'warning', hook, hookMs, exact, graceSeconds }];
}
