import type { Run } from '../../src/index.ts';
import { judgeMilestone, plausible, type Row } from './judge.ts';

/**
 * The requests of sets with a client: which kinds of failures, in how many iterations and how many, and the window in which they begin.
 * Real ones are told by the client's error codes, so simulated kinds are put into the same words.
 */

export interface ObservedRequests {
  readonly failed: number;
  /** Error codes, as the recorder's client reports them, each with when its request began, in ms since the action. */
  readonly failures: readonly { readonly kind: string; readonly atMs: number }[];
}

const CODES: Readonly<Record<string, string>> = {
  connectionRefused: 'ECONNREFUSED',
  noEndpoints: 'ECONNREFUSED',
  connectionReset: 'ECONNRESET',
  // The kernel of a dead process sends FIN or RST, whichever it was in the middle of.
  requestCut: 'ECONNRESET',
  staleConnection: 'ECONNRESET',
  connectTimeout: 'TIMEOUT',
  requestTimeout: 'TIMEOUT',
  hostUnreachable: 'EHOSTUNREACH',
};

export function observeRealRequests(requests: unknown): ObservedRequests {
  const { failed, failures } = requests as ObservedRequests;
  const told = failures.map(({ kind, atMs }) => ({ kind: kind === 'EOF' ? 'ECONNRESET' : kind, atMs }));
  return { failed, failures: told };
}

/** `actionMs`: when the action began in the run. */
export function observeSimulatedRequests(run: Run, actionMs: number): ObservedRequests {
  const { failed, samples } = run.verdict.requests;
  const count = Object.values(failed).reduce((sum, of) => sum + of, 0);
  const failures = samples.map(({ kind, beganMs }) => ({
    kind: CODES[kind] ?? kind,
    atMs: beganMs - actionMs,
  }));
  return { failed: count, failures };
}

/** Rows for one set. With iterations that lost nothing there is no window, so those rows count the others. */
export function judgeRequests(
  real: readonly ObservedRequests[],
  simulated: readonly ObservedRequests[],
): readonly Row[] {
  const rows: Row[] = [];
  const losing = (all: readonly ObservedRequests[]) => all.filter(({ failed }) => failed > 0);
  const kinds = [...new Set(real.flatMap(({ failures }) => failures.map(({ kind }) => kind)))].sort();
  rows.push(share('requests lost', real, simulated, ({ failed }) => failed > 0));
  for (const kind of kinds) {
    rows.push(
      share(`requests lost by ${kind}`, real, simulated, ({ failures }) =>
        failures.some((own) => own.kind === kind),
      ),
    );
  }
  if (losing(real).length === 0) return rows;
  const numbers = (name: string, of: (observed: ObservedRequests) => number) =>
    rows.push(judgeMilestone(name, losing(real).map(of), [losing(simulated).map(of)]));
  numbers('requests lost, count', ({ failed }) => failed);
  numbers('first lost request beganMs', ({ failures }) => Math.min(...failures.map(({ atMs }) => atMs)));
  numbers('last lost request beganMs', ({ failures }) => Math.max(...failures.map(({ atMs }) => atMs)));
  return rows;
}

function share(
  name: string,
  real: readonly ObservedRequests[],
  simulated: readonly ObservedRequests[],
  holds: (observed: ObservedRequests) => boolean,
): Row {
  const count = real.filter(holds).length;
  const of = simulated.filter(holds).length / Math.max(1, simulated.length);
  const fits = simulated.length > 0 && plausible(count, real.length, of);
  return {
    kind: 'share',
    name,
    real: { n: real.length, count },
    simulated: of,
    failure: fits ? null : 'the real count is not plausible under the simulated share',
  };
}
