import type { RawObject } from '../cluster/raw-object.ts';
import {
  type Inference,
  type InferredRouter,
  inferRouters,
  type NotModelled,
} from '../routing/inference/index.ts';
import { ROUTER_PRESETS } from '../routing/presets/index.ts';
import { type RouterSettings, routerSchema } from '../routing/router-schema.ts';
import type { ScenarioSettings } from './schema.ts';

/** Who routes beside the nodes: the routers of the input, and those that the manifests name for the Services that are left. */

/** A router that the manifests name and that routes here. */
export interface TakenRouter {
  readonly router: RouterSettings;
  readonly found: InferredRouter['found'];
}

/** Services for which routers of the input stand in place of those that the manifests name. */
export interface ReplacedRouter {
  readonly name: string;
  readonly by: string;
  readonly services: readonly string[];
}

export interface Routers {
  readonly all: readonly RouterSettings[];
  readonly taken: readonly TakenRouter[];
  readonly replaced: readonly ReplacedRouter[];
  readonly notModelled: readonly NotModelled[];
  readonly throughNodes: Inference['throughNodes'];
  readonly refused: Inference['refused'];
  /** Proxies of meshes in the Pods. */
  readonly sidecars: Inference['sidecars'];
  /** Objects that are read, as sentences name them, with the Services that they are about: nobody need ask what they mean. */
  readonly understood: Inference['read'];
}

/** `services`: the Services of the manifests that route to Pods, by their names. */
export function routersFor(
  settings: ScenarioSettings,
  raw: readonly RawObject[],
  services: readonly string[],
): Routers {
  if (!settings.inferRouters) {
    return {
      all: settings.routers,
      taken: [],
      replaced: [],
      notModelled: [],
      throughNodes: [],
      refused: [],
      sidecars: [],
      understood: new Map(),
    };
  }
  const inference = inferRouters(raw, settings.cluster.platform ?? null);
  const given = settings.routers.flatMap((router) => withoutTwin(router, inference.routers, services));
  // What is added stands beside what the manifests name, and in place of what they name and nobody knows.
  const owners = ownersOf(
    given.filter(({ adds }) => !adds),
    services,
  );
  const served = ownersOf(given, services);
  const taken: TakenRouter[] = [];
  const replaced: ReplacedRouter[] = [];
  const names = new Set(given.map(({ name }) => name));
  for (const { input, found } of inference.routers) {
    const known = (input.services ?? []).filter((service) => services.includes(service));
    const left = known.filter((service) => !owners.has(service));
    for (const by of new Set(known.flatMap((service) => owners.get(service) ?? []))) {
      const lost = known.filter((service) => owners.get(service) === by);
      replaced.push({ name: input.name, by, services: lost });
    }
    if (left.length === 0) continue;
    const name = freeName(input.name, names);
    names.add(name);
    taken.push({ router: routerSchema.parse({ ...input, name, services: left }), found });
  }
  const open = (names: readonly string[]): boolean =>
    names.length === 0 || names.some((service) => services.includes(service) && !served.has(service));
  return {
    all: [...given, ...taken.map(({ router }) => router)],
    taken,
    replaced,
    notModelled: inference.notModelled.filter((each) => open(each.services)),
    throughNodes: inference.throughNodes.filter((each) =>
      each.services.some((service) => services.includes(service) && !owners.has(service)),
    ),
    refused: inference.refused.filter((each) => each.services.some((service) => services.includes(service))),
    sidecars: inference.sidecars,
    understood: inference.read,
  };
}

/**
 * A router that is added (`--router awsAlbIp`) and that the manifests name, too, is one router: where they name it, it has the settings
 * that stand there, and elsewhere its own.
 */
function withoutTwin(
  router: RouterSettings,
  inferred: readonly InferredRouter[],
  services: readonly string[],
): readonly RouterSettings[] {
  if (!router.adds) return [router];
  const twins = inferred.filter(({ found }) => ROUTER_PRESETS[found[0]!.preset].name === router.name);
  const theirs = new Set(twins.flatMap(({ input }) => input.services ?? []));
  if (theirs.size === 0) return [router];
  const left = (router.services ?? services).filter((service) => !theirs.has(service));
  return left.length === 0 ? [] : [{ ...router, services: left }];
}

/** By Service: the first of these routers that sends to it. */
function ownersOf(
  given: readonly RouterSettings[],
  services: readonly string[],
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const router of given) {
    for (const service of router.services ?? services) {
      if (!owners.has(service)) owners.set(service, router.name);
    }
  }
  return owners;
}

function freeName(name: string, used: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; used.has(free); number++) free = `${name}-${number}`;
  return free;
}
