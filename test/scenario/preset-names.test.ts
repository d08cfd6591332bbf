import { describe, expect, it } from 'vitest';
import { apps, clients, clusters, parseScenario, routers } from '../../src/index.ts';
import { PRESET_ALIASES } from '../../src/scenario/presets/aliases.ts';

/** Whoever names a preset in a program is told the function to call, which is there. */

const GROUPS = { apps, clients, clusters, routers };
type Group = keyof typeof GROUPS;

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web }] }`;

const inputWith = (group: Group, values: readonly unknown[]) => ({
  manifests: MANIFEST,
  actions: [{ type: 'deletePod', pod: 'web' }],
  ...{
    apps: { apps: Object.fromEntries(values.map((value, at) => [`web-${at}`, value])) },
    clients: { clients: values },
    clusters: { cluster: values[0] },
    routers: { routers: values },
  }[group],
});

function issuesOf(group: Group, ...values: readonly unknown[]) {
  const result = parseScenario(inputWith(group, values));
  return result.ok ? [] : result.issues.filter(({ code }) => code === 'presetByName');
}

/** The call that a fix names, as the program that it tells one to write. */
function call(fix: string): unknown {
  const [expression] = /\b(?:apps|clients|clusters|routers)\.\w+\(.*?\)(?= of prestop)/.exec(fix)!;
  return new Function(...Object.keys(GROUPS), `return ${expression}`)(...Object.values(GROUPS));
}

const names = (group: Group) => Object.keys(GROUPS[group]);
const aliases = (group: Group) =>
  Object.keys(PRESET_ALIASES).filter((alias) => Object.hasOwn(GROUPS[group], PRESET_ALIASES[alias] ?? alias));
const rows = (Object.keys(GROUPS) as Group[]).flatMap((group) =>
  [...names(group), ...aliases(group)].map((name) => ({ group, name })),
);

describe('a preset by its name', () => {
  it.each(rows)('$group: $name is told as a call that can be made', ({ group, name }) => {
    const [issue] = issuesOf(group, name);
    expect(issue?.message).toContain('which is a function here');
    expect(call(issue?.fix ?? '')).toBeTypeOf('object');
  });

  it.each(['apps', 'clients', 'routers'] as const)('%s: { preset } is told the same functions', (group) => {
    const named = names(group).map((preset) => ({ preset }));
    const issues = issuesOf(group, ...named);
    expect(issues.map(({ fix }) => /(\w+\.\w+)\(.*\{ … \}\)/.exec(fix ?? '')?.[1])).toEqual(
      names(group).map((name) => `${group}.${name}`),
    );
  });

  it.each([
    ['clusters', 'gkee', 'Did you mean gke?'],
    ['clusters', 'nginx', 'npx prestop presets clusters lists them.'],
    ['apps', 'ngnix', 'Did you mean nginx?'],
    ['routers', 'toString', 'npx prestop presets routers lists them.'],
    ['clients', 'curlLop', 'Did you mean curlLoop?'],
  ] as const)('%s: %s does not exist, and no function of that name is told', (group, name, hint) => {
    const [issue] = issuesOf(group, name);
    expect(issue?.message).toContain('which does not exist.');
    expect(issue?.fix).toContain(hint);
    expect(issue?.fix).not.toContain(`${group}.`);
  });
});
