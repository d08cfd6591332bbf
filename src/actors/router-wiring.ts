import type { World } from '../cluster/world.ts';
import { type ActorId, type SiteId, siteId } from '../kernel/ids.ts';
import { invariant } from '../kernel/invariant.ts';
import type { RouterSites, Wiring } from './wiring.ts';

function siteNamed(sites: readonly string[], name: string): SiteId {
  const number = sites.indexOf(name);
  invariant(number >= 0, `There is no delay site "${name}".`);
  return siteId(number);
}

/** What routers in front of the nodes bring along: their delay sites, and who tells them how nodes and Pods answer. */
export function wiringOfRouters(
  world: World,
  routers: readonly ActorId<'router'>[],
  sites: readonly string[],
): Pick<Wiring, 'routerSites' | 'nodeRouters' | 'hasNodeRouters' | 'healthChecks'> {
  const ofRouters = world.routers.map(
    ({ latency, parts }): RouterSites => ({
      latency: siteNamed(sites, latency),
      parts: parts.map(({ sites: own }) =>
        Object.fromEntries(Object.entries(own).map(([name, site]) => [name, siteNamed(sites, site)])),
      ),
    }),
  );
  const nodeRouters = world.services.map(({ externalPolicyLocal }, service) =>
    routers.filter((_, index) => {
      const { targets, services } = world.routers[index]!;
      return targets === 'nodes' && externalPolicyLocal && services.includes(service);
    }),
  );
  const healthChecks = world.templates.map((template) =>
    routers.filter((_, index) => {
      const { targets, services, parts } = world.routers[index]!;
      const checks = targets === 'pods' && parts.some(({ probes }) => probes);
      return checks && template.services.some((service) => services.includes(service));
    }),
  );
  return {
    routerSites: (router) => ofRouters[router]!,
    nodeRouters: (service) => nodeRouters[service]!,
    hasNodeRouters: nodeRouters.some((own) => own.length > 0),
    healthChecks: (template) => healthChecks[template] ?? [],
  };
}
