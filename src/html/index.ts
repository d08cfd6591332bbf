export { type HtmlOptions, toHtml } from './to-html.ts';
export { type PlaygroundOptions, toPlayground } from './to-playground.ts';
