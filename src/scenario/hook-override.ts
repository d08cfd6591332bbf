import type { ContainerInfo, HookInfo, TemplateInfo, World } from '../cluster/world.ts';
import type { Micros } from '../kernel/time.ts';

/** The same world with a preStop hook of `duration` in every container on a Service port's path: what a rerun tries. */
export function withHookDuration(world: World, duration: Micros): World {
  return { ...world, templates: world.templates.map((template) => withHooks(template, duration)) };
}

function withHooks(template: TemplateInfo, duration: Micros): TemplateInfo {
  const onPath = new Set(template.path.flat(2));
  const containers = template.containers.map((container, index): ContainerInfo => {
    if (!onPath.has(index)) return container;
    const { hook } = container;
    const lasting: HookInfo = {
      kind: hook === null || hook.kind === 'invalid' ? 'sleep' : hook.kind,
      duration,
      startsUp: hook?.startsUp ?? false,
      outcome: 'completed',
      effect: hook?.effect ?? 'none',
    };
    return { ...container, hook: lasting };
  });
  return { ...template, containers };
}
