import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Issue } from '../cluster/issue.ts';

const MANIFEST = /\.(?:ya?ml|json)$/;
/** Scenario files lie beside manifests and are none. */
const SCENARIO = /^prestop\.config\./;

export interface ExpandedPaths {
  readonly paths: readonly string[];
  readonly issues: readonly Issue[];
}

/**
 * Files, folders (their .yaml, .yml and .json files, as `kubectl -f` takes them) and patterns (`*`, `?`, `**`) as a list of files
 * without repetition: in the order given, and by name within a folder or a pattern.
 */
export async function expandPaths(inputs: readonly string[]): Promise<ExpandedPaths> {
  const paths = new Set<string>();
  const issues: Issue[] = [];
  for (const input of inputs) {
    // A shell's pattern names it among the others.
    if (inputs.length > 1 && SCENARIO.test(basename(input))) continue;
    const found = await expandPath(input);
    if (found.length === 0) issues.push(nothingFound(input));
    for (const path of found) paths.add(path);
  }
  return { paths: [...paths], issues };
}

async function expandPath(input: string): Promise<readonly string[]> {
  const kind = await kindOf(input);
  if (kind === 'file') return [input];
  if (kind === 'folder') return manifestsIn(input);
  return /[*?]/.test(input) ? matching(input) : [];
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'nothing';
  }
}

async function manifestsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  return names
    .filter((name) => MANIFEST.test(name) && !SCENARIO.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Walks from the last folder before the first wildcard. */
async function matching(pattern: string): Promise<readonly string[]> {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?]/.test(part));
  const base = parts.slice(0, wild).join('/');
  const root = pattern.startsWith('/') && base === '' ? '/' : base;
  return walk(root, parts.slice(wild));
}

async function walk(folder: string, [part, ...rest]: readonly string[]): Promise<readonly string[]> {
  if (part === undefined) return [];
  const here = folder === '' ? '.' : folder;
  const entries = await readdir(here, { withFileTypes: true }).catch(() => []);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const at = (name: string) => (folder === '' ? name : join(folder, name));
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  if (part === '**') {
    const below = visible.filter((entry) => entry.isDirectory());
    const deeper = await Promise.all(below.map(({ name }) => walk(at(name), [part, ...rest])));
    return [...(await walk(folder, rest)), ...deeper.flat()];
  }
  const fits = visible.filter(({ name }) => matcher(part).test(name) && !SCENARIO.test(name));
  if (rest.length === 0) return fits.filter((entry) => !entry.isDirectory()).map(({ name }) => at(name));
  const inside = await Promise.all(
    fits.filter((entry) => entry.isDirectory()).map(({ name }) => walk(at(name), rest)),
  );
  return inside.flat();
}

function matcher(part: string): RegExp {
  const escaped = part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replace(/\?/g, '.')}$`);
}

function nothingFound(input: string): Issue {
  return {
    code: 'fileNotFound',
    path: [input],
    message: `${input} is no file, no folder with manifests and no pattern that a file matches.`,
    value: input,
    rule: 'Every path that is given must lead to at least one manifest.',
    fix: 'Check the path; it is looked up from the current folder.',
  };
}
