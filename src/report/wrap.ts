/** Width that all text reports keep to, in columns. */
export const REPORT_WIDTH = 100;

/** Where the beginning of a line leaves less room than this, the text is wider than the report. */
const MIN_WIDTH = 20;

/** A space that a line may end at: not the one between a number and its unit. */
const BREAK = /(?<!\d) | (?!(?:ms|s|min|%)(?:\W|$))/;

/**
 * Breaks text so that no line exceeds `width` columns: at spaces, and within a word only where the word is longer than a line.
 * Every line after the first begins with `indent`.
 */
export function wrap(text: string, width: number, indent = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(BREAK)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const lead = lines.length === 0 ? '' : indent;
    for (; lead.length + word.length > width; word = word.slice(width - lead.length)) {
      lines.push(lead + word.slice(0, width - lead.length));
    }
    line = (lines.length === 0 ? '' : indent) + word;
  }
  lines.push(line);
  return lines;
}

/** A paragraph within the report's width: its first line begins with `first`, every other one with as many spaces. */
export function paragraph(text: string, first = ''): string {
  const indent = ' '.repeat(first.length);
  const lines = wrap(text, Math.max(MIN_WIDTH, REPORT_WIDTH - first.length));
  return lines.map((line, index) => (index === 0 ? first : indent) + line).join('\n');
}

/** `+1.250`, `-0.500`: a signed number of milliseconds with three decimals. */
export function signedMs(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${Math.abs(ms).toFixed(3)}`;
}
