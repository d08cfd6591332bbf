import { SITE } from '../../cluster/delay-sites.ts';
import { type Reason, T } from '../../cluster/events.ts';
import { POD_TEMPLATE_HASH } from '../../cluster/rollouts.ts';
import type { PodObject } from '../../cluster/state.ts';
import { keyOfObject, requestKey } from '../../cluster/state.ts';
import type {
  CreateReplicaSet,
  DeploymentObject,
  PatchDeploymentStatus,
  ReplicaSetObject,
  ScaleReplicaSet,
} from '../../cluster/workloads.ts';
import { changing } from '../../kernel/changing.ts';
import { after, type Effect, type Outbox, put } from '../../kernel/event.ts';
import type { ServiceIndex } from '../../kernel/ids.ts';
import type { Micros } from '../../kernel/time.ts';
import {
  DEPLOYMENT_ITEM_BACKOFF,
  newTokenBucket,
  requeueRateLimited,
  WORK_QUEUE_RETRY,
} from '../../rules/machinery/rate-limiters.ts';
import { type Client, request } from '../api-client.ts';
import { API, cellsOf } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** What the controller is doing for one Deployment, and its work queue. The writes of a sync go one after the other. */

export type DeploymentWrite =
  | { readonly kind: 'createReplicaSet'; readonly data: CreateReplicaSet }
  /** `resizes`: the number of replicas changes, which an Event tells of; else only the annotations do. */
  | {
      readonly kind: 'scaleReplicaSet';
      readonly replicaSet: number;
      readonly resizes: boolean;
      readonly data: ScaleReplicaSet;
    }
  | { readonly kind: 'status'; readonly data: PatchDeploymentStatus }
  /** Of an Argo Rollout: a Service is to select the Pods of this template. */
  | { readonly kind: 'selectPods'; readonly service: ServiceIndex; readonly template: number };

export interface DeploymentWork {
  readonly stage: 'idle' | 'queued' | 'processing';
  readonly dirty: Reason | null;
  readonly reason: Reason;
  readonly failures: number;
  /** Its key comes back all the time though nothing happens. */
  readonly polling: boolean;
  /** What is left to write in this sync. */
  readonly writes: readonly DeploymentWrite[];
}

export const changedWork = changing<DeploymentWork>((work) => ({
  stage: work.stage,
  dirty: work.dirty,
  reason: work.reason,
  failures: work.failures,
  polling: work.polling,
  writes: work.writes,
}));

export interface DeploymentCells {
  readonly deployment: DeploymentObject;
  readonly replicaSet: ReplicaSetObject;
  readonly work: DeploymentWork;
  readonly client: Client;
  readonly pod: PodObject;
}

export const CELL = cellsOf<'deployment-controller', DeploymentCells>('deployment-controller');

const NO_REASON: Reason = { pod: -1, transition: 0 };
export const IDLE_DEPLOYMENT: DeploymentWork = {
  stage: 'idle',
  dirty: null,
  reason: NO_REASON,
  failures: 0,
  polling: false,
  writes: [],
};

const CLIENT = 0;
/** The bucket that retries share. */
const RETRIES = 1;
/** The timer of the look at the progress deadline. */
const DEADLINE = 0;

export function workOf(ctx: Ctx, deployment: number): DeploymentWork {
  return ctx.cell(CELL.work, deployment) ?? IDLE_DEPLOYMENT;
}

export function enqueue(
  ctx: Ctx,
  deployment: number,
  work: DeploymentWork,
  reason: Reason,
  outbox: Outbox,
): DeploymentWork {
  if (work.stage === 'queued') return work;
  if (work.stage === 'processing') return changedWork(work, { dirty: reason });
  const site = SITE['deploymentController.sync'];
  const { pod, transition } = reason;
  outbox.push(
    after({
      type: T.deploymentSynced,
      actor: ctx.actor,
      kind: CELL.work,
      object: deployment,
      about: pod,
      data: null,
      site,
      transition,
    }),
  );
  return changedWork(work, { stage: 'queued', reason });
}

