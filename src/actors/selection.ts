import type { World } from '../cluster/world.ts';

/** What selects what, where it is worth looking at: known from the manifests and the actions when a run begins. */
export interface Selection {
  /** Indexes of the PodDisruptionBudgets that select the Pods of a template. */
  readonly budgetsOf: (template: number) => readonly number[];
  /** Whether a template is of a Deployment whose strategy is Recreate, which waits for its Pods. */
  readonly isRecreated: (template: number) => boolean;
}

export function selectionOf(world: World): Selection {
  return { budgetsOf: budgetsOfTemplates(world), isRecreated: recreatedTemplates(world) };
}

const NONE: readonly number[] = [];

/** A budget matters where something may be evicted; a run that only deletes Pods keeps none. */
function budgetsOfTemplates(world: World): Selection['budgetsOf'] {
  if (!world.writesStatus || world.budgets.length === 0) return () => NONE;
  const byTemplate = world.templates.map((_, template) =>
    world.budgets.flatMap(({ templates }, index) => (templates.includes(template) ? [index] : [])),
  );
  return (template) => byTemplate[template] ?? NONE;
}

function recreatedTemplates(world: World): Selection['isRecreated'] {
  const templates = new Set<number>();
  world.deployments.forEach(({ strategy, template }, index) => {
    if (strategy !== 'Recreate' || !world.writesStatus) return;
    templates.add(template);
    for (const action of world.actions) {
      if (!('change' in action) || action.type === 'changeSet') continue;
      if (action.change.deployment !== index) continue;
      if (action.change.template !== undefined) templates.add(action.change.template);
    }
  });
  return (template) => templates.has(template);
}
