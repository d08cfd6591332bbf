import { SITE } from '../../cluster/delay-sites.ts';
import { T } from '../../cluster/events.ts';
import {
  type ChangeDeployment,
  type CreateReplicaSet,
  changedDeployment,
  changedReplicaSet,
  type DeleteReplicaSet,
  type DeploymentObject,
  type DeploymentObserved,
  type DeploymentWriteAnswered,
  type PatchDeploymentStatus,
  type PatchReplicaSetStatus,
  type ReplicaSetObject,
  type ReplicaSetObserved,
  type ReplicaSetStatus,
  type ResizeReplicaSet,
  type ScaleReplicaSet,
} from '../../cluster/workloads.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, put, type SimEvent, send } from '../../kernel/event.ts';
import { largest } from '../../kernel/lists.ts';
import {
  equalIgnoreHash,
  findNewReplicaSet,
  type PodTemplateContent,
  revisionToRollBackTo,
} from '../../rules/apps/find-new-replica-set.ts';
import { featureEnabled } from '../../rules/machinery/feature-gates.ts';
import { DEPLOYMENT_CONTROLLER, REPLICA_SET_CONTROLLER } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL } from './cells.ts';

/** The API server's Deployments and ReplicaSets. A write that names an older version than the stored one is refused (409). */

/** A status of no Pods, as a new ReplicaSet has it before its controller has seen it. */
function emptyStatus(minor: number): ReplicaSetStatus {
  const reported = featureEnabled('DeploymentReplicaSetTerminatingReplicas', minor);
  return {
    replicas: 0,
    readyReplicas: 0,
    availableReplicas: 0,
    terminatingReplicas: reported ? 0 : null,
    observedGeneration: 0,
  };
}

function tellOfDeployment(deployment: DeploymentObject, { about, transition }: SimEvent, ctx: Ctx): Effect[] {
  const data: DeploymentObserved = { deployment };
  const { index: object } = deployment;
  return ctx.self.wiring.deploymentWatches
    .filter(({ wants }) => wants(deployment, undefined))
    .map(({ actor, kind, link, site }) =>
      send({ type: T.deploymentObserved, actor, kind, object, about, data, link, site, transition }),
    );
}

function tellOfReplicaSet(replicaSet: ReplicaSetObject, { about, transition }: SimEvent, ctx: Ctx): Effect[] {
  const data: ReplicaSetObserved = { replicaSet };
  const { index: object } = replicaSet;
  return ctx.self.wiring.replicaSetWatches
    .filter(({ wants }) => wants(replicaSet, undefined))
    .map(({ actor, kind, link, site }) =>
      send({ type: T.replicaSetObserved, actor, kind, object, about, data, link, site, transition }),
    );
}

/** An Argo Rollout has a controller of its own. */
function controllerOf({ self: { world, wiring } }: Ctx, deployment: number) {
  return world.deployments[deployment]!.rollout === null
    ? wiring.deploymentController
    : wiring.rolloutsController();
}

export function answerDeploymentController(
  deployment: number,
  conflict: boolean,
  event: SimEvent,
  ctx: Ctx,
): SimEvent<DeploymentWriteAnswered> {
  const { about, transition } = event;
  const to = controllerOf(ctx, deployment);
  const site = SITE['apiServer.response'];
  const kind = DEPLOYMENT_CONTROLLER.work;
  return after({
    type: T.deploymentWriteAnswered,
    actor: to,
    kind,
    object: deployment,
    about,
    data: { conflict },
    site,
    transition,
  });
}

