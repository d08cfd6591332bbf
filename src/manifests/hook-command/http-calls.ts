import type { Deed } from './deed.ts';
import type { Field } from './words.ts';

/** Requests that a hook sends: how long the answer takes stands nowhere. */

/** Admin paths whose meaning is known: the proxy stops taking connections. */
const CLOSING =
  // envoyproxy.io/docs/envoy/latest/operations/admin; istio.io, pilot-agent /quitquitquit; linkerd.io, proxy /shutdown
  /\/(quitquitquit|drain_listeners|shutdown|quit)\b/;

export function meaningOfCall(args: readonly Field[], program: string): Deed {
  const text = args.map((arg) => arg.text).join(' ');
  const shown = `${program} ${text}`;
  const unsure = `how long the request ${JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown)} takes is not written anywhere`;
  return CLOSING.test(text)
    ? { status: 'unknown', closes: 'command', unsure }
    : { status: 'unknown', unsure };
}
