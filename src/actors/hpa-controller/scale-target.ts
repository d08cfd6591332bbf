import type { AutoscalerInfo } from '../../cluster/autoscaling.ts';
import { SITE } from '../../cluster/delay-sites.ts';
import { T } from '../../cluster/events.ts';
import { keyOfObject, requestKey } from '../../cluster/state.ts';
import { after, type Effect } from '../../kernel/event.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import { API } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** What an autoscaler scales, through its subresource scale. */

type Target = AutoscalerInfo['target'];

interface Scaled {
  readonly replicas: number;
  readonly deleted: unknown;
}

/** How large the target is as the asker's watch delivered it; undefined where it is deleted. */
export function sizeOf(
  { kind, index }: Target,
  seen: Readonly<Record<Target['kind'], (index: number) => Scaled | undefined>>,
): number | undefined {
  const object = seen[kind](index);
  return object?.deleted === null ? object.replicas : undefined;
}

/** A write of the target's subresource scale. */
export function scaleTo(index: number, { name, target }: AutoscalerInfo, replicas: number, ctx: Ctx): Effect {
  const to = {
    actor: ctx.self.wiring.apiServer,
    object: target.index,
    about: -1,
    site: SITE['apiServer.write'],
    transition: keyOfObject(requestKey('scaleByMetric', 0), `${name} ${index}`),
  };
  switch (target.kind) {
    case 'Deployment': {
      const data = { deployment: target.index, replicas };
      return after({ ...to, type: T.changeDeployment, kind: API.deployment, data });
    }
    case 'ReplicaSet':
      return after({ ...to, type: T.resizeReplicaSet, kind: API.replicaSet, data: { replicas } });
    case 'StatefulSet':
      return after({ ...to, type: T.changeSet, kind: API.set, data: { set: target.index, replicas } });
    default:
      return unreachable(target.kind);
  }
}
