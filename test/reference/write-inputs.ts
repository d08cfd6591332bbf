import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputInterfaces } from '../../src/reference/interfaces.ts';

/** Writes the interfaces of the inputs, formatted as all else, into a folder: `npm run inputs`. */
export function writeInputs(folder: string): void {
  // Before anything is taken away: a field without words throws here.
  const interfaces = Object.entries(inputInterfaces());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of interfaces) writeFileSync(join(folder, name), text);
  execFileSync('npx', ['biome', 'check', '--write', '--vcs-use-ignore-file=false', folder], {
    stdio: 'ignore',
  });
}

if (process.argv[1]?.endsWith('write-inputs.ts')) writeInputs('src/schema/inputs');
