import type { RawObject } from '../../cluster/raw-object.ts';
import { routerFromPreset } from '../presets/index.ts';
import type { RouterInput } from '../router-schema.ts';
import type {
  Found,
  FoundRouter,
  FoundSidecar,
  NotModelled,
  Platform,
  Surroundings,
  ThroughNodes,
} from './found.ts';
import { fromRoute, ROUTE_KINDS } from './gateway.ts';
import { fromIngress } from './ingress.ts';
import { fromMeshes } from './mesh.ts';
import { groupOf } from './raw.ts';
import { fromService } from './service.ts';
import {
  fromHttpProxy,
  fromIngressRoute,
  fromKnativeService,
  fromOpenShiftRoute,
  fromTargetGroupBinding,
  fromVirtualService,
} from './vendors.ts';

export type { FoundRouter, FoundSidecar, NotModelled, Platform, ThroughNodes } from './found.ts';

/** A router that the manifests name, as a scenario's input, with everything that named it. */
export interface InferredRouter {
  readonly input: RouterInput;
  readonly found: readonly FoundRouter[];
}

export interface Inference {
  readonly routers: readonly InferredRouter[];
  readonly notModelled: readonly NotModelled[];
  readonly throughNodes: readonly ThroughNodes[];
  readonly sidecars: readonly FoundSidecar[];
}

type Reader = (object: RawObject, around: Surroundings) => readonly Found[];

/** Who reads which kind; a kind that several groups have is read in its own group only. */
const READERS: readonly (readonly [kind: string, groups: readonly string[], read: Reader])[] = [
  ['Ingress', ['networking.k8s.io', 'extensions'], fromIngress],
  ...ROUTE_KINDS.map((kind) => [kind, ['gateway.networking.k8s.io'], fromRoute] as const),
  ['Service', [''], fromService],
  ['Service', ['serving.knative.dev'], fromKnativeService],
  ['TargetGroupBinding', ['elbv2.k8s.aws', 'eks.amazonaws.com'], fromTargetGroupBinding],
  ['Route', ['route.openshift.io'], fromOpenShiftRoute],
  ['IngressRoute', ['traefik.io', 'traefik.containo.us'], fromIngressRoute],
  ['IngressRouteTCP', ['traefik.io', 'traefik.containo.us'], fromIngressRoute],
  ['IngressRouteUDP', ['traefik.io', 'traefik.containo.us'], fromIngressRoute],
  ['HTTPProxy', ['projectcontour.io'], fromHttpProxy],
  ['VirtualService', ['networking.istio.io'], fromVirtualService],
];

/**
 * What manifests say about who sends to their Services: routers by their presets, with the objects that name them, and what is
 * recognised but not modelled. Pure: the same objects give the same answer.
 */
export function inferRouters(objects: readonly RawObject[], platform: Platform | null = null): Inference {
  const around: Surroundings = { objects, platform };
  const found = [
    ...objects.flatMap((object) =>
      READERS.filter(([kind, groups]) => kind === object.kind && groups.includes(groupOf(object))).flatMap(
        ([, , read]) => read(object, around),
      ),
    ),
    ...fromMeshes(around),
  ];
  return {
    routers: merged(found.filter((each) => each.kind === 'router')),
    notModelled: found.filter((each) => each.kind === 'notModelled'),
    throughNodes: found.filter((each) => each.kind === 'throughNodes'),
    sidecars: found.filter((each) => each.kind === 'sidecar'),
  };
}

/** One router for all objects that name the same preset with the same settings. */
function merged(found: readonly FoundRouter[]): readonly InferredRouter[] {
  const groups = new Map<string, FoundRouter[]>();
  for (const each of found) {
    if (each.services.length === 0) continue;
    const key = JSON.stringify([each.preset, each.overrides ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const used = new Map<string, number>();
  return [...groups.values()].map((group) => {
    const [{ preset, overrides }] = group as [FoundRouter];
    const services = [...new Set(group.flatMap((each) => each.services))];
    const input = routerFromPreset(preset, { ...overrides, services });
    const count = (used.get(input.name) ?? 0) + 1;
    used.set(input.name, count);
    return { input: count === 1 ? input : { ...input, name: `${input.name}-${count}` }, found: group };
  });
}
