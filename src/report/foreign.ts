import { printable } from '../cluster/printable.ts';

/** Text that somebody else wrote, in every format that is not a terminal: one function for each, called where the text enters. */

const NONCHARACTERS = /[\ufffe\uffff]/g;

/** In SVG, HTML and JUnit's XML: in elements and in quoted attributes. Tabs and line breaks may stay. */
export function xml(text: string): string {
  return printable(text, '\n\t')
    .replace(NONCHARACTERS, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON for programs, which may be read on a terminal, too: a line each, and nothing in it that moves a cursor or turns the writing. */
export function jsonText(value: unknown, indent = 2): string {
  return printable(JSON.stringify(value, null, indent), '\n');
}

/** JSON in a page's script: no end tag and no comment can begin in it. */
export function jsonInScript(value: unknown): string {
  return printable(JSON.stringify(value)).replaceAll('<', '\\u003c');
}

/** In Markdown, on one line: no table, no tag, no mention comes of it. */
export function markdown(text: string): string {
  return printable(text.replaceAll('\n', ' '))
    .replace(/[\\`*_{}[\]<>|#~]/g, (character) => `\\${character}`)
    .replaceAll('@', '@\u200b');
}

/** In Markdown as code, in a cell of a table or not. */
export function markdownCode(text: string): string {
  const code = printable(text.replaceAll('\n', ' ')).replaceAll('|', '\\|');
  const fence = '`'.repeat(longestFence(code) + 1);
  const gap = /^`|`$/.test(code) ? ' ' : '';
  return `${fence}${gap}${code}${gap}${fence}`;
}

/** In Markdown as a block of lines: nothing in it ends the block. */
export function markdownBlock(language: string, text: string): readonly string[] {
  const fence = '`'.repeat(Math.max(longestFence(text) + 1, 3));
  return [`${fence}${language}`, printable(text, '\n\t'), fence];
}

function longestFence(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
}

/** As a name in a Mermaid gantt, which would end it at any of these. */
export function mermaid(name: string): string {
  return printable(name)
    .replace(/[:;#,]/g, ' ')
    .trim();
}

/** As the message of a workflow command: `::error title=…::message`. Its line breaks are ours. */
export function annotationMessage(text: string): string {
  return printable(text, '\n').replaceAll('%', '%25').replaceAll('\n', '%0A');
}

/** As the value of a property of a workflow command. */
export function annotationProperty(text: string): string {
  return annotationMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
