import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Issue } from '../cluster/issue.ts';
import { parseYaml } from '../manifests/yaml.ts';
import { bareNumberIssues } from '../scenario/bare-numbers.ts';
import { ScenarioError } from '../scenario/scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { withDelaysFile } from './delays-in-scenario.ts';
import { type ManifestFile, readManifestFiles } from './manifest-files.ts';
import { readText } from './read-text.ts';

/** Names of a scenario file, in the order in which they are looked for. */
export const SCENARIO_FILE_NAMES: readonly string[] = [
  'prestop.config.json',
  'prestop.config.yaml',
  'prestop.config.yml',
  'prestop.config.mjs',
];

/** What a scenario file says: a ScenarioInput, whose manifests may be left out. Nothing of it is checked yet. */
export interface ScenarioFile {
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The files that its `manifests` name. */
  readonly files: readonly ManifestFile[];
}

/**
 * Reads `prestop.config.json`, `.yaml` or `.mjs` (its default export): a ScenarioInput, in whose `manifests` one-line strings that end
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
  const value = path.endsWith('.mjs') || path.endsWith('.js') ? await imported(path) : await parsed(path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAScenario(path, value);
  const folder = dirname(path);
  const input = await withDelaysFile(value as Readonly<Record<string, unknown>>, folder);
  const named = listed(input.manifests).filter(isPath);
  const files = named.length === 0 ? [] : await readManifestFiles(named.map((each) => join(folder, each)));
  return { path, input, files };
}

/** The scenario file in a folder, if there is one. */
export async function findScenarioFile(folder: string): Promise<string | null> {
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
    throw unreadable(path, error);
  }
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
