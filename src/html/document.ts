import { jsonInScript, xml } from '../report/foreign.ts';
import { STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  readonly body: string;
  /** What the script reads, as JSON. */
  readonly data: unknown;
  readonly script: string;
}

/** Nothing is loaded from anywhere, and nothing is sent: the page says so to the browser, too. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function documentOf({ title, body, data, script }: Page): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${xml(POLICY)}">`,
    '<link rel="icon" href="data:,">',
    `<title>${xml(title)}</title><style>${STYLE}</style></head>`,
    `<body>${body}`,
    `<script type="application/json" id="prestop-data">${jsonInScript(data)}</script>`,
    `<script>${script}</script>`,
    '</body></html>',
    '',
  ].join('\n');
}
