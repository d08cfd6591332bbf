import type { Log, ReportingDescriptor, Result } from 'sarif';
import { jsonText } from '../foreign.ts';
import { findingsOf, type ResultFinding, type Results, RULE_HELP } from './result.ts';

/** SARIF 2.1.0, as code scanning takes it: a result at its place in the YAML, with its rule and the rule's help. */

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const DOCS = 'https://www.npmjs.com/package/prestop';

export function toSarif(results: Results): string {
  const findings = findingsOf(results);
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'prestop',
            semanticVersion: results.version,
            informationUri: DOCS,
            rules: ids.map((id) => ruleOf(id, findings)),
          },
        },
        invocations: [{ executionSuccessful: true, exitCodeDescription: results.headline }],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, ids)),
      },
    ],
  };
  return jsonText(log);
}

function ruleOf(id: string, findings: readonly ResultFinding[]): ReportingDescriptor {
  const help = (RULE_HELP as Readonly<Record<string, string>>)[id];
  const text = help ?? 'What the manifests say and an API server accepts, though hardly as it was meant.';
  const level = findings.find(({ rule }) => rule === id)?.level ?? 'warning';
  return {
    id,
    shortDescription: { text: text.slice(0, text.indexOf('.') + 1) },
    fullDescription: { text },
    help: { text },
    helpUri: DOCS,
    defaultConfiguration: { level },
  };
}

function resultOf({ rule, level, message, fix, place }: ResultFinding, ids: readonly string[]): Result {
  const text = fix === null ? message : `${message}\nFix: ${fix}`;
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level,
    message: { text },
    ...(place !== null && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(place.file) },
            region: { startLine: place.line, startColumn: place.column },
          },
        },
      ],
    }),
  };
}

/** A relative path is relative to the repository; each part is escaped as URIs have it. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}
