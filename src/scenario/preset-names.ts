import { formatPath, type Issue } from '../cluster/issue.ts';
import { didYouMean } from '../cluster/similar.ts';
import { PRESET_ALIASES, PRESET_ARGUMENTS } from './presets/aliases.ts';
import { apps, clients, clusters, routers } from './presets/index.ts';

type Presets = Readonly<Record<string, unknown>>;
const PRESETS = { apps, clients, clusters, routers } satisfies Record<string, Presets>;

/**
 * Files and the command line take a preset by its name, programs call its function: every place of `input` that names one is told
 * which.
 */
export function presetsByName(input: unknown): readonly Issue[] {
  if (!isMap(input)) return [];
  const { cluster, apps, routers, clients } = input;
  return [
    ...nameAt('clusters', ['cluster'], cluster),
    ...(isMap(apps) ? Object.entries(apps).flatMap(([key, app]) => nameAt('apps', ['apps', key], app)) : []),
    ...listOf(routers).flatMap((router, index) => nameAt('routers', ['routers', index], router)),
    ...listOf(clients).flatMap((client, index) => nameAt('clients', ['clients', index], client)),
  ];
}

function nameAt(group: keyof typeof PRESETS, path: Issue['path'], value: unknown): readonly Issue[] {
  const alone = typeof value === 'string';
  const name = alone ? value : isMap(value) ? value.preset : undefined;
  if (typeof name !== 'string' || !/^[A-Za-z][\w-]{0,60}$/.test(name)) return [];
  const known: Presets = PRESETS[group];
  const own = Object.hasOwn(PRESET_ALIASES, name) ? PRESET_ALIASES[name]! : name;
  const exists = Object.hasOwn(known, own);
  return [
    {
      code: 'presetByName',
      path,
      message: `${formatPath(path)} names the preset "${name}", ${exists ? 'which is a function here' : 'which does not exist'}.`,
      value: name,
      rule: 'Presets go by their names in scenario files and on the command line; in a program each is a function.',
      fix: exists
        ? `Use the function, ${group}.${own}(${argumentsOf(group, own, alone)}) of prestop; npx prestop presets lists them.`
        : `Use a function of ${group} of prestop.${didYouMean(name, Object.keys(known))} npx prestop presets ${group} lists them.`,
    },
  ];
}

/** As a program would write it; `…` where it has settings of its own. */
function argumentsOf(group: keyof typeof PRESETS, name: string, alone: boolean): string {
  const needed = PRESET_ARGUMENTS[name];
  if (!alone) return needed === undefined ? '{ … }' : `${needed}, { … }`;
  return needed ?? (group === 'clients' ? "{ from: 'external' }" : '');
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