/** Sends the next write of a sync, or ends the sync where none is left. */
export function writeNext(
  ctx: Ctx,
  deployment: number,
  work: DeploymentWork,
  outbox: Outbox,
): DeploymentWork {
  const [write] = work.writes;
  if (write === undefined) return done(ctx, deployment, changedWork(work, { failures: 0 }), outbox);
  const wait = takeToken(ctx, outbox);
  const { pod, transition } = work.reason;
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  if (write.kind === 'createReplicaSet') {
    const key = requestKey('createReplicaSet', transition);
    const { data } = write;
    outbox.push(
      after({
        type: T.createReplicaSet,
        actor: to,
        kind: API.deployment,
        object: deployment,
        about: pod,
        data,
        delay: wait,
        site,
        transition: key,
      }),
    );
  } else if (write.kind === 'scaleReplicaSet') {
    const key = requestKey('scaleReplicaSet', transition);
    const { replicaSet, data } = write;
    outbox.push(
      after({
        type: T.scaleReplicaSet,
        actor: to,
        kind: API.replicaSet,
        object: replicaSet,
        about: pod,
        data,
        delay: wait,
        site,
        transition: key,
      }),
    );
  } else if (write.kind === 'selectPods') {
    outbox.push(selectPods(ctx, deployment, work.reason, write, wait));
  } else {
    const key = requestKey('deploymentStatus', transition);
    const { data } = write;
    outbox.push(
      after({
        type: T.patchDeploymentStatus,
        actor: to,
        kind: API.deployment,
        object: deployment,
        about: pod,
        data,
        delay: wait,
        site,
        transition: key,
      }),
    );
  }
  return work;
}

function selectPods(
  ctx: Ctx,
  rollout: number,
  { pod, transition }: Reason,
  { service, template }: Extract<DeploymentWrite, { readonly kind: 'selectPods' }>,
  delay: Micros,
): Effect {
  const { services, templates } = ctx.self.world;
  const { selector, name } = services[service]!;
  const hash = templates[template]!.labels[POD_TEMPLATE_HASH]!;
  return after({
    type: T.changeService,
    actor: ctx.self.wiring.apiServer,
    kind: API.service,
    object: service,
    about: pod,
    data: { service, selector: { ...selector, [POD_TEMPLATE_HASH]: hash }, rollout },
    delay,
    site: SITE['apiServer.write'],
    transition: keyOfObject(transition, `Service/${name}`),
  });
}

/** A request's share of the controller's client. */
export function takeToken(ctx: Ctx, outbox: Outbox): Micros {
  const { client, wait } = request(ctx, ctx.cell(CELL.client, CLIENT) ?? null, 0);
  outbox.push(put(CELL.client, CLIENT, client));
  return wait;
}

export function done(ctx: Ctx, deployment: number, work: DeploymentWork, outbox: Outbox): DeploymentWork {
  const idle: DeploymentWork = changedWork(work, { stage: 'idle', dirty: null, writes: [] });
  return work.dirty === null ? idle : enqueue(ctx, deployment, idle, work.dirty, outbox);
}

/** A sync that failed comes back after a back-off, unless an event comes first. */
export function retryLater(
  ctx: Ctx,
  deployment: number,
  work: DeploymentWork,
  outbox: Outbox,
): DeploymentWork {
  const stored = ctx.cell(CELL.client, RETRIES);
  const bucket = stored ?? newTokenBucket(WORK_QUEUE_RETRY, ctx.now);
  const retry = requeueRateLimited(work.failures, DEPLOYMENT_ITEM_BACKOFF, bucket, ctx.now);
  outbox.push(put(CELL.client, RETRIES, retry.bucket));
  if (retry.delayUs !== null) {
    const { pod, transition } = work.reason;
    outbox.push(
      after({
        type: T.deploymentEnqueued,
        actor: ctx.actor,
        kind: CELL.work,
        object: deployment,
        about: pod,
        data: null,
        delay: retry.delayUs,
        transition,
      }),
    );
  }
  return done(ctx, deployment, changedWork(work, { failures: retry.failures }), outbox);
}

export const deadlineTimer = DEADLINE;
