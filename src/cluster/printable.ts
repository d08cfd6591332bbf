/** Text that somebody else wrote, as it may stand in a sentence of ours, in a terminal, an annotation, a page. */

/** Controls, formats (what turns the direction of writing, what has no width), line and paragraph ends, halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** As it is, with `\u001b` in the place of what would move a cursor, begin a line or hide what follows. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A name of megabytes says no more than its beginning. */
const MAX_LENGTH = 600;

/** A whole sentence that holds such text: printable, and cut, with its length said, where it would fill the screen. */
export function printableSentence(text: string): string {
  if (text.length <= MAX_LENGTH) return printable(text);
  return `${printable(text.slice(0, MAX_LENGTH))}… (${text.length} characters)`;
}
