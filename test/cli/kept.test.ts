import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutputFailed } from '../../src/cli/output.ts';
import { SOMETIMES_UNSAFE, SOMETIMES_UNSAFE_INPUT } from '../node/sometimes-unsafe.ts';
import { binPath, runBin } from './run-bin.ts';
import { enter, runHere } from './run-here.ts';

/** What was worked out is not lost: where it cannot be written, where somebody ends the work, where nobody can read it. */

let folder = '';
let leave = () => {};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-kept-'));
  const { manifests: _manifests, ...config } = SOMETIMES_UNSAFE_INPUT;
  writeFileSync(join(folder, 'web.yaml'), SOMETIMES_UNSAFE);
  writeFileSync(join(folder, 'prestop.config.json'), JSON.stringify(config));
  leave = enter(folder);
});
afterAll(() => {
  leave();
  rmSync(folder, { recursive: true, force: true });
});

const WORK: readonly (readonly [what: string, args: readonly string[], beginning: RegExp])[] = [
  ['a page of check', ['check', 'web.yaml', '--runs', '2', '--format', 'html'], /^<!doctype html>/i],
  ['a report of fuzz', ['fuzz', 'web.yaml', '--runs', '2', '--no-shrink'], /^\{\n {2}"format"/],
  ['a picture of timeline', ['timeline', 'web.yaml', '--format', 'svg'], /^<svg/],
];

describe('where the disk is full when the work is done', () => {
  const writeFile = async (path: string) => {
    throw new OutputFailed(`${path} could not be written: no space left on device.`);
  };
  it.each(WORK)('%s is printed, and that is no verdict', async (_, args, beginning) => {
    const { code, stdout, stderr } = await runHere([...args, '--out', 'kept.out'], { io: { writeFile } });
    expect([code, stdout, stderr]).toEqual([
      6,
      expect.stringMatching(beginning),
      expect.stringContaining('kept.out could not be written: no space left'),
    ]);
  });

  it('no draft of a file is left behind', async () => {
    for (const [, args] of WORK) await runHere([...args, '--out', 'nowhere/x.out']);
    expect(readdirSync('.').sort()).toEqual(['prestop.config.json', 'web.yaml']);
  });
});

it.skipIf(!existsSync('/dev/full')).each([['check', 'web.yaml', '--runs', '1'], ['--version']])(
  'a full stdout is told, and is no verdict: %s',
  async (...args) => {
    const child = spawn(process.execPath, [await binPath(), ...args.filter((arg) => arg !== undefined)], {
      cwd: folder,
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    let told = '';
    child.stderr!.on('data', (chunk) => {
      told += chunk;
    });
    const [code] = await once(child, 'close');
    expect([code, told]).toEqual([6, expect.stringContaining('The output could not be written: ENOSPC')]);
  },
);

describe('work that is ended', () => {
  it.each([
    ['find', ['find', 'web.yaml', '--runs', '50'], /^INTERRUPTED/],
    ['sweep', ['sweep', 'web.yaml', '--runs', '50'], /This is partial/],
  ] as const)('%s says what it had found', async (_, args, beginning) => {
    const ended = AbortSignal.abort();
    const { code, stdout } = await runHere(args, { io: { interrupt: () => ended } });
    expect([code, stdout]).toEqual([4, expect.stringMatching(beginning)]);
  });

  it.each(['SIGHUP', 'SIGTERM'] as const)('%s ends it as Ctrl-C does', async (signal) => {
    const args = ['sweep', 'web.yaml', '--runs', '10000000', '--progress'];
    const { code, stdout } = await runBin(args, { cwd: folder, interruptAt: ' runs/s', signal });
    expect([code, stdout]).toEqual([4, expect.stringContaining('This is partial')]);
  });
});
