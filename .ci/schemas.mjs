// The JSON Schemas that are shipped, as `prestop schema` prints them, without its line breaks: editors and validators need none.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

for (const [which, file] of [
  ['config', 'prestop.config'],
  ['report', 'prestop.report'],
  ['fuzz', 'prestop.fuzz-report'],
]) {
  const text = execFileSync(process.execPath, ['dist/cli.js', 'schema', which], { encoding: 'utf8' });
  writeFileSync(`dist/${file}.schema.json`, JSON.stringify(JSON.parse(text)));
}
