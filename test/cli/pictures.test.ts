import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runHere } from './run-here.ts';

const MANIFESTS = 'examples/01-web.yaml';
const DELETION = ['--pre-stop', '0', '--router', 'ingressNginx', '--delete-pod', 'web-1-0'];

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly files: ReadonlyMap<string, string>;
  readonly opened: readonly string[];
}

async function run(...words: readonly string[]): Promise<Ended> {
  const files = new Map<string, string>();
  const opened: string[] = [];
  const { code, stdout, stderr } = await runHere(words, {
    io: {
      columns: 120,
      openFile: async (path) => void opened.push(path),
      writeFile: async (path, text) => void files.set(path, text),
    },
  });
  return { code, out: stdout.replace(/\n$/, ''), err: stderr.replace(/\n$/, ''), files, opened };
}

describe('prestop timeline --format', () => {
  it.each([
    ['gantt', /^UNSAFE: exposed/],
    ['html', /^<!doctype html>/],
    ['svg', /^<svg /],
    ['mermaid', /^gantt\n/],
    ['perfetto', /^\{"displayTimeUnit"/],
  ])('%s goes to stdout, or to the file that --out names', async (format, begins) => {
    const printed = await run('timeline', MANIFESTS, ...DELETION, '--format', format);
    expect(printed).toMatchObject({ code: 1, err: '' });
    expect(printed.out).toMatch(begins);
    const written = await run('timeline', MANIFESTS, ...DELETION, '--format', format, '--out', 'file');
    expect(written).toMatchObject({ code: 1, out: '', err: 'Written to file.' });
    expect(written.files.get('file')).toBe(`${printed.out}\n`);
  });

  it('gantt takes the columns of the terminal, and --ascii', async () => {
    const { out } = await run('timeline', MANIFESTS, ...DELETION, '--format', 'gantt', '--ascii');
    expect(out).not.toMatch(/\P{ASCII}/u);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeGreaterThan(105);
  });
});

describe.each(['check', 'fuzz'])('prestop %s --format', (command) => {
  it.each([
    ['html', /^<!doctype html>/],
    ['svg', /^<svg /],
  ])('%s draws the campaign and its worst run', async (format, begins) => {
    const words = [
      command,
      MANIFESTS,
      ...DELETION,
      '--runs',
      '10',
      '--no-shrink',
      '--format',
      format,
      '--out',
      'f',
    ];
    const { code, files, err } = await run(
      ...words.filter((word) => command === 'fuzz' || word !== '--no-shrink'),
    );
    expect({ code, err }).toEqual({ code: 1, err: 'Written to f.' });
    expect(files.get('f')).toMatch(begins);
  });

  it('refuses what it cannot draw', async () => {
    const { code, err } = await run(command, MANIFESTS, '--format', 'perfetto');
    expect(code).toBe(2);
    expect(err).toMatch(/use text, json, github, html\b.*\bsvg\b/);
  });
});

describe('prestop check', () => {
  it('shows a picture where a run was not safe', async () => {
    const { out } = await run('check', MANIFESTS, ...DELETION, '--runs', '10');
    expect(out).toMatch(/router\/ingress-nginx +═+.*█+/);
  });
});

describe('prestop playground', () => {
  it('opens with the manifests that it is given', async () => {
    const { code, files, opened } = await run('playground', MANIFESTS, '--out', 'page.html', '--open');
    expect(code).toBe(0);
    const [first = ''] = readFileSync(MANIFESTS, 'utf8').split('\n');
    expect(first).toMatch(/^# /);
    expect(files.get('page.html')).toContain(first);
    expect(opened).toEqual(['page.html']);
  });

  it('opens with an experiment without any', async () => {
    const { out } = await run('playground');
    expect(out).toContain('1 of 6: A Pod is deleted');
  });

  it('says what is wrong with a manifest', async () => {
    expect(await run('playground', 'examples/none.yaml')).toMatchObject({ code: 2, out: '' });
  });
});
