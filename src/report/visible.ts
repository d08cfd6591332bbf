/** Controls, line separators, marks that reorder what follows, and halves of characters. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** Text for a terminal: names come from manifests, and a control character in one would move the cursor or paint the screen. */
export function visible(text: string): string {
  return text.replace(CONTROLS, spelt);
}

/** A character that must not be written as it is, as its number. */
export function spelt(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
