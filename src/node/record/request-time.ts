/** When a request of kubectl left and was answered, on the monotonic clock, ms. */
export interface Answered {
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** `log`: kubectl's own line about its request; `process`: only when kubectl began and ended, which is longer. */
  readonly by: 'log' | 'process';
}

/**
 * kubectl takes a while to start, so its own log of requests (-v=6) says when: the line comes with the answer, and holds how long that
 * took in whole ms. `… DELETE https://… 200 OK in 7 milliseconds`, or `"Response" verb="DELETE" … milliseconds=7`.
 */
export function answeredIn(
  lines: readonly { readonly atMs: number; readonly line: string }[],
  verb: 'DELETE' | 'PATCH' | 'GET',
  startedAtMs: number,
  endedAtMs: number,
): Answered {
  for (const { atMs, line } of lines) {
    if (!new RegExp(`\\b${verb}\\b`).test(line)) continue;
    const took = /\bin (\d+) milliseconds/.exec(line)?.[1] ?? /\bmilliseconds=(\d+)/.exec(line)?.[1];
    if (took !== undefined)
      return { sentAtMs: Math.max(startedAtMs, atMs - Number(took)), answeredAtMs: atMs, by: 'log' };
  }
  return { sentAtMs: startedAtMs, answeredAtMs: endedAtMs, by: 'process' };
}
