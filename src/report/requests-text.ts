import { formatMs } from '../kernel/time.ts';
import { demand } from '../scenario/arguments.ts';
import type { FailedRequests, FailureCounts, LateArrival, Requests } from '../verdict/request-types.ts';
import { failureText } from './describe-failure.ts';
import { fixText } from './describe-fix.ts';

/** Who was late when requests failed, in sentences, the most frequent cause first. */
export function attributionSentences(requests: Requests): readonly string[] {
  demand('attributionSentences', 'requests', requests);
  const total = sum(requests.failed);
  const causes = new Map<string, { count: number; of: FailedRequests }>();
  for (const failures of requests.failures) {
    const what = failureText(failures, failures.reason);
    const known = causes.get(what);
    if (known === undefined) causes.set(what, { count: failures.count, of: failures });
    else known.count += failures.count;
  }
  const sorted = [...causes].sort(([, a], [, b]) => b.count - a.count);
  return sorted.map(([what, { count, of }]) => {
    const kinds = of.kind === of.lastKind ? of.kind : `${of.kind} after ${of.lastKind}`;
    const failures = total === 1 ? 'failure' : 'failures';
    return `${count} of ${total} ${failures} (${kinds}): ${what} ${fixText(of.fix)}`;
  });
}

/** Requests that still reached a Pod while it stopped, and why a longer preStop would or would not have kept them away. */
export function lateArrivalSentences(requests: Requests): readonly string[] {
  demand('lateArrivalSentences', 'requests', requests);
  return requests.lateArrivals
    .filter(({ letGoMs, lastMs, over }) => over === 'keptConnection' && letGoMs !== null && lastMs > letGoMs)
    .map(keptSentence);
}

function keptSentence({ client, pod, phase, count, lastMs, letGoMs }: LateArrival): string {
  const when = phase === 'preStop' ? 'before its stop signal' : 'after its stop signal';
  const after = formatMs(lastMs - letGoMs!);
  const requests = count === 1 ? '1 request' : `${count} requests`;
  return (
    `${requests} of client ${client} reached ${pod} ${when} over kept connections, the last one ${after} after every router had let go ` +
    'of it. Rules decide where new connections go and leave those that exist alone; only the app can end them, so a longer preStop ' +
    'sees more such requests, not fewer.'
  );
}

/** What became of all requests, in one sentence. Empty without clients. */
export function requestsSentence(requests: Requests): string {
  demand('requestsSentence', 'requests', requests);
  const { sent, succeeded, failed, open, endedWithClient, retried } = requests;
  if (sent === 0) return '';
  const kinds = Object.entries(failed).map(([kind, count]) => `${count} ${kind}`);
  const lost = kinds.length === 0 ? 'none failed' : `${sum(failed)} failed (${kinds.join(', ')})`;
  const stillOpen = open - endedWithClient;
  const rest = stillOpen === 0 ? '' : `; ${stillOpen} still open`;
  const own = endedWithClient === 0 ? '' : `; ${endedWithClient} ended with their client`;
  const hidden = retried.requests === 0 ? '' : `; ${retried.requests} succeeded only after a retry`;
  const byProxies =
    retried.byProxies === 0 ? '' : `; ${retried.byProxies} only because a proxy tried another Pod`;
  return `${sent} requests sent: ${succeeded} succeeded, ${lost}${rest}${own}${hidden}${byProxies}.`;
}

function sum(counts: FailureCounts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
