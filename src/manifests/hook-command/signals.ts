/** What a signal means that a hook sends to the process which listens. */

/** By number, as Linux counts them. */
const NUMBERS: Readonly<Record<string, string>> = {
  '1': 'HUP',
  '2': 'INT',
  '3': 'QUIT',
  '6': 'ABRT',
  '9': 'KILL',
  '10': 'USR1',
  '12': 'USR2',
  '15': 'TERM',
  '17': 'CHLD',
  '18': 'CONT',
  '19': 'STOP',
  '28': 'WINCH',
};

/** `TERM` of `TERM`, `SIGTERM`, `sigterm` and `15`. */
export function signalName(written: string): string {
  return NUMBERS[written] ?? written.toUpperCase().replace(/^SIG/, '');
}

export type SignalMeaning = 'stops' | 'nothing' | 'unknown';

/** At these a server stops listening, whichever it is. */
const STOPPING: ReadonlySet<string> = new Set(['TERM', 'QUIT', 'INT', 'ABRT', 'RTMIN+3']);

interface ServerSignals {
  readonly servers: readonly string[];
  /** Further signals at which it stops listening. */
  readonly stops: readonly string[];
  /** Signals at which it goes on listening. */
  readonly goesOn: readonly string[];
}

/** One row for each server that gives other signals a meaning. */
const SERVERS: readonly ServerSignals[] = [
  // nginx.org/en/docs/control.html
  {
    servers: ['nginx', 'openresty', 'angie', 'freenginx', 'tengine'],
    stops: ['WINCH'],
    goesOn: ['HUP', 'USR1', 'USR2'],
  },
  // httpd.apache.org/docs/2.4/stopping.html
  { servers: ['httpd', 'apache2', 'apache'], stops: ['WINCH'], goesOn: ['HUP', 'USR1'] },
  // docs.haproxy.org/2.8/management.html 4: SIGUSR1 stops listening and lets connections end
  { servers: ['haproxy'], stops: ['USR1'], goesOn: ['USR2', 'HUP'] },
  // php-fpm(8), "SIGNALS"
  { servers: ['php-fpm', 'php'], stops: [], goesOn: ['USR1', 'USR2'] },
  // docs.gunicorn.org/en/stable/signals.html: WINCH lets the workers go, and the socket stays open
  { servers: ['gunicorn'], stops: [], goesOn: ['HUP', 'USR1', 'USR2', 'TTIN', 'TTOU', 'WINCH'] },
  // uwsgi-docs.readthedocs.io/en/latest/Management.html
  { servers: ['uwsgi'], stops: [], goesOn: ['HUP', 'USR1', 'USR2'] },
  // puma.io, docs/signals.md
  { servers: ['puma'], stops: [], goesOn: ['HUP', 'USR1', 'USR2', 'TTIN', 'TTOU'] },
  // caddyserver.com/docs/running
  { servers: ['caddy'], stops: [], goesOn: ['USR1', 'HUP'] },
];

/** What the signal does to a server that may be known by several names; KILL and STOP do not reach process 1 from within. */
export function meaningOfSignal(
  signal: string,
  servers: readonly string[],
  isProcessOne: boolean,
): SignalMeaning {
  if (signal === '0' || signal === 'CHLD' || signal === 'CONT') return 'nothing';
  if (signal === 'KILL' || signal === 'STOP') return isProcessOne ? 'nothing' : 'stops';
  if (STOPPING.has(signal)) return 'stops';
  const row = SERVERS.find((each) => each.servers.some((name) => servers.includes(name)));
  if (row?.stops.includes(signal) === true) return 'stops';
  return row?.goesOn.includes(signal) === true ? 'nothing' : 'unknown';
}
