/**
 * Runs tables of cases that Kubernetes itself computed against the rules of this package.
 *
 *   tsx test/conformance/run.ts <directory> [--only <part of a file's or group's name>]
 *
 * The environment's CONFORMANCE_DIR comes before the argument.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { adapters as controlPlane } from './adapters/control-plane.ts';
import { adapters as dataPlane } from './adapters/data-plane.ts';
import { adapters as kubelet } from './adapters/kubelet.ts';
import { adapters as routers } from './adapters/routers.ts';
import { adapters as simulatedPath } from './adapters/simulated-path.ts';
import { adapters as validation } from './adapters/validation.ts';
import { autoscalingAdapters } from './adapters/workloads-autoscaling.ts';
import { daemonSetAdapters } from './adapters/workloads-daemon-set.ts';
import { statefulSetAdapters } from './adapters/workloads-stateful-set.ts';
import type { Adapter, Case, Table } from './types.ts';

const RULES: readonly Adapter[] = [
  ...kubelet,
  ...dataPlane,
  ...controlPlane,
  ...validation,
  ...routers,
  ...statefulSetAdapters,
  ...daemonSetAdapters,
  ...autoscalingAdapters,
];
const SHOWN_FAILURES = 5;
const SHOWN_CHARACTERS = 400;

interface Arguments {
  readonly directory: string | undefined;
  readonly only: string | undefined;
}

interface FileResult {
  passed: number;
  failed: number;
  readonly failures: string[];
  readonly withoutRule: Map<string, number>;
}

function parseArguments(argv: readonly string[]): Arguments {
  const at = argv.indexOf('--only');
  const positional = at < 0 ? argv : argv.filter((_, index) => index !== at && index !== at + 1);
  return { directory: process.env.CONFORMANCE_DIR || positional[0], only: at < 0 ? undefined : argv[at + 1] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCase(value: unknown): value is Case {
  return isObject(value) && 'input' in value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Every list of cases of one file, with what the file says about all of them. */
function tablesOf(file: string, content: unknown): { table: Table; cases: readonly Case[] }[] {
  const lists = Array.isArray(content) ? { cases: content } : isObject(content) ? content : {};
  const fileFunction = isObject(content) ? text(content.function) : undefined;
  const algorithm = isObject(content) ? text(content.algorithm) : undefined;
  return Object.entries(lists).flatMap(([list, value]) => {
    if (!Array.isArray(value)) return [];
    const cases = value.filter(isCase);
    if (cases.length === 0) return [];
    const table: Table = {
      file,
      list,
      ...(fileFunction === undefined ? {} : { function: fileFunction }),
      ...(algorithm === undefined ? {} : { algorithm }),
    };
    return [{ table, cases }];
  });
}

function groupOf(testCase: Case, table: Table): string {
  return testCase.group ?? testCase.function ?? table.function ?? table.list;
}

function nameOf(testCase: Case, index: number): string {
  return testCase.id ?? testCase.source ?? `#${index}`;
}

/** Whether the answer has everything that the table names; what the table does not name is not compared. */
function covers(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((item, index) => covers(actual[index], item));
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return false;
    return Object.entries(expected).every(([key, value]) => covers(actual[key], value));
  }
  return isDeepStrictEqual(actual, expected);
}

function oneLine(value: unknown): string {
  const line = JSON.stringify(value) ?? String(value);
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
}

/** Null where the case passed, else the actual answer or the error in one line. */
function failureOf(adapter: Adapter, testCase: Case, table: Table): string | null {
  try {
    const actual = adapter.actual(testCase.input, testCase, table);
    const agrees =
      adapter.agrees === undefined
        ? covers(actual, testCase.expected)
        : adapter.agrees(actual, testCase.expected, testCase);
    return agrees ? null : `actual ${oneLine(actual)}`;
  } catch (error) {
    return `threw ${oneLine(error instanceof Error ? error.message : String(error))}`;
  }
}

function runFile(
  file: string,
  content: unknown,
  adapters: readonly Adapter[],
  only: string | undefined,
): FileResult {
  const result: FileResult = {
    passed: 0,
    failed: 0,
    failures: [],
    withoutRule: new Map(),
  };
  for (const { table, cases } of tablesOf(file, content)) {
    for (const [index, testCase] of cases.entries()) {
      const group = groupOf(testCase, table);
      if (only !== undefined && !file.includes(only) && !group.includes(only)) continue;
      const adapter = adapters.find((candidate) => candidate.matches(testCase, table));
      if (adapter === undefined) {
        result.withoutRule.set(group, (result.withoutRule.get(group) ?? 0) + 1);
        continue;
      }
      const failure = failureOf(adapter, testCase, table);
      if (failure === null) {
        result.passed += 1;
        continue;
      }
      result.failed += 1;
      if (result.failures.length < SHOWN_FAILURES) {
        const name = nameOf(testCase, index);
        result.failures.push(`${name} [${adapter.name}]: expected ${oneLine(testCase.expected)}, ${failure}`);
      }
    }
  }
  return result;
}

/** Tables of decisions of controllers: each row that a rule answers comes to the rule that its actor runs. */
const OF_CONTROLLERS = 'upstream-workloads.json';

/** How many rows come to a rule that an actor runs. */
function reached(file: string, { passed, failed, withoutRule }: FileResult): readonly string[] {
  if (file !== OF_CONTROLLERS) return [];
  const left = [...withoutRule.values()].reduce((total, each) => total + each, 0);
  const answered = passed + failed;
  return [`  ${answered} of ${answered + left} rows come to a rule that an actor runs`];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readJson(path: string): { content: unknown } | { error: string } {
  try {
    return { content: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function main(): number {
  const { directory, only } = parseArguments(process.argv.slice(2));
  if (directory === undefined || !existsSync(directory)) {
    print(directory === undefined ? 'No directory of tables given.' : `There is no directory ${directory}.`);
    print('0 passed, 0 failed');
    return 0;
  }
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  let passed = 0;
  let failed = 0;
  for (const file of files.sort()) {
    const json = readJson(join(directory, file));
    if ('error' in json) {
      failed += 1;
      print(`${file}: 0 passed, 1 failed`);
      print(`  not readable: ${json.error}`);
      continue;
    }
    const result = runFile(file, json.content, RULES, only);
    passed += result.passed;
    failed += result.failed;
    const idle = result.passed + result.failed + result.withoutRule.size === 0;
    if (idle && only !== undefined) continue;
    print(`${file}: ${result.passed} passed, ${result.failed} failed`);
    for (const failure of result.failures) print(`  ${failure}`);
    for (const [group, count] of result.withoutRule) {
      failed += count;
      print(`  no rule answers the ${count} rows of ${group}: its rule or its adapter is missing`);
    }
    for (const line of reached(file, result)) print(line);
    // Tables about packets hold for whole runs, too: once more, with a client where the packet comes from.
    const path = runFile(file, json.content, simulatedPath, only);
    passed += path.passed;
    failed += path.failed;
    if (path.passed + path.failed === 0) continue;
    print(`${file}, through the simulated path: ${path.passed} passed, ${path.failed} failed`);
    for (const failure of path.failures) print(`  ${failure}`);
  }
  print(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = main();
