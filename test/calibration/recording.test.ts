import { describe, expect, it } from 'vitest';
import { formatRecording, parseRecording } from '../../src/calibration/recording.ts';

const META = '{"t":0,"source":"meta","what":"recording","detail":{"mode":"delete"}}';
const SENT = '{"t":0,"source":"client","what":"DELETE sent","detail":{},"more":1}';

describe('a recording', () => {
  it('is its meta and what was seen, by time; further keys pass', () => {
    const late = '{"t":5.5,"source":"apiserver","what":"pod MODIFIED","detail":{"rv":"1"}}';
    const { recording, problems } = parseRecording(`${META}\n${late}\n\n${SENT}\n`, 'a.jsonl');
    expect(problems).toEqual([]);
    expect(recording?.meta).toEqual({ mode: 'delete' });
    expect(recording?.lines.map(({ t, what }) => [t, what])).toEqual([
      [0, 'DELETE sent'],
      [5.5, 'pod MODIFIED'],
    ]);
    expect(parseRecording(formatRecording(recording!), 'b').recording?.lines).toEqual(recording?.lines);
  });

  it.each([
    ['is no JSON', 'nonsense', 'notJson', 'is no JSON: "nonsense"'],
    ['holds a list', '[1]', 'notALine', 'holds a list where an object is needed'],
    ['has no time', '{"source":"a","what":"b","detail":{}}', 'notALine', 'has no "t" that is a number of ms'],
    [
      'has a text for its detail',
      '{"t":1,"source":"a","what":"b","detail":""}',
      'notALine',
      'has no "detail"',
    ],
  ] as const)('names a line that %s, with its file and number', (_, line, code, message) => {
    const { recording, problems } = parseRecording(`${META}\n${line}\n${SENT}\n`, 'a.jsonl');
    expect(recording).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, file: 'a.jsonl', line: 2 });
    expect(problems[0]?.message).toContain(message);
  });

  it('is read without a last line that was torn off, which is told', () => {
    const { recording, problems } = parseRecording(`${META}\n${SENT}\n{"t":7,"sou`, 'a.jsonl');
    expect(recording?.lines).toHaveLength(1);
    expect(problems.map(({ code, line }) => [code, line])).toEqual([['torn', 3]]);
  });

  it('needs its meta', () => {
    expect(parseRecording(`${SENT}\n`, 'a.jsonl').problems[0]).toMatchObject({ code: 'noMeta', line: null });
  });

  it('tells twenty malformed lines one by one and counts the others', () => {
    const { problems } = parseRecording(`${META}\n${'x\n'.repeat(100)}`, 'a.jsonl');
    expect(problems).toHaveLength(21);
    expect(problems[20]?.message).toBe('80 more lines are malformed.');
  });
});
