import { describe, expect, it } from 'vitest';
import { applyPreStop, defineScenario, type Issue, parseScenario } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';

/** Whatever is handed over: an answer of at most 100 issues, and never an exception. */

const good = {
  manifests: [deployment(), service()],
  actions: [{ type: 'deletePod', pod: 'web-1-2' }],
} as const;

function issuesOf(input: unknown): readonly Issue[] {
  const result = parseScenario(input);
  return result.ok ? [] : result.issues;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function nested(levels: number): object {
  let value: object = {};
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

const throwing = (thrown: unknown) => ({
  get manifests() {
    throw thrown;
  },
});

describe('input that is no plain data', () => {
  it.each<[what: string, input: unknown, path: readonly (string | number)[]]>([
    ['nothing', undefined, []],
    ['a function', () => 1, []],
    ['a revoked proxy', revoked(), []],
    ['a revoked proxy as a manifest', { ...good, manifests: [deployment(), revoked()] }, ['manifests', 1]],
    ['a getter that throws', throwing(new Error('no')), ['manifests']],
    ['a getter that throws what cannot be read', throwing(revoked()), ['manifests']],
    ['a cycle', { ...good, apps: cycle }, ['apps', 'self']],
    ['a class instance', { ...good, cluster: new Date() }, ['cluster']],
    ['a map of JavaScript', { ...good, apps: new Map() }, ['apps']],
    ['a list of four thousand million', { ...good, manifests: new Array(4e9) }, ['manifests']],
    ['such a list elsewhere', { ...good, routers: new Array(4e9) }, ['routers']],
    [
      '__proto__ as a container',
      JSON.parse('{"manifests": "a: 1", "apps": {"__proto__": {"drain": "1s"}}}'),
      ['apps', '__proto__'],
    ],
  ])('%s is an issue at its place', (_, input, path) => {
    const [first] = issuesOf(input);
    expect(first).toMatchObject({ path, rule: expect.any(String), fix: expect.any(String) });
  });

  it('may be nested as deep as it likes', () => {
    expect(issuesOf({ ...good, apps: nested(200_000) })[0]?.code).toBe('limitExceeded');
    expect(issuesOf({ ...good, manifests: nested(200_000) })[0]?.code).toBe('limitExceeded');
  });
});

describe('a great many problems', () => {
  const podsOf = (containers: unknown) => {
    const object = deployment();
    const template = { ...object.spec.template, spec: { containers } };
    return { ...good, manifests: [{ ...object, spec: { ...object.spec, template } }, service()] };
  };
  it.each<[what: string, input: unknown]>([
    ['numbers for containers', podsOf(Array.from({ length: 130_000 }, (_, index) => index))],
    [
      'options that do not exist',
      { ...good, ...Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`k${k}`, 1])) },
    ],
    [
      'labels that are numbers',
      [
        deployment(),
        {
          ...service(),
          metadata: {
            name: 'web',
            labels: Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`l${k}`, k])),
          },
        },
      ],
    ],
    ['keys twice', `kind: Pod\n${Array.from({ length: 5_000 }, (_, k) => `k${k}: 1\nk${k}: 2\n`).join('')}`],
  ])('%s: 100 are told, and how many more there are', (_, input) => {
    const issues = issuesOf(
      Array.isArray(input) || typeof input === 'string' ? { ...good, manifests: input } : input,
    );
    expect(issues).toHaveLength(100);
    expect(issues.every(({ message }) => message.length < 700)).toBe(true);
  });

  it.each([
    ['the same key', `kind: Pod\n${'a: 1\n'.repeat(5_000)}`],
    ['the same slip on each line', '- ]\n'.repeat(3_000)],
  ])('%s: its first place is told, and at how many more it stands', (_, manifests) => {
    const issues = issuesOf({ ...good, manifests });
    expect(issues.length).toBeLessThan(3);
    expect(issues[0]?.fix).toMatch(/The same stands at \d+ more(?:, at least)?\.$/);
  });

  it('ends with the number of those that are not told', () => {
    expect(issuesOf(podsOf(Array.from({ length: 20_000 }, () => 1))).at(-1)?.message).toBe(
      '… and 19,901 more; nothing was read from manifests[1] on',
    );
  });
});

describe('foreign text in a message', () => {
  const EVIL = 'x\u001b[31m\n::error::\u0085\u202e\u2028';
  it.each<[where: string, input: unknown]>([
    ['an option', { ...good, [EVIL]: 1 }],
    ['a value', { ...good, cluster: { version: EVIL } }],
    ['a Pod', { ...good, actions: [{ type: 'deletePod', pod: EVIL }] }],
    ['a container', { ...good, apps: { [EVIL]: { drain: '1s' } } }],
    ['a kind', { ...good, manifests: [{ kind: EVIL, metadata: { name: EVIL } }] }],
    [
      'a key of the manifest',
      {
        ...good,
        manifests: [{ ...deployment(), spec: { ...deployment().spec, [`replicas${EVIL}`.slice(0, 9)]: 1 } }],
      },
    ],
  ])('is printable: %s', (_, input) => {
    const issues = issuesOf(input);
    const text = issues.map(({ message, rule, fix }) => `${message}${rule}${fix}`).join('');
    expect(issues.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('is cut, with its length said', () => {
    const [issue] = issuesOf({ ...good, ['k'.repeat(4_000_000)]: 1 });
    expect(issue!.message.length).toBeLessThan(700);
    expect(issue!.message).toContain('(4000030 characters)');
  });
});

describe('a scenario', () => {
  const mutable = () =>
    structuredClone(good) as unknown as {
      manifests: [ReturnType<typeof deployment>];
      actions: { pod: string }[];
    };

  it("does not change with its caller's object", () => {
    const input = mutable();
    const scenario = defineScenario(input as never);
    input.actions[0]!.pod = 'web-1-0';
    Object.assign(input.manifests[0].spec, { replicas: 1 });
    const applied = applyPreStop(scenario, 3);
    expect(applied.settings.actions).toEqual(good.actions.map((action) => ({ ...action, at: '0s' })));
    expect(applied.objects[0]).toMatchObject({ spec: { replicas: 3 } });
  });

  it('is frozen, and all that it holds', () => {
    const scenario = defineScenario(good as never);
    const waiting: unknown[] = [scenario];
    while (waiting.length > 0) {
      const value = waiting.pop();
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
      expect(Object.isFrozen(value)).toBe(true);
      waiting.push(...Object.values(value));
    }
  });

  it('can be sent to a worker as it came', () => {
    const { input } = defineScenario(good as never);
    expect(structuredClone(input)).toEqual(input);
  });
});
