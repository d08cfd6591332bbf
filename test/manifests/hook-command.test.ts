// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a shell's own notation
import { describe, expect, it } from 'vitest';
import { type HookSurroundings, readHookCommand, withSleep } from '../../src/manifests/hook-command/index.ts';
import { NO_SURROUNDINGS } from '../../src/manifests/hook-command/reading.ts';

const FOR_EVER = 30 * 24 * 3_600_000;

const sh = (script: string): string[] => ['sh', '-c', script];

/** `15000 exact`, `5000 at least`, `unknown`. */
function lengthOf(command: readonly string[], around: Partial<HookSurroundings> = {}): string {
  const { length } = readHookCommand(command, { ...NO_SURROUNDINGS, ...around });
  if (length.kind === 'unknown') return 'unknown';
  return `${length.ms} ${length.kind === 'exact' ? 'exact' : 'at least'}`;
}

describe('how long an exec hook takes', () => {
  it.each<[command: string[], length: string]>([
    [['sleep', '15'], '15000 exact'],
    [['/bin/sleep', '15'], '15000 exact'],
    [['/usr/bin/sleep', '1.5'], '1500 exact'],
    [['sleep', '2m'], '120000 exact'],
    [['sleep', '.5h'], '1800000 exact'],
    [['sleep', '1d'], '86400000 exact'],
    [['sleep', '1m', '30s'], '90000 exact'],
    [['sleep', '1e1'], '10000 exact'],
    [['sleep', '--', '3'], '3000 exact'],
    [['sleep', 'infinity'], `${FOR_EVER} exact`],
    [['/opt/sleep', '15'], 'unknown'],
    [['busybox', 'sleep', '4'], '4000 exact'],
    [['env', 'A=1', 'sleep', '4'], '4000 exact'],
    [['timeout', '10', 'sleep', '60'], '10000 exact'],
    [['timeout', '-s', 'TERM', '1m', 'sleep', '5'], '5000 exact'],
    [['timeout', '10', '/drain'], 'unknown'],
    [['/drain'], 'unknown'],
    [['tini', '--', 'sleep', '5'], '5000 exact'],
    [[], 'unknown'],
    [['sh'], '0 exact'],
    [['sh', 'drain.sh'], 'unknown'],
    [['sh', '-c', ''], '0 exact'],
    [['/bin/bash', '-ec', ' sleep 15; '], '15000 exact'],
    [['bash', '-e', '-u', '-o', 'pipefail', '-c', 'sleep 15'], '15000 exact'],
    [['sh', '-c', 'sleep', '20'], '0 exact'],
    [['sh', '-c', 'sleep $0', '20'], '20000 exact'],
    [['sh', '-c', 'sleep "$1"', 'hook', '20'], '20000 exact'],
  ])('%j: %s', (command, length) => {
    expect(lengthOf(command)).toBe(length);
  });

  it.each<[script: string, length: string]>([
    ['sleep 5 && sleep 10', '15000 exact'],
    ['sleep 5; /bin/sleep 10s\nsleep 1', '16000 exact'],
    [`sleep "5"; 'sleep' 1'0'`, '15000 exact'],
    ['sleep 5 # a comment', '5000 exact'],
    ['sleep 15 || true', '15000 exact'],
    ['false || sleep 5', '5000 exact'],
    ['true || sleep 5', '0 exact'],
    ['false && sleep 5', '0 exact'],
    ['! false && sleep 5', '5000 exact'],
    ['touch /tmp/drain && sleep 20', '20000 exact'],
    ['echo bye > /tmp/drain; sleep 15', '15000 exact'],
    ['rm -f /tmp/ready; sleep 15 >/dev/null 2>&1', '15000 exact'],
    [': ; true; sleep 1', '1000 exact'],
    ['exec sleep 10; sleep 5', '10000 exact'],
    ['sleep 1; exit 0; sleep 5', '1000 exact'],
    ['set -e; false; sleep 5', '0 exact'],
    ['set +e; false; sleep 5', '5000 exact'],
    ['sleep 5 & sleep 3; wait', '5000 exact'],
    ['sleep 5 & wait $!; sleep 1', '6000 exact'],
    ['sleep 5 & sleep 9', '9000 exact'],
    ['sleep 15 &', 'unknown'],
    ['sleep 15 >/dev/null 2>&1 &', '0 exact'],
    ['(sleep 2; sleep 3); sleep 1', '6000 exact'],
    ['{ sleep 2; sleep 3; }; sleep 1', '6000 exact'],
    ['sleep 2 | sleep 7', '7000 exact'],
    ['trap "" TERM; sleep 5', '5000 exact'],
    ['trap "sleep 2" EXIT; sleep 5', '7000 exact'],
    ['eval "sleep 5"', '5000 exact'],
    ['sh -c "sleep 5"; bash -c "sleep 2"', '7000 exact'],
    ['sh -c "exit 0"; sleep 2', '2000 exact'],
    ['if true; then sleep 5; else sleep 9; fi', '5000 exact'],
    ['if [ -f /x ]; then sleep 5; fi; sleep 2', '2000 at least'],
    ['[ -f /x ] && sleep 5', 'unknown'],
    ['[ -f /x ] || exit 0; sleep 5', 'unknown'],
    ['for i in 1 2 3; do sleep 2; done', '6000 exact'],
    ['for i in $(seq 4); do sleep $i; done', '10000 exact'],
    ['for i in {1..5}; do sleep 1; done', '5000 exact'],
    ['for f in $(ls /jobs); do sleep 1; done', 'unknown'],
    ['while [ -n "$(ls /lock)" ]; do sleep 1; done', 'unknown'],
    ['until curl -s localhost; do sleep 1; done; sleep 4', '4000 at least'],
    ['while true; do sleep 1; done', '1000 at least'],
    ['case $X in a) sleep 5;; esac; sleep 3', '3000 at least'],
    ['drain() { sleep 5; }; drain; drain', '10000 exact'],
    ['f() { f; }; f', 'unknown'],
    ['D=7; sleep $D', '7000 exact'],
    ['D=7 sleep 2; sleep ${D:-4}', '6000 exact'],
    ['export D=7; sleep "${D}s"', '7000 exact'],
    ['sleep $((2 * 5 + 1))', '11000 exact'],
    ['sleep $(cat /delay)', 'unknown'],
    ['sleep 5 && sleep $DRAIN', '5000 at least'],
    ['sleep 10; ./drain', '10000 at least'],
    ['./drain; sleep 10', '10000 at least'],
    ['./drain && sleep 10', 'unknown'],
    ['wget -qO- localhost:8080/drain; sleep 10', '10000 at least'],
    ['. /etc/profile; sleep 1', '1000 at least'],
    ['sleep', '0 exact'],
    ['sleep -5', '0 exact'],
    ["sleep '15", '0 exact'],
    ['cat <<E\nsleep 100\nE\nsleep 1', '1000 exact'],
  ])('sh -c %j: %s', (script, length) => {
    expect(lengthOf(sh(script))).toBe(length);
  });

  it.each<[script: string, around: Partial<HookSurroundings>, length: string]>([
    ['sleep $DELAY', { env: new Map([['DELAY', '12']]) }, '12000 exact'],
    ['sleep ${DELAY}', { env: new Map([['DELAY', '12s']]) }, '12000 exact'],
    ['sleep $DELAY', { env: new Map([['DELAY', null]]) }, 'unknown'],
    ['sleep ${DELAY:-5}', { env: new Map([['DELAY', '']]) }, '5000 exact'],
    ['sleep ${DELAY:-5}', { env: new Map([['DELAY', null]]) }, 'unknown'],
    ['sleep ${DELAY:-5}', {}, '5000 exact'],
    ['sleep ${DELAY:-5}', { moreEnv: true }, 'unknown'],
    ['sleep $DELAY', { env: new Map([['DELAY', '1 2']]) }, '3000 exact'],
  ])('sh -c %j with %j: %s', (script, around, length) => {
    expect(lengthOf(sh(script), around)).toBe(length);
  });

  it('says why it is not known', () => {
    const reason = (script: string) => {
      const { length } = readHookCommand(sh(script));
      return length.kind === 'exact' ? null : length.reason;
    };
    expect(reason('sleep $DELAY')).toBe("$DELAY is not in the container's env");
    expect(reason('./drain')).toBe('how long "./drain" takes is not written anywhere');
    expect(reason('while pgrep nginx; do sleep 1; done')).toContain('"while" loop');
    expect(reason('curl localhost/x')).toContain('request');
    expect(reason('sleep 9 &')).toContain('background');
  });
});

