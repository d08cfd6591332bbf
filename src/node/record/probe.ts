import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Stamped } from './watched.ts';

/** A prober: a new connection each time, and who answered, or why nobody did. */
export interface Prober {
  /** What it has seen since the last call. */
  readonly take: () => readonly Stamped[];
  /** Ends it. */
  readonly stop: () => void;
}

/** How often requests are sent, how long one may take, and what the sender is called. */
export interface ProbeOptions {
  /** At least 50 make the last answer a bound of some use; 100 by default. */
  readonly perSecond?: number;
  readonly timeoutMs?: number;
  /** Where it runs, as the recording names it. */
  readonly node?: string;
}

/** The server is to answer with its Pod's name on the first line; longer answers are cut. */
const LONGEST_NAME = 253;

/** Sends requests to a URL at a steady rate, and records each that fails or is answered. */
export function probe(url: string, options: ProbeOptions = {}): Prober {
  const { perSecond = 100, timeoutMs = 2000, node = 'recorder' } = options;
  let seen: Stamped[] = [];
  let seq = 0;
  const ask = url.startsWith('https:') ? secureRequest : request;
  const timer = setInterval(() => {
    const sentAtMs = performance.now();
    const number = seq++;
    const tell = (what: string, more: Readonly<Record<string, unknown>>) =>
      seen.push({
        t: 0,
        atMs: performance.now(),
        source: 'probe',
        what,
        detail: { node, seq: number, sentAtMs, ...more },
      });
    const sent = ask(
      url,
      { agent: false, timeout: timeoutMs, headers: { connection: 'close' } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body = (body + chunk).slice(0, LONGEST_NAME * 2);
        });
        response.on('end', () =>
          tell('answer', {
            status: response.statusCode,
            pod: body.split('\n')[0]!.trim().slice(0, LONGEST_NAME),
          }),
        );
        response.on('error', (error) => tell('error', { errno: codeOf(error) }));
      },
    );
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    sent.on('error', (error) => tell('error', { errno: codeOf(error) }));
    sent.end();
  }, 1000 / perSecond);
  return {
    take: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message;
}
