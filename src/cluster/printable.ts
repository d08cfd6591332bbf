/** Text that somebody else wrote, as it may stand in a sentence of ours and in a terminal. What else it may stand in: report/foreign.ts. */

/** Controls, formats (what turns the direction of writing, what has no width), line and paragraph ends, halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** As it is, with `\u001b` in the place of what would move a cursor, begin a line or hide what follows; what is `kept` stays. */
export function printable(text: string, kept = ''): string {
  return text.replace(UNPRINTABLE, (char) => (kept.includes(char) ? char : spelt(char)));
}

/** Half by half: what lies beyond U+FFFF has two. */
function spelt(char: string): string {
  return Array.from({ length: char.length }, (_, at) => {
    return `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** A name of megabytes says no more than its beginning. */
const MAX_LENGTH = 600;

/** A whole sentence that holds such text: printable, and cut, with its length said, where it would fill the screen. */
export function printableSentence(text: string, most: number = MAX_LENGTH): string {
  if (text.length <= most) return printable(text);
  return `${printable(text.slice(0, most))}… (${text.length} characters)`;
}

/** As long as what names many things of a cluster may become, and no longer. */
const MAX_PARAGRAPH = 8_000;

/** Several sentences that may name many things: printable, and cut where one name alone is as long as a file. */
export function printableParagraph(text: string): string {
  return printableSentence(text, MAX_PARAGRAPH);
}

/** A word of a command line, quoted where a shell would read more into it. */
export function shellWord(word: string): string {
  if (printable(word) !== word) {
    const spelled = printable(word.replaceAll('\\', '\\\\').replaceAll("'", "\\'"));
    return `$'${spelled}'`;
  }
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
