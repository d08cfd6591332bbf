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

/** Edges: only these may touch Node, a test runner or a page. */
const EDGES = ['cli/', 'node/', 'vitest/', 'jest/', 'fast-check/', 'matchers/', 'html/'];
const CORE_LAYERS = [
  'kernel',
  'rules',
  'schema',
  'cluster',
  'routing',
  'actors',
  'manifests',
  'scenario',
  'verdict',
  'run',
  'analysis',
  'calibration',
  'report',
];
const core = files.filter((file) => !EDGES.some((edge) => file.path.startsWith(edge)));

/** What each layer may import, beside itself. Everything points downwards. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  rules: [],
  schema: ['kernel', 'cluster'],
  cluster: ['kernel', 'rules'],
  routing: ['kernel', 'schema', 'cluster', 'rules'],
  actors: ['kernel', 'cluster', 'rules', 'routing'],
  manifests: ['cluster', 'rules'],
  scenario: ['kernel', 'schema', 'cluster', 'rules', 'routing', 'manifests'],
  verdict: ['kernel', 'cluster', 'rules'],
  run: ['kernel', 'schema', 'cluster', 'rules', 'routing', 'manifests', 'scenario', 'verdict', 'actors'],
  analysis: [
    'kernel',
    'schema',
    'cluster',
    'rules',
    'routing',
    'manifests',
    'scenario',
    'verdict',
    'actors',
    'run',
  ],
  calibration: ['kernel', 'schema', 'cluster', 'rules', 'manifests', 'scenario', 'verdict', 'actors', 'run'],
  report: ['kernel', 'cluster', 'rules', 'manifests', 'scenario', 'verdict', 'actors', 'run', 'analysis'],
  reference: ['cluster', 'routing', 'schema', 'scenario'],
  matchers: CORE_LAYERS,
  vitest: ['matchers'],
  jest: ['matchers'],
  'fast-check': CORE_LAYERS,
  node: CORE_LAYERS,
  html: CORE_LAYERS,
  cli: [...CORE_LAYERS, 'reference', 'node', 'html'],
};

function layerOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path;
}

/** Third-party packages come in through these doors alone. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  immer: ['actors/immer.ts'],
  eventemitter3: ['run/create-simulation.ts'],
  sarif: ['report/results/sarif.ts'],
  unbash: ['manifests/hook-command/shell.ts'],
  yaml: ['manifests/yaml.ts', 'manifests/yaml-edit.ts'],
  zod: ['schema/zod.ts'],
};

/** Rules for whoever calls `prestop/rules`: no run comes to them, and why. At most six. */
const LIBRARY_ONLY: Readonly<Record<string, string>> = {
  'rules/endpointslice/endpoint-trigger-time.ts': 'an annotation that only a metric of kube-proxy is made of',
  'rules/kubelet/kill-containers.ts':
    "the kubelet's steps, gone through ahead of time; a run goes through them in time",
  'rules/proxy/bounded-frequency-timeline.ts':
    "kube-proxy's runner, driven by a list of calls; a run drives it itself",
  'rules/proxy/stale-chains.ts': 'a chain that is empty takes no connection: when it goes changes no run',
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

/** What makes text of others harmless, and nobody else does. */
const FOREIGN: readonly string[] = ['cluster/printable.ts', 'report/foreign.ts'];

/** How one sees that a file makes text harmless by itself, and what is there for it. */
const ESCAPES: readonly (readonly [RegExp, string])[] = [
  [/\\p\{C[cfs]\}/, 'printable'],
  [/&#(?:\$\{|\d)|&(?:lt|amp|quot);/, 'xml'],
  [/%0A|%3A/, 'annotationMessage, annotationProperty'],
  [/\\\\u003c/, 'jsonInScript'],
  [/@\\u200b/, 'markdown'],
  [/\[:;#,\]/, 'mermaid'],
  [/'\\\\''/, 'shellWord'],
];

function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/.*$/gm, '$1');
}

/** The files of src that a file imports. */
function importedBy({ path, imports }: SourceFile): readonly string[] {
  return imports
    .filter((target) => target.startsWith('.') && target.endsWith('.ts'))
    .map((target) => relative(src, resolve(src, dirname(path), target)));
}

const targets = new Map(files.map((file) => [file.path, importedBy(file)]));

/** Every file that is reached from these, by whatever way that `passes`. */
function reachedFrom(starts: readonly string[], passes: (path: string) => boolean = () => true): Set<string> {
  const reached = new Set<string>();
  const left = [...starts];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    for (const target of targets.get(path) ?? []) {
      if (reached.has(target) || !passes(target)) continue;
      reached.add(target);
      left.push(target);
    }
  }
  return reached;
}

/** Files that reach themselves, those of one circle together. */
function circles(): readonly (readonly string[])[] {
  const reach = new Map([...targets.keys()].map((path) => [path, reachedFrom([path])]));
  const within = [...reach].filter(([path, reached]) => reached.has(path)).map(([path]) => path);
  const found = within.map((path) =>
    within.filter((other) => reach.get(path)!.has(other) && reach.get(other)!.has(path)),
  );
  return [...new Map(found.map((circle) => [circle.join(), circle])).values()];
}

describe('the source is tidy', () => {
  it('imports only from layers below', () => {
    const wrong = files.flatMap((file) =>
      importedBy(file)
        .filter((target) => {
          const from = layerOf(file.path);
          const to = layerOf(target);
          return from !== 'index.ts' && from !== to && !(LAYERS[from] ?? []).includes(to);
        })
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has a layer for every folder, and nothing but the entry beside the folders', () => {
    const rooms = new Set(files.map((file) => layerOf(file.path)));
    expect([...rooms].filter((room) => room !== 'index.ts' && !(room in LAYERS))).toEqual([]);
  });

  it('imports nothing in a circle', () => {
    expect(circles()).toEqual([]);
  });

  it('runs every rule that it has, but for those that are there for users alone', () => {
    const runs = files
      .map((file) => file.path)
      .filter((path) => /^(?:actors|routing|verdict|scenario|manifests|analysis|run)\//.test(path));
    const reached = reachedFrom(
      runs,
      (path) => path !== 'rules/index.ts' && !/^rules\/\w+\/index\.ts$/.test(path),
    );
    const unreached = files
      .map((file) => file.path)
      .filter((path) => path.startsWith('rules/') && !path.endsWith('index.ts') && !reached.has(path));
    const listed = Object.keys(LIBRARY_ONLY);
    expect(unreached.filter((path) => !listed.some((each) => path.startsWith(each)))).toEqual([]);
    expect(listed.filter((each) => !unreached.some((path) => path.startsWith(each)))).toEqual([]);
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

  it('spreads no list into the arguments of a call: a long one would overflow the stack', () => {
    const spread = /\b(?:push|unshift|max|min|fromCharCode)\(\s*(?:[\w.]+,\s*)?\.\.\.(?!\s*\{)/;
    const wrong = files.filter((file) => spread.test(code(file.text))).map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('makes what others wrote fit for each format in one place', () => {
    const wrong = files
      .filter(({ path }) => !FOREIGN.includes(path))
      .flatMap(({ path, text }) =>
        ESCAPES.filter(([pattern]) => pattern.test(code(text))).map(
          ([, use]) => `${path} escapes by itself; use ${use}`,
        ),
      );
    expect(wrong).toEqual([]);
    // Each of them is used, and each pattern finds the place that it speaks of.
    const known = files.filter(({ path }) => FOREIGN.includes(path)).map(({ text }) => code(text));
    for (const [pattern, use] of ESCAPES)
      expect([use, known.some((text) => pattern.test(text))]).toEqual([use, true]);
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
