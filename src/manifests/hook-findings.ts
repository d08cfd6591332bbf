import type { Container, PodSpec } from '../cluster/objects.ts';
import { resolveContainerPort } from '../rules/kubelet/resolve-container-port.ts';
import { SECONDS_AFTER_HOOK } from './field-issue.ts';
import type { Note } from './finding.ts';
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
    {
      code: 'shellIsPidOne',
      severity: 'warning',
      message: `container ${container.name} runs a shell as process 1, which as a rule does not pass the stop signal on: the application then lives until SIGKILL`,
      fix: `Start the application with exec${execExample(script)}, or without a shell.`,
    },
  ];
}

function execExample(script: string): string {
  const parsed = parseShell(script);
  const only = parsed.ok && parsed.script.commands.length === 1 ? parsed.script.commands[0] : undefined;
  return only?.command.type === 'Command' ? ` (exec ${script.trim().replace(/;$/, '')})` : '';
}

export function notesOnPreStop(container: Container, spec: PodSpec): readonly Note[] {
  const { preStop } = container.lifecycle;
  const graceSeconds = spec.terminationGracePeriodSeconds;
  if (preStop === undefined) return [];
  if (preStop.tcpSocket !== undefined) return [TCP_SOCKET];
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
    ...notesOnSleep('exec sleep', length.ms, length.kind === 'exact', graceSeconds),
  ];
}

const TCP_SOCKET: Note = {
  code: 'tcpSocketPreStop',
  severity: 'warning',
  message: 'the API server accepts tcpSocket here, but the kubelet cannot run it: the hook fails at once',
  fix: 'Use sleep, exec or httpGet.',
};

function notesOnPort(port: number | string, { name, ports }: Container): readonly Note[] {
  if (resolveContainerPort(port, ports) !== null) return [];
  const named = ports.flatMap((each) => (each.name === '' ? [] : [each.name]));
  return [
    {
      code: 'hookPortUnknown',
      severity: 'warning',
      message: `container ${name} has no port named ${JSON.stringify(port)}: the kubelet sends no request, the hook fails at once, and the stop signal follows`,
      fix: `Use the number of the port${named.length === 0 ? '' : `, or one of its names: ${named.join(', ')}`}.`,
    },
  ];
}

/** Images whose names say that they hold one program and no shell. */
const WITHOUT_TOOLS = /(^|\/)(distroless\/|scratch(:|$)|chainguard\/static|static(-debian\d+)?:nonroot)/;

function notesOnBinaries({ binaries }: HookReading, { name, image }: Container): readonly Note[] {
  if (binaries.length === 0 || !WITHOUT_TOOLS.test(image) || /:debug/.test(image)) return [];
  return [
    {
      code: 'hookNeedsBinary',
      severity: 'warning',
      message: `the hook runs ${binaries.join(' and ')}, and an image like ${image} holds no such program: the hook then fails at once, and the stop signal follows`,
      fix: `Use sleep: {seconds: …}, which the kubelet runs itself; to see what happens now: apps.${name}.preStop.missingBinary: true.`,
    },
  ];
}

/** It is no use to sleep once the listener is closed. */
function notesOnListener({ listener, length }: HookReading): readonly Note[] {
  if (listener === null || (listener.at === 'end' && length.ms > 0)) return [];
  const when =
    listener.at === 'end' || listener.at === 0
      ? 'as its first thing'
      : `${listener.at / 1000} s after its start`;
  return [
    {
      code: 'hookClosesListener',
      severity: 'warning',
      message: `the hook has the server stop listening ${when} (${listener.command}), while routers may still send connections`,
      fix: 'Let it sleep first and close then, or leave the closing to the stop signal.',
    },
  ];
}

function notesOnSleep(what: string, ms: number, exact: boolean, graceSeconds: number): readonly Note[] {
  // A grace period of 0 or below has no hook at all, or one second; what a hook may take is then beside the point.
  if (graceSeconds <= 0 || ms < graceSeconds * 1000) return [];
  const seconds = ms / 1000;
  const wanted = Math.ceil(seconds) + SECONDS_AFTER_HOOK;
  const fix = `Raise terminationGracePeriodSeconds to ${wanted} or more (the hook and at least ${SECONDS_AFTER_HOOK} s for the application), or shorten the hook.`;
  const length = `${exact ? '' : 'at least '}${seconds} s`;
  if (ms > graceSeconds * 1000) {
    const message = `the ${what} takes ${length} and cannot fit terminationGracePeriodSeconds ${graceSeconds}: it is cut off after ${graceSeconds} s, and the application is killed right after its stop signal`;
    return [{ code: 'preStopExceedsGrace', severity: 'warning', message, fix }];
  }
  const message = `the ${what} of ${length} takes all of terminationGracePeriodSeconds ${graceSeconds}: nothing is left for the application to finish its work`;
  return [{ code: 'preStopTakesAllGrace', severity: 'warning', message, fix }];
}
