import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDelaysFile } from '../../src/calibration/delays-file.ts';
import { enter, runHere } from './run-here.ts';

/** What a user types, from recordings to a verdict that rests on them. */

const example = fileURLToPath(new URL('../../examples/22-calibrate', import.meta.url));
let folder = '';
let leave = () => {};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-calibrate-'));
  cpSync(join(example, 'recordings'), join(folder, 'recordings'), { recursive: true });
  cpSync(join(example, 'web.yaml'), join(folder, 'web.yaml'));
  leave = enter(folder);
});
afterAll(() => leave());

async function prestop(...argv: readonly string[]) {
  const { code, stdout: out, stderr: err } = await runHere(argv);
  return { code, out, err };
}

describe('from recordings to a verdict', () => {
  it('calibrate writes a file that it reads back, and says what it rests on', async () => {
    const { code, out } = await prestop('calibrate', 'recordings', '--out', 'prestop.delays.yaml');
    expect(code).toBe(0);
    expect(out).toContain('delay sites from 12 recordings of 2026-11-23 in prestop.delays.yaml');
    expect(out).toContain('slice: p90 ≤');
    expect(out).toContain('p99 is not supported by N = 12');
    expect(out).toMatch(/kubeProxy\.sync: needs a probe/);
    const parsed = parseDelaysFile(readFileSync('prestop.delays.yaml', 'utf8'), 'f');
    expect(parsed).toMatchObject({ ok: true, calibration: { recordings: 12, date: '2026-11-23' } });
  });

  it('calibrate --json prints the same as data', async () => {
    const { code, out } = await prestop('calibrate', 'recordings', '--json');
    const { sites, sums, rows } = JSON.parse(out);
    expect(code).toBe(0);
    expect(sites['endpointSliceController.sync']).toMatchObject({ n: 36, confidence: 'estimate' });
    expect(sums[0]).toMatchObject({ name: 'answer', n: 12 });
    expect(rows).toHaveLength(12);
  });

  it('validate answers with rows, and its exit code with whether all agree', async () => {
    const { code, out } = await prestop(
      'validate',
      'recordings',
      '--delays',
      'prestop.delays.yaml',
      '--json',
      '--runs',
      '60',
    );
    const { rows, passed, failed } = JSON.parse(out);
    expect(rows.length).toBe(passed + failed);
    expect(passed).toBeGreaterThan(8);
    expect(code).toBe(failed === 0 ? 0 : 1);
    expect(rows[0]).toMatchObject({ set: 'recordings', milestone: 'deleteAnsweredMs', recorded: { n: 12 } });
  });

  it('validate without delays fits one half and holds it against the other', async () => {
    const { out } = await prestop('validate', 'recordings', '--runs', '40');
    expect(out).toContain('fitted on one half of the repetitions and held against the other');
    expect(out).toMatch(/recordings, (?:first|second) half/);
    expect(out).toMatch(/\d+ passed, \d+ failed\n$/);
  });

  it('validate names the milestone, how far it is off, and the site', async () => {
    const text = readFileSync('prestop.delays.yaml', 'utf8');
    writeFileSync(
      'fast.yaml',
      text.replaceAll(
        /(endpointSliceController\.sync:\n(?:.*\n)*? {4}estimate: ).*\n( {4}optimistic: ).*\n( {4}pessimistic: ).*\n/g,
        '$1[[0,0],[1,1]]\n$2[[0,0],[1,1]]\n$3[[0,0],[1,1]]\n',
      ),
    );
    const { code, out } = await prestop('validate', 'recordings', '--delays', 'fast.yaml', '--runs', '40');
    expect(code).toBe(1);
    expect(out).toMatch(
      /sliceTerminatingMs .*FAILED: its median is .* ms above the simulated 95 %.*look at endpointSliceController\.sync/,
    );
  });

  it.each([
    ['--delays', ['check', 'web.yaml', '--delays', 'prestop.delays.yaml'], 'the pessimistic end'],
    [
      '--delays-table',
      ['check', 'web.yaml', '--delays', 'prestop.delays.yaml', '--delays-table', 'rows'],
      'each run draws one repetition',
    ],
  ] as const)('check %s rests on what was measured', async (_, argv, which) => {
    const { code, out } = await prestop(...argv, '--runs', '10');
    expect([0, 1]).toContain(code);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('measured, N = 12, on 2026-11-23');
    expect(out.replaceAll(/\s+/g, ' ')).toContain(which);
  });

  it('a scenario file names the file beside it', async () => {
    mkdirSync('beside', { recursive: true });
    cpSync('web.yaml', 'beside/web.yaml');
    cpSync('prestop.delays.yaml', 'beside/prestop.delays.yaml');
    writeFileSync('beside/prestop.config.yaml', 'delays: ./prestop.delays.yaml\n');
    const { out } = await prestop('check', 'beside/web.yaml', '--runs', '5');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('measured, N = 12, on 2026-11-23');
    expect(existsSync('beside/prestop.config.yaml')).toBe(true);
  });
});

