import type { Judged } from './judged.ts';
import type { StoppedPod } from './stopped-pod.ts';
import type { Doubt, NotJudged, Outcome, Violation } from './types.ts';

/** What a run leaves open. */

/** Pods that were still stopping, or still routed to, when the horizon ended the run. */
export function cutShort({ fold, cut }: Pick<Judged, 'fold' | 'cut'>): readonly StoppedPod[] {
  return cut ? fold.pods.filter((pod) => isStopping(pod) || isRouted(pod)) : [];
}

function isStopping({ containers, nodeLostAt }: StoppedPod): boolean {
  return nodeLostAt === null && containers.some(({ exitedAt }) => exitedAt === null);
}

function isRouted({ routes }: StoppedPod): boolean {
  return routes.some(({ routers }) => routers > 0);
}

/** All that is not judged: `gating` is what keeps the run from being called safe. */
export function notJudgedOf(judged: Judged, doubts: readonly Doubt[]): readonly NotJudged[] {
  const { fold, world } = judged;
  const cut = cutShort(judged).map(
    (pod): NotJudged => ({
      code: isStopping(pod) ? 'stillStopping' : 'stillRouted',
      gating: true,
      pod: pod.name,
    }),
  );
  const stopped = new Set(fold.pods.flatMap(({ template }) => template.services));
  const services = world.services.flatMap((service, index): readonly NotJudged[] => {
    const { name } = service;
    if (!world.templates.some((template) => template.services.includes(index)))
      return [{ code: 'serviceWithoutPods', gating: false, service: name }];
    if (!stopped.has(index)) return [{ code: 'serviceNotStopped', gating: false, service: name }];
    const resolved = world.routers.some((router) => router.services.includes(index));
    if (!service.headless || resolved) return [];
    return [{ code: 'headlessWithoutClients', gating: !service.forPeers, service: name }];
  });
  const named = doubts.map(({ kind, name, services: to, what }): NotJudged => {
    const reaches = to === null || to.some((own) => isStopped(judged, own));
    return { code: 'routerNotDescribed', gating: reaches, kind, name, services: to, what };
  });
  return [...cut, ...services, ...nobodysPorts(judged), ...named];
}

/** Ports of stopped Pods that no container can be behind. */
function nobodysPorts({ fold, world }: Judged): readonly NotJudged[] {
  const ports = [...new Set(fold.pods.map(({ template }) => template))].flatMap(
    ({ undeclared }) => undeclared,
  );
  return ports.flatMap(({ service, port, containers }): readonly NotJudged[] =>
    containers.length > 0
      ? []
      : [{ code: 'portWithoutContainer', gating: true, service: world.services[service]!.name, port }],
  );
}

function isStopped({ fold, world }: Judged, service: string): boolean {
  return fold.pods.some(({ template }) =>
    template.services.some((own) => world.services[own]!.name === service),
  );
}

/** What was shown to be unsafe is unsafe, whatever else is open; what is open is not safe. */
export function outcomeOf(violations: readonly Violation[], notJudged: readonly NotJudged[]): Outcome {
  const gating = violations.filter((violation) => violation.gating);
  if (gating.some(({ kind }) => kind !== 'nothingToJudge')) return 'unsafe';
  return gating.length > 0 || notJudged.some((each) => each.gating) ? 'notJudged' : 'safe';
}
