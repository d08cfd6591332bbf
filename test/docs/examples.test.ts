import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { printedBy } from './printed.ts';

/** Every example runs, and prints what it printed before. */
const folder = fileURLToPath(new URL('../../examples', import.meta.url));
const examples = readdirSync(folder).filter((name) => /^\d\d-.*(?<!\.test)\.ts$/.test(name));

describe('the examples', () => {
  it.each(examples)('%s prints what it printed before', async (name) => {
    const printed = await printedBy(join(folder, name));
    await expect(printed).toMatchFileSnapshot(`outputs/${name.replace(/\.ts$/, '.txt')}`);
  });
});
