import type { EventMap } from '../../cluster/events.ts';
import { type ProbeTargetChanged, T } from '../../cluster/events.ts';
import type { ContainerInfo } from '../../cluster/world.ts';
import { after, type Effect } from '../../kernel/event.ts';
import type { EventType, SiteId } from '../../kernel/ids.ts';
import type { HandledBy } from '../protocol.ts';
import { KUBELET, ROUTER } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';
import { type ContainerProcess, changedProcess, type PodProcesses } from './cells.ts';

/** What reducers of a Pod's processes share: a change of one, and who hears of it. */

export const NOT_RUNNING: ContainerProcess = {
  running: false,
  accepting: false,
  hasAccepted: false,
  signalled: false,
  finishing: false,
  unready: 0,
  exitCode: null,
  sigkilled: false,
};

export function change(
  pod: PodProcesses,
  container: number,
  fields: Partial<ContainerProcess>,
): PodProcesses {
  const known = pod.containers[container]!;
  if (KEYS.every((key) => fields[key] === undefined || fields[key] === known[key])) return pod;
  const containers = pod.containers.slice();
  containers[container] = changedProcess(known, fields);
  return { template: pod.template, containers };
}

const KEYS = Object.keys(NOT_RUNNING) as readonly (keyof ContainerProcess)[];

export function infoOf(ctx: Ctx, pod: PodProcesses, container: number): ContainerInfo {
  return ctx.self.world.templates[pod.template]!.containers[container]!;
}

export function toKubelet<K extends HandledBy<'kubelet', 'worker'>>(
  ctx: Ctx,
  type: EventType<K, EventMap[K]>,
  pod: number,
  data: EventMap[K],
  site?: SiteId,
  transition = 0,
): Effect {
  const kubelet = ctx.self.wiring.kubelet(ctx.self.node);
  return after({
    type,
    actor: kubelet,
    kind: KUBELET.worker,
    object: pod,
    about: pod,
    data,
    site,
    transition,
  });
}

/** From now on every probe of a container has another answer. */
export function probeFinds(
  ctx: Ctx,
  pod: PodProcesses,
  object: number,
  container: number,
  succeeds: boolean,
): Effect[] {
  const { readiness, startup, liveness } = infoOf(ctx, pod, container);
  const told = healthChecksFind(ctx, pod, object, succeeds && pod.containers[container]!.unready === 0);
  if (readiness === null && startup === null && liveness === null) return told;
  const data: ProbeTargetChanged = { container, succeeds };
  return [toKubelet(ctx, T.probeTargetChanged, object, data), ...told];
}

/** From now on those of routers have. */
export function healthChecksFind(ctx: Ctx, pod: PodProcesses, object: number, succeeds: boolean): Effect[] {
  return ctx.self.wiring.healthChecks(pod.template).map((actor) =>
    after({
      type: T.targetAnswers,
      actor,
      kind: ROUTER.state,
      object: 0,
      about: object,
      data: { answer: succeeds ? 'answered' : 'refused' },
    }),
  );
}
