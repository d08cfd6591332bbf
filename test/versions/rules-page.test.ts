import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as rules from '../../src/rules/index.ts';
import { tableRows } from './tables.ts';

/** The page of `prestop/rules` against its source: nothing is missing, nothing is invented, every rule says where it is from. */

const folder = fileURLToPath(new URL('../../src/rules/', import.meta.url));
const page = readFileSync(`${folder}README.md`, 'utf8');

interface Documented {
  readonly file: string;
  readonly docstring: string;
}

/** A docstring is what stands right before its function, its lines joined. */
function docstringsOf(file: string): (readonly [string, Documented])[] {
  const text = readFileSync(folder + file, 'utf8');
  const functions = text.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:async )?function (\w+)/g);
  return [...functions].map(([, comment = '', name = '']) => {
    const docstring = comment
      .replace(/^\s*\* ?/gm, '')
      .replace(/\s+/g, ' ')
      .trim();
    return [name, { file, docstring }] as const;
  });
}

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('index.ts'),
);
const functions = new Map(files.flatMap(docstringsOf));

const sourceOf = ({ docstring }: Documented) => /Source: (.+)$/.exec(docstring)?.[1];

const nameIn = (cell: string) => /^\[`(\w+)`\]\((.+)\)$/.exec(cell) ?? [];
const tables = tableRows(page).filter(({ columns }) => columns[0] === 'rule' || columns[0] === 'constant');
const ruleRows = tables.filter(({ columns }) => columns[0] === 'rule').map(({ cells }) => cells);

describe('the page of the rules', () => {
  it('lists every export of prestop/rules once, and nothing else', () => {
    const listed = tables.map(({ cells }) => nameIn(cells[0]!)[1] ?? cells[0]!);
    expect(listed.toSorted()).toEqual(Object.keys(rules).toSorted());
  });

  it('lists as rules what are functions, and every file is exported', () => {
    const exported = Object.entries<unknown>({ ...rules }).filter(([, value]) => typeof value === 'function');
    expect(ruleRows.map(([name]) => nameIn(name!)[1]).toSorted()).toEqual(
      exported.map(([name]) => name).toSorted(),
    );
    expect([...functions.keys()].toSorted()).toEqual(exported.map(([name]) => name).toSorted());
  });

  it('points to the file of each rule and to the upstream that its docstring names', () => {
    for (const [cell, , , upstream] of ruleRows) {
      const [, name, file] = nameIn(cell!);
      const documented = functions.get(name!)!;
      expect([name, file]).toEqual([name, documented.file]);
      expect([name, upstream]).toEqual([name, sourceOf(documented)]);
    }
  });

  it('says that a rule differs between versions where its docstring does, and the docstring names them', () => {
    const version = /\b1\.\d\d\b/;
    for (const [cell, , versions] of ruleRows) {
      const [, name] = nameIn(cell!);
      const { docstring } = functions.get(name!)!;
      if (docstring.includes('Versions:')) expect([name, versions]).not.toEqual([name, '–']);
      const [, other] = /^as `(\w+)`$/.exec(versions!) ?? [];
      if (other !== undefined) expect([...functions.keys()]).toContain(other);
      else if (version.test(versions!)) expect(`${name}: ${docstring}`).toMatch(version);
    }
  });

  it('says of each group what its own file says: whether it may be kept', () => {
    const listed = tableRows(page)
      .filter(({ columns }) => columns[0] === 'group')
      .flatMap(({ cells: [groups, mark] }) =>
        [...groups!.matchAll(/`(.+?)`/g)].map(([, name]) => [name, mark]),
      );
    const said = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [
        name,
        /(Stable|May change)\. \*\//.exec(readFileSync(`${folder}${name}/index.ts`, 'utf8')),
      ]);
    expect(listed.toSorted()).toEqual(
      said.map(([name, mark]) => [name, mark?.[1]?.toLowerCase()]).toSorted(),
    );
  });

  it('shows calls that answer as it says', () => {
    const [block = ''] = /```ts\n[\s\S]*?```/.exec(page) ?? [];
    const calls = [...block.matchAll(/^(\w+)\((.*)\); \/\/ (.*)$/gm)];
    expect(calls.length).toBeGreaterThan(3);
    const named = new Map<string, unknown>(Object.entries({ ...rules }));
    for (const [line, name, args, answer] of calls) {
      const rule = named.get(name!);
      const called: unknown = new Function('rule', `return rule(${args})`)(rule);
      expect(`${line} → ${JSON.stringify(called)}`).toBe(`${line} → ${answer}`);
    }
  });
});

describe('every rule', () => {
  it('says where it is from, or that it is ours', () => {
    const unsourced = [...functions].filter(
      ([, documented]) => !/\.(?:go|rs)\b|^pkg\/|^staging\/|^none; /.test(sourceOf(documented) ?? ''),
    );
    expect(unsourced.map(([name]) => name)).toEqual([]);
  });

  it('says first what it is for', () => {
    const mute = [...functions].filter(([, { docstring }]) => !/^.{10,}\. /.test(docstring));
    expect(mute.map(([name]) => name)).toEqual([]);
  });
});
