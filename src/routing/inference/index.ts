import type { RawObject } from '../../cluster/raw-object.ts';
import { ROUTER_PRESETS, type RouterPreset, routerFromPreset } from '../presets/index.ts';
import type { RouterInput } from '../router-schema.ts';
import type {
  Found,
  FoundRouter,
  FoundSidecar,
  NotModelled,
  Platform,
  Refused,
  Surroundings,
  ThroughNodes,
} from './found.ts';
import { fromReadinessGates } from './gates.ts';
import { fromRoute, ROUTE_KINDS } from './gateway.ts';
import { fromIngress } from './ingress.ts';
import { fromMeshes } from './mesh.ts';
import { groupOf, labelOf } from './raw.ts';
import { fromService } from './service.ts';
import {
  fromHttpProxy,
  fromIngressRoute,
  fromKnativeService,
  fromOpenShiftRoute,
  fromOther,
  fromTargetGroupBinding,
  fromVirtualServer,
  fromVirtualService,
  OTHERS,
} from './vendors.ts';

export type { FoundRouter, FoundSidecar, NotModelled, Platform, Refused, ThroughNodes } from './found.ts';

/** A router that the manifests name, as a scenario's input, with everything that named it. */
export interface InferredRouter {
  readonly input: RouterInput;
  readonly found: readonly FoundRouter[];
}

export interface Inference {
  readonly routers: readonly InferredRouter[];
  readonly notModelled: readonly NotModelled[];
  readonly throughNodes: readonly ThroughNodes[];
  readonly refused: readonly Refused[];
  readonly sidecars: readonly FoundSidecar[];
  /**
   * Objects that say who routes, by their labels, with the Services that it is about; those that were only looked up, such as a class, have
   * none of their own.
   */
  readonly read: ReadonlyMap<string, ReadonlySet<string> | null>;
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
  ...['VirtualServer', 'VirtualServerRoute', 'TransportServer'].map(
    (kind) => [kind, ['k8s.nginx.org'], fromVirtualServer] as const,
  ),
  ...OTHERS.map((each) => [each.kind, each.groups, fromOther(each)] as const),
];

/**
 * What manifests say about who sends to their Services: routers by their presets, with the objects that name them, and what is
 * recognised but not modelled. Pure: the same objects give the same answer.
 */
export function inferRouters(objects: readonly RawObject[], platform: Platform | null = null): Inference {
  const around: Surroundings = { objects, platform, read: new Set() };
  const routing = [
    ...objects.flatMap((object) =>
      READERS.filter(([kind, groups]) => kind === object.kind && groups.includes(groupOf(object))).flatMap(
        ([, , read]) => read(object, around),
      ),
    ),
    ...fromMeshes(around),
  ];
  const found = [...routing, ...fromReadinessGates(around, routing)];
  return {
    routers: merged(found.filter((each) => each.kind === 'router')),
    notModelled: found.filter((each) => each.kind === 'notModelled'),
    throughNodes: found.filter((each) => each.kind === 'throughNodes'),
    refused: found.filter((each) => each.kind === 'refused'),
    sidecars: found.filter((each) => each.kind === 'sidecar'),
    read: readBy(found, around),
  };
}

function readBy(
  found: readonly Found[],
  { read }: Surroundings,
): ReadonlyMap<string, ReadonlySet<string> | null> {
  const about = new Map<string, Set<string> | null>([...read].map((object) => [labelOf(object), null]));
  for (const each of found) {
    for (const label of [each.object, ...('with' in each ? each.with : [])]) {
      const services = about.get(label) ?? new Set();
      for (const service of each.services) services.add(service);
      about.set(label, services);
    }
  }
  return about;
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
    const { measure }: RouterPreset = ROUTER_PRESETS[preset];
    // Numbers of the manifests are of its drain and its health checks: what is worth measuring is what it was.
    const input = routerFromPreset(preset, {
      ...(measure !== undefined && { measure }),
      ...overrides,
      services,
    });
    const count = (used.get(input.name) ?? 0) + 1;
    used.set(input.name, count);
    return { input: count === 1 ? input : { ...input, name: `${input.name}-${count}` }, found: group };
  });
}
