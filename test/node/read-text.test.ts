import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readText } from '../../src/node/read-text.ts';

/** Files are told for what they are before they are read. */

const folder = mkdtempSync(join(tmpdir(), 'prestop-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function saidOf(path: string): Promise<string> {
  const read = await readText(path);
  return read.ok ? `text ${JSON.stringify(read.text)}` : read.issue.message;
}

describe('a path', () => {
  it.each<[what: string, path: () => string, said: RegExp]>([
    ['a text', () => file('a.yaml', 'kind: Pod # é'), /^text "kind: Pod # é"$/],
    ['UTF-16', () => file('b.yaml', Buffer.from('\ufeffkind: Pod', 'utf16le')), /UTF-16/],
    ['bytes', () => file('c.yaml', Buffer.from([1, 0, 2])), /no text/],
    ['a folder', () => folder, /is a folder/],
    ['nothing', () => join(folder, 'none'), /ENOENT/],
    ['an endless device', () => '/dev/zero', /is a device/],
    ['too much', () => file('d.yaml', Buffer.alloc(33 * 1024 * 1024, 35)), /32 MiB/],
  ])('to %s', async (_, path, said) => {
    expect(await saidOf(path())).toMatch(said);
  });

  it('to a pipe that nobody writes to', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await saidOf(path)).toMatch(/nothing came through it/);
  });

  it('to a pipe whose writer is slow: what it writes in the end', async () => {
    const path = join(folder, 'slow-pipe');
    execFileSync('mkfifo', [path]);
    const writer = spawn('sh', ['-c', 'exec > "$0"; sleep 0.3; echo late', path]);
    const read = readText(path, { patienceMs: 200 });
    await once(writer, 'close');
    expect(await read).toEqual({ ok: true, text: 'late\n' });
  });
});
