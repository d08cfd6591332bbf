import { describe, expect, it } from 'vitest';
import { annotation } from '../../src/cli/annotations.ts';
import { printable, printableSentence, shellWord } from '../../src/cluster/printable.ts';
import { assertSafe, defineScenario, formatIssues, parseScenario, simulate, toSvg } from '../../src/index.ts';
import { toBeSafe } from '../../src/matchers/index.ts';
import {
  jsonInScript,
  jsonText,
  markdown,
  markdownBlock,
  markdownCode,
  mermaid,
  xml,
} from '../../src/report/foreign.ts';
import { deployment, service } from '../run/manifests.ts';

/** Escapes of a terminal, a new line that begins a command, marks that turn the direction, halves of characters, tags, tables. */
const FOREIGN =
  'a\u001b[31m\n::error::x\r\u2028\u202e\ud800</script><b onload="x">&\u009b|`*_#;@all%0A\ufffe';
const DANGEROUS = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

describe('text of others stays data', () => {
  it.each([
    ['in a sentence and a terminal', printable(FOREIGN), /\n/],
    ['in SVG and HTML', xml(FOREIGN), /<|"|&(?!#\d+;)/],
    ['in the script of a page', jsonInScript({ name: FOREIGN }), /<|\n/],
    ['in JSON', jsonText({ name: FOREIGN }, 0), /\n/],
    ['in Markdown', markdown(FOREIGN), /\n|(?<!\\)[<|`*_#]|@(?!\u200b)/],
    ['in Markdown as code', markdownCode(FOREIGN), /\n|(?<!\\)\|/],
    ['in Mermaid', mermaid(FOREIGN), /[\n:;#,]/],
    [
      'in an annotation, which has one line',
      annotation({
        level: 'error',
        title: FOREIGN,
        message: FOREIGN,
        place: { file: FOREIGN, line: 1, column: 1 },
      }),
      /\n|%(?!25|0A|3A|2C)/,
    ],
  ])('%s', (_, text, forbidden) => {
    expect(text).not.toMatch(DANGEROUS);
    expect(text).not.toMatch(forbidden);
  });

  it('an annotation is one command with two properties, whatever its title is', () => {
    const place = { file: 'a,b:c.yaml', line: 3, column: 1 };
    const [, head = ''] = annotation({ level: 'error', title: 'x::y,z=1', message: 'm', place }).split('::');
    expect(head).toBe('error file=a%2Cb%3Ac.yaml,line=3,col=1,title=x%3A%3Ay%2Cz=1');
  });

  it.each([
    ['a `b` c', '``a `b` c``'],
    ['a ``b', '```a ``b```'],
    ['`', '`` ` ``'],
    ['plain', '`plain`'],
  ])('code in Markdown ends where its text does: %s', (text, code) => {
    expect(markdownCode(text)).toBe(code);
  });

  it('a block of code in Markdown ends where its text does', () => {
    expect(markdownBlock('suggestion', 'a: |\n  ```\n  b')).toEqual([
      '````suggestion',
      'a: |\n  ```\n  b',
      '````',
    ]);
    expect(markdownBlock('yaml', 'a')).toEqual(['```yaml', 'a', '```']);
  });

  it('a word of a command line is one word of a shell', () => {
    expect(['a.yaml', "it's", '$(x)', ''].map(shellWord)).toEqual(['a.yaml', "'it'\\''s'", "'$(x)'", "''"]);
  });

  it('what lies beyond U+FFFF is spelt whole, and JSON in a page says what it was', () => {
    expect(printable('a\u{e0001}b')).toBe('a\\udb40\\udc01b');
    expect(JSON.parse(jsonInScript(`${FOREIGN}\u{e0001}`))).toBe(`${FOREIGN}\u{e0001}`);
  });

  it('a sentence of megabytes is cut, and says how long it was', () => {
    const long = printableSentence('x'.repeat(4e6));
    expect(long.length).toBeLessThan(700);
    expect(long).toMatch(/… \(4000000 characters\)$/);
  });
});

describe('names in an input that is refused', () => {
  const input = (name: string) => [
    { manifests: [{ ...deployment({}), metadata: { name } }, service()] },
    { manifests: [deployment({}), service()], apps: { [name]: {} } },
    { manifests: [deployment({}), service()], [name]: 1 },
    { manifests: [deployment({}), service()], actions: [{ type: 'deletePod', pod: name }] },
    { manifests: [deployment({}), service()], delays: { [name]: '1s' } },
    { manifests: [deployment({}), service()], routers: [name] },
    { manifests: [{ ...deployment({}), [name]: name }, service()] },
  ];
  it.each([
    ['that would paint the screen', FOREIGN],
    ['of four megabytes', `x${'y'.repeat(4e6)}`],
  ])('%s reach no message as they are', (_, name) => {
    for (const each of input(name)) {
      const parsed = parseScenario(each);
      if (parsed.ok) continue;
      const told = formatIssues(parsed.issues);
      expect(told.replaceAll('\n', '')).not.toMatch(DANGEROUS);
      expect(told).not.toMatch(/^::/m);
      expect(told.length).toBeLessThan(20_000);
      if (name.length > 1e6) expect(told).toMatch(/characters\)|…/);
    }
  });
});

it('keys and commands of an accepted manifest reach neither a picture nor a message as they are', () => {
  const web = deployment({ replicas: 2, preStop: { exec: { command: [`/bin/${FOREIGN}`, '5'] } } });
  const scenario = defineScenario({
    manifests: [web, service(), { kind: FOREIGN, apiVersion: 'x/v1', metadata: { name: FOREIGN } }],
    apps: { web: { preStop: { duration: '0s' } } },
    actions: [{ type: 'deletePod', pod: 'web-1-1' }],
  });
  const run = simulate(scenario);
  const { message } = toBeSafe.call({ isNot: run.verdict.safe }, scenario, { runs: 2 });
  const thrown = (() => {
    try {
      assertSafe(scenario, { runs: 2 });
      return '';
    } catch (error) {
      return String(error);
    }
  })();
  for (const text of [message(), thrown, toSvg(run)])
    expect(text.replaceAll('\n', '')).not.toMatch(DANGEROUS);
});
