import { formatPath, type Issue } from '../cluster/issue.ts';
import { PRESET_ALIASES } from './presets/aliases.ts';

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

function nameAt(presets: string, path: Issue['path'], value: unknown): readonly Issue[] {
  const alone = typeof value === 'string';
  const name = alone ? value : isMap(value) ? value.preset : undefined;
  if (typeof name !== 'string' || !/^[A-Za-z][\w-]{0,60}$/.test(name)) return [];
  const own = Object.hasOwn(PRESET_ALIASES, name) ? PRESET_ALIASES[name]! : name;
  const settings = alone ? (presets === 'clients' ? "{ from: 'external' }" : '') : '{ … }';
  return [
    {
      code: 'presetByName',
      path,
      message: `${formatPath(path)} names the preset "${name}", which is a function here.`,
      value: name,
      rule: 'Presets go by their names in scenario files and on the command line; in a program each is a function.',
      fix: `Use the function, ${presets}.${own}(${settings}) of prestop; npx prestop presets lists them.`,
    },
  ];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
