import type { Issue } from '../cluster/issue.ts';
import { ScenarioError } from '../scenario/scenario.ts';
import { expandPaths } from './expand-paths.ts';
import { readText } from './read-text.ts';

/** A manifest's text and where it is from. */
export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads manifests from files, folders and patterns (`k8s/*.yaml`, `**` for any depth): their texts are what `manifests` of a scenario
 * takes. Rejects with a ScenarioError that names every path that leads nowhere or cannot be read.
 */
export async function readManifestFiles(paths: string | readonly string[]): Promise<readonly ManifestFile[]> {
  const { paths: found, issues: missing } = await expandPaths(typeof paths === 'string' ? [paths] : paths);
  const issues: Issue[] = [...missing];
  const files = await Promise.all(
    found.map(async (path): Promise<ManifestFile> => {
      const read = await readText(path);
      if (!read.ok) issues.push(read.issue);
      return { path, text: read.ok ? read.text : '' };
    }),
  );
  if (issues.length > 0) throw new ScenarioError(issues);
  return files;
}
