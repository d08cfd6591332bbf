import type { RouterInput } from '../router-schema.ts';
import { CLOUD_PRESETS } from './clouds.ts';
import { INGRESS_PRESETS } from './ingress.ts';
import { MESH_PRESETS } from './mesh.ts';
import { confidenceOf, type RouterPreset } from './preset.ts';

export { confidenceOf, type PresetNumber, type RouterPreset } from './preset.ts';

/** All presets of routers, by the name that a scenario and the command line take. */
export const ROUTER_PRESETS = { ...INGRESS_PRESETS, ...MESH_PRESETS, ...CLOUD_PRESETS } as const;

export type RouterPresetName = keyof typeof ROUTER_PRESETS;

/** A preset as a scenario's input. A `lag` of one's own takes the place of its parts, parts of one's own do, too. */
export function routerFromPreset(name: RouterPresetName, overrides: Partial<RouterInput> = {}): RouterInput {
  const preset: RouterPreset = ROUTER_PRESETS[name];
  const { numbers, parts, pick, targets, watches, measure, controller, onRemoval, proxy, readinessGates } =
    preset;
  const own = overrides.lag !== undefined || overrides.parts !== undefined;
  return {
    name: preset.name,
    sources: [...new Set(numbers.map(({ source }) => source))],
    confidence: confidenceOf(preset),
    pick,
    // Whoever says whom it picks means just that.
    ...(controller !== undefined && overrides.pick === undefined && { controller }),
    ...(onRemoval !== undefined && { established: onRemoval }),
    ...(proxy !== undefined && { proxy }),
    ...(readinessGates !== undefined && { readinessGates }),
    ...(targets !== undefined && { targets }),
    ...(watches !== undefined && { watches }),
    ...(!own && measure !== undefined && { measure }),
    ...(!own && { parts }),
    ...overrides,
  };
}
