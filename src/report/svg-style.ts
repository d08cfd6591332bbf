/** Colours that stay apart in shades of grey and for the colour-blind, and that words stand out on. HTML uses the same. */
export const LIGHT = `--paper:#fff;--ink:#1b1f24;--quiet:#57606a;--rule:#e4e7eb;--grid:#eef0f3;--ready:#a9d8c0;--pre:#f3cf73;--drain:#9cc3f0;--routed:#8d97a5;--thin:#b4bcc6;--lost:#c8102e;--lost-line:#fff;--mark:#1b1f24;--on:#12161b;--good:#0b6b3a;--bad:#b00020;--warn:#7a4b00`;

export const DARK = `--paper:#0f1318;--ink:#e8ecf1;--quiet:#a3adb9;--rule:#262d36;--grid:#1c222a;--ready:#2f7d5b;--pre:#b98a1c;--drain:#3b74b8;--routed:#6d7887;--thin:#4c5766;--lost:#ff5468;--lost-line:#0f1318;--mark:#f2f5f8;--on:#fff;--good:#5fd39a;--bad:#ff8492;--warn:#f0c063`;

export const SHAPES = [
  '.ps .ready{fill:var(--ready)}',
  '.ps .preStop{fill:var(--pre)}',
  '.ps .draining{fill:var(--drain)}',
  '.ps .routed{fill:var(--routed)}',
  '.ps .exposed{fill:url(#ps-lost);stroke:var(--lost);stroke-width:1}',
  '.ps .exposed-back{fill:var(--lost)}',
  '.ps .exposed-line{fill:var(--lost-line);opacity:.35}',
  '.ps .starting,.ps .terminating,.ps .serving,.ps .notServing{fill:var(--thin)}',
  '.ps .notServing{opacity:.5}',
  '.ps .grid{stroke:var(--grid);fill:none}',
  '.ps .rule{stroke:var(--rule);fill:none}',
  '.ps .break{fill:var(--paper);opacity:.82}',
  '.ps .zigzag{stroke:var(--quiet);fill:none;stroke-width:1.2}',
  '.ps .mark{fill:var(--mark);stroke:var(--paper);stroke-width:.8}',
  '.ps .mark .stroke{fill:none;stroke:var(--mark);stroke-width:1.8}',
  '.ps .mark.change,.ps .mark.gone,.ps .mark.created{fill:var(--quiet)}',
  '.ps .mark.answered{fill:var(--good);stroke:none}',
  '.ps .mark.failed .stroke,.ps .mark.sigkill .stroke{stroke:var(--lost);stroke-width:2.4}',
  '.ps text{font:12px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}',
  '.ps text.on{font-size:11px;fill:var(--on)}',
  '.ps text.on.exposed{fill:#fff;font-weight:600;stroke:#8f0b20;stroke-width:3px;paint-order:stroke}',
  '.ps text.quiet{fill:var(--quiet)}',
  '.ps text.strong{font-weight:600}',
  '.ps text.head{font-size:17px;font-weight:650}',
  '.ps text.head.safe{fill:var(--good)}',
  '.ps text.head.unsafe,.ps text.head.notJudged{fill:var(--bad)}',
].join('');

export const SVG_STYLE = [
  `.ps{${LIGHT}}`,
  `.ps.dark{${DARK}}`,
  `@media (prefers-color-scheme:dark){.ps.auto{${DARK}}}`,
  '.ps .paper{fill:var(--paper)}',
  SHAPES,
].join('');
