import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packed } from './packed.ts';

/**
 * Is `#page-scripts` in an installed package (write.ts makes `dist/page-scripts.cjs` of it). The playground runs the very files of the
 * package that Node runs: they are put into its page when one is asked for, so that the package does not hold the simulator twice.
 */

/** Put in by write.ts. */
declare const REPORT: string;

export const REPORT_SCRIPT = REPORT;

const REQUIRED = /require\("(\.\/[^"]+)"\)/g;
let playground: string | undefined;

/** The playground with the simulator, packed. */
export function playgroundScript(): string {
  playground ??= packed(oneScript('./page.cjs'));
  return playground;
}

/** A CommonJS file and all that it requires, as one script without a `require` of its own. */
function oneScript(entry: string): string {
  const texts = new Map<string, string>();
  const left = [entry];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (texts.has(name)) continue;
    const text = readFileSync(join(__dirname, name), 'utf8');
    texts.set(name, text);
    for (const [, required] of text.matchAll(REQUIRED)) left.push(required!);
  }
  const modules = [...texts].map(([name, text]) => `"${name}"(exports,require,module){${text}\n}`);
  return `(()=>{const modules={${modules.join(',')}},loaded={};
const require=(name)=>{
if(!(name in loaded)){const module=loaded[name]={exports:{}};modules[name](module.exports,require,module)}
return loaded[name].exports};
require("${entry}")})()`;
}
