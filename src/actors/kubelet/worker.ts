import { SITE } from '../../cluster/delay-sites.ts';
import { type PatchPodStatus, T } from '../../cluster/events.ts';
import { allGates } from '../../cluster/readiness-gates.ts';
import { type PodObject, Transition } from '../../cluster/state.ts';
import type { ContainerInfo, TemplateInfo } from '../../cluster/world.ts';
import { changing } from '../../kernel/changing.ts';
import { after, type Effect, type Outbox, send } from '../../kernel/event.ts';
import type { SiteId } from '../../kernel/ids.ts';
import { keyOf, NO_KEY } from '../../kernel/names.ts';
import { MICROS_PER_MS, type Micros } from '../../kernel/time.ts';
import type { ContainerBackOff } from '../../rules/kubelet/container-back-off.ts';
import type { ContainerKillReason } from '../../rules/kubelet/container-grace-period.ts';
import { generateContainersReadyCondition } from '../../rules/kubelet/pod-ready-condition.ts';
import { waitsForNewerRuntimeStatus } from '../../rules/kubelet/pod-worker.ts';
import { initialProbeResult, type ProbeCount } from '../../rules/kubelet/probe-worker.ts';
import { API, KUBELET } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** What one Pod's worker in a kubelet knows and is doing. */
export interface Worker {
  /** The Pod as its watch last delivered it. */
  readonly pod: PodObject;
  readonly stage: 'starting' | 'running' | 'terminating' | 'terminated' | 'finished';
  /** When the kubelet first saw it: ticks of its probes count from there. Negative infinity: long before the run. */
  readonly admittedAt: Micros;
  /** End of its latest sync before the start of the run or since, or of one that waits for a relist: a teardown needs a runtime status that is newer. */
  readonly syncedAt: Micros;
  /** The effective grace period in seconds; 0 until termination begins. */
  readonly graceSeconds: number;
  /** What a preStop hook may take of it, in seconds; up to 1.27 a forced deletion leaves a hook none. */
  readonly hookBudgetSeconds: number;
  /** For each container, for whose ends it waits before it is stopped; empty until the Pod is. */
  readonly waitsFor: readonly (readonly number[])[];
  /** Set where the kubelet itself stops the Pod: by eviction, or because its node shuts down. */
  readonly kill: { readonly graceOverrideSeconds: number | null } | null;
  readonly containers: readonly ContainerWork[];
  /**
   * Whether the Pod's readiness gates are True: `awaited` once its containers are ready and somebody is about to set them, or a sync is
   * about to find that they are; `ofRouters` while those of routers alone are missing.
   */
  readonly gates: 'notSet' | 'ofRouters' | 'awaited' | 'set';
  /** When a shutdown of the node need no longer wait for it; null while its containers run. */
  readonly goneAt: Micros | null;
  /** The status that it last sent, whether or not it has arrived. */
  readonly sentReady: boolean;
  /** The same of the containers, where routers set readiness gates. */
  readonly sentContainersReady: boolean;
}

export const changedWorker = changing<Worker>((worker) => ({
  pod: worker.pod,
  stage: worker.stage,
  admittedAt: worker.admittedAt,
  syncedAt: worker.syncedAt,
  graceSeconds: worker.graceSeconds,
  hookBudgetSeconds: worker.hookBudgetSeconds,
  waitsFor: worker.waitsFor,
  kill: worker.kill,
  containers: worker.containers,
  gates: worker.gates,
  goneAt: worker.goneAt,
  sentReady: worker.sentReady,
  sentContainersReady: worker.sentContainersReady,
}));

export interface ContainerWork {
  /** `killed` by a probe's failure, and not started again yet; `restarting` while the sync that killed it does so. */
  readonly stage: 'waiting' | 'running' | 'hook' | 'turn' | 'stopping' | 'stopped' | 'killed' | 'restarting';
  /** When its present run began. */
  readonly startedAt: Micros;
  /** When its hook started, or since when it waits for its turn. */
  readonly since: Micros;
  /** What is left of its grace, in seconds. */
  readonly remainingSeconds: number;
  readonly exitCode: number;
  /** Its startup probe has succeeded, or it runs and has none. */
  readonly started: boolean;
  /** Result of its readiness probe; true without one while it runs. */
  readonly ready: boolean;
  /** Whether a probe would succeed now. */
  readonly probeSucceeds: boolean;
  /** Its readiness probe would fail all the same. */
  readonly unready: boolean;
  /** What its readiness probe has counted. */
  readonly readiness: ProbeCount;
  /** What its startup probe has counted, or its liveness probe once it has started. */
  readonly survival: ProbeCount;
  /** Whether a tick of the readiness probe is due: `notYet` before it has begun, `first` before the first answer, `idle` while the result cannot change. */
  readonly probing: 'notYet' | 'first' | 'idle' | 'due';
  /** A tick that the period of its readiness probe is counted from. */
  readonly probeOrigin: Micros;
  /** The probe that it failed, until it has been killed for it. */
  readonly condemned: ContainerKillReason | null;
  /** What is due on its timer `life`. */
  readonly life: 'nothing' | 'probe' | 'kill' | 'restart' | 'observation';
  readonly restarts: number;
  /** When the latest of its runs ended that a sync has seen end, ms; null: none has. */
  readonly knownExitMs: number | null;
  readonly backOff: ContainerBackOff | null;
}

