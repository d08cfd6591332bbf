import type { SetInfo, SetKind } from '../../cluster/sets.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import { daemonSet } from './daemon-set.ts';
import { job } from './job.ts';
import type { SetKindRules, SetPlan, SetView } from './kind.ts';
import { statefulSet } from './stateful-set.ts';

/** Every kind of set: what its controller is called, and its decisions. */
const KINDS: { readonly [K in SetKind]: SetKindRules<Extract<SetInfo, { readonly kind: K }>> } = {
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Job: job,
};

export const SET_KINDS = Object.keys(KINDS) as readonly SetKind[];

/** `statefulset-controller`. */
export function controllerOf(kind: SetKind): string {
  return `${kind.toLowerCase()}-controller`;
}

export function habitsOf(kind: SetKind): Omit<SetKindRules, 'plan'> {
  return KINDS[kind];
}

export function planOf(view: SetView): SetPlan {
  const { info } = view;
  switch (info.kind) {
    case 'StatefulSet':
      return KINDS.StatefulSet.plan({ ...view, info });
    case 'DaemonSet':
      return KINDS.DaemonSet.plan({ ...view, info });
    case 'Job':
      return KINDS.Job.plan({ ...view, info });
    default:
      return unreachable(info);
  }
}
