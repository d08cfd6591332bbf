import type { Deed } from './deed.ts';
import type { HookSurroundings } from './reading.ts';
import { meaningOfSignal, signalName } from './signals.ts';
import type { Field } from './words.ts';

/** Signals that a hook sends itself. They take no time; what they do is the receiver's business. */

interface Sent {
  readonly signal: string;
  readonly targets: readonly Field[];
  readonly listsOnly: boolean;
}

/** `kill -TERM 1`, `kill -s TERM 1`, `kill -15 1`, `kill --signal TERM 1`, `pkill -TERM nginx`. */
function sent(args: readonly Field[]): Sent {
  let signal = 'TERM';
  const targets: Field[] = [];
  let listsOnly = false;
  for (let at = 0; at < args.length; at += 1) {
    const { text } = args[at]!;
    const long = /^--signal=(.+)$/.exec(text)?.[1];
    if (long !== undefined) signal = signalName(long);
    else if (/^(-s|-n|--signal)$/.test(text)) {
      at += 1;
      signal = signalName(args[at]?.text ?? 'TERM');
    } else if (text === '-l' || text === '-L') listsOnly = true;
    else if (text === '--') {
      for (const each of args.slice(at + 1)) targets.push(each);
      break;
    } else if (
      targets.length === 0 &&
      /^-(SIG)?[A-Z0-9+]{1,9}$/i.test(text) &&
      !/^-[a-z]$/.test(text) &&
      args.length > 1
    ) {
      signal = signalName(text.slice(1));
    } else if (!/^-[a-z]/.test(text)) targets.push(args[at]!);
  }
  return { signal, targets, listsOnly };
}

/** `kill -TERM 1`, `kill -USR1 $(pidof haproxy)`. */
export function kill(args: readonly Field[], _program: string, around: HookSurroundings): Deed {
  const { signal, targets, listsOnly } = sent(args);
  if (listsOnly) return { status: 'ok', ms: 0 };
  if (targets.length === 0) return { status: 'failed', ms: 0 };
  const deeds = targets.map((target) => killOne(signal, target, around));
  return (
    deeds.find(({ closes }) => closes !== undefined) ??
    deeds.find(({ note }) => note !== undefined) ??
    deeds[0]!
  );
}

function killOne(signal: string, target: Field, around: HookSurroundings): Deed {
  const everybody = target.unknown === null && target.text === '-1';
  if (everybody || (target.unknown === null && target.text === '1')) {
    if (around.ownProcessOne) return signalled(signal, around.servers, true, 'process 1');
    return everybody
      ? signalled(signal, around.servers, false, 'every process')
      : { status: 'ok', ms: 0, note: { code: 'hookSignalsPause', signal } };
  }
  if (target.processOf !== null)
    return signalled(signal, [target.processOf, ...around.servers], false, target.processOf);
  // A job of the hook's own shell, or a number that stands for nobody in particular.
  return { status: 'unknown', ms: 0 };
}

/** `pkill -TERM nginx`, `killall -q nginx`: whoever has that name. */
export function killByName(args: readonly Field[], program: string, around: HookSurroundings): Deed {
  const { signal, targets } = sent(args);
  const name = targets.at(-1)?.text ?? (program === 'killall5' ? 'every process' : null);
  if (name === null) return { status: 'failed', ms: 0 };
  return signalled(signal, [name, ...around.servers], false, name);
}

function signalled(signal: string, servers: readonly string[], isProcessOne: boolean, to: string): Deed {
  const meaning = meaningOfSignal(signal, servers, isProcessOne);
  if (meaning === 'stops') return { status: 'ok', ms: 0, closes: 'signal' };
  if (meaning === 'nothing') return { status: 'ok', ms: 0 };
  return { status: 'ok', ms: 0, note: { code: 'hookSignal', signal, to } };
}