describe('what an exec hook does to the listener', () => {
  it.each<[command: string[], by: 'command' | 'signal' | null, at: number | 'end' | null]>([
    [['nginx', '-s', 'quit'], 'command', 'end'],
    [['/usr/sbin/nginx', '-s', 'stop'], 'command', 'end'],
    [['nginx', '-s', 'reload'], null, null],
    [['/usr/local/openresty/bin/openresty', '-c', '/n.conf', '-s', 'quit'], 'command', 'end'],
    [sh('sleep 5; nginx -s quit; sleep 3'), 'command', 5_000],
    [sh('nginx -s quit; sleep 10'), 'command', 0],
    [sh('nginx -s quit; while pgrep -x nginx; do sleep 1; done'), 'command', 0],
    [sh('sleep 15; nginx -s quit'), 'command', 'end'],
    [sh('sleep 15 && apachectl -k graceful-stop'), 'command', 'end'],
    [sh('httpd -k graceful-stop; sleep 20'), 'command', 0],
    [sh('kill -TERM 1; sleep 10'), 'signal', 0],
    [sh('kill 1; sleep 10'), 'signal', 0],
    [sh('kill -s QUIT 1; sleep 10'), 'signal', 0],
    [sh('kill -SIGINT 1; sleep 10'), 'signal', 0],
    [sh('/bin/sleep 10; kill -3 1'), 'signal', 'end'],
    [sh('kill -9 1; sleep 10'), null, null],
    [sh('kill -0 1; sleep 10'), null, null],
    [sh('kill -HUP 1; sleep 10'), null, null],
    [['kill', '-TERM', '1'], 'signal', 'end'],
    [sh('kill -SIGUSR1 $(pidof haproxy); sleep 25'), 'signal', 0],
    [sh('kill -USR1 $(cat /run/nginx.pid); sleep 25'), null, null],
    [sh('kill -QUIT $(cat /run/nginx.pid); sleep 25'), 'signal', 0],
    [sh('pkill -TERM java; sleep 5'), 'signal', 0],
    [sh('killall -q -USR1 haproxy; sleep 5'), 'signal', 0],
    [sh('sleep 99 & kill $!; sleep 2'), null, null],
    [['/wait-shutdown'], 'signal', 0],
    [sh('curl -X POST localhost:15000/drain_listeners?inboundonly; sleep 5'), 'command', 0],
    [sh('sleep 4; [ -f /run/nginx.pid ] && nginx -s quit; sleep 5'), 'command', 4_000],
    [sh('trap "nginx -s quit" EXIT; sleep 5'), 'command', 'end'],
    [sh('echo nginx -s quit; sleep 5'), null, null],
  ])('%j: %s, %s', (command, by, at) => {
    const { listener } = readHookCommand(command);
    expect([listener?.by ?? null, listener?.at ?? null]).toEqual([by, at]);
  });

  it('does not reach an application behind another process 1', () => {
    const { listener, notes } = readHookCommand(sh('kill -TERM 1; sleep 10'), {
      ...NO_SURROUNDINGS,
      ownProcessOne: false,
    });
    expect(listener).toBeNull();
    expect(notes.map(({ code }) => code)).toEqual(['hookSignalsPause']);
  });

  it('knows what process 1 is by the image', () => {
    const haproxy = { ...NO_SURROUNDINGS, servers: ['haproxy'] };
    expect(readHookCommand(sh('kill -USR1 1; sleep 10'), haproxy).listener?.at).toBe(0);
    expect(readHookCommand(sh('kill -USR1 1; sleep 10')).notes[0]?.code).toBe('hookSignal');
  });
});

