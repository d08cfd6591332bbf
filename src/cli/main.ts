#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { version } from '../../package.json';
import { printable } from '../cluster/printable.ts';
import { writeWhole } from '../node/out-file.ts';
import { EXIT, type Io, OutputFailed, takesColor } from './output.ts';
import { runCommandLine } from './run.ts';

/** The one place that touches the process. */

/** Ctrl-C, a closed terminal or a scheduler's signal ends the work gently the first time, and the process the second time. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let controller: AbortController | null = null;

function interrupt(): AbortSignal {
  if (controller !== null) return controller.signal;
  const own = new AbortController();
  const end = () => {
    for (const signal of SIGNALS) process.off(signal, end);
    own.abort();
  };
  for (const signal of SIGNALS) process.on(signal, end);
  controller = own;
  return own.signal;
}

async function confirm(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`${question} [y/N] `);
  reader.close();
  return /^y(?:es)?$/i.test(answer.trim());
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Rejects where the system has nothing to open a page with. */
function openFile(path: string): Promise<void> {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, path], { detached: true, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', () =>
      reject(new RangeError(`--open: ${command} is not there; open ${path} yourself.`)),
    );
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

const io: Io = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  errRaw: (chunk) => process.stderr.write(chunk),
  color: takesColor(process.env, process.stdout.isTTY === true),
  isTerminal: process.stderr.isTTY === true,
  confirm,
  columns: process.stdout.columns ?? 100,
  openFile,
  readStdin: () => text(process.stdin),
  writeFile: (path, content) =>
    writeWhole(path, content).catch((error: Error) => {
      throw new OutputFailed(printable(`${path} could not be written: ${error.message}`));
    }),
  interrupt,
  nowMs: () => performance.now(),
};

// A reader that has seen enough (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`The output could not be written: ${error.message}\n`);
    process.exit(EXIT.outputFailed);
  });
}

// Left to end by itself, so that everything written reaches its reader.
runCommandLine(process.argv.slice(2), version, io).then((code) => {
  process.exitCode = code;
});
