import { describe, expect, it } from 'vitest';
import { readHookDuration } from '../../src/manifests/hook-duration.ts';

describe('the duration of an exec hook', () => {
  it.each<[command: string[], ms: number]>([
    [['sleep', '15'], 15_000],
    [['/bin/sleep', '15'], 15_000],
    [['/usr/bin/sleep', '1.5'], 1_500],
    [['sleep', '2m'], 120_000],
    [['sleep', '.5h'], 1_800_000],
    [['sleep', '1d'], 86_400_000],
    [['sleep', '1m', '30s'], 90_000],
    [['sleep', '0'], 0],
    [['sh', '-c', 'sleep 15'], 15_000],
    [['/bin/bash', '-ec', ' sleep 15; '], 15_000],
    [['/bin/sh', '-c', 'sleep 5 && sleep 10'], 15_000],
    [['sh', '-c', 'sleep 5; /bin/sleep 10s\nsleep 1'], 16_000],
    [['sh', '-c', `sleep "5"; 'sleep' 1'0'`], 15_000],
  ])('%j is known: %i ms', (command, ms) => {
    expect(readHookDuration(command)).toEqual({ kind: 'known', ms });
  });

  it.each<[command: string[], atLeastMs: number, reason: RegExp]>([
    [[], 0, /empty/],
    [['sh', '-c', ''], 0, /empty/],
    [['sh', 'drain.sh'], 0, /script/],
    [['nginx', '-s', 'quit'], 0, /nginx/],
    [['sleep'], 0, /without a duration/],
    [['sleep', '-5'], 0, /-5/],
    [['sleep', 'infinity'], 0, /infinity/],
    [['sleep 15'], 0, /sleep 15/],
    [['/opt/sleep', '15'], 0, /opt/],
    [['sh', '-c', 'sleep 15; nginx -s quit'], 15_000, /nginx/],
    [['sh', '-c', 'sleep 5 && sleep $DRAIN'], 5_000, /shell/],
    [['sh', '-c', 'sleep 5; sleep "$DRAIN"'], 5_000, /shell/],
    [['sh', '-c', 'sleep 15 &'], 0, /shell/],
    [['sh', '-c', 'sleep 15 || true'], 0, /shell/],
    [['sh', '-c', "sleep '15"], 0, /quote/],
  ])('%j is unknown', (command, atLeastMs, reason) => {
    expect(readHookDuration(command)).toEqual({
      kind: 'unknown',
      atLeastMs,
      reason: expect.stringMatching(reason),
    });
  });
});
