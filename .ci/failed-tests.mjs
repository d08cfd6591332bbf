// The names of failed tests, and what each said, from the report that vitest wrote as JSON: at most 25 lines.
import { existsSync, readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
const say = (text) => process.stdout.write(`${text}\n`);
const firstLines = (text) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 2)
    .map((line) => `  ${line.trim().slice(0, 160)}`);

function toldOf({ name, message, assertionResults }) {
  const file = name.replace(`${process.cwd()}/`, '');
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  // A file that could not be loaded has a message of its own and no tests.
  if (failed.length === 0) return message ? [file, ...firstLines(message)] : [];
  return failed.flatMap(({ fullName, failureMessages }) => [
    `${file}: ${fullName}`,
    ...firstLines(failureMessages[0] ?? ''),
  ]);
}

if (existsSync(path)) {
  const told = JSON.parse(readFileSync(path, 'utf8')).testResults.flatMap(toldOf);
  say(`\nFailed tests:\n${told.slice(0, 24).join('\n')}`);
  if (told.length > 24) say(`… and ${told.length - 24} lines more.`);
} else say('The tests ended without a report.');
