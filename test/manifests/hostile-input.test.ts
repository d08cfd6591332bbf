import { describe, expect, it } from 'vitest';
import { limits, utf8Bytes } from '../../src/manifests/limits.ts';
import { readManifests } from '../../src/manifests/read-manifests.ts';

const read = (input: Parameters<typeof readManifests>[0]) => readManifests(input, { minor: 30 });
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'a', image: 'a' }] },
};
const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

function expectRefusal(input: Parameters<typeof readManifests>[0], message: RegExp) {
  const { objects, issues } = read(input);
  expect(objects).toEqual([]);
  expect(issues[0]?.code).toBe('limitExceeded');
  expect(issues[0]?.message).toMatch(message);
}

describe('hostile manifests', () => {
  it('are refused as an alias bomb', () => {
    const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 12; level += 1) {
      bomb.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(',')}]`,
      );
    }
    expectRefusal(bomb.join('\n'), /10000 values.*maxAliasCount/);
  });

  it('are refused with an alias inside itself', () => {
    expect(read('a: &a [*a]').issues[0]?.message).toMatch(/no anchor before it/);
  });

  it.each(['[', '{a: ', '- ', '? '])('are refused when nested deep with %j, in text', (opening) => {
    expectRefusal(opening.repeat(100_000), /64 levels/);
  });

  it('are refused when nested deep, as an object', () => {
    expectRefusal({ ...pod, extra: nested(100) }, /64 levels/);
    expect(read({ ...pod, extra: nested(60) }).issues).toEqual([]);
    expect(read(JSON.stringify({ ...pod, extra: nested(60) })).issues).toEqual([]);
  });

  it('are refused above 32 MiB of text', () => {
    expectRefusal('#'.repeat(limits.textBytes + 1), /33554432 bytes \(32 MiB\)/);
    expectRefusal(['#'.repeat(limits.textBytes), '#'], /32 MiB/);
  });

  it.each<[what: string, text: string, told: RegExp]>([
    ['aliases without an end', `a: &a x\nb: [${'*a,'.repeat(300_000)}]`, /10000 values.* at line 2/],
    ['keys of one map', Array.from({ length: 50_100 }, (_, key) => `k${key}: 1\n`).join(''), /50000 keys/],
    ['keys between braces', `{${Array.from({ length: 50_100 }, (_, key) => `k${key}: 1,`)}}`, /50000 keys/],
    ['directives', '%x\n'.repeat(300_000), /directives-end.* at line 10\d/],
    ['brackets that close nothing', '}}]]'.repeat(300_000), /Unexpected flow-map-end.* at line 1/],
    ['quotes', '"\n'.repeat(300_000), /Unexpected double-quoted-scalar.* at line 3/],
    ['escapes that do not exist', `a: "${'\\x'.repeat(300_000)}"`, /Invalid escape sequence/],
    ['anchors of one value', '&a '.repeat(50_000), /at most one anchor/],
  ])('end where enough was read to tell: %s', (_, text, told) => {
    const { objects, issues } = read(text);
    expect(objects).toEqual([]);
    expect(issues.length).toBeLessThan(3);
    expect(issues[0]?.message).toMatch(told);
  });

  it.each([
    ['words', '---\na\n'],
    ['objects without a name', '---\nkind: Pod\n'],
    ['maps that are no objects', '---\na: 1\n'],
  ])('are read no further than the 100th problem, and where that was is told: %s', (_, text) => {
    const { issues } = read(text.repeat(40_000));
    expect(issues.length).toBeLessThan(250);
    expect(issues.at(-1)).toMatchObject({ code: 'readNoFurther', path: ['manifests', expect.any(Number)] });
  });

  it('tell what is wrong with a document of that document alone', () => {
    const text = `${JSON.stringify(pod)}\n---\na: [\n---\nkind: Pod\n`;
    const told = read(text).issues.map(({ code, path }) => `${code} ${path[1]}`);
    expect(told).toContain('yamlSyntax 0');
    expect(read(text).objects).toMatchObject([{ kind: 'Pod', metadata: { name: 'a' } }]);
  });

  it('may hold separators with nothing between them', () => {
    expect(read(`${'---\n'.repeat(20_000)}${JSON.stringify(pod)}\n---\n---\n...\n`)).toMatchObject({
      objects: [{ kind: 'Pod' }],
      issues: [],
    });
  });

  it('are measured in bytes, not in characters', () => {
    expect(['a', 'é', '€', '😀'].map(utf8Bytes)).toEqual([1, 2, 3, 4]);
  });

  it('are refused for their number before one is read: a text that is no YAML is not told so', () => {
    expectRefusal(`${'kind: Service\n---\n'.repeat(50_001)}{`, /50001 objects of kinds/);
    expectRefusal(
      `${'a\n---\n'.repeat(500_001)}{`,
      /documents and objects are more than the limit of 500000/,
    );
    // Neither text within a document nor a kind that is not read counts.
    const text = `kind: ConfigMap\ndata:\n  a: |\n${'    ---\n    kind: Service\n'.repeat(60_000)}`;
    expect(read(text).issues.map(({ code }) => code)).toEqual(['nothingToSimulate']);
  });

  it('are refused above 50,000 objects of kinds that are read', () => {
    expectRefusal(
      { kind: 'List', items: Array(50_001).fill({ kind: 'Service' }) },
      /50001 objects .* 50000 objects/,
    );
    expectRefusal(Array(50_001).fill({ kind: 'Pod' }), /50001 objects/);
    expectRefusal(Array(500_001).fill({}), /500000 documents/);
  });

  it('may hold more of other kinds', () => {
    const others = Array.from({ length: 50_100 }, (_, index) => ({
      kind: 'Widget',
      metadata: { name: `w${index}` },
    }));
    expect(read([...others, pod]).issues).toEqual([]);
  });

  it('cannot reach a prototype', () => {
    const keys = '"__proto__": { "polluted": "yes" }, "constructor": { "prototype": { "polluted": "yes" } }';
    const text = `{ "apiVersion": "v1", "kind": "Pod", ${keys},
      "metadata": { "name": "a", ${keys}, "labels": { "constructor": "b", "prototype": "c" } },
      "spec": { ${keys}, "containers": [{ "name": "a", "image": "a", ${keys} }] } }`;
    for (const input of [text, JSON.parse(text)]) {
      const { objects, issues } = read(input);
      expect(issues).toEqual([]);
      expect(objects[0]?.metadata.labels).toEqual({ constructor: 'b', prototype: 'c' });
      expect(Object.getPrototypeOf(objects[0]?.metadata.labels)).toBe(Object.prototype);
    }
    expect('polluted' in {}).toBe(false);
  });

  it('cannot lend fields by a prototype', () => {
    const text = '{ "__proto__": { "kind": "Pod", "metadata": { "name": "a" } } }';
    expect(read(text).issues.map(({ code }) => code)).toEqual(['kindMissing']);
    const lent = Object.assign(Object.create({ kind: 'Pod' }), { metadata: { name: 'a' } });
    expect(read(lent).issues.map(({ code }) => code)).toEqual(['notPlainData']);
  });

  it('are refused as a cycle, while a shared part is no cycle', () => {
    const cyclic: Record<string, unknown> = { ...pod };
    cyclic.self = { again: cyclic };
    expect(read(cyclic).issues).toMatchObject([
      {
        code: 'notPlainData',
        path: ['manifests', 0, 'self', 'again'],
        message: expect.stringMatching(/cycle/),
      },
    ]);
    const shared = { a: 'b' };
    expect(read({ ...pod, x: shared, y: shared }).issues).toEqual([]);
  });

  it('run a getter once, and not at all where it throws', () => {
    let runs = 0;
    const counted = {
      ...pod,
      get spec() {
        runs += 1;
        return pod.spec;
      },
    };
    expect(read(counted).issues).toEqual([]);
    expect(runs).toBe(1);
    const throwing = {
      ...pod,
      get spec(): object {
        throw new Error('no');
      },
    };
    expect(read(throwing).issues).toMatchObject([
      { code: 'notPlainData', message: expect.stringMatching(/no$/) },
    ]);
  });

  it.each<[string, unknown]>([
    ['a number', 5],
    ['null', null],
    ['a function', [() => pod]],
    ['a date', [new Date(0)]],
    ['text that is no map', 'hello'],
    ['a NUL', '\u0000'],
    ['closing brackets', '}}]]'],
    ['a directive without a document', '%YAML 1.1'],
  ])('are an issue, never an exception: %s', (_, input) => {
    const { objects, issues } = readManifests(input as string, { minor: 30 });
    expect(objects).toEqual([]);
    expect(issues.length).toBeGreaterThan(0);
  });
});
