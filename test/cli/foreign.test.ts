import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment, service } from '../run/manifests.ts';
import { enter, runHere } from './run-here.ts';

/** Whatever stands in manifests, and in the names of their files, no command prints it in any format as more than data. */

const FOREIGN =
  'a\u001b[31m\u0007\n::error file=x::forged\r\n| `x` *b* | <b onload="x"></script><script>alert(1)</script> \u202eb\u2066 \u2028 %0A @all # x\ud800';
/** Ours are line breaks, and what keeps a mention in Markdown from being one. */
const DANGEROUS = /(?!\n|(?<=@)\u200b)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const FORGED = /^::error file=x::/m;

const web = deployment({ replicas: 2, preStop: { exec: { command: ['sh', '-c', `sleep 1; ${FOREIGN}`] } } });
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', annotations: { 'kubernetes.io/ingress.class': FOREIGN } },
  spec: {
    ingressClassName: FOREIGN,
    rules: [
      {
        host: FOREIGN,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
};
const odd = {
  apiVersion: `x/${FOREIGN}`,
  kind: FOREIGN,
  metadata: { name: FOREIGN, namespace: FOREIGN },
  spec: { [FOREIGN]: FOREIGN },
};
const documents = (...objects: readonly unknown[]) =>
  objects.map((each) => JSON.stringify(each)).join('\n---\n');

/** A name that a file system takes. */
const FILE = 'a\u001b[31m\n::error file=x::forged\u202e.yaml';

let folder = '';
let leave = () => {};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-foreign-'));
  leave = enter(folder);
  writeFileSync('accepted.yaml', documents(web, service(), ingress, odd));
  writeFileSync(FILE, documents({ ...web, [FOREIGN]: FOREIGN }, service()));
  writeFileSync(
    'refused.yaml',
    documents({ ...web, metadata: { name: FOREIGN } }, { ...service(), kind: 'Servce' }),
  );
  writeFileSync('syntax.yaml', `a: [\n${FOREIGN.replace('\ud800', '')}`);
});
afterAll(() => {
  leave();
  rmSync(folder, { recursive: true, force: true });
});

const RUNS = ['--runs', '1'];
const check = (format: string) => ['check', ...RUNS, '--format', format];
const timeline = (format: string) => ['timeline', '--format', format];
const TOLD = [check('text'), check('github'), timeline('text')];
const FORMATS: readonly (readonly string[])[] = [
  ...['text', 'json', 'github', 'sarif', 'junit', 'markdown', 'html'].map(check),
  ...['text', 'json', 'gantt', 'html', 'svg', 'mermaid', 'perfetto'].map(timeline),
  ['timeline', '--explain', '--all'],
  ['find', ...RUNS, '--max-seconds', '2'],
  ['sweep', ...RUNS, '--to', '1'],
  ...['text', 'json', 'github'].map((format) => ['fuzz', '--no-shrink', ...RUNS, '--format', format]),
  ['init', '--print'],
];

describe.each<[what: string, file: string, commands: readonly (readonly string[])[]]>([
  ['an accepted manifest', 'accepted.yaml', FORMATS],
  ['the name of a file', FILE, [...TOLD, check('junit'), check('sarif'), check('markdown')]],
  ['a manifest that is refused', 'refused.yaml', TOLD],
  ['a text that is no YAML', 'syntax.yaml', TOLD],
])('what %s holds', (_, file, commands) => {
  it.each(commands.map((command) => [command.join(' '), command] as const))(
    'stays data: %s',
    async (_name, [command, ...options]) => {
      const { code, stdout, stderr } = await runHere([command!, file, ...options]);
      expect(code).not.toBe(3);
      for (const text of [stdout, stderr]) {
        expect(text).not.toMatch(DANGEROUS);
        expect(text).not.toMatch(FORGED);
      }
      if (/html|svg|markdown|junit/.test(options.join()))
        expect(stdout).not.toMatch(/(?<!\\)(?:<script>alert|<b onload)/);
      if (/json|sarif|perfetto/.test(options.join()) && stdout !== '')
        expect(() => JSON.parse(stdout)).not.toThrow();
    },
  );
});

it('a name of a hundred thousand letters is cut in what is told, with its length said', async () => {
  const long = 'y'.repeat(100_000);
  const spec = { ...ingress.spec, ingressClassName: long };
  const container = { name: 'web', image: long, ports: [{ containerPort: 8080 }] };
  writeFileSync(
    'long.yaml',
    documents(deployment({ replicas: 2, containers: [container] }), service(), {
      ...ingress,
      metadata: { name: 'web' },
      spec,
    }),
  );
  for (const args of [check('text'), check('github'), ['init', '--print']]) {
    const { stdout } = await runHere([args[0]!, 'long.yaml', ...args.slice(1)]);
    expect(stdout.length).toBeLessThan(100_000);
    expect(stdout.replaceAll(/\s+/g, '')).toMatch(/y…\(100\d{3}characters\)/);
  }
});