export const changedContainer = changing<ContainerWork>((work) => ({
  stage: work.stage,
  startedAt: work.startedAt,
  since: work.since,
  remainingSeconds: work.remainingSeconds,
  exitCode: work.exitCode,
  started: work.started,
  ready: work.ready,
  probeSucceeds: work.probeSucceeds,
  unready: work.unready,
  readiness: work.readiness,
  survival: work.survival,
  probing: work.probing,
  probeOrigin: work.probeOrigin,
  condemned: work.condemned,
  life: work.life,
  restarts: work.restarts,
  knownExitMs: work.knownExitMs,
  backOff: work.backOff,
}));

const NOT_PROBED = { lastResult: null, resultRun: 0, onHold: false } as const;
export const NEW_LIVENESS: ProbeCount = { ...NOT_PROBED, result: initialProbeResult('liveness') };

/** A container before any probe has had an answer, and before it has started. */
export const NEW_STARTUP = {
  started: false,
  probeSucceeds: false,
  unready: false,
  readiness: { ...NOT_PROBED, result: initialProbeResult('readiness') },
  survival: { ...NOT_PROBED, result: initialProbeResult('startup') },
} as const satisfies Partial<ContainerWork>;

/** A container that has been Ready for long. */
export const STEADY = {
  started: true,
  probeSucceeds: true,
  unready: false,
  readiness: { result: 'Success', lastResult: 'Success', resultRun: 1, onHold: false },
  survival: NEW_LIVENESS,
} as const satisfies Partial<ContainerWork>;

/** A sync of the Pod is under way that kills this container for its probe, or starts it again: nothing else is done meanwhile. */
export function isInSync({ stage, condemned }: ContainerWork): boolean {
  return stage === 'restarting' || (condemned !== null && stage !== 'running');
}

/** Names of a worker's timers: a few for each container. */
export const TIMERS_PER_CONTAINER = 4;
export const Timer = { hookEnd: 0, graceEnd: 1, readiness: 2, life: 3 } as const;
/** Names the start of a Pod, which is not a container's: beyond the timers of as many containers as a Pod can have here. */
export const START_TIMER = 255;
export function timerName(container: number, timer: number): number {
  return container * TIMERS_PER_CONTAINER + timer;
}

/** What is drawn once for each node or Pod: where its relists and resyncs stand when the run begins. */
const RELIST_PHASE = keyOf('kubelet relist phase');
const RESYNC_PERIOD = keyOf('kubelet resync period');
const RESYNC_PHASE = keyOf('kubelet resync phase');

export function infoOf(worker: Worker, container: number, ctx: Ctx): ContainerInfo {
  return ctx.self.world.templates[worker.pod.template]!.containers[container]!;
}

/**
 * When the relist of the container runtime that begins after `since` is over. Relists follow each other at the relist
 * period plus their own duration, from a phase that is drawn for each node.
 * Source: pkg/kubelet/pleg/generic.go GenericPLEG.Start (the next relist is timed from the end of the one before)
 */
export function nextRelist(ctx: Ctx, since: Micros, relistDuration: Micros): Micros {
  const period = ctx.self.world.kubelet.plegRelistPeriod + relistDuration;
  const phase = ctx.bits(RELIST_PHASE, NO_KEY) % period;
  const relists = Math.max(0, Math.ceil((since - phase) / period));
  return phase + relists * period + relistDuration;
}

/** When the latest relist that was over at `now` began. */
function latestRelist(ctx: Ctx, now: Micros, relistDuration: Micros): Micros {
  const period = ctx.self.world.kubelet.plegRelistPeriod + relistDuration;
  const phase = ctx.bits(RELIST_PHASE, NO_KEY) % period;
  return phase + Math.floor((now - relistDuration - phase) / period) * period;
}

/**
 * The worker syncs by itself every syncFrequency, each time up to half as long again; here a Pod keeps one such period.
 * Source: pkg/kubelet/pod_workers.go completeWork (workerResyncIntervalJitterFactor)
 */
function lastSync(worker: Worker, ctx: Ctx): Micros {
  if (worker.syncedAt >= ctx.now) return worker.syncedAt;
  const pod = ctx.objectKey(worker.pod.index);
  const { syncFrequency } = ctx.self.world.kubelet;
  const period = syncFrequency + (ctx.bits(RESYNC_PERIOD, pod) % Math.max(1, syncFrequency >> 1));
  const origin =
    worker.syncedAt === Number.NEGATIVE_INFINITY ? -(ctx.bits(RESYNC_PHASE, pod) % period) : worker.syncedAt;
  return origin + Math.floor((ctx.now - origin) / period) * period;
}

