import { apps, clusters, routers } from '../scenario/presets/index.ts';
import type { AppInput, ClusterInput, RouterInput } from '../scenario/schema.ts';
import { UsageError } from './args.ts';

/** Presets by the names that the command line takes. */

export type PresetKind = 'clusters' | 'routers' | 'apps';

// These take more than overrides, so a name alone is not enough to choose one.
const { keepsAccepting: _accepting, ...plainApps } = apps;
const { fixedLag: _lag, ...plainRouters } = routers;

const APPS: Readonly<Record<string, (overrides?: Partial<AppInput>) => AppInput>> = plainApps;
const ROUTERS: Readonly<Record<string, (overrides?: Partial<RouterInput>) => RouterInput>> = plainRouters;
const CLUSTERS: Readonly<Record<string, (overrides?: Partial<ClusterInput>) => ClusterInput>> = clusters;

/** Short names, for those that are typed often. */
const ALIASES: Readonly<Record<string, string>> = { gke: 'gke130Calico', quiet: 'quiet136' };

export function clusterPreset(name: string, overrides: Partial<ClusterInput>): ClusterInput {
  return chosen('--cluster', name, CLUSTERS)(overrides);
}

export function routerPreset(name: string): RouterInput {
  return chosen('--router', name, ROUTERS)();
}

export function appPreset(name: string, overrides: Partial<AppInput>): AppInput {
  return chosen('--app', name, APPS)(overrides);
}

/** By its name, a short name, or the beginning of its name where that fits only one. */
function chosen<T>(option: string, name: string, presets: Readonly<Record<string, T>>): T {
  const names = Object.keys(presets).sort();
  const beginning = names.filter((each) => each.toLowerCase().startsWith(name.toLowerCase()));
  const exact = names.find((each) => each === name) ?? names.find((each) => each === ALIASES[name]);
  const found = exact ?? (name !== '' && beginning.length === 1 ? beginning[0] : undefined);
  const preset = found === undefined ? undefined : presets[found];
  if (preset !== undefined) return preset;
  const why = beginning.length > 1 && name !== '' ? `may be ${beginning.join(' or ')}` : 'does not exist';
  throw new UsageError(`${option}: the preset "${name}" ${why}. Presets: ${names.join(', ')}.`);
}

export interface ListedPreset {
  readonly kind: PresetKind;
  readonly name: string;
  /** Other names that the command line takes for it. */
  readonly aliases: readonly string[];
  /** What it stands for, as a scenario's input. */
  readonly input: ClusterInput | RouterInput | AppInput;
  readonly sources: readonly string[];
}

/** Every preset, in the order of its kind and name. */
export function listPresets(kinds: readonly PresetKind[]): readonly ListedPreset[] {
  return kinds.flatMap((kind) => {
    const presets = { clusters: CLUSTERS, routers: ROUTERS, apps: APPS }[kind];
    return Object.keys(presets)
      .sort()
      .map((name): ListedPreset => {
        const { sources = [], ...input } = presets[name]!();
        const aliases = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === name);
        return { kind, name, aliases, input, sources };
      });
  });
}
