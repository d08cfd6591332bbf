import { describe, expect, it } from 'vitest';
import { OptionsError, parseScenario, simulate } from '../../src/index.ts';
import { LimitExceeded } from '../../src/kernel/limits.ts';
import { partSchema } from '../../src/routing/registry.ts';
import { routerSchema } from '../../src/routing/router-schema.ts';
import { actionSchema } from '../../src/scenario/actions.ts';
import { appSchema } from '../../src/scenario/apps.ts';
import { clientSchema } from '../../src/scenario/clients.ts';
import { clusterSchema } from '../../src/scenario/schema.ts';
import type * as z from '../../src/schema/zod.ts';
import { tries } from '../effort.ts';
import { deployment, service } from '../run/manifests.ts';

/** Every duration that a cluster or an app may be given, at its ends, alone and in pairs: refused with its least, or run. */

type Definition = Partial<{
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType: z.core.$ZodType;
}>;

/** Paths of whatever takes `1s` and no other text. */
function durationsIn(schema: z.core.$ZodType, path: readonly string[] = []): readonly (readonly string[])[] {
  const { shape, innerType } = schema._zod.def as Definition;
  if (shape !== undefined)
    return Object.entries(shape).flatMap(([key, each]) => durationsIn(each, [...path, key]));
  if (innerType !== undefined) return durationsIn(innerType, path);
  const takes = (value: unknown) => (schema as z.ZodType).safeParse(value).success;
  return takes('1s') && !takes('bogus') && !takes({}) ? [path] : [];
}

const PATHS = [
  ...durationsIn(clusterSchema).map((path) => ['cluster', ...path]),
  ...durationsIn(appSchema).map((path) => ['apps', 'web', ...path]),
];
const ENDS = ['0s', '1us', '720h'] as const;

type Setting = readonly [path: readonly string[], value: string];

/** An object with the values at their paths. */
function made(settings: readonly Setting[]): object {
  const root: Record<string, unknown> = {};
  for (const [path, value] of settings) {
    let at = root;
    for (const key of path.slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    at[path.at(-1)!] = value;
  }
  return root;
}

/** What became of a scenario with them: every fault of prestop's own is thrown on. */
const outcome = (settings: readonly Setting[]) => outcomeOf(made(settings));

function outcomeOf(over: object): string {
  const parsed = parseScenario({
    manifests: [deployment({ replicas: 2 }), service()],
    actions: [{ type: 'deletePod', pod: 'web-1-1' }],
    horizon: '10m',
    limits: { maxEvents: 20_000 },
    ...over,
  });
  if (!parsed.ok)
    return parsed.issues.every(({ rule, fix }) => `${rule}${fix}` !== '') ? 'refused' : 'untold';
  try {
    const { verdict } = simulate(parsed.scenario, { trace: 'none' });
    return Number.isNaN(verdict.marginMs ?? 0) ? 'no number' : 'run';
  } catch (error) {
    if (error instanceof LimitExceeded || error instanceof OptionsError) return 'refused';
    throw error;
  }
}

/** What an action of any type may ask for beside its times; it takes what it knows. */
const ASKED = {
  pod: 'web-1-1',
  pods: ['web-1-1'],
  node: 'node-1',
  deployment: 'web',
  container: 'web',
  image: 'web:2',
  replicas: 3,
  service: 'web',
  selector: { app: 'web' },
  taint: { key: 'k', effect: 'NoExecute' },
  key: 'k',
};
const CLIENT = { name: 'c', from: { node: 'node-1' }, load: { ratePerSecond: 2 }, stop: '5s' };

type Made = readonly [name: string, over: (value: string) => object];

/** Of clients, of every action, of routers and of their parts. */
const ELSEWHERE: readonly Made[] = [
  ...durationsIn(clientSchema).map((path): Made => {
    const over = (value: string) => ({ clients: [{ ...CLIENT, ...made([[path, value]]) }] });
    return [`clients.${path.join('.')}`, over];
  }),
  ...actionSchema.options.flatMap((action) => {
    const type = action.shape.type.value;
    const asked = Object.fromEntries(Object.entries(ASKED).filter(([key]) => key in action.shape));
    return durationsIn(action).map((path): Made => {
      const over = (value: string) => ({ actions: [{ type, ...asked, ...made([[path, value]]) }] });
      return [`${type}.${path.join('.')}`, over];
    });
  }),
  ...durationsIn(routerSchema).map((path): Made => {
    const over = (value: string) => ({ routers: [{ name: 'r', lag: '1s', ...made([[path, value]]) }] });
    return [`routers.${path.join('.')}`, over];
  }),
  ...durationsIn(partSchema).map((path): Made => {
    const over = (value: string) => ({ routers: [{ name: 'r', parts: [made([[path, value]])] }] });
    return [`parts.${path.join('.')}`, over];
  }),
];

describe('durations at their ends', () => {
  it('are found wherever a scenario holds one', () => {
    const names = ELSEWHERE.map(([name]) => name);
    for (const each of ['clients.connectTimeout', 'drainNode.at', 'routers.lag', 'parts.lag'])
      expect(names).toContain(each);
    expect(names.length).toBeGreaterThan(40);
  });

  // One end of each; the long version takes all of them.
  it.each(ELSEWHERE.map((each, index) => [...each, index] as const))(
    '%s is run, or refused',
    (_, over, index) => {
      for (const value of tries(1) > 1 ? ENDS : [ENDS[index % ENDS.length]!])
        expect(outcomeOf(over(value))).toMatch(/^(run|refused)$/);
    },
  );

  it('are found in the schema', () => {
    const names = PATHS.map((path) => path.join('.'));
    expect(names).toContain('cluster.kubelet.syncFrequency');
    expect(names).toContain('cluster.kubeProxy.minSyncPeriod');
    expect(names).toContain('apps.web.drain');
    expect(PATHS.length).toBeGreaterThan(8);
  });

  it.each(PATHS.map((path) => [path.join('.'), path] as const))('%s is run, or refused', (_, path) => {
    for (const value of ENDS) expect(outcome([[path, value]])).toMatch(/^(run|refused)$/);
  });

  it('are run, or refused, in pairs', () => {
    // Some of all pairs and corners, spread evenly; the long version has forty times as many.
    const all = pairs(PATHS).flatMap((pair) => ENDS.flatMap((a) => ENDS.map((b) => [pair, [a, b]] as const)));
    const count = Math.min(all.length, tries(15));
    for (let nth = 0; nth < count; nth++) {
      const [[first, second], [a, b]] = all[Math.floor(((nth + 0.5) * all.length) / count)]!;
      const settings: readonly Setting[] = [
        [first, a],
        [second, b],
      ];
      expect(outcome(settings), JSON.stringify(settings)).toMatch(/^(run|refused)$/);
    }
  });
});

function pairs<T>(of: readonly T[]): readonly (readonly [T, T])[] {
  return of.flatMap((first, index) => of.slice(index + 1).map((second) => [first, second] as const));
}
