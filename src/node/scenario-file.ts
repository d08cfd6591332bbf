import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Issue } from '../cluster/issue.ts';
import { parseYaml } from '../manifests/yaml.ts';
import { bareNumberIssues } from '../scenario/bare-numbers.ts';
import { ScenarioError } from '../scenario/scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { withDelaysFile } from './delays-in-scenario.ts';
import { type ManifestFile, readManifestFiles } from './manifest-files.ts';
import { readText } from './read-text.ts';
import { SCENARIO_FILE_NAMES } from './scenario-file-names.ts';

const MODULE = /\.(?:mjs|js|mts|ts)$/;

/** What a scenario file says: a ScenarioInput, whose manifests may be left out. Nothing of it is checked yet. */
export interface ScenarioFile {
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The files that its `manifests` name. */
  readonly files: readonly ManifestFile[];
}

/**
 * Reads `prestop.config.json`, `.yaml`, `.mjs` or, where Node.js loads it, `.ts` (its default export): a ScenarioInput, in whose `manifests` one-line strings that end
 * in .yaml, .yml or .json are paths or patterns, relative to the file. Rejects with a ScenarioError where it cannot be read.
 */
export async function loadScenarioFile(path: string): Promise<ScenarioInput> {
  const { input, files } = await readScenarioFile(path);
  const { manifests = [] } = input;
  const texts = files.map(({ text }) => text);
  const others = listed(manifests).filter((manifest) => !isPath(manifest)) as (string | object)[];
  return { ...input, manifests: [...texts, ...others] };
}

/** `loadScenarioFile` that keeps apart what the file says and the manifests that it names. */
export async function readScenarioFile(path: string): Promise<ScenarioFile> {
  const value = MODULE.test(path) ? await imported(path) : await parsed(path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAScenario(path, value);
  const folder = dirname(path);
  // `$schema` is for editors.
  const { $schema: _, ...said } = value as Readonly<Record<string, unknown>>;
  const input = await withDelaysFile(said, folder);
  const named = listed(input.manifests).filter(isPath);
  const files =
    named.length === 0
      ? []
      : await readManifestFiles(named.map((each) => (isAbsolute(each) ? each : join(folder, each))));
  return { path, input, files };
}

/**
 * The scenario file in a folder, or in the nearest one above it up to the repository's root (which holds .git), if there is one. Outside
 * of a repository nothing says where to stop, so only the folder itself counts.
 */
export async function findScenarioFile(folder: string): Promise<string | null> {
  const levels = (await levelsToRoot(folder)) ?? 0;
  for (let level = 0; level <= levels; level++) {
    const found = await scenarioFileIn(join(folder, ...Array<string>(level).fill('..')));
    if (found !== null) return found;
  }
  return null;
}

/** How far above a folder the repository's root is; null outside of one. */
async function levelsToRoot(folder: string): Promise<number | null> {
  let at = resolve(folder);
  for (let level = 0; ; level++) {
    const isRoot = await stat(join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (isRoot) return level;
    if (at === dirname(at)) return null;
    at = dirname(at);
  }
}

async function scenarioFileIn(folder: string): Promise<string | null> {
  for (const name of SCENARIO_FILE_NAMES) {
    const path = join(folder, name);
    const found = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (found) return path;
  }
  return null;
}

/** Whether an entry of a scenario file's `manifests` is the path of a file rather than a manifest. */
export function isPath(manifest: unknown): manifest is string {
  return typeof manifest === 'string' && /^[^\n:{]+\.(?:ya?ml|json)$/.test(manifest.trim());
}

function listed(manifests: unknown): readonly unknown[] {
  if (manifests === undefined) return [];
  return Array.isArray(manifests) ? manifests : [manifests];
}

async function imported(path: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(path)).href);
    return module.default;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') throw noTypeScript(path);
    throw unreadable(path, error);
  }
}

function noTypeScript(path: string): ScenarioError {
  const issue: Issue = {
    code: 'unreadable',
    path: [path],
    message: `${path} cannot be read: this Node.js loads no TypeScript.`,
    rule: 'A scenario file in TypeScript needs a Node.js that strips types: 22.18 or newer.',
    fix: 'Update Node.js, start it with node --import tsx, or write prestop.config.mjs or .yaml.',
  };
  return new ScenarioError([issue]);
}

async function parsed(path: string): Promise<unknown> {
  const read = await readText(path);
  if (!read.ok) throw new ScenarioError([read.issue]);
  const { text } = read;
  // JSON is YAML, too.
  const { documents, problems } = parseYaml(text);
  if (problems.length > 0) {
    throw new ScenarioError(
      problems.map(({ code, message, line, column }) => ({
        code,
        path: [path],
        message: `${path}: ${message}`,
        fix: 'Correct the text at this place.',
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
      })),
    );
  }
  const value = documents.find(({ empty }) => !empty)?.value ?? {};
  const bare = bareNumberIssues(value);
  if (bare.length > 0) throw new ScenarioError(bare);
  return value;
}

function unreadable(path: string, error: unknown): ScenarioError {
  const why = error instanceof Error ? error.message : String(error);
  const issue: Issue = {
    code: 'unreadable',
    path: [path],
    message: `${path} cannot be read: ${why}`,
    rule: 'A scenario file is YAML, JSON or a module that can be loaded.',
    fix: 'Check the path, and that a module exports the scenario as its default.',
  };
  return new ScenarioError([issue]);
}

function notAScenario(path: string, value: unknown): ScenarioError {
  const what = value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  const issue: Issue = {
    code: 'wrongType',
    path: [path],
    message: `${path} holds ${what} where a scenario is needed.`,
    rule: 'A scenario file holds the options of defineScenario: cluster, apps, routers, actions …',
    fix: 'Write an object; in a .mjs file, make it the default export.',
  };
  return new ScenarioError([issue]);
}
