import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/reference/config-schema.ts';
import { reportJsonSchema } from '../../src/reference/report-schema.ts';
import { runHere } from './run-here.ts';

const WEB = readFileSync('examples/01-web.yaml', 'utf8');
const HOOKED = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - name: main
          image: docker.io/library/nginx:1.27
          ports: [{ containerPort: 80 }]
          lifecycle: { preStop: { exec: { command: [/bin/stop.sh] } } }
---
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { selector: { app: api }, ports: [{ port: 80 }] }
`;

const valid = new Ajv({ strict: false }).compile(configJsonSchema('0.0.0'));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-init-'));
  writeFileSync(join(folder, 'web.yaml'), WEB);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

describe('prestop init', () => {
  it('writes a file that its own schema and check accept, and never writes over one', async () => {
    const out = at('prestop.config.yaml');
    const first = await runHere(['init', at('web.yaml'), '--out', out]);
    expect(first).toMatchObject({ code: 0, stderr: `` });
    const text = readFileSync(out, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=https:\S+\n/);
    expect(text).toContain('# Deployment web, container web');
    expect(valid(parse(text)), JSON.stringify(valid.errors)).toBe(true);
    const checked = await runHere(['check', '--config', out, '--runs', '2', '--verbose']);
    expect(checked.code).toBe(0);
    expect(checked.stdout).toContain(`Using ${out}.`);
    const again = await runHere(['init', at('web.yaml'), '--out', out]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('is a scenario file, and would be lost; name another file');
    expect(readFileSync(out, 'utf8')).toBe(text);
  });

  it('names a preset that the image is called like, left for a person to take up', async () => {
    writeFileSync(at('api.yaml'), HOOKED);
    const { code, stdout: out } = await runHere(['init', at('api.yaml'), '--print']);
    expect(code).toBe(0);
    expect(out).toContain(
      'main: { preset: nginx, drain: 5s, preStop: { duration: 10s } } # looks like nginx',
    );
    const taken = out.replace(/^# (apps:)$/m, '$1').replace(/^# {3}(main: )/m, '  $1');
    expect(valid(parse(taken)), JSON.stringify(valid.errors)).toBe(true);
    expect(parse(taken).apps.main.preset).toBe('nginx');
  });

  it.each([
    ['nothing', ['init'], 'No manifests are given'],
    ['a path that leads nowhere', ['init', 'nowhere.yaml'], 'nowhere.yaml'],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr: err } = await runHere(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('the scenario file', () => {
  it.each([
    ['prestop.config.yaml', 'cluster: { nodes: 2 }\n'],
    ['prestop.config.json', '{ "$schema": "./x.json", "cluster": { "nodes": 2 } }'],
    ['prestop.config.mjs', 'export default { cluster: { nodes: 2 } };\n'],
  ])('%s is found above the manifests, up to the root of the repository, and is said', async (name, text) => {
    mkdirSync(at('.git'));
    mkdirSync(at('apps/web'), { recursive: true });
    writeFileSync(at(name), text);
    writeFileSync(at('apps/web/web.yaml'), WEB);
    const { code, stdout: out } = await runHere(['check', at('apps/web/web.yaml'), '--runs', '1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).assumptions[0]).toBe(`Using ${at(name)}.`);
  });

  it('is not looked for above the root of the repository', async () => {
    mkdirSync(at('repository/.git'), { recursive: true });
    writeFileSync(at('prestop.config.yaml'), 'cluster: { nodes: 2 }\n');
    writeFileSync(at('repository/web.yaml'), WEB);
    const { stdout: out } = await runHere(['check', at('repository/web.yaml'), '--runs', '1', '--json']);
    expect(out).not.toContain('Using');
  });
});

describe('prestop schema', () => {
  it.each([
    ['config', 'prestop.config.yaml'],
    ['report', 'prestop check --json'],
  ])('prints that of the %s', async (name, title) => {
    const { code, stdout: out } = await runHere(['schema', name]);
    expect(code).toBe(0);
    expect(JSON.parse(out).title).toBe(title);
  });

  it('of the report fits what check --json prints', async () => {
    const report = new Ajv({ strict: false }).compile(reportJsonSchema('0.0.0'));
    for (const more of [[], ['--delete-pod', 'web-1-0'], ['--pre-stop', '0']]) {
      const { stdout: out } = await runHere(['check', at('web.yaml'), '--runs', '2', '--json', ...more]);
      expect(report(JSON.parse(out)), JSON.stringify(report.errors)).toBe(true);
    }
    expect(report({ schemaVersion: 2, safe: true })).toBe(false);
  });
});