export const changeDeployment: Reducer<DeploymentObject, ChangeDeployment, Self> = (stored, event, ctx) => {
  const { replicas = stored.replicas, paused = stored.paused, unlessPaused = false } = event.data;
  if (stored.deleted !== null || (unlessPaused && stored.paused)) return [stored, NO_EFFECTS];
  const { deleted = null } = event.data;
  const template = templateAfter(stored, event.data, ctx);
  const known = contentOf(ctx, stored);
  const retemplated = template !== null && !equalIgnoreHash(contentOf(ctx, template), known);
  const status = promotedStatus(stored, event.data);
  const same =
    replicas === stored.replicas && paused === stored.paused && !retemplated && status === stored.status;
  if (same && deleted === null) return [stored, NO_EFFECTS];
  const changed: DeploymentObject = changedDeployment(stored, {
    resourceVersion: stored.resourceVersion + 1,
    generation: stored.generation + 1,
    replicas,
    paused,
    deleted,
    status,
    ...(retemplated ? { ...revised(stored, template, ctx), promotes: event.data.promotes ?? false } : {}),
  });
  return [changed, tellOfDeployment(changed, event, ctx)];
};

/** `kubectl argo rollouts promote` takes the pause out of the status, where its controller put it. */
function promotedStatus({ status }: DeploymentObject, { promoted = false }: ChangeDeployment) {
  if (!promoted || status.rollout === null) return status;
  const pause = { ...status.rollout.pause, pausedAtUs: null };
  return { ...status, rollout: { ...status.rollout, pause } };
}

type Template = Pick<DeploymentObject, 'template' | 'images' | 'restart'>;

/** What templates are compared by. */
function contentOf(ctx: Ctx, { template, images, restart }: Template): PodTemplateContent {
  return { content: ctx.self.world.templates[template]!.content, images, restart };
}

function madeOf(ctx: Ctx, { index }: DeploymentObject): ReplicaSetObject[] {
  return ctx.all(CELL.replicaSet).filter((each): each is ReplicaSetObject => each?.deployment === index);
}

/** The template that a change asks for; null where it asks for none. */
function templateAfter(stored: DeploymentObject, change: ChangeDeployment, ctx: Ctx): Template | null {
  const { template, image, restart, revision } = change;
  if (template !== undefined)
    return { template, images: ctx.self.world.templates[template]!.images, restart: 0 };
  if (image !== undefined)
    return {
      template: stored.template,
      images: { ...stored.images, [image.container]: image.image },
      restart: stored.restart,
    };
  const made = madeOf(ctx, stored);
  if (restart === true)
    return changedDeployment(stored, {
      restart:
        largest(
          made.map((each) => each.restart),
          stored.restart,
        ) + 1,
    });
  if (revision === undefined) return null;
  const back = revisionToRollBackTo(
    made.map((each) => each.revision),
    revision,
  );
  return made.find((each) => each.revision === back) ?? null;
}

/** Another template is a new revision, also where an older ReplicaSet has it. */
function revised(stored: DeploymentObject, { template, images, restart }: Template, ctx: Ctx) {
  const made = madeOf(ctx, stored);
  const revision = made.reduce((max, each) => Math.max(max, each.revision), stored.revision) + 1;
  const sets = made.map(({ name, createdAt, ...each }) => ({
    name,
    creationTimestampUs: createdAt,
    template: contentOf(ctx, each),
  }));
  const found = findNewReplicaSet(contentOf(ctx, { template, images, restart }), sets);
  return { revision, template, images, restart, replicaSet: found?.name ?? `${stored.name}-${revision}` };
}

export const createReplicaSet: Reducer<DeploymentObject, CreateReplicaSet, Self> = (stored, event, ctx) => {
  const { deployment, revision, template, images, restart } = event.data;
  const { replicas, desiredAnnotation, maxAnnotation } = event.data;
  const replicaSets = ctx.all(CELL.replicaSet);
  const index = replicaSets.length;
  const name = `${stored.name}-${revision}`;
  if (replicaSets.some((other) => other?.name === name))
    return [stored, [answerDeploymentController(deployment, true, event, ctx)]];
  const { world } = ctx.self;
  const replicaSet: ReplicaSetObject = {
    index,
    name,
    deployment,
    revision,
    template,
    images,
    restart,
    minReadySeconds: world.deployments[deployment]!.minReadySeconds,
    createdAt: ctx.now,
    resourceVersion: 1,
    generation: 1,
    replicas,
    desiredAnnotation,
    maxAnnotation,
    deleted: null,
    status: emptyStatus(world.minor),
  };
  return [
    stored,
    [
      put(CELL.replicaSet, index, replicaSet),
      ...tellOfReplicaSet(replicaSet, event, ctx),
      answerDeploymentController(deployment, false, event, ctx),
    ],
  ];
};

