import type { AppInfo, ContainerInfo, HookInfo, RangeInfo, TemplateInfo, World } from '../cluster/world.ts';
import { sample } from '../kernel/distribution.ts';
import { hash32 } from '../kernel/draws.ts';
import { type Key, keyOf } from '../kernel/names.ts';
import type { Micros } from '../kernel/time.ts';
import type { Scenario } from './scenario.ts';

/**
 * What `apps` gives as a range: each run draws once for a container, by the names of its workload and of the field, so that a neighbour
 * more changes nothing. What is compiled holds the longest; a run has what its seed drew.
 */

/** The scenario as a run of that seed has it: the same one where nothing is a range. */
export function drawn(scenario: Scenario, seed: number): Scenario {
  const { templates } = scenario.world;
  if (templates.every(({ containers }) => containers.every(({ ranges }) => ranges.length === 0)))
    return scenario;
  const world: World = {
    ...scenario.world,
    templates: templates.map((template) => ofTemplate(template, seed)),
  };
  return { ...scenario, world };
}

function ofTemplate(template: TemplateInfo, seed: number): TemplateInfo {
  const { namespace, workload, containers } = template;
  let { imagePull } = template;
  const changed = containers.map((container) => {
    const key = keyOf(`${namespace}/${workload}/${container.name}`);
    return container.ranges.reduce<ContainerInfo>((made, range) => {
      const value = drawOf(range, key, seed);
      if (range.field !== 'imagePull') return withValue(made, range.field, value);
      imagePull += value - range.most;
      return made;
    }, container);
  });
  return { ...template, containers: changed, imagePull };
}

function drawOf({ field, distribution }: RangeInfo, container: Key, seed: number): Micros {
  return sample(distribution, hash32(seed, container, keyOf(field)));
}

function withValue(container: ContainerInfo, field: Exclude<RangeInfo['field'], 'imagePull'>, value: Micros) {
  if (field === 'preStop.duration' || field === 'preStop.effectAt')
    return { ...container, hook: hookWith(container.hook, field, value) };
  return { ...container, app: appWith(container.app, field, value) };
}

/** A hook that another has taken the place of is as that one says. */
function hookWith(hook: HookInfo | null, field: 'preStop.duration' | 'preStop.effectAt', value: Micros) {
  if (hook === null || !hook.ranges.includes(field)) return hook;
  return field === 'preStop.duration' ? { ...hook, duration: value } : { ...hook, effectAt: value };
}

function appWith(
  app: AppInfo,
  field: Exclude<RangeInfo['field'], 'imagePull' | 'preStop.duration' | 'preStop.effectAt'>,
  value: Micros,
): AppInfo {
  const { traffic, completes } = app;
  switch (field) {
    case 'keepAccepting':
      return { ...app, keepAccepting: value + (app.idlePoll ?? 0) };
    case 'startup':
      return { ...app, startup: value };
    case 'drain':
      return { ...app, drain: Math.min(value, traffic.maxDrain) };
    case 'maxDrain':
      return { ...app, drain: Math.min(app.drain, value), traffic: { ...traffic, maxDrain: value } };
    case 'keepAliveTimeout':
      return { ...app, traffic: { ...traffic, keepAliveTimeout: value } };
    case 'completesAfter':
      return completes === null ? app : { ...app, completes: { ...completes, after: value } };
    default:
      return field satisfies never;
  }
}
