import type { Deed } from './deed.ts';
import { meaningOfCall } from './http-calls.ts';
import { kill, killByName } from './kills.ts';
import type { HookSurroundings } from './reading.ts';
import { isPlainSleep, sleepOperandMs } from './sleep.ts';
import type { Field } from './words.ts';

/** What programs do in a hook: one row for each kind. Shell builtins that change the shell itself are in `builtins.ts`. */

export interface Meaning {
  readonly programs: readonly string[];
  readonly does: (args: readonly Field[], program: string, around: HookSurroundings) => Deed;
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const AT_ONCE: Deed = { status: 'ok', ms: 0 };
const ANSWERS: Deed = { status: 'unknown', ms: 0 };

function textOf(args: readonly Field[]): string {
  return args.map(({ text }) => text).join(' ');
}

/** One that says by its arguments that it has the server stop; other arguments leave it as it is, or nobody knows. */
function control(program: string, args: readonly Field[], closes: RegExp, goesOn: RegExp): Deed {
  const text = textOf(args);
  if (closes.test(text)) return { ...AT_ONCE, closes: 'command' };
  return goesOn.test(text) ? AT_ONCE : unknownTime(`${program} ${text}`.trim());
}

export function unknownTime(command: string): Deed {
  const shown = command.length > 60 ? `${command.slice(0, 60)}…` : command;
  return { status: 'unknown', unsure: `how long ${JSON.stringify(shown)} takes is not written anywhere` };
}

/** The command that follows the options of a program which runs another in its place. */
function wrapped(args: readonly Field[], takesValue: RegExp, operands = 0): Deed {
  let at = 0;
  while (at < args.length && args[at]!.text.startsWith('-')) {
    if (args[at]!.text === '--') {
      at += 1;
      break;
    }
    at += takesValue.test(args[at]!.text) ? 2 : 1;
  }
  const inner = args.slice(at + operands);
  return inner.length === 0 ? { status: 'failed', ms: 0 } : { status: 'unknown', runs: inner };
}

function sleep(args: readonly Field[]): Deed {
  const unclear = args.find(({ unknown }) => unknown !== null);
  if (unclear !== undefined) return { status: 'unknown', unsure: unclear.unknown! };
  const operands = args.map(({ text }) => text).filter((text) => text !== '--');
  const lengths = operands.map(sleepOperandMs);
  const refused = operands.find((_, index) => lengths[index] === null);
  if (operands.length === 0 || refused !== undefined) {
    const note = { code: 'hookFails', cause: 'sleepOperand', operand: refused ?? null } as const;
    return { status: 'failed', ms: 0, note };
  }
  const ms = lengths.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  if (isPlainSleep(operands)) return { status: 'ok', ms };
  return { status: 'ok', ms, note: { code: 'sleepDiffers', operands } };
}

function timeout(args: readonly Field[]): Deed {
  const inner = wrapped(args, /^(-s|-k|--signal|--kill-after)$/, 1);
  const { runs } = inner;
  const limit = runs === undefined ? undefined : args[args.length - runs.length - 1];
  const atMostMs = limit === undefined || limit.unknown !== null ? null : sleepOperandMs(limit.text);
  return atMostMs === null ? inner : { ...inner, atMostMs };
}

/** `env A=1 B=2 command` */
function env(args: readonly Field[]): Deed {
  const deed = wrapped(args, /^(-u|-C|-S)$/);
  const from = deed.runs?.findIndex(({ text }) => !/^\w+=/.test(text)) ?? -1;
  return from < 0 || deed.runs === undefined ? ANSWERS : { ...deed, runs: deed.runs.slice(from) };
}

export const MEANINGS: readonly Meaning[] = [
  { programs: ['sleep'], does: sleep },
  { programs: ['true', ':'], does: () => AT_ONCE },
  { programs: ['false'], does: () => ({ status: 'failed', ms: 0 }) },
  {
    programs: words(
      'echo printf touch mkdir chmod chown sync date printenv logger rm cp mv ln tee unlink truncate',
    ),
    does: () => AT_ONCE,
  },
  { programs: ['env'], does: env },
  {
    // What they find decides how they end.
    programs:
      words(`test [ ls cat grep egrep fgrep head sed awk cut tr wc sort uniq basename dirname readlink realpath id whoami
      hostname uname pwd ps pidof pgrep stat which seq expr jq xxd md5sum sha256sum mktemp rmdir`),
    does: () => ANSWERS,
  },
  { programs: ['kill'], does: kill },
  { programs: ['pkill', 'killall', 'killall5'], does: killByName },
  { programs: ['timeout'], does: timeout },
  {
    programs: words('nohup setsid command builtin time tini dumb-init catatonit'),
    does: (args) => wrapped(args, /^-p$/),
  },
  { programs: ['nice', 'ionice', 'chrt', 'stdbuf'], does: (args) => wrapped(args, /^-[ncoie]$/) },
  { programs: ['su-exec', 'gosu', 'setpriv'], does: (args) => wrapped(args, /^--re/, 1) },
  { programs: ['sudo'], does: (args) => wrapped(args, /^-[ug]$/) },
  { programs: ['busybox', 'toybox'], does: (args) => wrapped(args, /^$/) },
  {
    // nginx.org/en/docs/switches.html: it returns once the signal is sent.
    programs: words('nginx openresty angie freenginx tengine'),
    does: (args, program) =>
      control(program, args, /(^| )-s ?(quit|stop)( |$)/, /(^| )(-s ?(reload|reopen)|-[tTvV])( |$)/),
  },
  {
    // httpd.apache.org/docs/2.4/programs/apachectl.html
    programs: words('apachectl apache2ctl httpd apache2 httpd-foreground'),
    does: (args, program) =>
      control(
        program,
        args,
        /(^| )(-k )?(graceful-stop|stop)( |$)/,
        /(^| )(-k )?(graceful|restart|configtest|-t|-v)( |$)/,
      ),
  },
  {
    programs: ['caddy'],
    does: (args, program) => control(program, args, /^stop( |$)/, /^(reload|version|validate)( |$)/),
  },
  // ingress-nginx, cmd/waitshutdown: it sends SIGTERM to the controller and waits until nginx has gone.
  {
    programs: ['wait-shutdown'],
    does: () => ({
      status: 'ok',
      closes: 'signal',
      unsure: 'wait-shutdown ends when nginx has finished its work',
    }),
  },
  { programs: words('curl wget http httpie xh nc pilot-agent grpcurl'), does: meaningOfCall },
];

const BY_PROGRAM: ReadonlyMap<string, Meaning> = new Map(
  MEANINGS.flatMap((meaning) => meaning.programs.map((program) => [program, meaning] as const)),
);

export function meaningOf(program: string): Meaning | undefined {
  return BY_PROGRAM.get(program);
}
