import { isDeepStrictEqual } from 'node:util';
import {
  explain,
  LimitExceeded,
  type ParseResult,
  parseScenario,
  type Run,
  type Scenario,
  simulate,
} from '../../src/index.ts';

/** What holds whatever the input is. Each function returns what is wrong, as sentences. */

/** Control characters, and those that turn or break a line: nothing of the kind may reach a terminal. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;
/** What JavaScript says where nobody looked. */
const UNTOLD =
  /of undefined|properties of|is not a function|is not iterable|call stack|Invalid array length|\[object /;

const MOST_TOLD = 100;

export function wrongWithIssues(result: ParseResult): readonly string[] {
  if (result.ok) return [];
  const { issues } = result;
  const wrong: string[] = [];
  if (issues.length === 0) wrong.push('refused without an issue');
  if (issues.length > MOST_TOLD) wrong.push(`${issues.length} issues are told`);
  for (const { code, path, message, rule, fix } of issues) {
    const missing = Object.entries({ path, message, rule, fix }).filter(
      ([, value]) => value === undefined || value === '',
    );
    for (const [name] of missing) wrong.push(`${code} has no ${name}: ${message}`);
    const text = `${message}\n${rule}\n${fix}`;
    if (UNPRINTABLE.test(text)) wrong.push(`${code} has a control character: ${JSON.stringify(text)}`);
    if (UNTOLD.test(text)) wrong.push(`${code} is JavaScript's: ${text}`);
    if (text.length > 4_000) wrong.push(`${code} is ${text.length} characters long`);
  }
  return wrong;
}

/** Two runs are one; the run is told without a hole, where it is explained, which takes many runs more; only a limit may end it. */
export function wrongWithRuns(scenario: Scenario, seed: number, explained: boolean): readonly string[] {
  try {
    const run = simulate(scenario, { seed });
    const wrong: string[] = [];
    const again = simulate(scenario, { seed, trace: 'none' });
    if (run.digest !== again.digest) wrong.push(`digests ${run.digest} and ${again.digest}`);
    if (!isDeepStrictEqual(violationsOf(run), violationsOf(again))) wrong.push('two verdicts');
    let latest = 0;
    for (const { atMs, type } of run.trace) {
      if (atMs < latest) wrong.push(`${type} at ${atMs} ms comes after ${latest} ms`);
      latest = atMs;
    }
    for (const { fromMs, toMs, kind } of run.verdict.violations)
      if (!(fromMs <= toMs)) wrong.push(`${kind} from ${fromMs} to ${toMs} ms`);
    for (const [pod, { usedMs }] of Object.entries(run.verdict.grace))
      if (!(usedMs >= 0)) wrong.push(`${pod} used ${usedMs} ms of its grace period`);
    const text = explained ? explain(run) : '';
    if (/undefined|NaN|Infinity|\[object/.test(text)) wrong.push(`told: ${text}`);
    if (UNPRINTABLE.test(text)) wrong.push(`a control character is told: ${JSON.stringify(text)}`);
    return wrong;
  } catch (error) {
    if (error instanceof LimitExceeded) return wrongWithText(error.message);
    throw error;
  }
}

/** Without their fixes: each of these is tried in runs of its own. */
const violationsOf = ({ verdict }: Run) =>
  verdict.violations.map(({ kind, fromMs, toMs }) => ({ kind, fromMs, toMs }));

export function wrongWithText(message: string): readonly string[] {
  const wrong: string[] = [];
  if (UNPRINTABLE.test(message)) wrong.push(`a control character: ${JSON.stringify(message)}`);
  if (UNTOLD.test(message)) wrong.push(`JavaScript's own message: ${message}`);
  return wrong;
}

export function wrongWithInput(input: unknown, seed: number, explained: boolean): readonly string[] {
  const result = parseScenario(input);
  return result.ok ? wrongWithRuns(result.scenario, seed, explained) : wrongWithIssues(result);
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const clean = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);

export function wrongWithPrototypes(): readonly string[] {
  const isClean = PROTOTYPES.every((prototype, index) => Reflect.ownKeys(prototype).length === clean[index]);
  return isClean ? [] : ['a prototype was changed'];
}
