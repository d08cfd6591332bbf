import { describe, expect, it } from 'vitest';
import type { RouterInput } from '../../src/index.ts';
import { servedApiVersion } from '../../src/manifests/read-object.ts';
import { PLANES } from '../../src/routing/planes/registry.ts';
import { ROUTER_PRESETS, type RouterPresetName } from '../../src/routing/presets/index.ts';
import { actionSchema } from '../../src/scenario/actions.ts';
import { routers } from '../../src/scenario/presets/index.ts';
import { anyScenario, OWN_GATE } from './any-scenario.ts';
import { randomOf } from './random.ts';

/** The swarm draws all that there is: what is new and is not drawn by itself fails here until it is. */

const scenarios = Array.from({ length: 1_500 }, (_, index) => anyScenario(randomOf(7, index)));

function missing(all: Iterable<string>, drawn: Iterable<string | undefined>): readonly string[] {
  const known = new Set(drawn);
  return [...all].filter((each) => !known.has(each));
}

const isGated = ({ readinessGates }: RouterInput) => readinessGates?.conditionType === OWN_GATE;

describe('the swarm draws every', () => {
  it('action', () => {
    const all = actionSchema.options.map(({ shape }) => shape.type.value);
    expect(
      missing(
        all,
        scenarios.flatMap(({ actions = [] }) => actions.map(({ type }) => type)),
      ),
    ).toEqual([]);
  });

  it('data plane', () => {
    const drawn = scenarios.flatMap(({ cluster }) => [
      cluster?.kubeProxy?.mode,
      ...Object.keys(cluster?.dataPlane ?? {}),
    ]);
    expect(missing(Object.keys(PLANES), drawn)).toEqual([]);
  });

  it('preset of a router, with gates and without', () => {
    const drawn = scenarios.flatMap(({ routers: own = [] }) => own);
    const plain = drawn.map((router) =>
      JSON.stringify(isGated(router) ? { ...router, readinessGates: undefined } : router),
    );
    const all = (Object.keys(ROUTER_PRESETS) as RouterPresetName[]).map((name) =>
      JSON.stringify(routers[name]({ name: 'edge' })),
    );
    expect(missing(all, plain)).toEqual([]);
    expect(drawn.some(isGated)).toBe(true);
  });

  it('kind of object', () => {
    const drawn = scenarios.flatMap(({ manifests }) =>
      (manifests as readonly { readonly kind: string }[]).map(({ kind }) => kind),
    );
    expect(missing(Object.keys(servedApiVersion), drawn)).toEqual([]);
  });
});
