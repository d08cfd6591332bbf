import { describe, expect, it } from 'vitest';
import { parseDelaysFile } from '../../src/calibration/delays-file.ts';

const told = (text: string) => {
  const parsed = parseDelaysFile(text, 'd.yaml');
  if (parsed.ok) throw new Error('It was read.');
  return parsed.messages;
};

describe('a delays file that is none says what is wrong in words', () => {
  it.each([
    ['what is missing', 'format: 1', 'd.yaml: date is missing.'],
    ['an empty file', '', 'd.yaml: recordings is missing.'],
    ['another format', 'format: x', 'd.yaml: format: must be 1'],
    [
      'a wrong type',
      'format: 1\nrecordings: many',
      'd.yaml: recordings: must be of type number; it is string.',
    ],
    ['a key of every object', 'format: 1\n__proto__: {date: 1}', 'd.yaml: date is missing.'],
    ['what is no YAML', 'a: [', 'd.yaml:1: '],
  ])('%s', (_, text, expected) => {
    expect(told(text).some((message) => message.startsWith(expected))).toBe(true);
    for (const message of told(text)) expect(message).not.toMatch(/Invalid input|undefined/);
  });
});