/**
 * When a sync begins that is asked for now: it needs a runtime status newer than the Pod's last sync, so at once, or after the
 * first relist since then.
 * Source: pkg/kubelet/pod_workers.go podWorkerLoop (podCache.GetNewerThan)
 */
export function nextSync(worker: Worker, ctx: Ctx): Micros {
  const relist = ctx.fixed(SITE['kubelet.plegRelist'], -1);
  const synced = lastSync(worker, ctx);
  const lastRelistMs = latestRelist(ctx, ctx.now, relist) / MICROS_PER_MS;
  if (!waitsForNewerRuntimeStatus({ lastSyncEndMs: synced / MICROS_PER_MS, lastRelistMs })) return ctx.now;
  return Math.max(ctx.now, nextRelist(ctx, synced, relist));
}

/**
 * A result that is new to the kubelet makes the Pod's worker sync. The Failure that stands for a container before its first answer
 * is such a result, too.
 * Source: pkg/kubelet/kubelet.go syncLoopIteration, handleProbeSync; pkg/kubelet/prober/worker.go doProbe
 */
export function syncAfterResult(worker: Worker, ctx: Ctx): Worker {
  return worker.stage === 'running' ? changedWorker(worker, { syncedAt: nextSync(worker, ctx) }) : worker;
}

/**
 * The status manager's patch: it arrives at the API server after one delay for its reading and writing, and after those before it.
 * Source: pkg/kubelet/status/status_manager.go syncBatch
 */
export function patchStatus(ctx: Ctx, pod: PodObject, patch: PatchPodStatus, transition: Transition): Effect {
  const { wiring, link } = ctx.self;
  const { index } = pod;
  const site = SITE['kubelet.statusManager'];
  return send({
    type: T.patchPodStatus,
    actor: wiring.apiServer,
    kind: API.pod,
    object: index,
    about: index,
    data: patch,
    link,
    site,
    transition,
  });
}

/** A Pod's conditions as its kubelet has them. That its containers are ready is told where a router waits for it. */
export function readinessOf(
  worker: Worker,
  ctx: Ctx,
): Pick<PatchPodStatus, 'containersReady'> & { readonly ready: boolean } {
  const own = containersReady(worker);
  const ready = worker.gates === 'set' && own;
  return templateOf(worker, ctx).readinessGates.routers.length === 0
    ? { ready }
    : { ready, containersReady: own };
}

function templateOf({ pod }: Worker, ctx: Ctx): TemplateInfo {
  return ctx.self.world.templates[pod.template]!;
}

export function gatesAtStart({ readinessGates: { routers, unknown } }: TemplateInfo): Worker['gates'] {
  if (unknown.length > 0) return 'notSet';
  return routers.length > 0 ? 'ofRouters' : 'set';
}

/** Whether all gates that routers set are True, as the Pod was last seen. */
export function routersHaveSet(worker: Worker, ctx: Ctx): boolean {
  return worker.pod.gates === allGates(templateOf(worker, ctx).readinessGates);
}

/**
 * A Pod whose gates have become True is synced, and that sync makes it Ready.
 * Source: pkg/kubelet/kubelet.go HandlePodReconcile; pkg/kubelet/status/status_manager.go NeedToReconcilePodReadiness
 */
export function takeGates(worker: Worker, ctx: Ctx, outbox: Outbox): Worker {
  if (worker.gates !== 'ofRouters' || worker.stage !== 'running' || !routersHaveSet(worker, ctx))
    return worker;
  outbox.push(gatesSet(worker, ctx, { delay: nextSync(worker, ctx) - ctx.now }));
  return changedWorker(worker, { gates: 'awaited' });
}

function gatesSet(
  { pod: { index } }: Worker,
  ctx: Ctx,
  when: { readonly delay: Micros } | { readonly site: SiteId },
): Effect {
  return after({
    type: T.readinessGatesSet,
    actor: ctx.actor,
    kind: KUBELET.worker,
    object: index,
    about: index,
    data: null,
    transition: Transition.ready,
    ...when,
  });
}

export function containersReady(worker: Pick<Worker, 'containers'>): boolean {
  const containers = worker.containers.map(({ ready }, index) => ({ name: String(index), ready }));
  const input = { containers, hasContainerStatuses: true, podPhase: 'Running' };
  return generateContainersReadyCondition(input).status === 'True';
}

/** Whoever sets the readiness gates that no router sets does so some time after the containers are ready. */
export function awaitGates(worker: Worker, ctx: Ctx, outbox: Outbox): Worker {
  if (worker.gates !== 'notSet' || !containersReady(worker)) return worker;
  outbox.push(gatesSet(worker, ctx, { site: SITE['readinessGate.set'] }));
  return changedWorker(worker, { gates: 'awaited' });
}

/** `containers` with one replaced. */
export function withContainer(
  containers: readonly ContainerWork[],
  index: number,
  change: Partial<ContainerWork>,
): readonly ContainerWork[] {
  const next = containers.slice();
  next[index] = changedContainer(containers[index]!, change);
  return next;
}
