import type { CreateJob } from '../../cluster/cron-jobs.ts';
import { SITE } from '../../cluster/delay-sites.ts';
import { T } from '../../cluster/events.ts';
import type { ChangeSet, PatchSetStatus, SetObject } from '../../cluster/sets.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, type SimEvent, send } from '../../kernel/event.ts';
import { produce } from '../immer.ts';
import { SET_CONTROLLER } from '../protocol.ts';
import { steadySet } from '../steady-workloads.ts';
import type { Ctx, Self } from '../wiring.ts';

/** The API server's StatefulSets, DaemonSets and Jobs. */

function tell(set: SetObject, { about, transition }: SimEvent, ctx: Ctx): Effect[] {
  const { index: object } = set;
  return ctx.self.wiring.setWatches
    .filter(({ wants }) => wants(set, undefined))
    .map(({ actor, kind, link, site }) =>
      send({ type: T.setObserved, actor, kind, object, about, data: { set }, link, site, transition }),
    );
}

/** What a set's controller waits for. */
export function answerSet(set: number, conflict: boolean, { about, transition }: SimEvent, ctx: Ctx): Effect {
  return after({
    type: T.setWriteAnswered,
    actor: ctx.self.wiring.setController(ctx.self.world.sets[set]!.kind),
    kind: SET_CONTROLLER.work,
    object: set,
    about,
    data: { conflict },
    site: SITE['apiServer.response'],
    transition,
  });
}

export const changeSet: Reducer<SetObject, ChangeSet, Self> = (stored, event, ctx) => {
  if (stored.deleted !== null) return [stored, NO_EFFECTS];
  const { replicas = stored.replicas, suspend = stored.suspend, deleted = null } = event.data;
  const { template, revision = stored.revision } = event.data;
  // A template that was there before is the revision that it was: a rollback makes none.
  const back = Math.max(revision === 0 ? stored.revision - 1 : revision, 1);
  const templates = template === undefined ? stored.templates : [...stored.templates, template];
  const next = template === undefined ? Math.min(back, templates.length) : templates.length;
  const same = replicas === stored.replicas && suspend === stored.suspend && next === stored.revision;
  if (same && deleted === null) return [stored, NO_EFFECTS];
  const changed: SetObject = {
    ...stored,
    generation: stored.generation + 1,
    replicas,
    suspend,
    deleted,
    revision: next,
    templates,
  };
  return [changed, tell(changed, event, ctx)];
};

/** A Job as it is created: its controller has not seen it. A name that is taken changes nothing. */
export const createJob: Reducer<SetObject | undefined, CreateJob, Self> = (stored, event, ctx) => {
  if (stored !== undefined) return [stored, NO_EFFECTS];
  const { world } = ctx.self;
  const { set } = event.data;
  const made = steadySet(world, world.sets[set]!, set);
  const created = produce(made, ({ status }) => {
    status.observedGeneration = 0;
    status.job!.startTime = null;
  });
  return [created, tell(created, event, ctx)];
};

export const patchSetStatus: Reducer<SetObject, PatchSetStatus, Self> = (stored, event, ctx) => {
  const { status } = event.data;
  const patched: SetObject = { ...stored, status };
  return [patched, [...tell(patched, event, ctx), answerSet(event.object, false, event, ctx)]];
};