describe('how an exec hook ends, and what it needs', () => {
  it.each<[command: string[], outcome: string, binaries: string[]]>([
    [['sleep', '5'], 'completed', ['sleep']],
    [['/bin/sleep', '5'], 'completed', ['/bin/sleep']],
    [sh('touch /x && sleep 5'), 'completed', ['sh', 'touch', 'sleep']],
    [sh('echo a; kill -TERM 1; exec /bin/sleep 3'), 'completed', ['sh', '/bin/sleep']],
    [['kill', '-TERM', '1'], 'completed', ['kill']],
    [['sleep 20'], 'failed', []],
    [['exit', '0'], 'failed', []],
    [['wait'], 'failed', []],
    [['sleep', '$DELAY'], 'failed', ['sleep']],
    [['sleep', '5', '&&', 'nginx', '-s', 'quit'], 'failed', ['sleep']],
    [['sh', 'sleep 5'], 'failed', ['sh']],
    [sh('sleep 5; exit 3'), 'failed', ['sh', 'sleep']],
    [sh('sleep 5; false || true'), 'completed', ['sh', 'sleep']],
    [sh('if true; then'), 'failed', ['sh']],
    [sh('sleep 5; ./x'), 'unknown', ['sh', 'sleep', './x']],
  ])('%j: %s, %j', (command, outcome, binaries) => {
    const reading = readHookCommand(command);
    expect([reading.outcome, reading.binaries]).toEqual([outcome, binaries]);
  });

  it.each([
    [['sleep 20'], 'hookFails'],
    [sh('sleep abc'), 'hookFails'],
    [sh('sleep 0.5'), 'sleepDiffers'],
    [sh('sleep 1 2'), 'sleepDiffers'],
  ])('%j is told as %s', (command, code) => {
    expect(readHookCommand(command).notes.map((each) => each.code)).toEqual([code]);
  });
});

