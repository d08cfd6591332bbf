import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

interface SourceFile {
  /** Relative to src. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : path.endsWith('.ts') ? [path] : [];
  });
}

const files: readonly SourceFile[] = filesIn(src).map((path) => {
  const text = readFileSync(path, 'utf8');
  const imports = [...text.matchAll(/(?:from|import)\s+'([^']+)'/g)].map((match) => match[1]!);
  return { path: relative(src, path), text, imports };
});

/** Edges: only these may touch Node or a test runner. */
const EDGES = ['cli/', 'node/', 'vitest/', 'fast-check/', 'matchers/'];
const core = files.filter((file) => !EDGES.some((edge) => file.path.startsWith(edge)));

/** What each layer may import, beside itself. Everything points downwards. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  rules: [],
  schema: ['kernel'],
  cluster: ['kernel'],
  routing: ['kernel', 'schema', 'cluster', 'rules'],
  actors: ['kernel', 'cluster', 'rules', 'routing'],
  manifests: ['cluster', 'rules'],
  scenario: ['kernel', 'schema', 'cluster', 'rules', 'routing', 'manifests'],
  verdict: ['kernel', 'cluster', 'rules'],
  run: ['kernel', 'schema', 'cluster', 'rules', 'routing', 'manifests', 'scenario', 'verdict', 'actors'],
  analysis: ['kernel', 'schema', 'cluster', 'rules', 'manifests', 'scenario', 'verdict', 'actors', 'run'],
  report: ['kernel', 'cluster', 'rules', 'manifests', 'scenario', 'verdict', 'actors', 'run', 'analysis'],
};

function layerOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path;
}

/** Third-party packages come in through these doors alone. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  immer: ['actors/immer.ts'],
  eventemitter3: ['run/create-simulation.ts'],
  yaml: ['manifests/yaml.ts', 'manifests/yaml-edit.ts'],
  zod: ['schema/zod.ts'],
};

/** What would make a run depend on something beside scenario and seed, and what to use instead. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\b(?!\w)/, 'the simulated clock (ctx.now)'],
  [/\bMath\.random\b/, 'a keyed draw (kernel/draws.ts)'],
  [/\bMath\.(?:log|exp|pow|sin|cos|sqrt|cbrt)\w*\s*\(/, 'a table: its last bit may differ between engines'],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'a timer effect'],
  [/\bperformance\./, 'the simulated clock (ctx.now)'],
  [/\bprocess\./, 'an option'],
  [/\bconsole\./, 'data; a formatter makes text of it'],
  [/\b(?:Intl|toLocale\w+|localeCompare)\b/, 'formatting that is the same everywhere'],
  [/from 'node:/, 'an edge (src/node, src/cli)'],
];

function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/.*$/gm, '$1');
}

describe('the source is tidy', () => {
  it('imports only from layers below', () => {
    const wrong = core.flatMap((file) =>
      file.imports
        .filter((target) => target.startsWith('.'))
        .map((target) => relative(src, resolve(src, dirname(file.path), target)))
        .filter((target) => {
          const from = layerOf(file.path);
          const to = layerOf(target);
          return from !== 'index.ts' && from !== to && !(LAYERS[from] ?? []).includes(to);
        })
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('reaches each third-party package through one door', () => {
    const wrong = core.flatMap((file) =>
      file.imports
        .filter((target) => !target.startsWith('.'))
        .filter((target) => !DOORS[target]?.includes(file.path))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no clock, chance, timer, console or process in the core', () => {
    const wrong = core.flatMap((file) =>
      BANNED.filter(([pattern]) => pattern.test(code(file.text))).map(
        ([pattern, instead]) => `${file.path} has ${pattern.source}; use ${instead}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps files under 400 lines', () => {
    const long = files.filter((file) => file.text.split('\n').length > 400).map((file) => file.path);
    expect(long).toEqual([]);
  });

  it('leaves no unfinished work and no escape from the type checker', () => {
    const marks = /\b(?:TODO|FIXME|XXX|HACK)\b|\bas any\b|: any\b|@ts-ignore|@ts-expect-error|as unknown as/;
    const wrong = files.filter((file) => marks.test(code(file.text))).map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('has no room for what belongs nowhere', () => {
    const rooms = files.filter((file) => /(?:^|\/)(?:utils?|helpers?|common)(?:\/|\.ts$)/.test(file.path));
    expect(rooms.map((file) => file.path)).toEqual([]);
  });

  it('names only the top-level entries that the design knows', () => {
    const known =
      /^(?:src|test|examples|dist|node_modules|coverage|package\.json|package-lock\.json|tsconfig\.json|vitest\.config\.ts|README\.md|LICENSE|CHANGELOG\.md|.*\.tgz|\..*)$/;
    expect(readdirSync(root).filter((name) => !known.test(name))).toEqual([]);
  });

  it('exports the promised names and no others by accident', async () => {
    const names = Object.keys(await import('../src/index.ts')).sort();
    expect(names).toMatchSnapshot();
  });
});
