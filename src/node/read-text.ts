import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Issue } from '../cluster/issue.ts';
import { limits } from '../manifests/limits.ts';

/** A text out of a file that may be anything: what it is is looked at before it is read. */

export type ReadText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly issue: Issue };

export interface ReadTextOptions {
  /** Longer ones are refused. */
  readonly mostBytes?: number;
  /** How long a pipe may be without a writer before nobody is taken to come. */
  readonly patienceMs?: number;
}

export async function readText(
  path: string,
  { mostBytes = limits.textBytes, patienceMs = 3_000 }: ReadTextOptions = {},
): Promise<ReadText> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return refused(path, 'is a folder', 'Name the file in it.');
    if (found.isFIFO()) return decoded(path, await fromPipe(path, mostBytes, patienceMs));
    if (!found.isFile())
      return refused(path, 'is a device, no file', 'Name a file, or - for standard input.');
    if (found.size > mostBytes) return refused(path, tooLong(found.size, mostBytes), FEWER);
    const file = await open(path, 'r');
    try {
      return decoded(path, await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return refused(path, `cannot be read (${code})`, FIXES[code] ?? 'Check the path and its permissions.');
  }
}

const FIXES: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path; it is looked up from the current folder.',
  EACCES: 'Check its permissions.',
};

const FEWER = 'Pass only what takes part.';

function tooLong(bytes: number, most: number): string {
  return `holds ${bytes} bytes, more than the limit of ${most} (${most / 2 ** 20} MiB)`;
}

/** Opened so that a pipe without a writer does not hold the process up; one that has a writer is waited for. */
async function fromPipe(path: string, most: number, patienceMs: number): Promise<Buffer | string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const parts: Buffer[] = [];
    let bytes = 0;
    for (let alone = 0; alone < patienceMs; ) {
      const part = await available(file);
      if (part !== null && part.length > 0) {
        parts.push(part);
        bytes += part.length;
        if (bytes > most) return tooLong(bytes, most);
      } else if (part !== null && bytes > 0) return Buffer.concat(parts);
      else {
        await pause(20);
        if (part !== null) alone += 20;
      }
    }
    return 'is a pipe, and nothing came through it';
  } finally {
    await file.close();
  }
}

/** null: there is a writer, which has nothing to say at the moment. Empty: there is none. */
async function available(file: FileHandle): Promise<Buffer | null> {
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null;
    throw error;
  }
}

function decoded(path: string, bytes: Buffer | string): ReadText {
  if (typeof bytes === 'string') return refused(path, bytes, 'Let something write to it, or name a file.');
  const [first, second] = bytes;
  const wide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const encoding = wide
    ? 'is written in UTF-16'
    : bytes.subarray(0, 4_096).includes(0)
      ? 'is no text: it holds zero bytes'
      : null;
  if (encoding !== null) return refused(path, encoding, 'Save it as UTF-8.');
  return { ok: true, text: bytes.toString('utf8') };
}

function refused(path: string, why: string, fix: string): ReadText {
  const issue: Issue = {
    code: 'unreadable',
    path: [path],
    message: `${path} ${why}.`,
    value: path,
    rule: 'What is read is text in UTF-8.',
    fix,
  };
  return { ok: false, issue };
}
