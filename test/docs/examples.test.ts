import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Every example runs against the built package, as a user would run it, and prints what it printed before. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = readdirSync(join(root, 'examples')).filter((name) => /^\d\d-.*(?<!\.test)\.ts$/.test(name));

describe('the examples', () => {
  it.each(examples)('%s prints what it printed before', async (name) => {
    const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const env = { ...process.env, NO_COLOR: '1' };
    const printed = execFileSync(process.execPath, [tsx, join('examples', name)], {
      cwd: root,
      encoding: 'utf8',
      env,
    });
    await expect(printed).toMatchFileSnapshot(`outputs/${name.replace(/\.ts$/, '.txt')}`);
  });
});
