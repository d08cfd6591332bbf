import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineScenario, ScenarioError } from '../../src/index.ts';
import { loadScenarioFile, readManifestFiles } from '../../src/node/index.ts';
import { SOMETIMES_UNSAFE } from './sometimes-unsafe.ts';

let folder = '';
const at = (path: string) => join(folder, path);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-'));
  for (const path of ['k8s/b.yaml', 'k8s/a.yml', 'k8s/c.json', 'k8s/notes.txt', 'k8s/deep/er/d.yaml']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(at(path), `# ${path}`);
  }
  writeFileSync(at('k8s/prestop.config.yaml'), 'cluster: {nodes: 1}');
  writeFileSync(at('web.yaml'), SOMETIMES_UNSAFE);
});

describe('manifest files', () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a file', ['k8s/b.yaml'], ['k8s/b.yaml']],
    ['a folder, by name and without the scenario file', ['k8s'], ['k8s/a.yml', 'k8s/b.yaml', 'k8s/c.json']],
    ['a pattern', ['k8s/*.y*ml'], ['k8s/a.yml', 'k8s/b.yaml']],
    ['a pattern with one letter open', ['k8s/?.json'], ['k8s/c.json']],
    ['a pattern of any depth', ['**/*.yaml'], ['web.yaml', 'k8s/b.yaml', 'k8s/deep/er/d.yaml']],
    ['several, each file once', ['k8s/b.yaml', 'k8s'], ['k8s/b.yaml', 'k8s/a.yml', 'k8s/c.json']],
  ];
  it.each(rows)('are found by %s', async (_, paths, expected) => {
    const files = await readManifestFiles(paths.map(at));
    expect(files.map(({ path }) => relative(folder, path))).toEqual(expected);
  });

  it('have their text', async () => {
    expect(await readManifestFiles(at('k8s/b.yaml'))).toEqual([
      { path: at('k8s/b.yaml'), text: '# k8s/b.yaml' },
    ]);
  });

  it('that are missing are issues, all at once', async () => {
    const error = await readManifestFiles([at('nope.yaml'), at('k8s/*.toml'), at('web.yaml')]).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ScenarioError);
    expect((error as ScenarioError).issues.map(({ code, value }) => [code, value])).toEqual([
      ['fileNotFound', at('nope.yaml')],
      ['fileNotFound', at('k8s/*.toml')],
    ]);
  });
});

describe('a scenario file', () => {
  const input = {
    cluster: { nodes: 1 },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    manifests: 'web.yaml',
  };
  const rows: readonly (readonly [string, string])[] = [
    ['prestop.config.json', JSON.stringify(input)],
    [
      'prestop.config.yaml',
      'cluster: {nodes: 1}\nactions: [{type: deletePod, pod: web-1-0}]\nmanifests: web.yaml',
    ],
    ['prestop.config.mjs', `export default ${JSON.stringify(input)};`],
  ];
  it.each(rows)('may be %s', async (name, text) => {
    writeFileSync(at(name), text);
    const loaded = await loadScenarioFile(at(name));
    expect(loaded).toEqual({ ...input, manifests: [SOMETIMES_UNSAFE] });
    expect(defineScenario(loaded).settings.cluster.nodes).toBe(1);
  });

  it('may hold manifests as text and as objects', async () => {
    const manifests = [SOMETIMES_UNSAFE, { kind: 'Pod' }];
    writeFileSync(at('inline.json'), JSON.stringify({ manifests }));
    expect(await loadScenarioFile(at('inline.json'))).toEqual({ manifests });
  });

  const bad: readonly (readonly [string, string, string])[] = [
    ['list.yaml', '- 1', 'holds a list where a scenario is needed'],
    ['syntax.yaml', 'a: [', 'syntax.yaml: '],
    ['none.mjs', 'export const a = 1;', 'holds nothing where a scenario is needed'],
    ['throws.mjs', "throw new Error('not today');", 'cannot be read: not today'],
  ];
  it.each(bad)('that is wrong says so: %s', async (name, text, message) => {
    writeFileSync(at(name), text);
    await expect(loadScenarioFile(at(name))).rejects.toThrow(message);
  });

  it('that does not exist says so', async () => {
    await expect(loadScenarioFile(at('missing.json'))).rejects.toThrow('missing.json cannot be read');
  });
});