export const scaleReplicaSet: Reducer<ReplicaSetObject, ScaleReplicaSet, Self> = (stored, event, ctx) => {
  const { resourceVersion, revision, replicas, desiredAnnotation, maxAnnotation } = event.data;
  const { deployment } = stored;
  if (resourceVersion !== stored.resourceVersion) {
    return [stored, [answerDeploymentController(deployment, true, event, ctx)]];
  }
  const scaled: ReplicaSetObject = changedReplicaSet(stored, {
    resourceVersion: stored.resourceVersion + 1,
    generation: replicas === stored.replicas ? stored.generation : stored.generation + 1,
    revision,
    replicas,
    desiredAnnotation,
    maxAnnotation,
  });
  const answer = answerDeploymentController(deployment, false, event, ctx);
  return [scaled, [...tellOfReplicaSet(scaled, event, ctx), answer]];
};

/** A status that says nothing new is answered and changes nothing. The controller retries a conflict at once, so there is none. */
export const patchReplicaSetStatus: Reducer<ReplicaSetObject, PatchReplicaSetStatus, Self> = (
  stored,
  event,
  ctx,
) => {
  const { status } = event.data;
  const { about, transition, object } = event;
  const to = ctx.self.wiring.replicaSetController;
  const kind = REPLICA_SET_CONTROLLER.replicaSet;
  const site = SITE['apiServer.response'];
  const answer = after({
    type: T.replicaSetStatusAnswered,
    actor: to,
    kind,
    object,
    about,
    data: null,
    site,
    transition,
  });
  if (sameStatus(stored.status, status)) return [stored, [answer]];
  const patched: ReplicaSetObject = changedReplicaSet(stored, {
    resourceVersion: stored.resourceVersion + 1,
    status,
  });
  return [patched, [...tellOfReplicaSet(patched, event, ctx), answer]];
};

export function sameStatus(a: ReplicaSetStatus, b: ReplicaSetStatus): boolean {
  return (
    a.replicas === b.replicas &&
    a.readyReplicas === b.readyReplicas &&
    a.availableReplicas === b.availableReplicas &&
    a.terminatingReplicas === b.terminatingReplicas &&
    a.observedGeneration === b.observedGeneration
  );
}

export const patchDeploymentStatus: Reducer<DeploymentObject, PatchDeploymentStatus, Self> = (
  stored,
  event,
  ctx,
) => {
  const { resourceVersion, status } = event.data;
  const conflict = resourceVersion !== stored.resourceVersion;
  const answer = answerDeploymentController(stored.index, conflict, event, ctx);
  if (conflict) return [stored, [answer]];
  const patched: DeploymentObject = changedDeployment(stored, {
    resourceVersion: stored.resourceVersion + 1,
    status,
  });
  return [patched, [...tellOfDeployment(patched, event, ctx), answer]];
};

export const deleteReplicaSet: Reducer<ReplicaSetObject, DeleteReplicaSet, Self> = (stored, event, ctx) => {
  if (stored.deleted !== null) return [stored, NO_EFFECTS];
  const deleted: ReplicaSetObject = changedReplicaSet(stored, { deleted: event.data.cascade });
  return [deleted, tellOfReplicaSet(deleted, event, ctx)];
};

export const resizeReplicaSet: Reducer<ReplicaSetObject, ResizeReplicaSet, Self> = (stored, event, ctx) => {
  const { replicas } = event.data;
  if (stored.deleted !== null || replicas === stored.replicas) return [stored, NO_EFFECTS];
  const { resourceVersion, generation } = stored;
  const resized: ReplicaSetObject = changedReplicaSet(stored, {
    resourceVersion: resourceVersion + 1,
    generation: generation + 1,
    replicas,
  });
  return [resized, tellOfReplicaSet(resized, event, ctx)];
};
