/** What a piece of text is, so that a colour can be chosen for it. */
export type Tone = 'plain' | 'quiet' | 'strong' | 'routing' | 'good' | 'warning' | 'bad';

export type Paint = (text: string, tone: Tone) => string;

const CODES: Readonly<Record<Tone, string>> = {
  plain: '',
  quiet: '2',
  strong: '1',
  routing: '36',
  good: '32',
  warning: '33',
  bad: '1;31',
};

/** Paints with ANSI escapes where colour is asked for, and leaves text as it is elsewhere. */
export function paint(color: boolean): Paint {
  if (!color) return (text) => text;
  return (text, tone) =>
    CODES[tone] === '' || text === '' ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`;
}
