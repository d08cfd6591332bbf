import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJunit } from '../../src/report/results/junit.ts';
import { toMarkdown } from '../../src/report/results/markdown.ts';
import type { Results } from '../../src/report/results/result.ts';
import { toSarif } from '../../src/report/results/sarif.ts';
import { runHere } from './run-here.ts';

const UNSAFE = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx
          ports: [{ containerPort: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-results-'));
  writeFileSync(join(folder, 'web.yaml'), UNSAFE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function checked(format: string, ...more: readonly string[]): Promise<string> {
  const { code, stdout: out } = await runHere([
    'check',
    join(folder, 'web.yaml'),
    '--runs',
    '3',
    '--format',
    format,
    ...more,
  ]);
  expect(code).toBe(1);
  return out;
}

describe('check --format', () => {
  it('sarif: each result has a rule with help, and the violation the place of its container', async () => {
    const log = JSON.parse(await checked('sarif')) as Log;
    const { tool, results = [] } = log.runs[0]!;
    expect(log.version).toBe('2.1.0');
    for (const { ruleId, ruleIndex, message } of results) {
      const rule = tool.driver.rules![ruleIndex!]!;
      expect(rule.id).toBe(ruleId);
      // A name beside an id has to be another one (SARIF1001 of Microsoft's validator).
      expect(rule.name).toBeUndefined();
      expect(rule.help!.text!.length).toBeGreaterThan(20);
      expect(message.text).not.toBe('');
    }
    const { artifactLocation, region } = results.find(({ ruleId }) => ruleId === 'exposed')!.locations![0]!
      .physicalLocation!;
    expect(artifactLocation!.uri).toBe(`file://${join(folder, 'web.yaml')}`);
    expect(region).toEqual({ startLine: 11, startColumn: 11 });
    expect(results.map(({ ruleId }) => ruleId)).toContain('notJudged');
  });

  it('junit: a failed test for the workload, a skipped one for what was not judged', async () => {
    const text = await checked('junit');
    expect(text).toContain('<testsuites name="prestop" tests="2" failures="1" errors="0" skipped="1">');
    expect(text).toMatch(
      /<testcase classname="prestop" name="Deployment\/web" file="[^"]+web.yaml" line="11">/,
    );
    expect(text).toContain('<failure type="exposed"');
    expect(text).toContain('name="Service db"><skipped');
  });

  it('markdown: a table, and the fix as a suggestion', async () => {
    const text = await checked('markdown');
    expect(text).toContain('| Deployment/web | ❌ unsafe | none |');
    expect(text).toMatch(/```suggestion\nlifecycle: \{ preStop: \{ sleep: \{ seconds: \d+ \} \} \}\n```/);
  });

  it('of a scenario whose actions are given, too', async () => {
    const text = await checked('junit', '--delete-pod', 'web-1-0');
    expect(text).toContain('name="the scenario"');
    expect(await checked('markdown', '--delete-pod', 'web-1-0')).toContain('| the scenario | ❌ unsafe |');
  });
});

const HOSTILE: Results = {
  version: '1.0.0',
  outcome: 'unsafe',
  headline: 'UNSAFE: <script>|@all',
  checked: [
    {
      name: 'Deployment/<b>`|"',
      outcome: 'unsafe',
      claim: ']]> & "',
      runs: 1,
      failures: 1,
      neededMs: null,
      preStop: 'none',
      grace: '30 s',
      replay: "prestop 'a`b'",
      findings: [
        {
          rule: 'exposed',
          level: 'error',
          message: '<a>\u0000 & |',
          fix: null,
          place: { file: 'a b/ü.yaml', line: 2, column: 3 },
          suggestion: null,
        },
      ],
    },
  ],
  others: [],
  assumptions: ['@everyone <img src=x>'],
};

describe('names that others chose', () => {
  it('stay text in XML, Markdown and URIs', () => {
    expect(toJunit(HOSTILE)).not.toMatch(/<(?:a|b|script)>/);
    expect(toJunit(HOSTILE)).not.toContain('\u0000');
    const markdown = toMarkdown(HOSTILE);
    expect(markdown).not.toMatch(/(?<!\\)<(?:img|script|b)\b|@(?:all|everyone)/);
    const row = markdown.split('\n').find((line) => line.includes('Deployment'))!;
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(7);
    expect(toSarif(HOSTILE)).toContain('"uri": "a%20b/%C3%BC.yaml"');
  });
});
