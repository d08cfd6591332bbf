import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputInterfaces } from '../../src/reference/interfaces.ts';

/** Writes the interfaces of the inputs, formatted as all else, into a folder: `npm run inputs`. */
export function writeInputs(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(inputInterfaces())) writeFileSync(join(folder, name), text);
  execFileSync('npx', ['biome', 'check', '--write', '--vcs-use-ignore-file=false', folder], {
    stdio: 'ignore',
  });
}

if (process.argv[1]?.endsWith('write-inputs.ts')) writeInputs('src/schema/inputs');