describe('what is no recording, no metrics, no delays', () => {
  it.each([
    ['a path that leads nowhere', ['calibrate', 'nowhere'], 'nowhere cannot be read (ENOENT)'],
    ['a device', ['calibrate', '/dev/zero'], '/dev/zero is a device, no file'],
    ['a text in UTF-16', ['calibrate', 'wide.prom'], 'wide.prom is written in UTF-16'],
    [
      'delays from a device',
      ['check', 'web.yaml', '--delays', '/dev/null'],
      '/dev/null is a device, no file',
    ],
    ['no path', ['calibrate'], 'No recordings and no metrics are given'],
    ['a malformed line', ['calibrate', 'bad.jsonl'], 'bad.jsonl:2: is no JSON'],
    ['an empty file', ['calibrate', 'empty.jsonl'], 'has no line whose source is "meta"'],
    ['another text', ['calibrate', 'page.txt'], "page.txt:1: is no line of Prometheus's text format"],
    ['metrics that say nothing of a delay', ['calibrate', 'other.prom'], 'Nothing was identified'],
    ['an action that nobody knows', ['validate', 'mode.jsonl'], 'meta.mode "eclipse" is not known'],
    [
      'delays of another kind',
      ['validate', 'recordings', '--delays', 'web.yaml'],
      'It is no file that prestop calibrate wrote',
    ],
    [
      'a table that does not exist',
      ['check', 'web.yaml', '--delays', 'x', '--delays-table', 'best'],
      '--delays-table: "best" does not exist',
    ],
    ['a Deployment that is not named', ['record'], 'No Deployment is named'],
  ] as const)('%s is told, with exit code 2', async (_, argv, message) => {
    writeFileSync('wide.prom', Buffer.from('\ufeffup 1', 'utf16le'));
    const meta = '{"t":0,"source":"meta","what":"recording","detail":{"mode":"eclipse"}}\n';
    writeFileSync('bad.jsonl', `${meta}nonsense\n`);
    writeFileSync('empty.jsonl', '');
    writeFileSync('other.prom', 'go_goroutines 7\n');
    writeFileSync('page.txt', '<html>');
    writeFileSync('mode.jsonl', meta);
    const { code, err } = await prestop(...argv);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it('a megabyte of nonsense takes no second', async () => {
    writeFileSync('huge.jsonl', `${'{"t":'.repeat(200_000)}\n`.repeat(1));
    writeFileSync('huge.prom', `a{${'b="c",'.repeat(15_000)}`.padEnd(1_000_000, 'x'));
    for (const file of ['huge.jsonl', 'huge.prom']) {
      const started = process.cpuUsage().user;
      expect((await prestop('calibrate', file)).code).toBe(2);
      expect((process.cpuUsage().user - started) / 1e6, file).toBeLessThan(2);
    }
  });

  it('record --dry-run prints the Role and the commands', async () => {
    const { code, out } = await prestop('record', '--deployment', 'web', '--namespace', 'shop', '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('kind: Role');
    expect(out).toContain('kubectl --namespace shop get pods -l');
  });

  it('record --from replays recordings', async () => {
    const { code, out } = await prestop('record', '--from', 'recordings', '--out', 'again');
    expect(code).toBe(0);
    expect(out).toContain('12 recordings in again');
    const { out: fitted } = await prestop('calibrate', 'again', '--json');
    const { out: original } = await prestop('calibrate', 'recordings', '--json');
    expect(fitted).toBe(original);
  });
});
