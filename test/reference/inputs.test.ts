import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEXTS } from '../../src/reference/texts/index.ts';
import { writeInputs } from './write-inputs.ts';

describe('the interfaces of the inputs', () => {
  it('are what the schemas and their texts make: `npm run inputs` writes them anew', () => {
    // Beside the sources, so that they are formatted by the same rules.
    const folder = mkdtempSync('test/reference/.inputs-');
    try {
      writeInputs(folder);
      const read = (from: string) =>
        Object.fromEntries(readdirSync(from).map((name) => [name, readFileSync(join(from, name), 'utf8')]));
      expect(read('src/schema/inputs')).toEqual(read(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(Object.entries(TEXTS))('%s: every text is a sentence', (_, texts) => {
    for (const text of Object.values(texts)) {
      const sentence = typeof text === 'string' ? text : text.text;
      expect(sentence).toMatch(/^[A-Z0-9`a-z"'].*[.]$/s);
    }
  });
});
