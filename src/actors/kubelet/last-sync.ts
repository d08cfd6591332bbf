import { SITE } from '../../cluster/delay-sites.ts';
import { type DeletePod, type PatchPodStatus, T } from '../../cluster/events.ts';
import { Transition } from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, cancel, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import { MICROS_PER_MS } from '../../kernel/time.ts';
import { canBeDeleted } from '../../rules/kubelet/can-be-deleted.ts';
import { podPhase } from '../../rules/kubelet/pod-phase.ts';
import { readyFalseAt } from '../../rules/kubelet/sync-terminating-pod.ts';
import { terminatedPodPhase } from '../../rules/kubelet/terminate-pod.ts';
import { API, CONTAINERS } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL } from './cells.ts';
import {
  changedContainer,
  changedWorker,
  nextRelist,
  patchStatus,
  Timer,
  timerName,
  type Worker,
} from './worker.ts';

/** What becomes of a Pod whose containers are dead: its last status, its last sync, and the DELETE that ends it. */

/** The last sync looks for mounted volumes at once and then at this interval. Source: pkg/kubelet/volumemanager/volume_manager.go podAttachAndMountRetryInterval */
const UNMOUNT_POLL = 300 * MICROS_PER_MS;

/**
 * All containers are dead and the network is gone: the status says so, and the worker waits for a relist before its last sync.
 * Volumes are unmounted meanwhile; the last sync polls until they are, and the status manager sends the DELETE after it.
 * Up to 1.26 the final status waits for that sync, too, and a Pod that would be restarted keeps its phase.
 * Source: pkg/kubelet/kubelet.go SyncTerminatingPod, SyncTerminatedPod
 */
export const sandboxStopped: Reducer<Worker, null, Self> = (worker, event, ctx) => {
  const pod = event.object;
  const effects: Effect[] = worker.containers.flatMap(({ life }, index) => {
    const timers = life === 'nothing' ? [Timer.readiness] : [Timer.readiness, Timer.life];
    return timers.map((timer) =>
      cancel({ timer: timerName(index, timer), actor: ctx.actor, kind: CELL.worker, object: pod }),
    );
  });
  let next: Worker = changedWorker(worker, { syncedAt: ctx.now });
  if (readyFalseAt(ctx.self.world.minor) === 'containersStopped') {
    effects.push(finalStatus(ctx, worker));
    const containers = worker.containers.map((work) => changedContainer(work, { ready: false }));
    next = changedWorker(next, { containers, sentReady: false });
  }
  if (ctx.self.world.clients.length > 0) {
    const containers = ctx.self.wiring.containers(ctx.self.node);
    effects.push(
      after({
        type: T.podNetworkRemoved,
        actor: containers,
        kind: CONTAINERS.connections,
        object: pod,
        about: pod,
        data: null,
      }),
    );
  }
  const relist = nextRelist(ctx, ctx.now, ctx.fixed(SITE['kubelet.plegRelist'], -1));
  const unmounted = ctx.now + ctx.fixed(SITE['kubelet.terminatedPod'], pod);
  // A shutdown of the node waits for the containers, and from 1.32 for the volumes.
  const goneAt = ctx.self.world.minor >= 32 ? unmounted : ctx.now;
  next = changedWorker(next, { goneAt });
  if (ctx.cell(CELL.node, 0) !== undefined)
    effects.push(
      after({
        type: T.shutdownPodEnded,
        actor: ctx.actor,
        kind: CELL.node,
        object: 0,
        about: pod,
        data: null,
        delay: goneAt - ctx.now,
      }),
    );
  const polls = Math.max(0, Math.ceil((unmounted - relist) / UNMOUNT_POLL));
  const wait = relist + polls * UNMOUNT_POLL - ctx.now;
  const site = SITE['kubelet.statusManager'];
  effects.push(
    after({
      type: T.podTerminated,
      actor: ctx.actor,
      kind: CELL.worker,
      object: pod,
      about: pod,
      data: null,
      delay: wait,
      site,
    }),
  );
  return [next, effects];
};

/** A Pod that its kubelet killed is Failed, however its containers ended. */
function finalStatus(ctx: Ctx, worker: Worker): Effect {
  const { containers, restartPolicy } = ctx.self.world.templates[worker.pod.template]!;
  const { minor } = ctx.self.world;
  const ended = containers.map(
    ({ name }, index) =>
      [name, { state: 'terminated', exitCode: worker.containers[index]!.exitCode }] as const,
  );
  const phase =
    worker.kill !== null
      ? 'Failed'
      : podPhase({
          restartPolicy,
          containers: containers.filter(({ sidecar }) => !sidecar).map(({ name }) => name),
          initContainers: containers
            .filter(({ sidecar }) => sidecar)
            .map(({ name }) => ({ name, restartable: true })),
          statuses: Object.fromEntries(ended),
          podIsTerminal: true,
          podHasInitialized: true,
          minor,
        });
  const status: PatchPodStatus = {
    ready: false,
    phase: terminatedPodPhase({ phase, isStaticPod: false, minor }),
    exitCodes: worker.containers.map(({ exitCode }) => exitCode),
    ...(worker.kill !== null && { disruptionTarget: true }),
  };
  return patchStatus(ctx, worker.pod, status, Transition.terminal);
}

/** The last sync is done. The object may go once its stored phase is terminal (1.27 and newer), which the kubelet's own watch must show. */
export const podTerminated: Reducer<Worker, null, Self> = (worker, _event, ctx) => {
  const next: Worker = changedWorker(worker, { stage: 'terminated' });
  if (readyFalseAt(ctx.self.world.minor) === 'syncTerminatedPod')
    return [changedWorker(next, { stage: 'finished' }), [finalStatus(ctx, worker), finalDelete(ctx, worker)]];
  return deleteWhenTerminal(ctx, next);
};

/** The final DELETE, as soon as nothing speaks against it. */
export function deleteWhenTerminal(ctx: Ctx, worker: Worker): readonly [Worker, readonly Effect[]] {
  const { phase, gone, deletionTimestamp } = worker.pod;
  const deletionTimestampSet = deletionTimestamp !== null;
  const podIsFinished = worker.stage === 'terminated';
  const pod = { deletionTimestampSet, mirrorPod: false, phase, podIsFinished };
  if (gone || !canBeDeleted(pod, ctx.self.world.minor)) return [worker, NO_EFFECTS];
  return [changedWorker(worker, { stage: 'finished' }), [finalDelete(ctx, worker)]];
}

function finalDelete(ctx: Ctx, worker: Worker): Effect {
  const request: DeletePod = { gracePeriodSeconds: 0 };
  const pod = worker.pod.index;
  const site = SITE['apiServer.write'];
  return after({
    type: T.deletePod,
    actor: ctx.self.wiring.apiServer,
    kind: API.pod,
    object: pod,
    about: pod,
    data: request,
    site,
    transition: Transition.gone,
  });
}
