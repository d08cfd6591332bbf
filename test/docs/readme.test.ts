import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { printedBy } from './printed.ts';

/**
 * The README runs: each block of TypeScript that is followed by a block of text must print that text. With UPDATE_DOCS=1 the text is
 * written anew.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const path = join(root, 'README.md');
/** Inside the package, so that `prestop` is found as a user would import it. */
const scratch = join(root, 'test', 'docs', '.scratch');

const FENCE = /```(\w+)\n([\s\S]*?)```/g;

function blocks(markdown: string) {
  return [...markdown.matchAll(FENCE)].map(([whole, language, body]) => ({ whole, language, body: body! }));
}

function output(code: string, name: string): Promise<string> {
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, `${name}.ts`);
  writeFileSync(file, code);
  return printedBy(file);
}

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the README', () => {
  const found = blocks(readFileSync(path, 'utf8'));
  const pairs = found.flatMap((block, index) => {
    const next = found[index + 1];
    return block.language === 'ts' && next?.language === 'text' ? [{ code: block.body, text: next }] : [];
  });

  it('shows a result under at least two of its blocks', () => {
    expect(pairs.length).toBeGreaterThanOrEqual(2);
  });

  it.each(pairs.map((pair, index) => [index + 1, pair] as const))(
    'block %d prints what stands under it',
    async (index, { code, text }) => {
      const printed = await output(code, `readme-${index}`);
      if (process.env.UPDATE_DOCS === '1') {
        writeFileSync(
          path,
          readFileSync(path, 'utf8').replace(text.whole, () => `\`\`\`text\n${printed}\`\`\``),
        );
      } else expect(printed).toBe(text.body);
    },
  );

  it('shows the test of the examples as it is', () => {
    const example = readFileSync(join(root, 'examples', '03-assert-in-a-test.test.ts'), 'utf8');
    expect(found.some((block) => block.body === example)).toBe(true);
  });

  it('names every example that there is', () => {
    const markdown = readFileSync(path, 'utf8');
    for (const name of ['01-what', '02-no-prestop', '03-assert', '04-find', '05-fuzz'])
      expect(markdown).toContain(`examples/${name}`);
  });
});
