import { spelt } from './visible.ts';

/** What XML has no way to write, and what would reorder the text; tabs and line breaks may stay. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu;

/** Text for SVG and HTML, in elements and in quoted attributes. */
export function xml(text: string): string {
  return text
    .replace(CONTROLS, (character) =>
      character === '\n' || character === '\t' ? character : spelt(character),
    )
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
