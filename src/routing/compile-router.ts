import { routerName } from '../cluster/actor-names.ts';
import type { RouterPick } from '../cluster/data-plane.ts';
import type { RouterPartInfo } from '../cluster/world.ts';
import type { DelayInput } from '../schema/delay-input.ts';
import { compose } from './compose.ts';
import type { PartSettings } from './registry.ts';
import type { RouterSettings } from './router-schema.ts';

/** A delay site that a router brings along: `router/<router>/<part>/<site>`. */
export interface RouterSite {
  readonly name: string;
  readonly delay: DelayInput;
}

/** What a router is made of; a `lag` of its own is a part like any other. */
export function partsOf({ parts, lag }: RouterSettings): readonly PartSettings[] {
  return parts ?? (lag === undefined ? [] : [{ lag }]);
}

/** A router's lag: its own, or that of its first part of that kind; undefined where none of its parts is a lag. */
export function lagOf(router: RouterSettings): DelayInput | undefined {
  return partsOf(router).find((part) => part.lag !== undefined)?.lag;
}

/** The router with another lag; as a part more at its end where it has none. */
export function withLag(router: RouterSettings, lag: DelayInput): RouterSettings {
  const { parts } = router;
  if (parts === undefined) return { ...router, lag };
  const index = parts.findIndex((part) => part.lag !== undefined);
  return { ...router, parts: index < 0 ? [...parts, { lag }] : parts.with(index, { lag }) };
}

export function pickOf({ pick, terminatingFallback }: RouterSettings): RouterPick {
  if (pick !== undefined) return pick;
  return terminatingFallback === true ? 'readyElseServingTerminating' : 'readyOnly';
}

export interface CompiledRouter {
  readonly parts: readonly RouterPartInfo[];
  /** Name of its site: one way to a Pod. */
  readonly latency: string;
}

/** A router's parts in numbers, and the delay sites that it brings along. */
export function compileRouter(router: RouterSettings): {
  readonly router: CompiledRouter;
  readonly sites: readonly RouterSite[];
} {
  const prefix = routerName(router.name);
  const latency = `${prefix}/latency`;
  const sites: RouterSite[] = [{ name: latency, delay: router.latency }];
  const parts = compose(partsOf(router)).map(({ kind, name, part, config, sites: own }): RouterPartInfo => {
    const named = Object.entries(own).map(([each, delay]) => {
      const site = `${prefix}/${name}/${each}`;
      sites.push({ name: site, delay });
      return [each, site] as const;
    });
    return { kind, name, probes: part.probes === true, config, sites: Object.fromEntries(named) };
  });
  return { router: { parts, latency }, sites };
}
