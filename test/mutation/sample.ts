import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, randomOf } from '../hostile/random.ts';

/** Which lines of the source are mutated: so many stretches of lines, drawn by a seed, each line as likely as any other. */

/** What decides: the rest of the source asks for it or tells of it. */
const ROOMS = ['src/kernel', 'src/rules', 'src/actors', 'src/verdict'];

/** As long as a function, so that most of what a mutant replaces lies within. */
const STRETCH_LINES = 20;

export interface Sample {
  readonly seed: number;
  readonly stretches: number;
}

/** As Stryker takes them: `src/kernel/loop.ts:120-139`. */
export function sampleOf({ seed, stretches }: Sample): readonly string[] {
  const files = ROOMS.flatMap(filesIn).map((path) => ({
    path,
    lines: readFileSync(path, 'utf8').split('\n').length,
  }));
  const all = files.reduce((sum, { lines }) => sum + lines, 0);
  const random = randomOf(seed, 0);
  return Array.from({ length: stretches }, () => stretchAt(files, all, random));
}

function stretchAt(files: readonly { path: string; lines: number }[], all: number, random: Random): string {
  let line = random.below(all);
  for (const { path, lines } of files) {
    if (line < lines) return `${path}:${line + 1}-${Math.min(lines, line + STRETCH_LINES)}`;
    line -= lines;
  }
  throw new Error('A line beyond the last file was drawn.');
}

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : path.endsWith('.ts') ? [path] : [];
  });
}
