#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { version } from '../../package.json';
import { type Io, takesColor } from './output.ts';
import { runCommandLine } from './run.ts';

/** The one place that touches the process. */

/** Ctrl-C ends a campaign gently the first time, and the process the second time. */
function interrupt(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  return controller.signal;
}

async function confirm(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`${question} [y/N] `);
  reader.close();
  return /^y(?:es)?$/i.test(answer.trim());
}

const io: Io = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  errRaw: (chunk) => process.stderr.write(chunk),
  color: takesColor(process.env, process.stdout.isTTY === true),
  isTerminal: process.stderr.isTTY === true,
  confirm,
  readStdin: () => text(process.stdin),
  writeFile: (path, content) => writeFile(path, content),
  readFile: (path) => readFile(path, 'utf8'),
  interrupt,
  nowMs: () => performance.now(),
};

// A reader that has seen enough (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Left to end by itself, so that everything written reaches its reader.
runCommandLine(process.argv.slice(2), version, io).then((code) => {
  process.exitCode = code;
});
