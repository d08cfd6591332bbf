import { describe, expect, it } from 'vitest';
import { readHookDuration, withSleep } from '../../src/manifests/hook-duration.ts';

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
    expect(readHookDuration(command)).toEqual({ kind: 'known', ms, closesListener: null });
  });

  it.each<[command: string[], ms: number, closesListener: 'start' | 'end']>([
    [['nginx', '-s', 'quit'], 0, 'end'],
    [['/usr/sbin/nginx', '-s', 'quit'], 0, 'end'],
    [['sh', '-c', 'sleep 15; nginx -s quit'], 15_000, 'end'],
    [['/bin/sh', '-c', 'sleep 5 && /usr/local/openresty/bin/openresty -c /n.conf -s quit'], 5_000, 'end'],
    [['sh', '-c', 'sleep 10; apachectl -k graceful-stop'], 10_000, 'end'],
    [['sh', '-c', 'httpd -k graceful-stop; sleep 20'], 20_000, 'start'],
  ])('%j takes %i ms and has the server stop listening at its %s', (command, ms, closesListener) => {
    expect(readHookDuration(command)).toEqual({ kind: 'known', ms, closesListener });
  });

  it.each<[command: string[], atLeastMs: number, reason: RegExp]>([
    [[], 0, /empty/],
    [['sh', '-c', ''], 0, /empty/],
    [['sh', 'drain.sh'], 0, /script/],
    [['nginx', '-s', 'reload'], 0, /nginx/],
    [['sh', '-c', 'sleep 5; nginx -s quit; sleep 10'], 15_000, /before and after/],
    [['sh', '-c', 'nginx -s quit; while killall -0 nginx; do sleep 1; done'], 0, /while/],
    [['sleep'], 0, /without a duration/],
    [['sleep', '-5'], 0, /-5/],
    [['sleep', 'infinity'], 0, /infinity/],
    [['sleep 15'], 0, /sleep 15/],
    [['/opt/sleep', '15'], 0, /opt/],
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

describe('another sleep in an exec hook', () => {
  it.each<[command: string[], seconds: number, expected: string[]]>([
    [['nginx', '-s', 'quit'], 8, ['sh', '-c', 'sleep 8; nginx -s quit']],
    [['nginx', '-s', 'quit'], 0, ['nginx', '-s', 'quit']],
    [['/bin/bash', '-ec', 'sleep 5 && nginx -s quit'], 8, ['/bin/bash', '-ec', 'sleep 8; nginx -s quit']],
    [['sh', '-c', 'sleep 5; sleep 2; nginx -s quit'], 0, ['sh', '-c', 'nginx -s quit']],
    [['sh', '-c', "nginx -g 'pid /p q;' -s quit"], 3, ['sh', '-c', "sleep 3; nginx -g 'pid /p q;' -s quit"]],
  ])('%j with %i s', (command, seconds, expected) => {
    expect(withSleep(command, seconds)).toEqual(expected);
    expect(readHookDuration(expected)).toEqual({
      kind: 'known',
      ms: seconds * 1_000,
      closesListener: 'end',
    });
  });
});
