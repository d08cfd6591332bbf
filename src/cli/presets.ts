import { didYouMean } from '../cluster/similar.ts';
import { DATA_PLANE_NAMES, MODE_NAMES, PLANES } from '../routing/planes/registry.ts';
import type { PresetNumber } from '../routing/presets/index.ts';
import { PRESET_ALIASES as ALIASES } from '../scenario/presets/aliases.ts';
import { apps, clients, clusters, routers } from '../scenario/presets/index.ts';
import type { AppInput, ClientInput, ClusterInput, RouterInput, ScenarioInput } from '../scenario/schema.ts';
import { UsageError } from './args.ts';

/** Presets by the names that the command line takes. */

export type PresetKind = 'clusters' | 'planes' | 'routers' | 'apps' | 'clients';

// These take more than overrides, so a name alone is not enough to choose one.
const { keepsAccepting: _accepting, ...plainApps } = apps;
const { fixedLag: _lag, ...plainRouters } = routers;

const APPS: Readonly<Record<string, (overrides?: Partial<AppInput>) => AppInput>> = plainApps;
const ROUTERS: Readonly<Record<string, (overrides?: Partial<RouterInput>) => RouterInput>> = plainRouters;
const CLIENTS: Readonly<Record<string, (standing: Pick<ClientInput, 'from'>) => ClientInput>> = clients;
const CLUSTERS: Readonly<Record<string, (overrides?: Partial<ClusterInput>) => ClusterInput>> = clusters;

export function clusterPreset(
  name: string,
  overrides: Partial<ClusterInput>,
  option = '--cluster',
): ClusterInput {
  return chosen(option, name, CLUSTERS)(overrides);
}

export function routerPreset(
  name: string,
  overrides: Partial<RouterInput> = {},
  option = '--router',
): RouterInput {
  return chosen(option, name, ROUTERS)(overrides);
}

export function appPreset(name: string, overrides: Partial<AppInput>, option = '--app'): AppInput {
  return chosen(option, name, APPS)(overrides);
}

/** `name` stands outside of the cluster, `name@node-1` on a node. */
export function clientPreset(
  text: string,
  overrides: Partial<ClientInput> = {},
  option = '--client',
): ClientInput {
  const [name = '', node] = text.split('@', 2);
  const from = node === undefined ? 'external' : { node };
  return { ...chosen(option, name, CLIENTS)({ from }), ...overrides };
}

type Input = Readonly<Record<string, unknown>>;

/**
 * A scenario file may name presets, as the options do: `cluster: gke130Calico`, or `cluster: { preset: gke130Calico, nodes: 5 }`; so
 * in the lists `routers` and `clients`, and for each container in `apps`. What is no name stays as it is.
 */
export function withNamedPresets(input: Input): Input {
  const { cluster, routers: routed, apps: described, clients: sending } = input;
  return {
    ...input,
    ...(cluster !== undefined && { cluster: named(cluster, clusterPreset, 'cluster') }),
    ...(Array.isArray(routed) && { routers: routed.map((each) => named(each, routerPreset, 'routers')) }),
    ...(isMap(described) && {
      apps: Object.fromEntries(
        Object.entries(described).map(([name, app]) => [name, named(app, appPreset, `apps.${name}`)]),
      ),
    }),
    ...(Array.isArray(sending) && { clients: sending.map((each) => named(each, clientPreset, 'clients')) }),
  };
}

function named<T>(
  value: unknown,
  make: (name: string, overrides: Partial<T>, option: string) => T,
  option: string,
): unknown {
  if (typeof value === 'string') return make(value, {}, option);
  if (!isMap(value) || typeof value.preset !== 'string') return value;
  const { preset, ...overrides } = value;
  return make(preset as string, overrides as Partial<T>, option);
}

function isMap(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By its name or a short name; typed on the command line, by the beginning of its name where that fits only one, too. */
function chosen<T>(option: string, name: string, presets: Readonly<Record<string, T>>): T {
  const names = Object.keys(presets).sort();
  const typed = option.startsWith('--');
  const beginning = names.filter((each) => typed && each.toLowerCase().startsWith(name.toLowerCase()));
  const exact = names.find((each) => each === name) ?? names.find((each) => each === ALIASES[name]);
  const found = exact ?? (name !== '' && beginning.length === 1 ? beginning[0] : undefined);
  const preset = found === undefined ? undefined : presets[found];
  if (preset !== undefined) return preset;
  const why = beginning.length > 1 && name !== '' ? `may be ${beginning.join(' or ')}` : 'does not exist';
  const meant = didYouMean(name, [
    ...names,
    ...Object.keys(ALIASES).filter((alias) => names.includes(ALIASES[alias]!)),
  ]);
  throw new UsageError(`${option}: the preset "${name}" ${why}.${meant} Presets: ${names.join(', ')}.`);
}

/** A data plane as a scenario names it; what is known of it stands beside. */
interface PlaneChoice extends Pick<ScenarioInput, 'cluster'> {
  readonly name?: string;
  readonly sources?: readonly string[];
}

type Listed = PlaneChoice | ClusterInput | RouterInput | AppInput | Omit<ClientInput, 'from'>;

export interface ListedPreset {
  readonly kind: PresetKind;
  readonly name: string;
  /** Other names that the command line takes for it. */
  readonly aliases: readonly string[];
  /** What it stands for, as a scenario's input. */
  readonly input: Listed;
  readonly sources: readonly string[];
  /** What it does, where a name does not say it. */
  readonly about: Readonly<Record<string, string>>;
}

const PRESETS: Readonly<Record<PresetKind, Readonly<Record<string, () => Listed>>>> = {
  clusters: CLUSTERS,
  planes: Object.fromEntries(Object.keys(PLANES).map((name) => [name, () => planeInput(name)])),
  routers: ROUTERS,
  apps: APPS,
  clients: Object.fromEntries(Object.entries(CLIENTS).map(([name, make]) => [name, () => unplaced(make)])),
};

/** A client as its preset has it, wherever it stands. */
function unplaced(make: (typeof CLIENTS)[string]): Omit<ClientInput, 'from'> {
  const { from: _, ...input } = make({ from: 'external' });
  return input;
}

function planeInput(name: string): PlaneChoice {
  const mode = MODE_NAMES.find((each) => each === name);
  const plane = DATA_PLANE_NAMES.find((each) => each === name);
  return { cluster: plane === undefined ? { kubeProxy: { mode } } : { dataPlane: plane } };
}

function planeFacts(name: string): Pick<ListedPreset, 'sources' | 'about'> {
  const { docs, established, idiom, numbers, config, schema } = PLANES[name]!;
  const known: readonly PresetNumber[] = numbers(config(schema.parse({})));
  const told = known.map(({ what, value, confidence }) => `${what}: ${value} (${confidence})`);
  return {
    sources: [...new Set(known.map(({ source }) => source))],
    about: {
      does: docs,
      'open connections': established,
      numbers: told.join('; '),
      'seen by': idiom.tool,
    },
  };
}

/** Every preset, in the order of its kind and name. */
export function listPresets(kinds: readonly PresetKind[]): readonly ListedPreset[] {
  return kinds.flatMap((kind) => {
    const presets = PRESETS[kind];
    return Object.keys(presets)
      .sort()
      .map((name): ListedPreset => {
        const { sources = [], ...input } = presets[name]!();
        const aliases = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === name);
        return {
          kind,
          name,
          aliases,
          input,
          ...(kind === 'planes' ? planeFacts(name) : { sources, about: {} }),
        };
      });
  });
}