describe('another sleep in an exec hook', () => {
  it.each<[command: string[], seconds: number, expected: string[] | null]>([
    [['nginx', '-s', 'quit'], 8, sh('sleep 8; nginx -s quit')],
    [['nginx', '-s', 'quit'], 0, ['nginx', '-s', 'quit']],
    [['/bin/bash', '-ec', 'sleep 5 && nginx -s quit'], 8, ['/bin/bash', '-ec', 'sleep 8 && nginx -s quit']],
    [sh('touch /tmp/x && sleep 20s'), 7, sh('touch /tmp/x && sleep 7')],
    [sh('sleep 5; sleep 2; nginx -s quit'), 0, sh('sleep 0; sleep 0; nginx -s quit')],
    [sh("nginx -g 'pid /p q;' -s quit"), 3, sh("sleep 3; nginx -g 'pid /p q;' -s quit")],
    [sh('sleep 5; nginx -s quit; sleep 3'), 8, null],
    [sh('for i in 1 2; do sleep 3; done'), 8, null],
    [sh('sleep 5 & wait'), 8, null],
    [sh('sh -c "sleep 5"'), 8, null],
    [sh('./drain; sleep 5'), 8, null],
    [['timeout', '9', 'sleep', '5'], 8, null],
  ])('%j with %i s', (command, seconds, expected) => {
    expect(withSleep(command, seconds)).toEqual(expected);
    if (expected !== null && command.join().includes('quit')) {
      expect(readHookCommand(expected)).toMatchObject({
        length: { kind: 'exact', ms: seconds * 1_000 },
        listener: { at: 'end' },
      });
    }
  });
});

describe('a hostile command', () => {
  it.each([
    ['a million commands', 'sleep 1; '.repeat(7_000)],
    ['nesting', '('.repeat(30_000)],
    ['substitutions', '$('.repeat(30_000)],
    ['blocks', '{ '.repeat(30_000)],
    ['loops within loops', `${'for i in 1 2 3 4 5 6 7 8 9; do '.repeat(9)}sleep 1;${' done;'.repeat(9)}`],
    ['functions that call each other', 'a() { b; b; }; b() { a; a; }; a'],
    ['eval within eval', `${'eval '.repeat(10_000)}sleep 1`],
    ['shells within shells', `${'sh -c '.repeat(10_000)}x`],
    ['programs that run programs', `${'env '.repeat(20_000)}sleep 1`],
    ['control characters', '\u0000\u001b[31m sleep 1'],
    ['surrogates', '\ud800 \udfff'],
  ])('of %s ends', (_, script) => {
    expect(readHookCommand(sh(script)).length.ms).toBeGreaterThanOrEqual(0);
  });
});
