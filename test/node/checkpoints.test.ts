import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defineScenario, type FuzzReport, fuzz, mergeFuzzReports } from '../../src/index.ts';
import { fuzzInPieces } from '../../src/node/index.ts';
import { outProblem, writeWhole } from '../../src/node/out-file.ts';
import { SOMETIMES_UNSAFE_INPUT } from './sometimes-unsafe.ts';

const folder = mkdtempSync(join(tmpdir(), 'prestop-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scenario = defineScenario(SOMETIMES_UNSAFE_INPUT);
const text = (report: FuzzReport) => JSON.stringify(report, null, 2);

describe('a campaign that is written as it goes', () => {
  it.each<[what: string, options: Parameters<typeof fuzz>[1]]>([
    ['whole', { runs: 24, seed: 1, shrink: false }],
    ['a shard', { runs: 90, seed: 2, shard: { index: 2, count: 3 }, shrink: false }],
    ['until so many runs have failed', { runs: 60, seed: 3, stopAfterFailures: 9, shrink: false }],
  ])('goes on from every point of it to the same report: %s', async (_, options) => {
    const kept: string[] = [];
    const write = async (report: FuzzReport) => void kept.push(text(report));
    const whole = text(await fuzzInPieces(scenario, options, { checkpoint: { everyMs: 0, write } }));
    expect(whole).toBe(text(fuzz(scenario, options)));
    expect(kept.length).toBeGreaterThan(2);
    const { complete, runs }: FuzzReport = JSON.parse(whole);
    for (const each of kept) {
      const resume: FuzzReport = JSON.parse(each);
      expect(resume.complete).toBe(complete && resume.runs === runs);
      expect(text(await fuzzInPieces(scenario, options, { resume }))).toBe(whole);
    }
  });

  it('goes on to the same counterexample', async () => {
    const options = { runs: 16, seed: 1 };
    const kept: FuzzReport[] = [];
    const write = async (report: FuzzReport) => void kept.push(report);
    const whole = await fuzzInPieces(scenario, options, { checkpoint: { everyMs: 0, write } });
    expect(whole.counterexample).not.toBeNull();
    // The last has all runs, and only the counterexample is left to be found.
    for (const resume of [kept[0]!, kept.at(-1)!]) {
      expect(() => mergeFuzzReports([resume])).not.toThrow();
      expect(text(await fuzzInPieces(scenario, options, { resume }))).toBe(text(whole));
    }
  });

  it('is not taken up by another campaign', async () => {
    const resume = fuzz(scenario, { runs: 5, shrink: false });
    await expect(fuzzInPieces(scenario, { runs: 6 }, { resume })).rejects.toThrow(/is of another campaign/);
    const shard = { index: 1, count: 2 };
    await expect(fuzzInPieces(scenario, { runs: 5, shard }, { resume })).rejects.toThrow(/another campaign/);
  });

  it('fails where it cannot be written', async () => {
    const write = async () => Promise.reject(new Error('disk full'));
    const course = { checkpoint: { everyMs: 0, write } };
    await expect(fuzzInPieces(scenario, { runs: 10 }, course)).rejects.toThrow('disk full');
  });
});

describe('a file for results', () => {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('there.yaml'), 'a: 1');
  writeFileSync(file('prestop.config.yaml'), '');
  symlinkSync(file('there.yaml'), file('link'));

  it.each<[what: string, path: string, problem: RegExp | null]>([
    ['that is new', file('new.json'), null],
    ['that is there', file('there.yaml'), null],
    ['without a name', '', /has no name/],
    ['that is a folder', folder, /is a folder; name a file in it/],
    ['in a folder that is not there', file('no/x'), /folder .* is not there; make it first/],
    ['below a file', file('there.yaml/x'), /no folder/],
    ['that is a device', '/dev/null', null],
    ['that is the scenario', file('prestop.config.yaml'), /is a scenario file/],
  ])('%s is looked at before the work', async (_, path, problem) => {
    const told = await outProblem(path, []);
    if (problem === null) expect(told).toBeNull();
    else expect(told).toMatch(problem);
  });

  it('is never one of the inputs, by whatever name', async () => {
    expect(await outProblem(file('link'), [file('there.yaml')])).toContain('one of the inputs');
    expect(
      await outProblem(file('../') + file('there.yaml').split('/').slice(-2).join('/'), [file('link')]),
    ).toContain('one of the inputs');
  });

  it('is written whole, where a link leads', async () => {
    await writeWhole(file('link'), 'b: 2');
    expect(readFileSync(file('there.yaml'), 'utf8')).toBe('b: 2');
    await expect(writeWhole(file('no/x'), 'x')).rejects.toThrow('ENOENT');
  });
});
