// The API's pages into .docs (typedoc), and beside them what tools read as text: llms.txt, its pages and the examples.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

rmSync('.docs', { recursive: true, force: true });
const { status } = spawnSync('npx', ['typedoc', '--options', '.typedoc.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

cpSync('examples', '.docs/examples', { recursive: true });
cpSync('README.md', '.docs/text/README.md');
for (const page of ['ARCHITECTURE', 'CHANGELOG', 'VERSIONS'])
  cpSync(`src/${page}.md`, `.docs/text/src/${page}.md`);
for (const page of ['rules', 'calibration'])
  cpSync(`src/${page}/README.md`, `.docs/text/src/${page}/README.md`);
const entries = readdirSync('test/api').filter((name) => name.endsWith('.api.md'));
for (const name of entries) cpSync(`test/api/${name}`, `.docs/text/api/${name}`);

const readme = readFileSync('README.md', 'utf8');
const [, promise] = /\*\*(.+)\*\*/.exec(readme);
const examples = [...readme.matchAll(/^\| `(examples\/[^`]+)` \| (.+) \|$/gm)];
const entryOf = (file) => (file === 'index.api.md' ? 'prestop' : `prestop/${file.replace('.api.md', '')}`);
const lines = [
  '# prestop',
  '',
  `> ${promise}`,
  '',
  'A deterministic simulator of the Kubernetes Pod termination pipeline, as a TypeScript library and a command line.',
  '',
  '## Docs',
  '',
  '- [README](text/README.md): what it answers, how to ask, what a verdict says',
  '- [Architecture](text/src/ARCHITECTURE.md): how it is built',
  '- [Versions](text/src/VERSIONS.md): what differs between versions of Kubernetes',
  '- [Rules](text/src/rules/README.md): every rule with its source',
  "- [Calibration](text/src/calibration/README.md): how to measure a cluster's delays",
  '- [Changelog](text/src/CHANGELOG.md)',
  '',
  '## API',
  '',
  ...entries.map((file) => `- [${entryOf(file)}](text/api/${file}): every name with its declaration`),
  '',
  '## Examples',
  '',
  ...examples.map(([, path, about]) => `- [${path}](${path}): ${about}`),
  '',
];
writeFileSync('.docs/llms.txt', lines.join('\n'));
process.stdout.write(`.docs/llms.txt: ${entries.length} entries and ${examples.length} examples.\n`);
